"""Asterisk as a child of ours: it comes back when it is killed, and a start ends what was left running."""

from __future__ import annotations

import os
import re
import resource
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from town_cast import free_port, free_range

from tuidang.phone.asterisk import install, process
from tuidang.phone.asterisk.config import Line, Ports, Setup, modules


@pytest.fixture
def alone(kept: Path) -> Iterator[Setup]:
    """Give a setup that no other test uses."""
    import shutil
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="phone-"))
    (folder / "phone").mkdir(mode=0o700)
    install.root(folder).symlink_to(install.root(kept))
    low, high = free_range(36000)
    yield Setup(folder, (), Ports(free_port(socket.SOCK_STREAM), free_port(), low, high))
    shutil.rmtree(folder, ignore_errors=True)


def pid_of(setup: Setup) -> int:
    """Return the process that Asterisk says it is."""
    pid = int((setup.run / "asterisk.pid").read_text())
    assert pid > 1
    return pid


def test_it_comes_back_whenever_it_is_killed_and_ends_when_it_is_told(alone: Setup) -> None:
    said: list[str] = []
    ended = threading.Event()
    keeper = threading.Thread(target=process.keep_running, args=(lambda: alone, ended, said.append))
    keeper.start()
    try:
        _wait_for(lambda: said.count("Asterisk is up.") == 1)
        first = pid_of(alone)
        os.kill(first, signal.SIGKILL)
        _wait_for(lambda: said.count("Asterisk is up.") == 2)
        assert pid_of(alone) != first
    finally:
        ended.set()
        keeper.join(process.PATIENCE)
    assert not keeper.is_alive()
    assert not (alone.run / "asterisk.ctl").exists()
    assert any("started again" in words for words in said)


def test_a_second_keeper_is_told_of_the_first_and_ends_no_call_of_its(
    alone: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_HANDOVER", 0.3)
    said: list[str] = []
    late: list[str] = []
    ended = threading.Event()
    keeper = threading.Thread(target=process.keep_running, args=(lambda: alone, ended, said.append))
    second = threading.Thread(target=process.keep_running, args=(lambda: alone, ended, late.append))
    keeper.start()
    try:
        _wait_for(lambda: said.count("Asterisk is up.") == 1)
        first = pid_of(alone)
        second.start()
        _wait_for(lambda: bool(late))
        assert "keeps Asterisk running" in late[0]
        assert pid_of(alone) == first
        assert said == ["Asterisk is up."]
    finally:
        ended.set()
        keeper.join(process.PATIENCE)
        second.join(process.PATIENCE)
    assert "Asterisk is up." not in late


def test_a_start_ends_what_an_earlier_one_left_running(alone: Setup) -> None:
    left_over = process.start(alone)
    process.wait_until_booted(alone, left_over)
    running = process.start(alone)
    process.wait_until_booted(alone, running)
    assert left_over.wait(5) == 0
    assert running.poll() is None
    process.stop(running)


def test_a_port_that_is_taken_is_told_and_not_waited_for(alone: Setup) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ports = Ports(taken.getsockname()[1], alone.ports.sip, alone.ports.rtp_low, alone.ports.rtp_high)
        setup = Setup(alone.data, (), ports)
        with pytest.raises(process.CannotStartError, match="taken"):
            process.start(setup)


def test_it_leaves_no_core_file_and_may_open_as_many_files_as_the_machine_lets_it(alone: Setup) -> None:
    running = process.start(alone)
    process.wait_until_booted(alone, running)
    assert resource.prlimit(running.pid, resource.RLIMIT_CORE) == (1, 1)
    soft, hard = resource.prlimit(running.pid, resource.RLIMIT_NOFILE)
    assert soft == hard
    process.stop(running)


def test_an_asterisk_that_lacks_what_it_needs_does_not_count_as_up(
    alone: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(modules, "MODULES", (*modules.MODULES, "res_of_next_year"))
    running = process.start(alone)
    with pytest.raises(process.CannotStartError, match="res_of_next_year"):
        process.wait_until_booted(alone, running)
    process.stop(running)


def test_the_log_keeps_what_went_wrong_without_any_number(alone: Setup) -> None:
    broken = Setup(alone.data, (Line("lab", "nowhere.invalid:8613800138000"),), alone.ports)
    running = process.start(broken)
    process.wait_until_booted(broken, running)
    process.stop(running)
    log = process.log_file(broken)
    _wait_for(lambda: "cleanly ending" in log.read_text(encoding="utf-8"))
    assert not re.search(r"\d{5,}", log.read_text(encoding="utf-8"))
    assert log.stat().st_mode & 0o077 == 0


def _wait_for(holds: object) -> None:
    deadline = time.monotonic() + process.PATIENCE
    while time.monotonic() < deadline:
        if holds():  # type: ignore[operator]
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen")
