"""The cast of the tests of mirrors: a site that grows, its mirror, and web servers of several kinds."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mirror_nursery import ORIGIN
from tuidang.reach.mirror.check import Bars, Found, Keys, check_mirror
from tuidang.reach.mirror.source import open_source
from tuidang.reach.mirror.stage import all_files, open_stage
from tuidang.reach.mirror.sync import Synced, Watch, sync_mirror
from tuidang.tlog.note import VerifierKey

NGINX = Path(__file__).parents[1] / "deploy" / "nginx-mirror.conf"
WATCH = Watch(lambda _: None, lambda _: None, Bars())
PAGES = 50  # of statements, in each language
ERASED = 290  # a statement of the first mirror that the later one does not have
DAMAGED = "en/statement/280/index.html"  # a page of the mirror that is damaged before the later one is made
TESTS = Path(__file__).parent


@dataclass(frozen=True)
class Home:
    """A site's data folder, and the place of its mirror."""

    folder: Path

    @property
    def mirror(self) -> Path:
        """Name the folder of the mirror."""
        return self.folder / "mirror"

    @property
    def key(self) -> VerifierKey:
        """Give the log's key."""
        return VerifierKey.parse((self.folder / "var/log/vkey").read_text())

    @property
    def environ(self) -> dict[str, str]:
        """Give the settings of the site."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TUIDANG_")}
        return {
            **kept,
            "TUIDANG_DATA": str(self.folder / "var"),
            "TUIDANG_HOSTS": "register.example",
            "TUIDANG_HTTPS": "yes",
        }

    def grow(self, *steps: str) -> None:
        """Take steps of the nursery."""
        run([sys.executable, str(TESTS / "mirror_nursery.py"), *steps], self.environ)

    def build(self) -> dict[str, int]:
        """Make the mirror, or bring it up to date; return what the command says of it."""
        command = [sys.executable, "-m", "tuidang", "mirror", "build", str(self.mirror), "--json"]
        built: dict[str, int] = json.loads(run([*command, "--statements", str(PAGES)], self.environ))
        return built

    def check(self, folder: Path | None = None) -> Found:
        """Check a mirror of this site."""
        return check_mirror(folder or self.mirror, Keys(self.key), Bars())

    def sync(self, source: str, folder: Path) -> Synced:
        """Take a mirror from somewhere into a folder."""
        with open_stage(folder, resume=True) as stage:
            place = open_source(source, stage.work, stage.held)
            return sync_mirror(place, stage, Keys(self.key), WATCH)


def settle(folder: Path) -> Home:
    """Begin a register of three days and its mirror."""
    home = Home(folder)
    home.grow("begin", "publish:1:30", "publish:2:240", "publish:3:30")
    home.build()
    return home


def grow_on(home: Home) -> dict[str, int]:
    """Let a day pass at a site: a page of its mirror is damaged, a statement erased, others published."""
    (home.mirror / DAMAGED).write_text("not what was said")
    home.grow("publish:4:20", f"erase:{ERASED}")
    return home.build()


def copy(home: Home, folder: Path) -> Home:
    """Give a copy of a whole site for a test to change."""
    shutil.copytree(home.folder, folder, dirs_exist_ok=True)
    return Home(folder)


def run(command: list[str], environ: dict[str, str]) -> str:
    """Run a command that must succeed; return what it prints."""
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def holds(folder: Path, words: str) -> list[str]:
    """List the files below a folder in which these words stand, packed or not."""
    wanted = words.encode()
    found = []
    for path in all_files(folder):
        data = (folder / path).read_bytes()
        if wanted in data or (path.endswith(".gz") and wanted in gzip.decompress(data)):
            found.append(path)
    return found


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def nginx(folder: Path, work: Path) -> Iterator[str]:
    """Serve a folder by nginx, with the file of deploy/; give the address."""
    port = free_port()
    server = NGINX.read_text(encoding="utf-8")
    server = re.sub(r"listen (\[::\]:)?443 ssl http2;\n", "", server).replace(
        "server_name mirror.example.net;", f"server_name localhost; listen 127.0.0.1:{port};"
    )
    server = re.sub(r"ssl_\w+ .*;\n", "", server).replace("/srv/mirror", str(folder))
    server = re.sub(r"server \{\n    listen 80;.*?\n\}\n", "", server, flags=re.DOTALL)
    server = server.replace("/var/log/nginx/error.log", str(work / "error.log"))
    paths = "".join(
        f"{name}_temp_path {work}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    configuration = work / "nginx.conf"
    configuration.write_text(
        f"user root;\npid {work}/pid;\nerror_log {work}/error.log emerg;\nevents {{}}\n"
        f"http {{\ninclude /etc/nginx/mime.types;\n{paths}{server}}}\n"
    )
    if os.getuid():
        configuration.write_text(configuration.read_text().removeprefix("user root;\n"))
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or "nginx"
    with subprocess.Popen([program, "-c", str(configuration), "-g", "daemon off;"]) as server_process:
        try:
            wait_for(f"http://127.0.0.1:{port}/")
            yield f"http://127.0.0.1:{port}"
        finally:
            server_process.terminate()


def wait_for(address: str) -> None:
    """Wait until a server answers."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"{address} does not answer")


__all__ = ["ORIGIN"]
