"""`tuidang up` in a terminal of its own, as a newcomer has it, with the telephone behind it."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from town_cast import free_port, free_range

PATIENCE = 90.0  # seconds, on a machine that does other things too


class Terminal:
    """Hold a running `tuidang up` and what it has said."""

    def __init__(self, folder: Path, **more: str) -> None:
        self.folder, self.port = folder, free_port(socket.SOCK_STREAM)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TUIDANG_")}
        low, high = free_range(46000)
        mine = {
            "TUIDANG_DATA": str(folder),
            "PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
            "TUIDANG_PHONE_SIP": f"127.0.0.1:{free_port()}",
            "TUIDANG_PHONE_HTTP": str(free_port(socket.SOCK_STREAM)),
            "TUIDANG_PHONE_RTP": f"{low}-{high}",
            "TUIDANG_PHONE_LAB": str(free_port()),
        }
        self.settings = kept | mine | more
        self._heard = folder.with_suffix(".heard")
        with self._heard.open("w") as heard:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tuidang", "up"],
                env=self.settings,
                stdout=heard,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        """Return all that was printed."""
        return self._heard.read_text()

    def wait(self, holds: Callable[[], object], patience: float = PATIENCE, pause: float = 0.1) -> None:
        """Wait until something holds; fail with what was printed."""
        deadline = time.monotonic() + patience
        while not holds():
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(pause)

    def hear(self, *words: str, times: int = 1, patience: float = PATIENCE) -> None:
        """Wait until each of these words was printed."""
        self.wait(lambda: all(self.said.count(word) >= times for word in words), patience)

    def run(self, *words: str) -> str:
        """Run a command of ours on the same data, and return what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "tuidang", *words],
            env=self.settings,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @property
    def address(self) -> str:
        """Name where the site is."""
        return f"http://127.0.0.1:{self.port}/"

    def answers(self) -> bool:
        """Tell whether the site answers."""
        return self.by_channel() != {}

    def by_channel(self) -> dict[str, int]:
        """Return how many published statements came by each channel, as the site tells programs."""
        with urllib.request.urlopen(f"{self.address}api/v1/figures", timeout=10) as answer:
            channels: dict[str, int] = json.load(answer)["by_channel"]
            return channels

    def waiting(self) -> int:
        """Count the statements that were confirmed and are not published yet."""
        with closing(sqlite3.connect(f"file:{self.folder}/private.sqlite3?mode=ro", uri=True)) as database:
            return int(database.execute("SELECT COUNT(*) FROM register_waiting").fetchone()[0])

    def ours(self, *words: str) -> list[int]:
        """Return the processes of this data folder whose command line has all these words."""
        mark = f"TUIDANG_DATA={self.folder}".encode()
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                line = (entry / "cmdline").read_bytes().split(b"\0")
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    text = b" ".join(line).decode()
                    found += [int(entry.name)] if all(word in text for word in words) else []
            except OSError:
                continue  # it ended while we looked
        return found


@contextmanager
def up(folder: Path, **more: str) -> Iterator[Terminal]:
    """Run `tuidang up`; press Ctrl-C at the end, after which nothing may be left."""
    terminal = Terminal(folder, **more)
    try:
        terminal.hear("the register is open")
        yield terminal
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.process.wait(PATIENCE) == 0, terminal.said
        assert terminal.said.endswith("Stopped. Starting again finds everything.\n")
        assert terminal.ours() == []
        assert "Traceback" not in terminal.said
    finally:
        for pid in terminal.ours():
            os.kill(pid, signal.SIGKILL)
