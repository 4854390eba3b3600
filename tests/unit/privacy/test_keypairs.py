"""A key pair a day: who reads what, what a crash leaves, what is destroyed."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest

from tuidang.privacy.keypairs import DayPairs
from tuidang.privacy.keys import KeyMissingError, UnsafeKeysError
from tuidang.privacy.sealing import CannotOpenError, open_sealed_to, seal_to

TODAY = date(2026, 11, 21)
TOMORROW = TODAY + timedelta(days=1)
NUMBER = "8613837145926"


@pytest.fixture
def pairs(tmp_path: Path) -> DayPairs:
    return DayPairs(tmp_path / "keys" / "private", tmp_path / "keys" / "public")


def public_path(pairs: DayPairs, day: date = TODAY) -> Path:
    return pairs.public / f"{day.isoformat()}.key"


def test_what_the_public_half_seals_the_private_half_opens_and_no_other(pairs: DayPairs) -> None:
    public = pairs.make_pair(TODAY)
    assert pairs.public_key(TODAY) == public
    sealed = seal_to(public, NUMBER)
    assert open_sealed_to(pairs.private_key(TODAY), sealed) == NUMBER
    pairs.make_pair(TOMORROW)
    for wrong in (public, pairs.private_key(TOMORROW)):
        with pytest.raises(CannotOpenError):
            open_sealed_to(wrong, sealed)


def test_the_private_half_is_its_owners_alone_whatever_the_umask(pairs: DayPairs) -> None:
    before = os.umask(0)
    try:
        pairs.make_pair(TODAY)
    finally:
        os.umask(before)
    private = pairs.private / "days"
    assert {path.stat().st_mode & 0o777 for path in (pairs.private, private)} == {0o700}
    assert (private / f"{TODAY}.key").stat().st_mode & 0o777 == 0o600
    assert public_path(pairs).stat().st_mode & 0o777 == 0o644


def test_a_private_half_that_others_may_read_is_refused(pairs: DayPairs) -> None:
    pairs.make_pair(TODAY)
    (pairs.private / "days" / f"{TODAY}.key").chmod(0o640)
    with pytest.raises(UnsafeKeysError, match="chmod 0600"):
        pairs.private_key(TODAY)


def test_a_public_half_that_others_may_write_is_refused_for_they_could_put_theirs_there(
    pairs: DayPairs,
) -> None:
    pairs.make_pair(TODAY)
    public_path(pairs).chmod(0o664)
    with pytest.raises(UnsafeKeysError, match="chmod 0644"):
        pairs.public_key(TODAY)


@pytest.mark.parametrize("rubbish", ["", "c2hvcnQ=\n", "no base64!"])
def test_a_damaged_public_half_is_refused(pairs: DayPairs, rubbish: str) -> None:
    pairs.make_pair(TODAY)
    public_path(pairs).write_text(rubbish)
    with pytest.raises(UnsafeKeysError, match="make the pair anew"):
        pairs.public_key(TODAY)


def test_a_crash_between_the_halves_is_mended_by_the_next_start(pairs: DayPairs) -> None:
    public = pairs.make_pair(TODAY)
    public_path(pairs).unlink()
    with pytest.raises(KeyMissingError):
        pairs.public_key(TODAY)
    assert pairs.make_pair(TODAY) == public == pairs.public_key(TODAY)


def test_many_who_make_a_pair_at_once_make_one(pairs: DayPairs) -> None:
    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(lambda _: pairs.make_pair(TODAY), range(40)))) == 1
    assert [path.name for path in pairs.public.iterdir()] == [f"{TODAY}.key"]


def test_destroying_leaves_neither_half_of_earlier_days_and_spares_later_ones(pairs: DayPairs) -> None:
    for day in (TODAY, TOMORROW):
        pairs.make_pair(day)
    private = pairs.private / "days" / f"{TODAY}.key"
    kept_open = private.open("rb")  # whoever has the file open sees what is left of it
    pairs.destroy_before(TOMORROW)
    assert kept_open.read().strip(b"\0") == b""
    kept_open.close()
    assert pairs.days() == (TOMORROW,)
    assert not private.exists()
    assert not public_path(pairs).exists()
    pairs.destroy_before(TOMORROW)
    assert pairs.public_key(TOMORROW)
