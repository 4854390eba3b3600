"""Records of real calls that are held back: sealed on the disk at once, given on once, and in no order."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tuidang.phone.records.days import close_days
from tuidang.phone.records.funnel import funnel
from tuidang.phone.records.held import KEEP, Held
from tuidang.phone.records.outcomes import Outcome, Record
from tuidang.phone.records.spool import Spool

MONDAY = date(2026, 11, 23)
TUESDAY = MONDAY + timedelta(days=1)
RECORD = Record(MONDAY, "CN-SD", "sample", "out", "a", "a=1", Outcome.ANSWERED, keys="9", seconds=60)
KEY = bytes(range(32))
WRITES = (
    (os, "write"),
    (os, "fsync"),
    (os, "fdatasync"),
    (Path, "rename"),
    (Path, "unlink"),
    (os, "utime"),
)


class Killed(BaseException):
    """The process is gone."""


def held_in(folder: Path) -> Held:
    Spool(folder / "records").close()
    return Held(folder / "held", KEY, folder / "records")


def dialled(folder: Path) -> int:
    return funnel(folder / "records")[0].counts["dialled"]


def gone(held: Held) -> None:
    """Let the lock of a process that was killed go, as the system does."""
    if held._descriptor >= 0:
        os.close(held._descriptor)


def test_records_wait_for_others_and_leave_in_no_order(tmp_path: Path) -> None:
    held = held_in(tmp_path)
    records = [replace(RECORD, seconds=30 * number) for number in range(100)]
    for number, record in enumerate(records):
        held.add([record], float(number))
        held.flush(float(number))
        assert dialled(tmp_path) == 0
    held.flush(KEEP)
    (path,) = (tmp_path / "records/open").glob("*.csv")
    seconds = [int(line.split(",")[9]) for line in path.read_text().splitlines()]
    assert seconds != sorted(seconds)
    assert sorted(seconds) == [record.seconds for record in records]
    held.flush(2 * KEEP)
    assert dialled(tmp_path) == 100
    held.add([RECORD], 3 * KEEP)
    held.flush(3 * KEEP)
    assert dialled(tmp_path) == 100
    held.flush(3 * KEEP, everything=True)
    assert dialled(tmp_path) == 101
    assert list((tmp_path / "held").iterdir()) == []


def test_what_is_held_lies_sealed_for_us_alone_and_without_the_time_of_the_last_call(tmp_path: Path) -> None:
    held = held_in(tmp_path)
    held.add([RECORD], 0.0)
    held.flush(0.0)
    (path,) = (tmp_path / "held").iterdir()
    assert b"CN-SD" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    os.utime(path, (0, 0))
    held.flush(1.0)
    assert path.stat().st_mtime > 0


def test_another_dialler_s_are_left_to_it_and_a_killed_one_s_are_taken_over(tmp_path: Path) -> None:
    held = held_in(tmp_path)
    held.add([RECORD, replace(RECORD, day=TUESDAY)], 0.0)
    held.flush(0.0)
    held_in(tmp_path).recover()
    assert dialled(tmp_path) == 0
    gone(held)
    held_in(tmp_path).recover()
    assert dialled(tmp_path) == 2
    assert list((tmp_path / "held").iterdir()) == []


def test_what_another_key_sealed_stays_for_a_person(tmp_path: Path) -> None:
    held = held_in(tmp_path)
    held.add([RECORD], 0.0)
    held.flush(0.0)
    gone(held)
    Held(tmp_path / "held", bytes(32), tmp_path / "records").recover()
    assert len(list((tmp_path / "held").iterdir())) == 1
    assert dialled(tmp_path) == 0


def test_a_torn_line_is_passed_over_and_the_ones_before_it_are_not(tmp_path: Path) -> None:
    held = held_in(tmp_path)
    held.add([RECORD], 0.0)
    held.flush(0.0)
    (path,) = (tmp_path / "held").iterdir()
    path.write_bytes(2 * path.read_bytes()[:-1])
    gone(held)
    held_in(tmp_path).recover()
    assert dialled(tmp_path) == 0  # nothing whole is left of it
    held = held_in(tmp_path)
    held.add([RECORD], 0.0)
    held.flush(0.0)
    (path,) = (tmp_path / "held").iterdir()
    path.write_bytes(path.read_bytes() + b"torn")
    gone(held)
    held_in(tmp_path).recover()
    assert dialled(tmp_path) == 1


def test_a_full_disk_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = held_in(tmp_path)
    held.add([RECORD], 0.0)

    def full(_descriptor: int, _data: Any) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        for _ in range(2):
            with pytest.raises(OSError, match="No space"):
                held.flush(KEEP)
    held.flush(KEEP)
    assert dialled(tmp_path) == 1


def killed_at(monkeypatch: pytest.MonkeyPatch, turn: int, work: Callable[[], None]) -> bool:
    """Do some work, but be killed before the write of this turn; tell whether that came."""
    left = [turn]

    def dying(real: Callable[..., Any]) -> Callable[..., Any]:
        def write(*arguments: Any, **named: Any) -> Any:
            if left[0] == 0:
                raise Killed
            left[0] -= 1
            return real(*arguments, **named)

        return write

    with monkeypatch.context() as patch:
        for place, name in WRITES:
            patch.setattr(place, name, dying(getattr(place, name)))
        try:
            work()
        except Killed:
            return True
    return False


def test_a_kill_at_any_write_loses_no_record_that_was_flushed_and_counts_none_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn, deaths = 0, 1
    while deaths:
        deaths = 0
        folder = tmp_path / str(turn)
        folder.mkdir()
        held = held_in(folder)
        flushed = 0

        def live(held: Held = held) -> None:
            nonlocal flushed
            for number in range(4):
                held.add([RECORD, replace(RECORD, day=TUESDAY)], KEEP / 2 * number)
                held.flush(KEEP / 2 * number)
                flushed += 2

        deaths += killed_at(monkeypatch, turn, live)
        gone(held)
        for again in (turn, turn // 2, turn // 3):  # and killed while it recovers, and while a day is closed
            deaths += killed_at(monkeypatch, again, lambda folder=folder: held_in(folder).recover())
            deaths += killed_at(
                monkeypatch,
                again,
                lambda folder=folder: close_days(folder / "records", TUESDAY),
            )
        held_in(folder).recover()
        close_days(folder / "records", TUESDAY + timedelta(days=1))
        assert flushed <= dialled(folder) <= flushed + 2
        assert list((folder / "held").glob("*.held")) == []
        turn += 1
    assert turn > 20


@pytest.mark.parametrize("killed", [True, False])
def test_the_disk_keeps_no_order_of_what_was_given_on(tmp_path: Path, killed: bool) -> None:
    held = held_in(tmp_path)
    held.add([RECORD], 0.0)
    held.flush(0.0)
    (path,) = (tmp_path / "held").iterdir()
    blocks = tmp_path / "blocks"
    blocks.hardlink_to(path)  # what the disk has where the file was
    assert any(blocks.read_bytes())
    if killed:
        gone(held)
        held_in(tmp_path).recover()
    else:
        held.flush(0.0, everything=True)
    assert not path.exists()
    assert not any(blocks.read_bytes())
    assert dialled(tmp_path) == 1
