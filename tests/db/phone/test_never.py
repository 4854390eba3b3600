"""The do-not-call list: found by every key, never in the clear, and nobody is called when a key is lost."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from django.db import connection

from tuidang.phone.actions.never import count_never, is_never, never_call, never_keys, read_number
from tuidang.phone.models import DoNotCall
from tuidang.privacy.keys import KeyFolder, KeyMissingError
from tuidang.web import doctor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house")]
MARKED = "8613987654321"
OTHER = "8613987654322"


def test_a_number_is_found_and_no_other() -> None:
    never_call(MARKED)
    assert is_never([OTHER, MARKED]) == {MARKED}
    assert is_never([OTHER]) == set()
    assert is_never([]) == set()


def test_a_number_is_on_the_list_once_however_often_it_asks(house: Path) -> None:
    never_call(MARKED)
    never_call(MARKED)
    KeyFolder(house / "keys").add_never_key()
    never_call(MARKED)
    assert count_never() == 1


def test_a_new_key_serves_new_entries_and_old_ones_are_still_found(house: Path) -> None:
    never_call(MARKED)
    KeyFolder(house / "keys").add_never_key()
    never_call(OTHER)
    heads = {bytes(row.hash)[1] for row in DoNotCall.objects.all()}
    assert heads == {1, 2}
    assert is_never([MARKED, OTHER]) == {MARKED, OTHER}


@pytest.mark.parametrize("replaced", [False, True])
def test_when_a_key_is_lost_nobody_can_be_called(house: Path, replaced: bool) -> None:
    never_call(MARKED)
    folder = KeyFolder(house / "keys")
    (folder.path / "do-not-call.1.key").unlink()
    if replaced:
        folder.ensure()
    with pytest.raises(KeyMissingError):
        is_never([OTHER])
    with pytest.raises(KeyMissingError):
        never_call(OTHER)
    with pytest.raises(KeyMissingError):
        count_never()
    (finding,) = doctor._never()
    assert (finding.level, "do-not-call" in finding.what) == (doctor.Level.WRONG, True)


def test_a_row_holds_twenty_bytes_that_are_not_the_number() -> None:
    never_call(MARKED)
    row = DoNotCall.objects.get()
    assert len(bytes(row.hash)) == 20
    assert MARKED not in repr(vars(row))
    assert bytes.fromhex(MARKED.zfill(14)) not in bytes(row.hash)


def test_no_file_of_the_database_holds_the_number() -> None:
    never_call(MARKED)
    is_never([MARKED])
    if connection.vendor != "sqlite":
        pytest.skip("a server's files are not ours to read")
    database = Path(connection.settings_dict["NAME"])
    for file in database.parent.glob(f"{database.name}*"):
        # By another process: were we to close a file that SQLite has open here, its locks would be gone.
        written = subprocess.run(["cat", file], capture_output=True, check=True).stdout
        assert MARKED.encode() not in written
        assert MARKED[2:].encode() not in written


def test_the_list_has_a_key_of_its_own(house: Path) -> None:
    keys = KeyFolder(house / "keys")
    rings = (never_keys(), keys.lookup_keys(), keys.digits_keys())
    assert len({ring.newest.secret for ring in rings}) == 3


@pytest.mark.parametrize(
    "typed",
    ["13987654321", "+8613987654321", "008613987654321", "8613987654321", "+86 139 8765 4321",
     "139-8765-4321\n", "(+86) 139.8765.4321"],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it(typed: str) -> None:
    assert read_number(typed) == MARKED


@pytest.mark.parametrize(
    "typed", ["", "110", "1398765432", "139876543210", "+14165550123", "010 6512 3456", "金福"]
)
def test_what_is_no_chinese_mobile_is_refused_and_not_repeated(typed: str) -> None:
    with pytest.raises(ValueError, match="no Chinese mobile") as refused:
        read_number(typed)
    assert not typed or typed not in str(refused.value)
