"""The telephone behind `tuidang up`: the site is first, and lives on whatever becomes of the telephone."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from up_cast import PATIENCE, Terminal, up

import volunteer_cast
from tuidang.phone.asterisk import install
from tuidang.phone.sample import HOTLINE

PATIENCE_FOR_PEOPLE = 300.0  # one call of forty reaches somebody who leaves, and he listens first


class Desk:
    """Hold the browser of a volunteer who has signed in to look after calls."""

    def __init__(self, terminal: Terminal, pseudonym: str) -> None:
        link = terminal.run("volunteer", "invite", pseudonym, "--role", "operator").split()[-1]
        self._desk = volunteer_cast.Desk(terminal.address.rstrip("/"))
        self._desk.join(link)  # which lets one in

    def page(self, path: str) -> str:
        """Return a page of the desk in English."""
        return self._desk.page(f"/desk/{path}")

    def now(self, words: str) -> int:
        """Return a figure of the sample campaign's page, by the words beneath it."""
        found = re.search(rf"<b>(\d+)</b> {words}", self.page("campaign/sample/").replace("\u202f", ""))
        return int(found[1]) if found else 0

    def stage(self, words: str) -> int:
        """Return how many of the sample campaign's calls of today reached a stage of the funnel."""
        found = re.search(
            rf'<th scope="row">{words}</th><td class="number">(\d+)', self.page("campaign/sample/")
        )
        return int(found[1]) if found else 0


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a data folder with a sample register."""
    folder = tmp_path_factory.mktemp("u") / "var"
    with up(folder, TUIDANG_PHONE="no") as terminal:
        assert "telephone" not in terminal.said
        assert terminal.ours("tuidang phone") == []
    return folder


@pytest.fixture
def ready(sample: Path, kept: Path) -> Iterator[Path]:
    """Give the same folder with Asterisk in it."""
    (sample / "phone").mkdir(mode=0o700, exist_ok=True)
    link = install.root(sample)
    link.symlink_to(install.root(kept))
    yield sample
    link.unlink()


@pytest.mark.parametrize("trouble", ["no network", "no apt"])
def test_where_nothing_can_be_fetched_the_site_says_so_in_one_line_and_lives_on(
    sample: Path, tmp_path: Path, trouble: str
) -> None:
    (tmp_path / "apt.conf").write_text(
        'Acquire::http::Proxy "http://127.0.0.1:1";\nAcquire::https::Proxy "http://127.0.0.1:1";\n'
    )
    more = {
        "no network": {"APT_CONFIG": str(tmp_path / "apt.conf")},
        "no apt": {"PATH": _without_apt(tmp_path)},
    }
    with up(sample, **more[trouble]) as terminal:
        terminal.hear("The telephone cannot run here, the site can: ")
        why = {"no network": "is there a network?", "no apt": "apt-get"}[trouble]
        assert why in next(line for line in terminal.said.splitlines() if "cannot run here" in line)
        terminal.wait(lambda: not terminal.ours("tuidang phone"))
        assert terminal.answers()


def _without_apt(folder: Path) -> str:
    only = folder / "bin"
    only.mkdir()
    (only / "setpriv").symlink_to("/usr/bin/setpriv")
    return str(only)


@pytest.mark.parametrize(
    ("setting", "kind"),
    [
        ("TUIDANG_PHONE_SIP", socket.SOCK_DGRAM),
        ("TUIDANG_PHONE_HTTP", socket.SOCK_STREAM),
        ("TUIDANG_PHONE_LAB", socket.SOCK_DGRAM),
    ],
)
def test_a_port_that_another_program_has_is_named_with_its_setting(
    ready: Path, setting: str, kind: socket.SocketKind
) -> None:
    with socket.socket(socket.AF_INET, kind) as other:
        other.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            other.listen()
        place = f"127.0.0.1:{other.getsockname()[1]}"
        value = place if setting == "TUIDANG_PHONE_SIP" else place.rpartition(":")[2]
        with up(ready, **{setting: value}) as terminal:
            terminal.hear(f"the site can: {place} is taken by another program, {setting} names another")
            terminal.wait(lambda: not terminal.ours("tuidang phone"))
            assert terminal.answers()


def test_what_is_killed_comes_back_and_a_second_start_finds_the_campaign_in_which_people_leave(
    ready: Path,
) -> None:
    with up(ready) as terminal:
        terminal.hear("Asterisk is up.", "connected with Asterisk", "A simulated carrier listens")
        assert terminal.said.index("the register is open") < terminal.said.index("The telephone starts")
        assert f"TUIDANG_DATA={ready} " in terminal.said  # the account belongs to this register, wherever
        assert "does not let us in" not in terminal.said
        (dialler,) = terminal.ours("phone dial")
        assert f"TUIDANG_PHONE_HOTLINE={HOTLINE}".encode() in Path(f"/proc/{dialler}/environ").read_bytes()
        for words, again in (
            (("phone dial",), "connected with Asterisk"),
            (("phone lab",), "A simulated carrier listens"),
            (("usr/sbin/asterisk", "-f"), "Asterisk is up."),
        ):
            before, heard = terminal.ours(*words), terminal.said.count(again)
            for pid in before:
                os.kill(pid, signal.SIGKILL)
            terminal.hear(again, times=heard + 1)
            assert set(terminal.ours(*words)).isdisjoint(before)
            assert terminal.answers()
        terminal.wait(lambda: "dial-1 dials" in _doctor(terminal))
        terminal.hear("The dialler ended by itself", "The simulated carrier ended by itself")
        terminal.hear("Asterisk ended by itself")
    terminal.run("publish")
    with up(ready) as terminal:
        terminal.hear("Asterisk is up.", "connected with Asterisk", "A simulated carrier listens")
        assert "sample" in terminal.run("phone", "campaign", "list")
        # The invented statements of a sample are published before it opens, and what was confirmed before
        # this start just was: from here on, whatever comes by this channel was said by somebody's key 9.
        published = terminal.by_channel()["machine-call"]
        lab = f"127.0.0.1:{terminal.settings['TUIDANG_PHONE_LAB']}"
        pace = (
            "--calls-per-second",
            "10",
            "--channels",
            "400",
        )  # at the sample's own it takes a minute longer
        terminal.run("phone", "trunk", "save", "sample", lab, *pace)
        terminal.wait(
            lambda: terminal.waiting() or terminal.by_channel()["machine-call"] > published,
            PATIENCE_FOR_PEOPLE,
            0.5,
        )
        terminal.run("publish")  # what the worker does every minute
        assert terminal.by_channel()["machine-call"] > published
        desk = Desk(terminal, "maple")
        assert desk.now("in the air") > 0
        assert desk.now("ended today") > 10
        # Who has confirmed is on the line for a minute yet: his receipt is read.
        terminal.wait(lambda: desk.stage("Pressed 9, to withdraw") > 0, PATIENCE_FOR_PEOPLE, 1)
    assert "the connection with Asterisk is lost" not in terminal.said  # it is we who left


def test_a_telephone_that_is_killed_whole_is_told_and_leaves_the_site(ready: Path) -> None:
    with up(ready) as terminal:
        terminal.hear("A simulated carrier listens")
        for pid in terminal.ours("tuidang phone up"):
            os.kill(pid, signal.SIGKILL)
        terminal.hear("The telephone was killed; the site goes on.")
        terminal.wait(lambda: not terminal.ours("tuidang phone"))
        assert terminal.answers()


def _doctor(terminal: Terminal) -> str:
    words = [sys.executable, "-m", "tuidang", "doctor"]
    return subprocess.run(words, env=terminal.settings, capture_output=True, text=True, check=False).stdout


def test_who_is_killed_outright_leaves_nothing_running(ready: Path) -> None:
    terminal = Terminal(ready)
    try:
        terminal.hear("Asterisk is up.", "A simulated carrier listens")
        terminal.process.kill()
        terminal.process.wait()
        deadline = time.monotonic() + PATIENCE
        while terminal.ours() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert terminal.ours() == []
    finally:
        for pid in terminal.ours():
            os.kill(pid, signal.SIGKILL)
