"""The telephone in the browser through the web server in front, with TLS, as it is deployed."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from line_cast import open_line
from line_page_cast import Volunteer, open_browser
from playwright.sync_api import Page, sync_playwright
from seat_cast import seat_all
from town_cast import free_port, free_range
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from served import Served, serve_bare
from tuidang.phone.asterisk import install, process
from tuidang.phone.asterisk.config import APPLICATION, Ports, Setup
from volunteer_cast import Password

DEPLOY = Path(__file__).parents[2] / "deploy"
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")

MAIN = """daemon off; pid {folder}/pid; error_log {folder}/errors warn;
events {{}}
http {{
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  {server}
}}
"""


def in_front(folder: Path, site: str, asterisk: int, port: int) -> str:
    """Return the deployed settings, with this test's ports, names and certificate."""
    telephone = (
        (DEPLOY / "nginx-telephone.conf")
        .read_text("utf-8")
        .replace("127.0.0.1:8088", f"127.0.0.1:{asterisk}")
        .replace("Host $host;", "Host $http_host;")  # a port of its own
        .replace("tuidang_telephones 20;", "tuidang_telephones 3;")
    )
    (folder / "telephone.conf").write_text(telephone, "utf-8")
    server = (DEPLOY / "nginx.conf").read_text("utf-8")
    changes = {
        "server 127.0.0.1:8000;": f"server {site.removeprefix('http://')};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{port} ssl http2;",
        "    listen [::]:443 ssl http2;\n": "",
        "listen 80;": f"listen 127.0.0.1:{free_port(socket.SOCK_STREAM)};",
        "    listen [::]:80;\n": "",
        "server_name example.org;": "server_name localhost;",
        "/etc/ssl/tuidang/fullchain.pem": f"{folder}/certificate.pem",
        "/etc/ssl/tuidang/key.pem": f"{folder}/key.pem",
        "/etc/nginx/tuidang-telephone.conf*": f"{folder}/telephone.conf*",
        "/var/log/nginx/error.log": f"{folder}/errors",
        "Host $host;": "Host $http_host;",  # a port of its own
    }
    for old, new in changes.items():
        assert old in server, old
        server = server.replace(old, new)
    return MAIN.format(folder=folder, server=server)


@pytest.fixture
def served(kept: Path) -> Iterator[tuple[Served, Setup, str]]:
    """Give a site with one telephone behind nginx; its address there comes last."""
    folder = Path(tempfile.mkdtemp(prefix="line-"))
    http, port, low_high = free_port(socket.SOCK_STREAM), free_port(socket.SOCK_STREAM), free_range(53000)
    settings = {"TUIDANG_PHONE_DESKS": "1", "TUIDANG_PHONE_HTTP": str(http), "TUIDANG_HTTPS": "yes"}
    with serve_bare(folder, **settings, TUIDANG_BEHIND_PROXY="yes") as site:
        (site.data / "phone").mkdir(mode=0o700, exist_ok=True)
        install.root(site.data).symlink_to(install.root(kept))
        setup = Setup(site.data, (), Ports(http, free_port(), *low_high), desks=1)
        asterisk = process.start(setup)
        process.wait_until_booted(setup, asterisk)
        make = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
        files = ["-keyout", "key.pem", "-out", "certificate.pem"]
        subprocess.run(["openssl", *make.split(), *files], cwd=folder, capture_output=True, check=True)
        (folder / "nginx.conf").write_text(in_front(folder, site.address, http, port), "utf-8")
        command = [
            str(NGINX),
            "-p",
            str(folder),
            "-e",
            str(folder / "errors"),
            "-c",
            str(folder / "nginx.conf"),
        ]
        nginx = subprocess.Popen(command)
        _wait_until_open(port, nginx, folder)
        yield site, setup, f"https://localhost:{port}"
        nginx.terminate()
        nginx.wait(30)
        process.stop(asterisk)
    shutil.rmtree(folder, ignore_errors=True)


def sign_in(page: Page, pseudonym: str, password: Password) -> None:
    page.goto("/desk/")
    page.fill("#pseudonym", pseudonym)
    page.fill("#password", password)
    page.fill("#code", password.code())
    page.click("#sign-in")


def test_it_is_rung_through_tls_and_no_page_of_another_site_comes_near_asterisk(
    served: tuple[Served, Setup, str],
) -> None:
    site, setup, address = served
    password = site.add_volunteer("maple", "listener")
    with sync_playwright() as playwright, open_browser(playwright) as browser:
        context = browser.new_context(base_url=address, locale="en-GB", ignore_https_errors=True)
        maple = Volunteer(context, lambda page: sign_in(page, "maple", password))
        maple.go_on_duty()
        maple.until(
            "down"
        )  # there is no hotline but for what we say in its place; the telephone is connected
        seat_all(setup, site.data)
        deadline = time.monotonic() + 60
        while not process.tell(setup, "pjsip show contacts").stdout.count("desk.1-"):
            assert time.monotonic() < deadline
            maple.page.wait_for_timeout(200)
        with open_line(setup, APPLICATION) as line:
            asked = {"endpoint": f"PJSIP/{setup.desk_names[0]}", "app": APPLICATION}
            channel = str(line.request("POST", "channels", **asked)["id"])
            maple.until("ringing")
            maple.press(" ")
            line.hear(channel, lambda event: event["type"] == "StasisStart")
            line.request("POST", f"channels/{channel}/play", media="tone:busy")
            maple.until_hears()
        assert not maple.complaints
        session = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in context.cookies())
        assert opens(address, session=session) == 101
        assert opens(address, session="") == 403
        assert opens(address, origin="https://evil.example", session=session) == 403
        assert opens(address, protocol="ari", session=session) == 403
        with open_socket(address, session=session), open_socket(address, session=session):
            assert opens(address, session=session) == 503  # the page has one itself
        maple.page.goto("/desk/line/")
        maple.page.click("button[name=off]")
        maple.page.wait_for_selector("[name=best]")
        assert opens(address, session=session) == 401


def open_socket(address: str, *, session: str, origin: str = "", protocol: str = "sip") -> ClientConnection:
    """Open a connection to Asterisk as a page does, with the cookies of a session."""
    return connect(
        address.replace("https", "wss") + "/desk/telephone",
        ssl=_trusting(),
        origin=Origin(origin or address),
        subprotocols=[Subprotocol(protocol)],
        additional_headers={"Cookie": session} if session else {},
        open_timeout=90,
        close_timeout=1,
        ping_interval=None,
    )


def opens(address: str, *, session: str, origin: str = "", protocol: str = "sip") -> int:
    """Say with what status a connection is answered; 101 if it is opened."""
    try:
        with open_socket(address, session=session, origin=origin, protocol=protocol):
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


def _trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _wait_until_open(port: int, nginx: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert nginx.poll() is None, (folder / "errors").read_text("utf-8")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError((folder / "errors").read_text("utf-8"))
