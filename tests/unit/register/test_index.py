"""The index: whatever happened to it, it is what a rebuild makes, and what was erased is nowhere in it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_search import batches

from reading_cast import DAY, Item, Register, Statement, index_content
from tuidang.register.folder import index
from tuidang.register.folder.index import (
    Run,
    add_segment,
    erase_from_index,
    find_run,
    merge_segments,
    rebuild_index,
)
from tuidang.register.folder.records import Erased
from tuidang.register.folder.search import Reader
from tuidang.register.folder.shelf import index_folder, segment_files


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return Register(tmp_path / "log")


def index_files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(index_folder(folder).iterdir())}


def rebuild(folder: Path) -> int:
    return rebuild_index(folder, lambda _: None)


@settings(max_examples=10, deadline=None)
@given(batches(), st.data())
def test_an_index_dropped_and_rebuilt_has_the_same_content(
    published: list[list[Item]], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(os, "fsync"):
        register = Register(Path(folder))
        for batch in published:
            register.publish(*batch)
            statements = [n for n, item in enumerate(register.items) if isinstance(item, Statement)]
            if statements and data.draw(st.booleans()):
                register.erase(*data.draw(st.sets(st.sampled_from(statements), max_size=2)))
        grown = index_content(register.folder)
        assert grown["reaches"] == len(register.items)
        assert grown["gaps"] == []
        shutil.rmtree(index_folder(register.folder))
        rows = rebuild(register.folder)
        assert index_content(register.folder) == grown
        assert rows == len(statements)


def test_the_same_leaves_give_the_same_bytes(register: Register) -> None:
    register.publish(*(Statement(f"王{n}", f"第{n}号退党") for n in range(300)))
    first = index_files(register.folder)
    shutil.rmtree(index_folder(register.folder))
    rebuild(register.folder)
    assert index_files(register.folder) == first


def test_a_batch_indexed_twice_leaves_the_same_index(register: Register) -> None:
    register.publish(Statement("金福", "退党"))
    batch = register.publish(Statement("王某", "退团"), Erased(0))
    content = index_content(register.folder)
    add_segment(register.folder, batch)
    assert index_content(register.folder) == content
    assert [hit.leaf for hit in Reader(register.folder).by_name("王某").hits] == [1]


def test_a_publication_indexes_what_was_missing_before_it(register: Register) -> None:
    register.publish(Statement("金福", "退党"))
    register.publish(Statement("王某", "退团", DAY + timedelta(30)))
    (path, _) = segment_files(register.folder)
    path.write_bytes(b"torn")
    register.publish(Statement("张国强", "退队", DAY + timedelta(60)))
    assert [hit.leaf for hit in Reader(register.folder).by_name("金福").hits] == [0]
    content = index_content(register.folder)
    rebuild(register.folder)
    assert index_content(register.folder) == content


def test_many_publications_leave_few_segments(register: Register) -> None:
    with mock.patch.object(os, "fsync"):
        for step in range(46):
            register.publish(Statement(day=DAY + timedelta(step)))
        names = [path.name for path in segment_files(register.folder)]
        assert [name for name in names if name < "2027-01"] == ["2026.sqlite"]
        assert len(names) <= 1 + 6


@pytest.mark.parametrize(
    ("segments", "run"),
    [
        ([], None),
        ([("2026-11", 5)], None),
        ([("2026-11", 5), ("2026-11", 4)], None),
        ([("2026-11", 5), ("2026-11", 5)], Run(0, 2, "2026-11")),
        ([("2026-11", 9), ("2026-11", 2), ("2026-11", 2)], Run(1, 3, "2026-11")),
        ([("2026-11", 4), ("2026-11", 2), ("2026-11", 2)], Run(0, 3, "2026-11")),
        ([("2026-11", 9), ("2026-11", 2), ("2026-12", 1)], Run(0, 2, "2026-11")),
        ([("2026-10", 9), ("2026-11", 2), ("2026-12", 1)], None),
        ([("2025-10", 9), ("2025-11", 2), ("2026-01", 1)], Run(0, 2, "2025")),
        ([("2025", 11), ("2026-01", 1)], None),
        ([("2025-10", index.SMALL_YEAR), ("2025-11", 2), ("2026-01", 1)], None),
        ([("2025-10", index.SMALL_YEAR), ("2025-10", 2), ("2026-01", 1)], Run(0, 2, "2025-10")),
    ],
)
def test_what_merges_next(segments: list[tuple[str, int]], run: Run | None) -> None:
    assert find_run(segments) == run


@given(st.lists(st.integers(1, 100), max_size=200))
def test_a_month_of_any_publications_never_has_more_segments_than_its_leaves_have_binary_digits(
    sizes: list[int],
) -> None:
    segments: list[tuple[str, int]] = []
    for size in sizes:
        segments.append(("2026-11", size))
        while run := find_run(segments):
            merged = sum(n for _, n in segments[run.first : run.past])
            segments[run.first : run.past] = [(run.period, merged)]
        assert len(segments) <= sum(n for _, n in segments).bit_length()


class Killed(BaseException):
    """The process ends here."""


@contextmanager
def killed_at(step: int) -> Iterator[list[str]]:
    """End the process at the step-th change of names in the file system; gives the changes that were made."""
    made: list[str] = []

    def change(name: str, real: Callable[..., object]) -> Callable[..., object]:
        def do(self: Path, *args: object, **options: object) -> object:
            if len(made) == step:
                raise Killed
            made.append(f"{name} {self.name}")
            return real(self, *args, **options)

        return do

    with (
        mock.patch.object(Path, "replace", change("replace", Path.replace)),
        mock.patch.object(Path, "unlink", change("unlink", Path.unlink)),
        mock.patch.object(os, "fsync"),
    ):
        try:
            yield made
        except Killed:
            pass
        else:
            made.append("done")


def crash_everywhere(register: Register, act: Callable[[Register], object], check: Callable[[], None]) -> int:
    """Do an act once for each place it can be killed at, checking after each; gives how many these were."""
    whole = register.folder.with_name("whole")
    shutil.copytree(register.folder, whole)
    for step in range(100):
        shutil.rmtree(register.folder)
        shutil.copytree(whole, register.folder)
        with killed_at(step) as made:
            act(register)
        check()
        act(register)
        check()
        assert not [path for path in index_folder(register.folder).iterdir() if path.name.endswith(".new")]
        if made and made[-1] == "done":
            return step
    raise AssertionError("it never ended")


def test_a_merge_killed_anywhere_leaves_an_index_that_finds_everything(register: Register) -> None:
    with mock.patch.object(index, "find_run", return_value=None):
        for step in range(6):
            register.publish(Statement(f"王{step}", "退党", DAY + timedelta(9 * step)))
    content = index_content(register.folder)

    def check() -> None:
        assert index_content(register.folder) == content
        assert [hit.leaf for hit in Reader(register.folder).by_words("退党").hits] == [5, 4, 3, 2, 1, 0]

    assert crash_everywhere(register, lambda register: merge_segments(register.folder), check) >= 4


def test_an_erasure_killed_anywhere_is_finished_by_doing_it_again(register: Register) -> None:
    register.publish(Statement("金福", "退党"), Statement("王某", "退团"))
    register.publish(Statement("张国强", "退队"))
    seen: list[list[int]] = []

    def check() -> None:
        reader = Reader(register.folder)
        assert [hit.leaf for hit in reader.newest().hits] == [2, 1, 0]
        assert [hit.leaf for hit in reader.by_name("王某").hits] == [1]
        seen.append([hit.leaf for hit in reader.by_name("金福").hits])

    assert crash_everywhere(register, lambda register: register.erase(0), check) >= 2
    assert seen[-1] == []
    erased = index_content(register.folder)
    rebuild(register.folder)
    assert index_content(register.folder) == erased


def test_a_publication_killed_while_it_indexes_is_indexed_by_the_next_attempt(register: Register) -> None:
    register.publish(Statement("金福", "退党"))
    batch = register.publish(Statement("王某", "退团"), Statement("张国强", "退队", DAY + timedelta(30)))
    content = index_content(register.folder)

    def check() -> None:
        assert 0 in [hit.leaf for hit in Reader(register.folder).by_name("金福").hits]

    crash_everywhere(register, lambda register: add_segment(register.folder, batch), check)
    assert index_content(register.folder) == content


def test_nothing_of_an_erased_record_is_left_in_the_index(register: Register) -> None:
    register.publish(*(Statement(f"王{n}", f"第{n}号退党") for n in range(300)))
    register.publish(Statement("龘靐", "齉爩退党"), Statement("金福", "退队"))
    register.publish(Statement("金福", "退队", DAY + timedelta(30)))
    traces = ["龘".encode(), "靐".encode(), "齉".encode(), "爩".encode()]
    index_bytes = b"".join(index_files(register.folder).values())
    assert any(trace in index_bytes for trace in traces)
    register.erase(300)
    for path in register.folder.rglob("*"):
        assert path.is_dir() or not any(trace in path.read_bytes() for trace in traces), path
    assert [hit.leaf for hit in Reader(register.folder).by_words("退队").hits] == [302, 301]


def test_erasing_what_is_erased_already_writes_nothing(register: Register) -> None:
    register.publish(Statement("金福", "退党"), Statement("王某"))
    register.erase(0)
    before = {path: path.stat().st_ino for path in index_folder(register.folder).iterdir()}
    erase_from_index(register.folder, [0])
    assert {path: path.stat().st_ino for path in index_folder(register.folder).iterdir()} == before


def test_a_rebuild_tells_how_far_it_is(register: Register) -> None:
    register.publish(Statement(), Statement(day=DAY + timedelta(30)), Statement(day=DAY + timedelta(60)))
    told: list[int] = []
    assert rebuild_index(register.folder, told.append) == 3
    assert told == [1, 1, 1]
    assert rebuild_index(Path("/nonexistent"), told.append) == 0


def test_a_rebuild_by_several_processes_has_the_same_content(register: Register, many_hands: None) -> None:
    days = [date(2026, 9 + n // 100, 1) for n in range(300)]
    register.publish(*(Statement(f"王{n % 99}", "退党", day) for n, day in enumerate(days)))
    content = index_content(register.folder)
    assert rebuild(register.folder) == 300
    assert index_content(register.folder) == content
