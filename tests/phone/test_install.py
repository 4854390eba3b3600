"""Fetching Asterisk for real: interrupted, gone on with, repeated, and nothing of the machine touched."""

from __future__ import annotations

import hashlib
import os
import pty
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from threading import Thread

from tuidang.phone.asterisk.install import PROGRAMS, command, installed, root, version

HOSTS_OWN = ("/var/lib/dpkg/status", "/etc/apt/sources.list", "/etc/asterisk", "/usr/sbin/asterisk")


def fetch(data: Path, screen: int = subprocess.STDOUT) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tuidang", "phone", "install-asterisk"],
        env={**os.environ, "TUIDANG_DATA": str(data)},
        stdout=subprocess.PIPE,
        stderr=screen,
        text=True,
        start_new_session=True,
    )


def watch(terminal: int, shown: list[bytes]) -> None:
    """Read what is shown on a terminal until nobody writes to it any more."""
    with suppress(OSError):  # what Linux says then
        while piece := os.read(terminal, 4096):
            shown.append(piece)


def state_of_the_machine() -> list[object]:
    """What apt and dpkg know of the machine, and what could be put where Asterisk usually lies."""
    lists = sorted(path.name for path in Path("/var/lib/apt/lists").iterdir())
    cache = sorted(path.name for path in Path("/var/cache/apt/archives").glob("*.deb"))
    files = [
        hashlib.sha256(Path(name).read_bytes()).hexdigest() if Path(name).is_file() else Path(name).exists()
        for name in HOSTS_OWN
    ]
    return [lists, cache, files]


def test_a_fetch_that_was_killed_is_gone_on_with_and_leaves_the_machine_as_it_was(tmp_path: Path) -> None:
    before = state_of_the_machine()
    archives = tmp_path / "phone" / "apt" / "cache" / "archives"

    first = fetch(tmp_path)
    while first.poll() is None and len(list(archives.glob("*.deb"))) < 20:
        time.sleep(0.01)
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    kept = {path.name: path.stat().st_mtime_ns for path in archives.glob("*.deb")}
    assert kept
    assert not installed(tmp_path)

    terminal, screen = pty.openpty()
    second = fetch(tmp_path, screen)
    os.close(screen)
    shown: list[bytes] = []
    watcher = Thread(target=watch, args=(terminal, shown))
    watcher.start()
    fetched_again = False
    while second.poll() is None:
        for name, when in kept.items():
            path = archives / name
            fetched_again |= path.exists() and path.stat().st_mtime_ns > when
        time.sleep(0.02)
    said, _ = second.communicate()
    watcher.join()
    os.close(terminal)
    assert second.returncode == 0, said + b"".join(shown).decode()
    assert "is set up now" in said
    percents = [int(percent) for percent in re.findall(rb"(\d+)%", b"".join(shown))]
    assert percents == sorted(percents)
    assert (percents[0], percents[-1]) == (0, 100)
    assert len(set(percents)) > 20  # while it is fetched, and while it is unpacked
    assert not fetched_again
    assert version(tmp_path).startswith("22.")
    for name in PROGRAMS:
        flag = {"asterisk": "-V", "sipp": "-v"}.get(name, "--version")
        ran = subprocess.run([*command(tmp_path, name), flag], capture_output=True, text=True, check=False)
        assert ran.stdout, name

    stamp = root(tmp_path).stat().st_ino
    third = fetch(tmp_path)
    said, _ = third.communicate()
    assert "was set up already" in said
    assert root(tmp_path).stat().st_ino == stamp
    assert state_of_the_machine() == before


def test_a_machine_without_a_network_is_told_so_or_keeps_what_it_has(tmp_path: Path, kept: Path) -> None:
    nowhere = "http://127.0.0.1:9"  # where nothing listens (RFC 863 is long gone)
    for code, there in ((1, False), (0, True)):
        if there:
            root(tmp_path).symlink_to(root(kept))
        cut_off = subprocess.run(
            [sys.executable, "-m", "tuidang", "phone", "install-asterisk"],
            env={**os.environ, "TUIDANG_DATA": str(tmp_path), "http_proxy": nowhere, "https_proxy": nowhere},
            capture_output=True,
            text=True,
            check=False,
        )
        assert cut_off.returncode == code
        assert "is there a network?" in cut_off.stderr
        assert "Traceback" not in cut_off.stderr
    assert "was set up already" in cut_off.stdout
