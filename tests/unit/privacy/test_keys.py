"""The folder of keys: who may read it, what a crash leaves, what a destroyed key leaves."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from tuidang.privacy.keys import KeyFolder, KeyMissingError, UnsafeKeysError

TODAY = date(2026, 11, 21)


@pytest.fixture
def keys(tmp_path: Path) -> KeyFolder:
    folder = KeyFolder(tmp_path / "keys")
    folder.ensure()
    return folder


def modes(folder: Path) -> set[int]:
    return {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()}


def test_a_new_folder_is_readable_by_its_owner_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        keys = KeyFolder(tmp_path / "keys")
        keys.ensure()
        keys.save_log_key("PRIVATE+KEY+example")
        keys.day_key(TODAY, create=True)
    finally:
        os.umask(before)
    assert keys.path.stat().st_mode & 0o777 == 0o700
    assert (keys.path / "days").stat().st_mode & 0o777 == 0o700
    assert modes(keys.path) == {0o600}


def test_starting_again_changes_no_key(keys: KeyFolder) -> None:
    before = (keys.web_key(), keys.digits_keys(), keys.lookup_keys(), keys.day_key(TODAY, create=True))
    keys.ensure()
    assert before == (
        keys.web_key(),
        keys.digits_keys(),
        keys.lookup_keys(),
        keys.day_key(TODAY, create=True),
    )
    assert len({before[0], before[1].newest.secret, before[2].newest.secret, before[3]}) == 4


@pytest.mark.parametrize("what", ["web.key", "receipt-lookup.1.key", "days", ".", "days/2026-11-21.key"])
def test_keys_open_to_others_are_refused_with_the_mend(keys: KeyFolder, what: str) -> None:
    keys.day_key(TODAY, create=True)
    (keys.path / what).chmod(0o640 if "key" in what else 0o750)
    with pytest.raises(UnsafeKeysError, match=r"open to others.*chmod 0[67]00"):
        keys.ensure()


def test_a_damaged_key_is_refused(keys: KeyFolder) -> None:
    (keys.path / "receipt-digits.1.key").write_text("c2hvcnQ=\n")
    with pytest.raises(UnsafeKeysError, match="does not hold 32 bytes"):
        keys.digits_keys()


def test_the_newest_receipt_key_comes_first_and_old_ones_stay(keys: KeyFolder) -> None:
    first = keys.lookup_keys().newest
    for _ in range(9):
        keys.add_receipt_key("lookup")
    ring = keys.lookup_keys()
    assert [key.id for key in ring.keys] == [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]
    assert ring.newest.id == 10
    assert ring.keys[-1] == first


def test_a_secret_is_not_shown_where_its_key_is_printed(keys: KeyFolder) -> None:
    assert repr(keys.lookup_keys().newest.secret)[2:10] not in repr(keys.lookup_keys())


def test_a_log_key_is_stored_once(keys: KeyFolder) -> None:
    with pytest.raises(KeyMissingError):
        keys.log_key()
    keys.save_log_key("PRIVATE+KEY+example\n")
    assert keys.log_key() == "PRIVATE+KEY+example"
    with pytest.raises(FileExistsError):
        keys.save_log_key("another")
    assert keys.log_key() == "PRIVATE+KEY+example"


def test_many_that_ask_for_a_new_day_at_once_get_the_same_key(keys: KeyFolder) -> None:
    with ThreadPoolExecutor(16) as pool:
        secrets = set(pool.map(lambda _: keys.day_key(TODAY, create=True), range(64)))
    assert len(secrets) == 1
    assert [path.name for path in (keys.path / "days").iterdir()] == ["2026-11-21.key"]


def test_a_crash_while_a_key_is_written_leaves_none(keys: KeyFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "link", crash)
        with pytest.raises(KeyboardInterrupt):
            keys.day_key(TODAY, create=True)
    assert keys.days() == ()
    assert len(keys.day_key(TODAY, create=True)) == 32


def test_a_destroyed_key_is_overwritten_before_its_name_goes(keys: KeyFolder) -> None:
    secret_file = keys.path / "days" / "2026-11-21.key"
    keys.day_key(TODAY, create=True)
    keys.day_key(date(2026, 11, 20), create=True)
    os.link(secret_file, keys.path / "still-open")
    keys.destroy_day_key(TODAY)
    assert set((keys.path / "still-open").read_bytes()) == {0}
    assert keys.days() == (date(2026, 11, 20),)
    with pytest.raises(KeyMissingError):
        keys.day_key(TODAY)
    keys.destroy_day_key(TODAY)


def test_a_crash_while_a_key_is_destroyed_is_finished_at_the_next_start(
    keys: KeyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    keys.day_key(TODAY, create=True)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", crash)
        with pytest.raises(KeyboardInterrupt):
            keys.destroy_day_key(TODAY)
    with pytest.raises(KeyMissingError):
        keys.day_key(TODAY)
    keys.ensure()
    assert keys.days() == ()
