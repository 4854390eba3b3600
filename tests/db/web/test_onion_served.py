"""The site as an onion: a socket where tor is told, who comes by it, and which pages tell of it."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from served import Served, serve_bare
from tuidang.reach.onion import write_configuration

DEPLOY = Path(__file__).parents[3] / "deploy"
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
ONION = "aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dyp3kead.onion"
MAIN = """daemon off; pid {folder}/pid; error_log {folder}/errors warn;
events {{}}
http {{
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  upstream tuidang {{ server {site}; }}
  {server}
}}
"""
CHANNELS = """
from tuidang.register.models import Waiting
from intake_cast import content_of
print("came by", *(content_of(one).channel for one in Waiting.objects.all()))
"""


class Knock(http.client.HTTPConnection):
    """Knocks at a socket of this machine, as tor does for whoever comes."""

    def __init__(self, path: str) -> None:
        super().__init__(ONION)
        self._path = path

    def connect(self) -> None:
        """Knock."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self._path)


class Onion:
    """The onion's site, as whoever comes by it sees it."""

    def __init__(self, path: str) -> None:
        self._path = path

    def ask(
        self, path: str, body: str | None = None, *, host: str = ONION, method: str = ""
    ) -> tuple[int, dict[str, str], bytes]:
        """Ask for a page."""
        line = Knock(self._path)
        line.request(
            method or ("POST" if body else "GET"),
            path,
            body,
            {"Host": host, "Content-Type": "application/json"},
        )
        answer = line.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


@pytest.fixture
def served() -> Iterator[tuple[Served, Onion]]:
    """Run the site and nginx with the deployed settings; the socket is the one that tor is told."""
    folder = Path(tempfile.mkdtemp(prefix="onion-"))
    told = write_configuration(str(folder / "tor"), str(folder / "web.sock"))
    (knock,) = re.findall(r"^HiddenServicePort 80 unix:(\S+)$", told, re.MULTILINE)
    with serve_bare(folder, TUIDANG_ONION=ONION, TUIDANG_HTTPS="yes", TUIDANG_BEHIND_PROXY="yes") as site:
        server = (DEPLOY / "nginx-onion.conf").read_text("utf-8")
        for old, new in {
            "/run/tuidang-onion/web.sock": knock,
            "a" * 56 + ".onion": ONION,
            "/var/log/nginx/error.log": f"{folder}/errors",
            "/srv/tuidang/log/": f"{site.data}/log/",
        }.items():
            assert old in server, old
            server = server.replace(old, new)
        file = folder / "nginx.conf"
        file.write_text(MAIN.format(folder=folder, site=site.address.removeprefix("http://"), server=server))
        with subprocess.Popen([str(NGINX), "-p", str(folder), "-c", str(file)]) as nginx:
            deadline = time.monotonic() + 60
            while not Path(knock).exists():
                assert nginx.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.05)
            try:
                yield site, Onion(knock)
            finally:
                nginx.terminate()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
def test_whoever_knocks_where_tor_is_told_finds_the_site_and_is_counted_as_the_onion_s(
    served: tuple[Served, Onion],
) -> None:
    site, onion = served
    status, head, page = onion.ask("/en/tools/")
    assert status == 200
    assert f"http://{ONION}/" in page.decode()
    assert "onion-location" not in head, "he is there already"
    assert "strict-transport-security" not in head, "there is no TLS to stay with"
    place = {"region": "", "place": "", "text": "", "lang": "zh-hans"}
    said = {"consent": "own", "under_18": False, "idempotency_key": "00112233445566778899aabbccddeeff"}
    statement = {"name": "金福", "orgs": ["league"]} | place | said
    status, _head, answer = onion.ask("/api/v1/statements", json.dumps(statement))
    assert status in {200, 201, 202}, answer
    told = site.run(
        "manage",
        "shell",
        "-c",
        f"import sys; sys.path.insert(0, {str(Path(__file__).parents[2])!r})\n{CHANNELS}",
    )
    assert "came by onion" in told
    assert onion.ask("/desk/")[0] == 404
    assert onion.ask("/en/", host="elsewhere.example")[0] == 404
    assert onion.ask("/log/vkey")[0] in {200, 403}, (
        "403: this nginx is another user's, who may not pass through"
    )


def test_pages_tell_of_the_onion_only_where_it_would_be_believed(
    settings: Settings, db: None, house: Path
) -> None:
    settings.ALLOWED_HOSTS = ["example.org", ONION]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.TUIDANG = replace(settings.TUIDANG, onion=ONION)

    def said(path: str, *, host: str = "example.org", tls: str = "https", method: str = "get") -> str | None:
        visitor = Client(headers={"Host": host, "X-Forwarded-Proto": tls})
        return getattr(visitor, method)(path).headers.get("Onion-Location")

    assert said("/en/tools/?x=1") == f"http://{ONION}/en/tools/?x=1"
    assert said("/zh-hans/safe/", method="head") == f"http://{ONION}/zh-hans/safe/"
    assert said("/en/tools/", tls="http") is None
    assert said("/en/tools/", host=ONION) is None
    assert said("/en/nowhere/") is None
    assert said("/en/how/", method="post") is None
    assert said("/desk/sign-in/") is None
    assert said("/") is None
    settings.TUIDANG = replace(settings.TUIDANG, onion="")
    assert said("/en/tools/") is None
