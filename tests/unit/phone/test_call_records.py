"""Call records: added durably, closed shuffled, counted with their denominators, and naming nobody."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuidang.phone.records import days
from tuidang.phone.records.days import close_days
from tuidang.phone.records.funnel import GROUPS, STAGES, funnel
from tuidang.phone.records.outcomes import LIVE, Outcome, Record, in_steps
from tuidang.phone.records.spool import Spool

MONDAY = date(2026, 11, 23)
TUESDAY = MONDAY + timedelta(days=1)
HEARD = Record(
    MONDAY,
    "CN-HA",
    "sample",
    "lab",
    "first",
    "first=1 second=1",
    Outcome.ANSWERED,
    "voice",
    "19",
    60,
    True,
    2,
)
records = st.builds(
    Record,
    day=st.sampled_from([MONDAY, TUESDAY]),
    region=st.sampled_from(["", "CN-HA", "CN-XJ"]),
    campaign=st.just("sample"),
    trunk=st.just("lab"),
    message=st.sampled_from(["first", "second"]),
    plan=st.just("first=1 second=1"),
    outcome=st.sampled_from(Outcome),
    reason=st.sampled_from(["", "486", "early media"]),
    keys=st.sampled_from(["", "1", "9", "89", "0"]),
    seconds=st.sampled_from([0, 30, 210]),
    whole=st.booleans(),
    people=st.integers(0, 20),
)


def write(folder: Path, *some: Record) -> None:
    spool = Spool(folder)
    for record in some:
        spool.add(record)
    spool.close()


def test_a_record_has_no_number_no_block_and_no_clock() -> None:
    kept = {field.name for field in fields(Record)}
    assert kept == {
        *("day", "region", "campaign", "trunk", "message", "plan"),
        *("outcome", "reason", "keys", "seconds", "whole", "people"),
    }


def test_heard_times_are_kept_in_steps_of_thirty_seconds() -> None:
    assert [in_steps(seconds) for seconds in (0, 29.9, 30, 89.5)] == [0, 0, 30, 60]


def test_words_that_would_part_a_line_are_refused(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for word in ("a,b", 'a"b', "a\nb", "a\rb"):
        with pytest.raises(ValueError, match="comma, quote or line break"):
            spool.add(replace(HEARD, reason=word))
    spool.close()
    assert funnel(tmp_path)[0].counts["dialled"] == 0


def test_a_day_that_goes_on_is_counted_too(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.add(HEARD)
    spool.flush(MONDAY)
    (row,) = funnel(tmp_path, ["day", "region", "message"])
    assert row.group == ("2026-11-23", "CN-HA", "first")
    assert row.people == 2
    assert {name for name, count in row.counts.items() if count} == {
        *("dialled", "live", "answered", "heard", "whole", "asked", "more", "withdraw")
    }
    spool.close()


def test_a_line_that_a_crash_tore_off_anywhere_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, HEARD, replace(HEARD, people=12))
    (path,) = (tmp_path / "open").iterdir()
    whole = path.read_bytes()
    second = whole.index(b"\n") + 1
    for end in range(second, len(whole) - 2):
        path.write_bytes(whole[:end])
        assert [(row.counts["dialled"], row.people) for row in funnel(tmp_path)] == [(1, 2)]


@settings(max_examples=25)
@given(st.lists(records, max_size=30), st.lists(records, max_size=30))
def test_closing_changes_no_count_whoever_wrote_and_however_often_it_is_done(
    tmp_path_factory: pytest.TempPathFactory, ours: list[Record], theirs: list[Record]
) -> None:
    folder = tmp_path_factory.mktemp("records")
    write(folder, *ours)
    write(folder, *theirs)
    before = funnel(folder, GROUPS)
    for today in (TUESDAY, TUESDAY, TUESDAY + timedelta(days=1)):
        close_days(folder, today)
        assert funnel(folder, GROUPS) == before
    assert not list((folder / "open").iterdir())


@given(st.lists(records, min_size=1, max_size=60))
def test_the_funnel_counts_as_plain_python_does(
    tmp_path_factory: pytest.TempPathFactory, some: list[Record]
) -> None:
    folder = tmp_path_factory.mktemp("records")
    write(folder, *some)
    counted = {row.group[0]: row for row in funnel(folder, ["region"])}
    for region in {record.region for record in some}:
        here = [record for record in some if record.region == region]
        outcomes = Counter(record.outcome for record in here)
        answered = [record for record in here if record.outcome is Outcome.ANSWERED]
        counts = counted[region].counts
        assert counts["refused"] == outcomes[Outcome.REFUSED]
        assert counts["dialled"] == len(here) - outcomes[Outcome.REFUSED]
        assert counts["live"] == sum(outcomes[outcome] for outcome in LIVE)
        assert counts["answered"] == len(answered)
        assert counts["heard"] == sum(record.seconds >= 30 or record.whole for record in answered)
        assert counts["heard"] >= counts["whole"]
        assert counts["withdraw"] == sum("9" in record.keys for record in answered)
        assert counted[region].people == sum(record.people for record in here)


def test_a_closed_day_keeps_no_order(tmp_path: Path) -> None:
    came = [replace(HEARD, people=number) for number in range(200)]
    write(tmp_path, *came)
    assert close_days(tmp_path, TUESDAY) == [MONDAY]
    rows = duckdb.sql(f"SELECT people FROM '{tmp_path}/{MONDAY}.parquet'").fetchall()
    assert sorted(rows) == [(number,) for number in range(200)]
    assert rows != sorted(rows)


def test_a_day_of_which_a_file_still_grows_is_not_closed(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.add(HEARD)
    spool.flush(MONDAY)
    assert close_days(tmp_path, TUESDAY) == []
    spool.flush(TUESDAY)  # nothing to write, but the day is over
    assert close_days(tmp_path, TUESDAY) == [MONDAY]
    assert funnel(tmp_path)[0].counts["dialled"] == 1


def test_a_crash_after_the_swap_counts_nothing_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, HEARD)

    def crash(_self: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", crash)
        with pytest.raises(KeyboardInterrupt):
            close_days(tmp_path, TUESDAY)
    assert list((tmp_path / "open").iterdir())
    assert funnel(tmp_path)[0].counts["dialled"] == 1
    write(tmp_path, HEARD)  # another machine's, late
    assert funnel(tmp_path)[0].counts["dialled"] == 2
    assert close_days(tmp_path, TUESDAY) == [MONDAY]
    assert funnel(tmp_path)[0].counts["dialled"] == 2


def test_a_disk_that_fails_loses_and_doubles_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(tmp_path)
    spool.add(HEARD)

    def fail(_descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fdatasync", fail)
        with pytest.raises(OSError, match="Input/output"):
            spool.flush(MONDAY)
    spool.add(HEARD)
    spool.flush(MONDAY)
    spool.close()
    assert funnel(tmp_path)[0].counts["dialled"] == 2


def test_a_kill_loses_no_record_that_was_flushed(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    flushed = 0
    while flushed < 200:
        flushed = int(child.stdout.readline())
    child.send_signal(signal.SIGKILL)
    child.wait()
    flushed = int((child.stdout.read().split() or [str(flushed)])[-1])
    close_days(tmp_path, TUESDAY)
    found = funnel(tmp_path)[0].counts["dialled"]
    assert flushed <= found <= flushed + 10


def test_stages_are_parts_of_the_one_before() -> None:
    assert list(STAGES)[:5] == ["dialled", "live", "answered", "heard", "whole"]


def test_records_are_not_grouped_by_what_they_do_not_hold(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not by number"):
        funnel(tmp_path, ["number"])


def test_files_are_for_us_alone(tmp_path: Path) -> None:
    write(tmp_path, HEARD)
    close_days(tmp_path, TUESDAY)
    write(tmp_path, HEARD)
    assert {path.stat().st_mode & 0o077 for path in tmp_path.rglob("*") if path.is_file()} == {0}
    assert days.rows_of(tmp_path)


WRITER = """
import sys
from datetime import date
from pathlib import Path
from tuidang.phone.records.outcomes import Outcome, Record
from tuidang.phone.records.spool import Spool

spool = Spool(Path(sys.argv[1]))
record = Record(date(2026, 11, 23), "CN-HA", "sample", "lab", "first", "first=1", Outcome.BUSY)
for number in range(10, 100_000, 10):
    for _ in range(10):
        spool.add(record)
    spool.flush(record.day)
    print(number, flush=True)
"""
