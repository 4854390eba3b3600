"""Weeks are named as in ISO 8601; their keys open what was sealed and nothing else, and can be destroyed."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey, SealedBox

from tuidang.field.rules import GRACE_WEEKS, KEPT_WEEKS, is_in_time, is_over, oldest_kept_week
from tuidang.privacy.erasing import erase_file
from tuidang.privacy.sealing import CannotOpenError
from tuidang.privacy.weekly import (
    SEALED_BYTES,
    PassphraseNeededError,
    WeekKeyError,
    make_week_key,
    monday_of,
    open_entry,
    read_week_key,
    seal_entry,
    week_of,
    weeks_from,
    write_week_key,
)

DAYS = st.dates(date(2020, 1, 1), date(2090, 1, 1))
WEEK = "2026-W48"


@given(DAYS)
def test_a_day_lies_in_the_week_that_is_named_after_it(day: date) -> None:
    monday = monday_of(week_of(day))
    assert monday.weekday() == 0
    assert timedelta(0) <= day - monday < timedelta(7)


@given(DAYS)
def test_weeks_sort_as_their_names_do(day: date) -> None:
    weeks = weeks_from(day, 60)
    assert list(weeks) == sorted(set(weeks))


@given(st.binary(max_size=2047))
def test_what_was_sealed_comes_back_and_has_one_length(data: bytes) -> None:
    key = make_week_key(WEEK)
    sealed = seal_entry(key.public, data)
    assert len(sealed) == SEALED_BYTES
    assert open_entry(key.secret, sealed) == data


def test_another_key_opens_nothing_and_too_much_is_refused() -> None:
    sealed = seal_entry(make_week_key(WEEK).public, b"x")
    with pytest.raises(CannotOpenError):
        open_entry(make_week_key(WEEK).secret, sealed)
    with pytest.raises(CannotOpenError):
        open_entry(make_week_key(WEEK).secret, sealed[:-1])
    with pytest.raises(ValueError, match="fit"):
        seal_entry(make_week_key(WEEK).public, bytes(2048))


def test_a_box_without_padding_is_not_taken_for_an_entry() -> None:
    key = make_week_key(WEEK)
    box = SealedBox(PrivateKey(key.secret).public_key).encrypt(bytes(2048))
    with pytest.raises(CannotOpenError):
        open_entry(key.secret, bytes(box))


def test_a_private_half_is_its_owners_alone_and_is_never_replaced(tmp_path: Path) -> None:
    key = make_week_key(WEEK)
    path = write_week_key(tmp_path, key)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_week_key(path) == key
    with pytest.raises(FileExistsError):
        write_week_key(tmp_path, make_week_key(WEEK))
    path.chmod(0o640)
    with pytest.raises(WeekKeyError, match="open to others"):
        read_week_key(path)


def test_a_passphrase_keeps_a_private_half_shut(tmp_path: Path) -> None:
    key = make_week_key(WEEK)
    path = write_week_key(tmp_path, key, "eight quiet herons")
    assert key.secret not in path.read_bytes()
    assert read_week_key(path, "eight quiet herons") == key
    with pytest.raises(PassphraseNeededError):
        read_week_key(path, "eight loud herons")


def test_a_key_under_another_weeks_name_is_refused(tmp_path: Path) -> None:
    path = write_week_key(tmp_path, make_week_key(WEEK))
    with pytest.raises(WeekKeyError):
        read_week_key(path.rename(tmp_path / "2026-W49.key"))
    (tmp_path / "2026-W50.key").touch(0o600)
    with pytest.raises(WeekKeyError):
        read_week_key(tmp_path / "2026-W50.key")


def test_a_destroyed_half_is_overwritten_before_it_goes(tmp_path: Path) -> None:
    path = write_week_key(tmp_path, make_week_key(WEEK))
    (tmp_path / "link").hardlink_to(path)
    erase_file(path)
    erase_file(path)
    assert not path.exists()
    assert not (tmp_path / "link").read_bytes().strip(b"\0")


@given(DAYS, st.integers(-20, 20))
def test_nothing_is_taken_that_cannot_be_opened_any_more(today: date, weeks: int) -> None:
    week = week_of(today + timedelta(weeks=weeks))
    if is_in_time(week, today):
        assert not is_over(week, today)
        assert week >= oldest_kept_week(today)
        assert -GRACE_WEEKS <= weeks <= 1
    if is_over(week, today):
        assert week < oldest_kept_week(today)
        assert weeks < -KEPT_WEEKS


def test_an_entry_may_be_four_weeks_late_and_no_more() -> None:
    assert is_in_time(WEEK, date(2026, 12, 27))
    assert not is_in_time(WEEK, date(2026, 12, 28))
    assert is_in_time("2026-W49", date(2026, 11, 25))
    assert not is_in_time("2026-W50", date(2026, 11, 25))
    assert not is_in_time("2026-W99", date(2026, 11, 25))
