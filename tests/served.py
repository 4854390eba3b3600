"""The real thing, started as a newcomer starts it: web server and worker on a sample register."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page

from volunteer_cast import Desk, Password

PATIENCE = 120.0  # seconds: the sample of a first start is written in this time


@dataclass(frozen=True)
class Served:
    """A running site: where it answers, where it writes, and how its commands are run."""

    address: str
    folder: Path  # everything it writes: data, temporary files, output
    environ: dict[str, str]
    desks: dict[str, Desk] = field(default_factory=dict)  # of volunteers who have signed in, by pseudonym
    services: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)  # that run, by their command

    @property
    def data(self) -> Path:
        """Name the data folder."""
        return self.folder / "var"

    @property
    def output(self) -> Path:
        """Name the file that holds what the services print."""
        return self.folder / "output"

    def run(self, *arguments: str) -> str:
        """Run a command of ours on the same data, and return what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "tuidang", *arguments],
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, *command: str) -> None:
        """Start a service; one that was killed, as whoever looks after it would."""
        with self.output.open("ab") as output:
            self.services[command[-1]] = subprocess.Popen(
                [sys.executable, "-m", "tuidang", *command],
                env=self.environ,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """Kill a service, and all it started, as a power cut would."""
        service = self.services.pop(name)
        os.killpg(service.pid, signal.SIGKILL)
        service.wait()

    def stop(self, name: str) -> None:
        """Stop a service as Ctrl-C does, if it runs."""
        if (service := self.services.pop(name, None)) is not None:
            service.send_signal(signal.SIGINT)
            service.wait(timeout=60)

    def publish(self) -> None:
        """Publish now what waits, instead of waiting for the minute."""
        self.run("publish")

    def add_volunteer(self, pseudonym: str, *roles: str) -> Password:
        """Invite somebody to the desk, who comes; return his password, which knows his codes."""
        chosen = [word for role in roles for word in ("--role", role)]
        link = self.run("volunteer", "invite", pseudonym, *chosen).split()[-1]
        home = f"127.{secrets.randbelow(250) + 1}.{secrets.randbelow(250) + 1}.1"  # a network of his own
        return Desk(self.address, tls=self.environ.get("TUIDANG_HTTPS") == "yes", comes_from=home).join(link)

    def enter(self, page: Page, pseudonym: str, password: Password) -> None:
        """Let a browser be signed in, with the session that the volunteer has, and open the desk."""
        desk = self.desks.setdefault(pseudonym, Desk(self.address))
        if not desk.is_in():
            desk.sign_in(pseudonym, password)
        host = urllib.parse.urlsplit(self.address).hostname
        page.context.add_cookies(
            [
                {"name": one.name, "value": str(one.value), "domain": str(host), "path": "/desk/"}
                for one in desk.jar
                if one.name == "sessionid"
            ]
        )
        page.goto("/desk/")


@contextmanager
def serve(folder: Path, **settings: str) -> Iterator[Served]:
    """Start everything in an empty folder, as a newcomer does, and stop it as Ctrl-C does."""
    site = _plan(folder, settings)
    with _running(site, "up"):
        yield site


@contextmanager
def serve_still(folder: Path) -> Iterator[Served]:
    """Start the same, then the web server alone: nothing is published but by the test's own word."""
    site = _plan(folder, {})
    with _running(site, "up"):
        pass
    with _running(site, "serve"):
        yield site


@contextmanager
def serve_bare(folder: Path, **settings: str) -> Iterator[Served]:
    """Start the web server alone, on an empty register."""
    site = _plan(folder, settings)
    site.run("init", "register.example/of-tests")
    with _running(site, "serve"):
        yield site


def _plan(folder: Path, settings: dict[str, str]) -> Served:
    port = free_port()
    (folder / "tmp").mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TUIDANG_")}
    own = {
        "TUIDANG_DATA": str(folder / "var"),
        "TMPDIR": str(folder / "tmp"),
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
        "TUIDANG_PHONE": "no",  # it has tests of its own
        "TUIDANG_GIVING_NAME": "Lantern House 灯塔之家",
        "TUIDANG_GIVING_ADDRESS": "1 Pier Street, Flushing, NY 11354",
        "TUIDANG_GIVING_EIN": "12-3456789",
        "TUIDANG_GIVING_BANK": "First Bank of Flushing | Account 0123 4567 89 | SWIFT FBFLUS33",
        "TUIDANG_GIVING_HOUR": "USD 1.20",
    }
    return Served(f"http://127.0.0.1:{port}", folder, {**kept, **own, **settings})


@contextmanager
def _running(site: Served, command: str) -> Iterator[None]:
    site.start(command)
    try:
        _wait_until_open(site, site.services[command])
        yield
    finally:
        site.stop(command)


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_until_open(site: Served, service: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert service.poll() is None, site.output.read_text()
        try:
            urllib.request.urlopen(f"{site.address}/en/", timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"the site did not open\n{site.output.read_text()}")
