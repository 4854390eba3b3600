"""Erasure: the record is nowhere any more, the leaf stays, and the notice comes with others a week."""

from __future__ import annotations

import shutil
import zlib
from base64 import b64encode
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import connection

from folder_cast import DEMONSTRATION, TODAY, find_bytes, post, put, read_leaves, read_records
from tuidang.register.actions.counters import read_counters
from tuidang.register.actions.erasure import apply_erasures, log_notices, take_out_of_count
from tuidang.register.actions.head import begin_log, recover
from tuidang.register.actions.owner import OwnState, find_statement, request_erasure
from tuidang.register.actions.publication import publish
from tuidang.register.folder import folder as public
from tuidang.register.folder.audit import audit_folder
from tuidang.register.folder.batch import decode_batch
from tuidang.register.folder.dayfiles import day_files, day_path, read_members
from tuidang.register.folder.figures import compare_figures, load_figures, recount
from tuidang.register.folder.records import Erased, Uncounted, UncountedReason, parse_line
from tuidang.register.folder.search import Entry, Reader, State
from tuidang.register.models import Erasure, Head, HideRequest, Receipt

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "那年冬天父亲把粮食藏在灶台底下"


@pytest.fixture
def folder(house: Path) -> Path:
    """Begin a log that shows at once what it takes; give its public folder."""
    begin_log(DEMONSTRATION, TODAY)
    return house / "log"


def erase(*leaves: int) -> None:
    for leaf in leaves:
        Erasure.objects.create(leaf=leaf, by="owner", state="consented", day=TODAY)


def publish_some(count: int, **content: str) -> None:
    for number in range(count):
        put(number, **{"text": f"{SECRET}，{number}", **content})
    publish(TODAY)


def lines(folder: Path) -> dict[int, bytes]:
    members = (member for _, path in day_files(folder) for member in read_members(path))
    return {leaf: data for member in members for leaf, data in member.lines}


def database_files() -> list[Path]:
    """Name the files of the database: SQLite's with its log, PostgreSQL's tables."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return list(Path(name).parent.glob(f"{Path(name).name}*"))
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SELECT current_setting('data_directory')")
        data = cursor.fetchone()[0]
        cursor.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
        oid = cursor.fetchone()[0]
        # Tables and indexes have numbers for names; what else lies there comes and goes.
        return list(Path(data, "base", str(oid)).glob("[0-9]*"))


def test_an_owner_erases_with_his_receipt_and_sees_it(folder: Path) -> None:
    taken = post(1, "金福", text=SECRET)
    publish(TODAY)
    request_erasure(taken.receipts[0], "金福", TODAY)
    assert apply_erasures(TODAY) == 1
    found = find_statement(taken.receipts[0], "金福")
    assert found is not None
    assert (found.state, found.leaf) == (OwnState.ERASED, 0)
    assert read_records(folder) == {}
    assert len(read_leaves(folder)) == load_figures(folder).total == 1
    entry = Reader(folder).by_leaf(0)
    assert isinstance(entry, Entry)
    assert (entry.state, entry.name, entry.text) == (State.ERASED, "", "")


def test_of_an_erased_record_no_byte_is_left_anywhere(folder: Path, house: Path) -> None:
    publish_some(3)
    post(9, "万顺吉祥", text=SECRET)
    publish(TODAY)
    salts = [parse_line(data).salt for data in lines(folder).values()]
    staged = bytes(Head.objects.get().batch)[-100:]
    erase(*range(4))
    apply_erasures(TODAY)
    needles = [word.encode() for word in (SECRET, SECRET[:6], "万顺吉祥")]
    needles += [spelling for salt in salts for spelling in (salt, b64encode(salt))]
    assert find_bytes(house, needles) == []
    files = database_files()
    assert files
    for path in files:
        data = path.read_bytes()
        assert not any(needle in data for needle in needles)
        assert staged not in data
    scrubbed = zlib.decompress(bytes(Head.objects.get().batch))
    assert not any(needle in scrubbed for needle in needles)


def test_the_records_that_stay_keep_their_bytes_and_are_still_found(folder: Path) -> None:
    publish_some(20, name="如意")
    before = lines(folder)
    erase(0, 7, 19)
    apply_erasures(TODAY)
    assert lines(folder) == {leaf: data for leaf, data in before.items() if leaf not in {0, 7, 19}}
    assert {hit.leaf for hit in Reader(folder).by_name("如意", limit=30).hits} == set(range(20)) - {0, 7, 19}
    assert {hit.leaf for hit in Reader(folder).by_words("灶台", limit=30).hits} == set(range(20)) - {0, 7, 19}


def test_nothing_is_erased_before_a_second_reviewer_consents(folder: Path) -> None:
    publish_some(2)
    Erasure.objects.create(leaf=0, by="reviewers", state="asked", day=TODAY, asked_by="linden")
    assert apply_erasures(TODAY) == 0
    assert sorted(read_records(folder)) == [0, 1]


def test_an_erasure_answers_a_request_to_hide(folder: Path) -> None:
    publish_some(1)
    HideRequest.objects.create(leaf=0, day=TODAY)
    erase(0)
    apply_erasures(TODAY)
    assert not HideRequest.objects.exists()


def test_an_erasure_of_what_is_no_statement_is_dropped_and_hinders_no_other(folder: Path) -> None:
    publish_some(2)
    erase(0)
    apply_erasures(TODAY)
    log_notices(TODAY + timedelta(days=7))
    erase(1, 2, 99)  # 2 is the notice about 0
    assert apply_erasures(TODAY) == 1
    assert read_records(folder) == {}
    assert not Erasure.objects.filter(leaf__in=[2, 99]).exists()


def test_notices_come_together_in_the_first_run_of_a_week(folder: Path) -> None:
    publish_some(9)
    erase(0, 1)
    apply_erasures(TODAY)
    assert log_notices(TODAY) == 0
    erase(2)
    apply_erasures(TODAY + timedelta(days=1))
    monday = date(2026, 11, 23)
    assert log_notices(monday - timedelta(days=1)) == 0
    assert log_notices(monday) == 3
    erase(3)
    apply_erasures(monday)
    assert [log_notices(monday + timedelta(days=n)) for n in range(1, 8)] == [0, 0, 0, 0, 0, 0, 1]
    notices = [leaf.index for leaf in read_leaves(folder) if isinstance(leaf, Erased)]
    assert (sorted(notices[:3]), notices[3]) == ([0, 1, 2], 3)
    assert set(Erasure.objects.values_list("state", flat=True)) == {"noticed"}


def test_an_erasure_in_a_week_whose_notices_were_none_waits_for_the_next(folder: Path) -> None:
    publish_some(1)
    monday = date(2026, 11, 23)
    assert log_notices(monday) == 0
    erase(0)
    apply_erasures(monday)
    assert log_notices(monday + timedelta(days=1)) == 0


def test_notices_are_shuffled(folder: Path) -> None:
    publish_some(20)
    erase(*range(20))
    apply_erasures(TODAY)
    log_notices(TODAY + timedelta(days=7), rng=Random(3))
    notices = [leaf.index for leaf in read_leaves(folder) if isinstance(leaf, Erased)]
    assert notices != sorted(notices)
    assert sorted(notices) == list(range(20))
    assert audit_folder(folder, progress=lambda _: None).bare == ()


def test_what_is_taken_out_of_the_count_is_counted_no_longer_and_only_once(folder: Path) -> None:
    publish_some(6, region="CN-TJ")
    assert take_out_of_count({2: UncountedReason.FORGED, 4: UncountedReason.DUPLICATE}) == 2
    assert take_out_of_count({4: UncountedReason.FORGED}) == 0
    assert sorted(
        (leaf.index, leaf.reason) for leaf in read_leaves(folder) if isinstance(leaf, Uncounted)
    ) == [(2, "forged"), (4, "duplicate")]
    figures = load_figures(folder)
    assert (figures.total, figures.uncounted, figures.by_region) == (4, 2, {"CN-TJ": 4})
    assert compare_figures(folder, recount(folder, lambda _: None)) == []
    [counters] = read_counters().values()
    assert (counters.statements, counters.uncounted, counters.regions) == (4, 2, {"CN-TJ": 4})
    assert sorted(read_records(folder)) == list(range(6))


def test_what_is_no_statement_cannot_be_taken_out_of_the_count(folder: Path) -> None:
    publish_some(1)
    before = (folder / "checkpoint").read_bytes()
    for leaf in (1, -1):
        with pytest.raises(LookupError, match="not a statement"):
            take_out_of_count({0: UncountedReason.FORGED, leaf: UncountedReason.FORGED})
    assert (folder / "checkpoint").read_bytes() == before


def test_a_folder_from_a_copy_does_not_bring_an_erased_record_back(
    folder: Path, house: Path, settings: Any
) -> None:
    publish_some(3)
    erased = [parse_line(data).salt for leaf, data in lines(folder).items() if leaf < 2]
    copy = house.with_name("copy")
    shutil.copytree(house, copy)
    erase(0, 1)
    apply_erasures(TODAY)
    put(5)
    publish(TODAY)
    settings.TUIDANG = replace(settings.TUIDANG, data=copy)
    recover()
    assert sorted(read_records(copy / "log")) == [2, 3]
    assert find_bytes(copy / "log", [b64encode(salt) for salt in erased]) == []


def test_a_crash_while_a_copy_catches_up_does_not_leave_an_erased_record_in_it(
    folder: Path, house: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_some(3)
    copy = house.with_name("copy-interrupted")
    shutil.copytree(house, copy)
    erase(0, 1)
    apply_erasures(TODAY)
    put(5)
    publish(TODAY)
    settings.TUIDANG = replace(settings.TUIDANG, data=copy)

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(public, "erase_lines", crash)
        with pytest.raises(KeyboardInterrupt):
            recover()
    recover()
    assert sorted(read_records(copy / "log")) == [2, 3]


def test_the_staged_batch_of_the_last_publication_is_scrubbed_too(folder: Path) -> None:
    publish_some(2)
    erase(0)
    apply_erasures(TODAY)
    batch = decode_batch(bytes(Head.objects.get().batch))
    assert ([line.leaf for line in batch.lines], len(batch.entries)) == ([1], 2)


def test_erasing_a_whole_day_leaves_no_file(folder: Path) -> None:
    publish_some(2)
    erase(0, 1)
    apply_erasures(TODAY)
    assert not day_path(folder, TODAY).exists()
    assert audit_folder(folder, progress=lambda _: None).problems == ()
    assert Receipt.objects.filter(state="erased").count() == 2
