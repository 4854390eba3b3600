"""Look-up: what a reader finds is what stands in the register, newest first."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from unicodedata import category
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reading_cast import DAY, Item, Register, Statement
from tuidang.privacy.fold import fold
from tuidang.register.folder import search
from tuidang.register.folder.dayfiles import day_path, erase_lines
from tuidang.register.folder.index import merge_segments, rebuild_index
from tuidang.register.folder.records import ORGANISATIONS, Erased, Uncounted, UncountedReason
from tuidang.register.folder.search import Entry, Notice, NoWords, Page, Reader, State
from tuidang.register.folder.segment import sieve_path
from tuidang.register.folder.shelf import segment_files

NAMES = st.sampled_from(["金福", "王某", "王　某", "张国强", "張國強", "Ann Lee", "ANN LEE", "王"])
TEXTS = st.text(st.sampled_from("党黨团入退 abA1é，。\n𠮷"), max_size=12)
QUERIES = st.text(st.sampled_from("党团黨入退 abé1，𠮷"), min_size=1, max_size=6)
REGIONS = st.sampled_from(["", "CN", "CN-BJ"])
ORGS = st.sampled_from([("party",), ("league", "pioneers"), ORGANISATIONS])


@st.composite
def batches(draw: st.DrawFn) -> list[list[Item]]:
    """Draw what several publications hold: days never fall, notices name an earlier statement."""
    sizes = draw(st.lists(st.integers(1, 8), min_size=1, max_size=4))
    jumps = draw(st.lists(st.sampled_from([0, 0, 1, 30]), min_size=sum(sizes), max_size=sum(sizes)))
    items: list[Item] = []
    for days in accumulate(jumps):
        earlier = [leaf for leaf, item in enumerate(items) if isinstance(item, Statement)]
        if earlier and draw(st.integers(0, 5)) == 0:
            target = draw(st.sampled_from(earlier))
            items.append(draw(st.sampled_from([Erased(target), Uncounted(target, UncountedReason.FORGED)])))
        else:
            day = st.just(DAY + timedelta(days))
            items.append(draw(st.builds(Statement, NAMES, TEXTS, day, REGIONS, ORGS)))
    return [items[end - size : end] for size, end in zip(sizes, accumulate(sizes), strict=True)]


@dataclass
class Model:
    """The register in memory, asked by looking at everything."""

    items: list[Item]
    erased: set[int]

    def find(self, fits: Callable[[Statement], bool], *, lost_too: bool = False) -> list[int]:
        """Give the leaves of the fitting statements, newest first."""
        return [
            leaf
            for leaf, item in reversed(list(enumerate(self.items)))
            if isinstance(item, Statement) and fits(item) and (lost_too or self.state(leaf) != State.ERASED)
        ]

    def state(self, leaf: int) -> State:
        if leaf in self.erased or Erased(leaf) in self.items:
            return State.ERASED
        return State.UNCOUNTED if Uncounted(leaf, UncountedReason.FORGED) in self.items else State.PUBLISHED


def has_word(text: str, word: str) -> bool:
    """Look for a word at each place of a text: a spaced word is not cut."""
    folded = plain(text)
    return any(
        not (spaced(word[0]) and place and spaced(folded[place - 1]))
        and not (spaced(word[-1]) and spaced(folded[place + len(word) : place + len(word) + 1]))
        for place in range(len(folded))
        if folded.startswith(word, place)
    )


def plain(text: str) -> str:
    return "".join(fold(one) if category(one)[0] in "LMN" else " " for one in text)


def spaced(character: str) -> bool:
    return character.isalnum() and character < "\u0900"


def all_pages(ask: Callable[[int | None], Page]) -> list[int]:
    """Follow the pages to the end."""
    leaves: list[int] = []
    before = None
    while True:
        page = ask(before)
        leaves += [hit.leaf for hit in page.hits]
        if page.next is None:
            return leaves
        assert before is None or page.next < before
        before = page.next


@settings(max_examples=15, deadline=None)
@given(batches(), st.data())
def test_a_reader_finds_exactly_what_looking_at_everything_finds(
    published: list[list[Item]], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(os, "fsync"):
        register = Register(Path(folder))
        for batch in published:
            register.publish(*batch)
        statements = [leaf for leaf, item in enumerate(register.items) if isinstance(item, Statement)]
        register.erase(*data.draw(st.sets(st.sampled_from(statements)) if statements else st.just(set())))
        model = Model(register.items, register.erased)
        reader = Reader(register.folder)
        limit = data.draw(st.integers(1, 5))

        assert all_pages(lambda before: reader.newest(before=before, limit=limit)) == model.find(
            lambda _: True, lost_too=True
        )
        for day in {DAY, *(item.day for item in register.items if isinstance(item, Statement))}:
            assert all_pages(lambda before: reader.by_day(day, before=before, limit=limit)) == model.find(  # noqa: B023
                lambda one: one.day == day,  # noqa: B023  called at once
                lost_too=True,
            )
        name, region = data.draw(NAMES), data.draw(st.none() | REGIONS)
        first, last = (data.draw(st.none() | st.dates(DAY, DAY + timedelta(90))) for _ in range(2))
        assert all_pages(
            lambda before: reader.by_name(
                name, region=region, first=first, last=last, before=before, limit=limit
            )
        ) == model.find(
            lambda one: (
                fold(one.name) == fold(name)
                and region in (None, one.region)
                and (first or date.min) <= one.day <= (last or date.max)
            )
        )
        query = data.draw(QUERIES)
        words = [word for word in plain(query).split() if len(word) > 1]
        if words:
            assert all_pages(lambda before: reader.by_words(query, before=before, limit=limit)) == model.find(
                lambda one: all(has_word(one.text, word) for word in words)
            )
        for leaf, item in enumerate(register.items):
            check_leaf(reader.by_leaf(leaf), leaf, item, model)
        assert reader.by_leaf(len(register.items)) is None


def check_leaf(found: Entry | Notice | None, leaf: int, item: Item, model: Model) -> None:
    match item:
        case Statement(name, text, day, region, orgs):
            assert isinstance(found, Entry)
            assert (found.leaf, found.day, found.region, found.orgs) == (leaf, day, region, orgs)
            assert found.state == model.state(leaf)
            assert (found.name, found.text) == (("", "") if found.state == State.ERASED else (name, text))
            assert found.counted == (Uncounted(leaf, UncountedReason.FORGED) not in model.items)
            assert list(found.notices) == [
                number
                for number, other in enumerate(model.items)
                if not isinstance(other, Statement) and other.index == leaf
            ]
        case Erased(target):
            assert found == Notice(leaf, "erased", target, "")
        case Uncounted(target, reason):
            assert found == Notice(leaf, "uncounted", target, reason.value)


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return Register(tmp_path / "log")


def test_an_empty_folder_is_an_empty_register(tmp_path: Path) -> None:
    reader = Reader(tmp_path / "nowhere")
    assert reader.size == 0
    assert reader.by_leaf(0) is None
    assert reader.newest() == Page((), None)
    assert reader.by_words("退党") == Page((), None)


def test_a_reader_sees_the_next_publication_without_being_made_anew(register: Register) -> None:
    reader = Reader(register.folder)
    register.publish(Statement("金福"))
    assert [hit.leaf for hit in reader.newest().hits] == [0]
    register.publish(Statement("王某"))
    assert [hit.leaf for hit in reader.newest().hits] == [1, 0]
    assert [hit.leaf for hit in reader.by_name("王某").hits] == [1]


def test_a_leaf_beyond_the_published_checkpoint_is_never_shown(register: Register) -> None:
    register.publish(Statement("金福", "退党"))
    old = register.checkpoint()
    register.publish(Statement("金福", "退党"), Erased(0))
    (register.folder / "checkpoint").write_text(old)
    reader = Reader(register.folder)
    assert reader.by_leaf(1) is None
    for page in (reader.newest(), reader.by_day(DAY), reader.by_name("金福"), reader.by_words("退党")):
        assert [hit.leaf for hit in page.hits] == [0]


def test_an_index_that_still_knows_an_erased_record_does_not_show_it(register: Register) -> None:
    register.publish(Statement("金福", "我退党"), Statement("王某", "我退团"))
    erase_lines(register.folder, DAY, {0})  # and the index is not told
    reader = Reader(register.folder)
    assert reader.by_name("金福").hits == ()
    assert reader.by_words("退党").hits == ()
    found = reader.by_leaf(0)
    assert isinstance(found, Entry)
    assert (found.state, found.name, found.text) == (State.ERASED, "", "")


def test_a_record_is_found_although_its_place_in_the_day_file_has_moved(register: Register) -> None:
    register.publish(*(Statement(f"王{leaf}", f"第{leaf}号说明") for leaf in range(600)))
    erase_lines(register.folder, DAY, set(range(100)))  # later members move forward, the index is not told
    reader = Reader(register.folder)
    for leaf in (100, 255, 256, 599):
        found = reader.by_leaf(leaf)
        assert isinstance(found, Entry)
        assert found.name == f"王{leaf}"


def test_a_copy_that_kept_an_erased_record_does_not_show_it_once_the_notice_is_there(
    register: Register,
) -> None:
    register.publish(Statement("金福", "我退党"))
    register.publish(Erased(0))
    reader = Reader(register.folder)
    assert reader.by_name("金福").hits == ()
    assert [(hit.state, hit.name, hit.excerpt) for hit in reader.newest().hits] == [(State.ERASED, "", "")]


def test_a_file_that_knew_an_erased_record_is_not_kept_open_where_nobody_looks(register: Register) -> None:
    register.publish(Statement("金福", "我退党"), Statement("王某", "我退团"))
    reader = Reader(register.folder)
    reader.let_go()
    assert reader.by_name("金福").hits
    register.erase(0)

    reader.let_go()
    descriptors = [str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    maps = Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
    ours = [line for line in (*descriptors, *maps) if str(register.folder) in line]
    assert [line for line in ours if line.endswith("(deleted)")] == []


def test_what_the_index_does_not_have_is_still_read_by_its_number(register: Register) -> None:
    register.publish(Statement("金福", "我退党"), Uncounted(0, UncountedReason.DUPLICATE))
    for path in segment_files(register.folder):
        path.unlink()
    reader = Reader(register.folder)
    found = reader.by_leaf(0)
    assert isinstance(found, Entry)
    assert found.name == "金福"
    assert reader.by_leaf(1) == Notice(1, "uncounted", 0, "duplicate")


@pytest.mark.parametrize("damage", ["missing", "torn", "another's"])
def test_a_sieve_that_does_not_belong_to_its_segment_is_not_believed(register: Register, damage: str) -> None:
    register.publish(Statement("金福"))
    (path,) = segment_files(register.folder)
    other = sieve_path(path).read_bytes()
    register.publish(Statement("王某"))
    merge_segments(register.folder)
    if damage == "missing":
        sieve_path(path).unlink()
    else:
        sieve_path(path).write_bytes(other if damage == "another's" else other[:40])
    assert [hit.leaf for hit in Reader(register.folder).by_name("王某").hits] == [1]


def test_a_file_that_is_no_segment_counts_as_missing(register: Register) -> None:
    register.publish(Statement("金福"))
    (path,) = segment_files(register.folder)
    path.write_bytes(b"rubbish" * 1000)
    reader = Reader(register.folder)
    assert reader.newest().hits == ()
    assert isinstance(reader.by_leaf(0), Entry)


def test_a_query_without_a_word_of_two_characters_is_refused(register: Register) -> None:
    for query in ("", " ", "党", "退 a 团", "。，", "\ud800", "\x00"):
        with pytest.raises(NoWords):
            Reader(register.folder).by_words(query)


@pytest.mark.parametrize("name", ["\ud800", "王\x00某", "'; DROP TABLE rows", '"', "", "王" * 10_000])
def test_hostile_names_find_nothing_and_break_nothing(register: Register, name: str) -> None:
    register.publish(Statement("金福"))
    assert Reader(register.folder).by_name(name).hits == ()


@pytest.mark.parametrize(
    "query", ['" OR "退党', "退党*", "NOT 退党", "退党 AND 入团", "terms:退党", "x" * 5000]
)
def test_hostile_words_are_words_like_others(register: Register, query: str) -> None:
    register.publish(Statement(text="我退党"))
    assert [hit.leaf for hit in Reader(register.folder).by_words(query).hits] == (
        [0] if query == "退党*" else []
    )


def test_a_search_for_words_stops_after_bounded_work_and_says_where_to_go_on(register: Register) -> None:
    register.publish(Statement(text="党入党"), *(Statement(text="入党团，党入") for _ in range(400)))
    reader = Reader(register.folder)  # all have both pairs of characters, one has the word
    page = reader.by_words("党入党")
    assert page.hits == ()
    assert page.next is not None
    assert all_pages(lambda before: reader.by_words("党入党", before=before)) == [0]


def test_an_excerpt_shows_the_word_that_was_looked_for(register: Register) -> None:
    register.publish(Statement(text="甲" * 2000 + "退党" + "乙" * 2000), Statement(text="短"))
    reader = Reader(register.folder)
    (hit,) = reader.by_words("退党").hits
    assert "退党" in hit.excerpt
    assert (len(hit.excerpt), hit.whole) == (search.EXCERPT, False)
    assert [(hit.excerpt, hit.whole) for hit in reader.newest(limit=1).hits] == [("短", True)]


def test_one_reader_serves_many_threads_while_publications_go_on(register: Register) -> None:
    register.publish(Statement("金福", "我退党"))
    reader = Reader(register.folder)
    wrong: list[object] = []
    stop = threading.Event()

    def read() -> None:
        try:
            while not stop.is_set():
                newest = [hit.leaf for hit in reader.newest(limit=500).hits]
                named = reader.by_name("金福", limit=500).hits
                worded = reader.by_words("退党", limit=500).hits
                if newest != list(range(len(newest)))[::-1] or not 0 < len(newest) <= len(named) <= len(
                    worded
                ):
                    wrong.append((newest, named, worded))
        except Exception as error:  # noqa: BLE001  whatever it is, the test shows it
            wrong.append(error)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for step in range(12):
        register.publish(Statement("金福", "我退党"))
        if step == 6:
            rebuild_index(register.folder, lambda _: None)
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_damaged_day_file_is_named(register: Register) -> None:
    register.publish(Statement("金福"))
    day_path(register.folder, DAY).write_bytes(b"rubbish")
    with pytest.raises(ValueError, match=r"20\.jsonl\.gz"):
        Reader(register.folder).by_name("金福")


def test_the_statements_of_one_day_are_found_although_the_month_has_others(register: Register) -> None:
    days = [DAY + timedelta(n) for n in range(5)]
    register.publish(*(replace(Statement(), day=day) for day in days for _ in range(3)))
    assert [hit.leaf for hit in Reader(register.folder).by_day(days[2]).hits] == [8, 7, 6]


def test_a_folder_may_be_named_from_where_one_stands(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    register.publish(Statement("金福"))
    monkeypatch.chdir(register.folder.parent)
    assert [hit.leaf for hit in Reader(Path(register.folder.name)).by_name("金福").hits] == [0]
