"""Publication: what waits becomes public exactly once, in leaf order, and leaves nothing private behind."""

from __future__ import annotations

import gc
import logging
import shutil
import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import connection

from folder_cast import (
    CONTENT,
    DEMONSTRATION,
    REGISTER,
    TODAY,
    find_bytes,
    post,
    put,
    read_leaves,
    read_records,
    receipt_of,
)
from tuidang.privacy.keys import KeyFolder
from tuidang.register.actions import publication
from tuidang.register.actions.counters import read_counters
from tuidang.register.actions.head import CannotWrite, begin_log, find_misfit, init_log, open_log, recover
from tuidang.register.actions.owner import OwnState, find_statement, withdraw_statement
from tuidang.register.actions.publication import publish
from tuidang.register.folder.batch import Batch
from tuidang.register.folder.figures import compare_figures, load_figures, recount
from tuidang.register.folder.folder import FolderError
from tuidang.register.folder.records import Erased, StatementLeaf, encode_leaf
from tuidang.register.folder.search import Reader
from tuidang.register.models import Head, Receipt, TextCount, Waiting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def demonstration(house: Path) -> Path:
    """Begin a log that shows at once what it takes; give its public folder."""
    begin_log(DEMONSTRATION, TODAY)
    return house / "log"


@pytest.fixture
def register(house: Path) -> Path:
    """Begin a real log, which mixes days and hides thin regions; give its public folder."""
    init_log(REGISTER, TODAY)
    return house / "log"


def checkpoint(folder: Path) -> bytes:
    return (folder / "checkpoint").read_bytes()


def test_a_statement_is_published_and_found_again_by_its_receipt(demonstration: Path) -> None:
    taken = post(1, "金福", text="我声明退出。")
    assert publish(TODAY) == publication.Published(1, 1)
    found = find_statement(taken.receipts[0], "金福")
    assert found is not None
    assert (found.state, found.leaf) == (OwnState.PUBLISHED, 0)
    [leaf] = read_leaves(demonstration)
    assert isinstance(leaf, StatementLeaf)
    assert (leaf.day, leaf.orgs, leaf.region) == (TODAY, ("league", "pioneers"), "CN-SD")
    [record] = read_records(demonstration).values()
    assert (record.name, record.text) == ("金福", "我声明退出。")


def test_a_published_statement_is_found_by_name_and_counted(demonstration: Path) -> None:
    put(1, name="万顺")
    publish(TODAY)
    assert [hit.leaf for hit in Reader(demonstration).by_name("万顺").hits] == [0]
    figures = load_figures(demonstration)
    assert (figures.total, figures.by_region, figures.by_channel) == (1, {"CN-SD": 1}, {"web": 1})


def test_receipts_lie_in_leaf_order_and_not_in_the_order_of_intake(demonstration: Path) -> None:
    for number in range(40):
        put(number)
    publish(TODAY)
    rows = list(Receipt.objects.order_by("id").values_list("leaf", "hash"))
    assert [leaf for leaf, _ in rows] == list(range(40))
    assert [bytes(found) for _, found in rows] != [receipt_of(number) for number in range(40)]


def test_after_publication_the_private_side_keeps_hash_and_leaf_alone(
    demonstration: Path, house: Path
) -> None:
    put(1, name="如意吉祥", text="我的理由，独一无二。")
    publish(TODAY)
    publish(TODAY + timedelta(days=1))
    assert not Waiting.objects.exists()
    assert not TextCount.objects.exists()
    assert list(Receipt.objects.values_list("leaf", "state", "spoken_hash")) == [(0, "published", None)]
    needles = [word.encode() for word in ("如意吉祥", "独一无二")]
    assert all(name.startswith("log/") for name in find_bytes(house, needles))


def test_the_batch_is_shuffled_with_the_dice_it_is_given(demonstration: Path) -> None:
    for number in range(20):
        put(number, name=f"金福{number}")
    publish(TODAY, rng=Random(5))
    names = [record.name for _, record in sorted(read_records(demonstration).items())]
    assert names != sorted(names)


def test_publishing_an_empty_pool_signs_nothing_and_notes_the_day(demonstration: Path) -> None:
    before = checkpoint(demonstration)
    assert publish(TODAY) == publication.Published(0, 0)
    assert checkpoint(demonstration) == before
    assert open_log().published == TODAY


def test_a_large_pool_is_published_in_several_batches(
    demonstration: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publication, "BATCH_STATEMENTS", 10)
    for number in range(25):
        put(number)
    assert publish(TODAY) == publication.Published(25, 25)
    assert len(read_leaves(demonstration)) == 25
    assert Receipt.objects.count() == 25


def test_the_pool_of_a_real_register_is_drawn_once_a_day_and_empties_in_fourteen(register: Path) -> None:
    for number in range(60):
        put(number)
    first = publish(TODAY).count
    assert 12 < first < 48
    assert publish(TODAY).count == 0
    assert 0 < publish(TODAY + timedelta(days=1)).count < 60 - first
    publish(TODAY + timedelta(days=14))
    assert not Waiting.objects.exists()
    assert len(read_leaves(register)) == 60


def test_a_real_register_shows_no_region_of_few_people(register: Path) -> None:
    old = TODAY - timedelta(days=14)
    for number in range(30):
        region = "CN-SD" if number < 20 else ("CN-QH" if number < 29 else "NZ")
        put(number, today=old, region=region, place="某县")
    publish(TODAY)
    shown = Counter(leaf.region for leaf in read_leaves(register) if isinstance(leaf, StatementLeaf))
    assert shown == {"CN-SD": 20, "CN": 9, "": 1}
    assert Counter(record.place for record in read_records(register).values()) == {"某县": 20, "": 10}


def test_a_flood_held_for_fourteen_days_is_published_without_text_under_a_figure_of_its_own(
    demonstration: Path,
) -> None:
    for number, age in enumerate((13, 14, 15)):
        put(number, today=TODAY - timedelta(days=age), state="held", reasons="flood", text="同一句话")
    assert publish(TODAY).count == 2
    assert [(record.name, record.text) for record in read_records(demonstration).values()] == [
        (CONTENT.name, "")
    ] * 2
    figures = load_figures(demonstration)
    assert (figures.total, figures.withheld) == (2, 2)
    assert Waiting.objects.filter(state="held").count() == 1


def test_what_nobody_has_decided_in_fourteen_days_is_published_without_a_word_and_keeps_no_key(
    demonstration: Path,
) -> None:
    """Else one slur a day would keep every day's key for whoever seizes keys and an old copy of the rest."""
    reasons = ["hostile", "flood hostile", "advertising", "praise", "corrected"]
    for number, reason in enumerate(reasons):
        long_ago = TODAY - timedelta(days=14 + number)
        put(number, today=long_ago, state="held", reasons=reason, name="退党去死", place="地狱", text="去死")
    put(9, today=TODAY - timedelta(days=13), state="held", reasons="hostile")
    assert publish(TODAY).count == len(reasons)
    assert {(record.name, record.place, record.text) for record in read_records(demonstration).values()} == {
        ("某某", "", "")
    }
    assert load_figures(demonstration).withheld == len(reasons)
    assert KeyFolder(demonstration.parent / "keys").days() == (TODAY - timedelta(days=13),)


def test_a_rejection_is_final_with_the_next_publication_and_its_content_destroyed(
    demonstration: Path,
) -> None:
    put(1, state="rejected")
    assert publish(TODAY).count == 0
    assert not Waiting.objects.exists()
    receipt = Receipt.objects.get()
    assert (bytes(receipt.hash), receipt.state, receipt.leaf) == (receipt_of(1), "rejected", None)


def test_a_statement_withdrawn_while_its_batch_is_built_is_not_published(
    demonstration: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = post(1, "万顺")
    post(2, "金福")
    append = publication.append_batch

    def withdraw_first(*args: Any, **kwargs: Any) -> None:
        withdraw_statement(taken.receipts[0], "万顺")
        append(*args, **kwargs)

    monkeypatch.setattr(publication, "append_batch", withdraw_first)
    assert publish(TODAY) == publication.Published(1, 1)
    assert [record.name for record in read_records(demonstration).values()] == ["金福"]
    assert sorted(Receipt.objects.values_list("state", flat=True)) == ["published", "withdrawn"]


def test_a_statement_corrected_while_its_batch_is_built_is_published_as_corrected(
    demonstration: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = put(1, text="旧")
    other = put(2, text="新")
    append = publication.append_batch

    def correct_first(*args: Any, **kwargs: Any) -> None:
        Waiting.objects.filter(id=row).update(payload=Waiting.objects.get(id=other).payload)
        append(*args, **kwargs)

    monkeypatch.setattr(publication, "append_batch", correct_first)
    assert publish(TODAY).count == 2
    assert [record.text for record in read_records(demonstration).values()] == ["新", "新"]


def test_a_statement_held_while_its_batch_is_built_waits(
    demonstration: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = put(1)
    append = publication.append_batch

    def hold_first(*args: Any, **kwargs: Any) -> None:
        Waiting.objects.filter(id=row).update(state="held", reasons="hostile")
        append(*args, **kwargs)

    monkeypatch.setattr(publication, "append_batch", hold_first)
    assert publish(TODAY).count == 0
    assert Waiting.objects.get().state == "held"


def test_the_collector_of_cycles_works_again_after_a_publication_that_failed(
    demonstration: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        assert not gc.isenabled()
        raise OSError("the disk is gone")

    put(1)
    monkeypatch.setattr(publication, "append_batch", fail)
    with pytest.raises(CannotWrite):
        publish(TODAY)
    assert gc.isenabled()


def test_the_key_of_a_past_day_is_destroyed_with_its_last_statement(register: Path, house: Path) -> None:
    keys = KeyFolder(house / "keys")
    yesterday, before = TODAY - timedelta(days=1), TODAY - timedelta(days=20)
    put(1, today=before)
    put(2, today=yesterday, state="held", reasons="hostile")
    post(3, today=TODAY - timedelta(days=19), text="我声明退出。")
    put(4)
    publish(TODAY)
    assert keys.days() == (yesterday, TODAY)
    assert not TextCount.objects.exists()


def test_a_statement_whose_key_is_lost_waits_and_the_others_are_published(
    demonstration: Path, house: Path, caplog: pytest.LogCaptureFixture
) -> None:
    put(1, today=TODAY - timedelta(days=2))
    put(2)
    (house / "keys" / "days" / f"{TODAY - timedelta(days=2)}.key").unlink()
    with caplog.at_level(logging.ERROR):
        assert publish(TODAY).count == 1
    assert "1 statements of 2026-11-18 cannot be opened" in caplog.text
    assert bytes(Waiting.objects.get().receipt_hash) == receipt_of(1)


def test_the_day_of_a_leaf_never_falls_when_a_clock_was_set_back(demonstration: Path) -> None:
    put(1)
    publish(TODAY)
    put(2, today=TODAY - timedelta(days=3))
    publish(TODAY - timedelta(days=3))
    assert [leaf.day for leaf in read_leaves(demonstration) if isinstance(leaf, StatementLeaf)] == [TODAY] * 2


def test_the_counters_are_what_a_recount_of_the_leaves_gives(demonstration: Path) -> None:
    for number in range(30):
        put(number, region=["CN-SD", "CN", "", "NZ"][number % 4], orgs=(["party", "league"][number % 2],))
        if number % 10 == 9:
            publish(TODAY + timedelta(days=number // 20))
    counted = recount(demonstration, lambda _: None)
    assert compare_figures(demonstration, counted) == []
    counters = read_counters()
    assert {day: replace(figures, channels={}) for day, figures in counters.items()} == counted
    assert sum(figures.channels["web"] for figures in counters.values()) == 30


def test_two_publications_at_once_publish_everybody_once(demonstration: Path) -> None:
    for number in range(50):
        put(number)
    counts: list[int] = []

    def run() -> None:
        try:
            counts.append(publish(TODAY).count)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == [0, 50]
    assert len(read_leaves(demonstration)) == Receipt.objects.count() == 50


def test_a_register_begins_once_and_under_a_name_of_its_own(house: Path) -> None:
    with pytest.raises(ValueError, match="samples"):
        init_log("any.invalid", TODAY)
    for slip in (
        "https://example.org/register",
        "example.org/",
        "Example.org",
        "例.org",
        "a b",
        "register",
        "",
    ):
        with pytest.raises(ValueError, match="is no origin"):
            init_log(slip, TODAY)
    vkey = init_log(REGISTER, TODAY)
    assert (house / "log" / "vkey").read_text().strip() == vkey
    assert read_leaves(house / "log") == []
    with pytest.raises(ValueError, match=REGISTER):
        init_log("other.example.org", TODAY)


def test_a_beginning_that_was_interrupted_can_be_repeated(house: Path) -> None:
    vkey = init_log(REGISTER, TODAY)
    Head.objects.all().delete()
    shutil.rmtree(house / "log")
    with pytest.raises(ValueError, match=REGISTER):
        init_log("other.example.org", TODAY)
    assert init_log(REGISTER, TODAY) == vkey


def test_a_sample_cannot_be_continued_as_a_real_register(demonstration: Path, house: Path) -> None:
    put(1)
    publish(TODAY)
    with pytest.raises(ValueError, match=DEMONSTRATION):
        init_log(REGISTER, TODAY)
    head = Head.objects.get()
    head.delete()
    with pytest.raises(ValueError, match="already"):
        init_log(REGISTER, TODAY)
    head.origin = REGISTER
    head.save(force_insert=True)
    (house / "keys" / "log.key").unlink()
    from tuidang.tlog.note import generate_key

    KeyFolder(house / "keys").save_log_key(generate_key(REGISTER)[0].text)
    put(2)
    before = checkpoint(demonstration)
    with pytest.raises(CannotWrite, match="needs its own key"):
        publish(TODAY)
    assert checkpoint(demonstration) == before


def test_nothing_is_published_where_no_register_was_begun(house: Path) -> None:
    with pytest.raises(LookupError, match="tuidang init"):
        publish(TODAY)


def elsewhere(house: Path, settings: Any) -> Path:
    """Move to another machine with the same database, and the folder as it is now."""
    other = house.with_name(house.name + "-other")
    shutil.copytree(house, other)
    settings.TUIDANG = replace(settings.TUIDANG, data=other)
    return other / "log"


def test_another_machine_one_batch_behind_catches_up(demonstration: Path, house: Path, settings: Any) -> None:
    put(1)
    publish(TODAY)
    here = settings.TUIDANG
    other = elsewhere(house, settings)
    there = settings.TUIDANG
    settings.TUIDANG = here
    put(2)
    publish(TODAY)
    settings.TUIDANG = there
    shutil.copytree(house / "keys", there.keys, dirs_exist_ok=True)
    recover()
    assert checkpoint(other) == checkpoint(demonstration)
    assert read_leaves(other) == read_leaves(demonstration)
    assert read_records(other) == read_records(demonstration)
    assert [hit.leaf for hit in Reader(other).newest().hits] == [1, 0]


def test_a_folder_further_behind_is_refused_with_a_sentence(
    demonstration: Path, house: Path, settings: Any
) -> None:
    here = settings.TUIDANG
    other = elsewhere(house, settings)
    there = settings.TUIDANG
    settings.TUIDANG = here
    for number in range(2):
        put(number)
        publish(TODAY)
    settings.TUIDANG = there
    assert "copy the newest folder" in find_misfit(open_log())
    with pytest.raises(FolderError, match="copy the newest folder"):
        recover()
    assert read_leaves(other) == []


def test_a_database_older_than_its_folder_is_refused_with_a_sentence(demonstration: Path) -> None:
    put(1)
    publish(TODAY)
    older = Head.objects.values().get()
    for number in range(2, 4):
        put(number)
        publish(TODAY)
    Head.objects.filter(id=1).update(**older)
    assert "the database is older than the folder" in find_misfit(open_log())
    with pytest.raises(FolderError, match="the database is older than the folder"):
        recover()
    assert len(read_leaves(demonstration)) == 3


def test_a_damaged_tile_stops_publication_before_anything_is_signed(demonstration: Path) -> None:
    put(1)
    publish(TODAY)
    tile = demonstration / "tile" / "0" / "000.p" / "1"
    tile.write_bytes(bytes(32))
    put(2)
    before = checkpoint(demonstration)
    with pytest.raises(CannotWrite, match="altered"):
        publish(TODAY)
    assert checkpoint(demonstration) == before
    assert Waiting.objects.count() == 1


def test_a_damaged_staged_batch_is_named(demonstration: Path) -> None:
    put(1)
    publish(TODAY)
    (demonstration / "checkpoint").unlink()
    Head.objects.update(batch=b"damaged")
    with pytest.raises(CannotWrite, match="restore the database"):
        publish(TODAY)


def test_a_lost_log_key_is_named(demonstration: Path, house: Path) -> None:
    (house / "keys" / "log.key").unlink()
    with pytest.raises(CannotWrite, match=r"log\.key.*restore it"):
        publish(TODAY)


def test_a_race_between_two_machines_is_lost_by_one_and_nobody_is_published_twice(
    demonstration: Path, house: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = settings.TUIDANG
    put(1)
    other = elsewhere(house, settings)
    there = settings.TUIDANG
    append = publication.append_batch
    raced = False

    def be_overtaken(*args: Any, **kwargs: Any) -> None:
        nonlocal raced
        if not raced:
            raced = True
            settings.TUIDANG = here
            put(2, name="万顺")
            publish(TODAY)
            settings.TUIDANG = there
            put(3, name="平安")
        append(*args, **kwargs)

    monkeypatch.setattr(publication, "append_batch", be_overtaken)
    publish(TODAY)
    publish(TODAY)
    assert len(read_leaves(other)) == 3
    assert Receipt.objects.count() == 3


def test_a_log_that_another_machine_has_advanced_is_continued_and_never_forked(
    demonstration: Path, house: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other machine logs a notice: none of our rows changes, so only the swap of the head can tell."""
    put(1)
    publish(TODAY)
    put(2)
    here = settings.TUIDANG
    other = elsewhere(house, settings)
    there = settings.TUIDANG
    append = publication.append_batch
    raced = False

    def be_overtaken(*args: Any, **kwargs: Any) -> None:
        nonlocal raced
        if not raced:
            raced = True
            settings.TUIDANG = here
            append(open_log(), Batch(1, [encode_leaf(Erased(0))], []), lambda: None, noticed=TODAY)
            settings.TUIDANG = there
        append(*args, **kwargs)

    monkeypatch.setattr(publication, "append_batch", be_overtaken)
    assert publish(TODAY) == publication.Published(1, 3)
    assert read_leaves(other)[1] == Erased(0)
    assert checkpoint(other).decode() == Head.objects.get().checkpoint
    assert recount(other, lambda _: None)[TODAY].statements == read_counters()[TODAY].statements == 2


def test_an_unwritable_folder_is_a_clear_error_and_the_next_run_completes_it(
    demonstration: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(1)
    before = checkpoint(demonstration)
    tiles = demonstration / "statements"
    tiles.write_text("in the way")
    with pytest.raises(CannotWrite, match="safe in the database"):
        publish(TODAY)
    assert checkpoint(demonstration) == before
    tiles.unlink()
    assert publish(TODAY) == publication.Published(0, 1)
    assert len(read_leaves(demonstration)) == len(read_records(demonstration)) == 1
