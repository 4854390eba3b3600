"""How a log grows: by batches of any size, by one writer at a time, never backwards."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tlog_cast import (
    KEY,
    OTHER_KEY,
    MemoryHead,
    MemoryLog,
    MemoryStore,
    grow_log,
    make_entries,
    published,
    read_entries,
)
from tuidang.tlog.checkpoint import Checkpoint, CheckpointError, sign_checkpoint
from tuidang.tlog.head import FileHead
from tuidang.tlog.publish import (
    HeadState,
    PublishError,
    RaceLost,
    append,
    apply_growth,
    grow,
    publish_checkpoint,
    recover,
)
from tuidang.tlog.store import CHECKPOINT, DirectoryStore
from tuidang.tlog.tiles import TileError, read_bundle
from tuidang.tlog.tree import EMPTY_ROOT, EMPTY_TREE, Tree
from tuidang.tlog.verify import verify_log


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(0, 700), max_size=6))
def test_growing_by_batches_of_any_size_ends_where_growing_at_once_does(batches: list[int]) -> None:
    log, size = MemoryLog(), 0
    log.append([])
    for batch in batches:
        log.append(make_entries(batch, size))
        size += batch
    at_once = grow_log(size)
    assert published(log.store) == published(at_once.store)
    assert at_once.store.files.items() <= log.store.files.items()
    assert read_entries(log.store, size) == make_entries(size)
    assert verify_log(log.store, KEY.verifier, workers=1, progress=lambda _: None).problems == ()


def test_every_checkpointed_size_keeps_its_partial_tiles_and_bundles() -> None:
    log = grow_log(3, 256, 300, 513)
    partial = {path for path in log.store.files if ".p/" in path}
    assert partial == {
        *("tile/0/000.p/3", "tile/entries/000.p/3"),
        "tile/1/000.p/1",
        *("tile/0/001.p/44", "tile/entries/001.p/44"),
        *("tile/0/002.p/1", "tile/entries/002.p/1", "tile/1/000.p/2"),
    }


def test_an_empty_log_has_a_signed_checkpoint_with_the_published_root() -> None:
    log = grow_log()
    assert published(log.store) == Checkpoint(KEY.name, 0, EMPTY_ROOT)


def test_appending_nothing_changes_nothing() -> None:
    log = grow_log(5)
    before = dict(log.store.files), log.head.state
    assert log.append([]) == published(log.store)
    assert (log.store.files, log.head.state) == before


def test_growing_writes_nothing() -> None:
    log = grow_log(5)
    before = dict(log.store.files)
    growth = grow(log.store, published(log.store).tree, make_entries(300, 5))
    assert log.store.files == before
    assert growth.new.size == 305


def test_applying_a_growth_again_changes_nothing() -> None:
    store = MemoryStore()
    growth = grow(store, EMPTY_TREE, make_entries(300))
    apply_growth(store, growth)
    before = dict(store.files)
    apply_growth(store, growth)
    assert store.files == before


@pytest.mark.parametrize("path", ["tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44"])
def test_a_log_whose_right_edge_was_altered_is_not_continued(path: str) -> None:
    log = grow_log(300)
    altered = bytearray(log.store.files[path])
    altered[20] ^= 1
    log.store.files[path] = bytes(altered)
    before = dict(log.store.files), log.head.state
    with pytest.raises(TileError, match="Nothing was written"):
        log.append(make_entries(1, 300))
    assert (log.store.files, log.head.state) == before


def test_an_entry_too_long_for_a_bundle_leaves_the_log_as_it_was() -> None:
    log = grow_log(5)
    before = dict(log.store.files), log.head.state
    with pytest.raises(ValueError, match="65535"):
        log.append([b"x" * 65_536])
    assert (log.store.files, log.head.state) == before


def test_a_log_is_continued_only_with_its_own_key() -> None:
    log = grow_log(5)
    with pytest.raises(CheckpointError, match="no trusted key"):
        append(log.head, log.store, OTHER_KEY, [b"entry"])


def test_of_two_writers_one_loses_the_race_and_changes_nothing() -> None:
    log = grow_log(5)

    class SlowHead(MemoryHead):
        """While this writer works, another one appends."""

        def swap(self, old_checkpoint: str, new_checkpoint: str, staged: Iterable[bytes]) -> None:
            log.append(make_entries(7, 5))
            log.head.swap(old_checkpoint, new_checkpoint, staged)

    slow = SlowHead()
    slow.state = log.head.state
    with pytest.raises(RaceLost):
        append(slow, log.store, KEY, [b"mine"])
    assert read_entries(log.store, 12) == make_entries(12)
    assert published(log.store).size == 12


def test_a_slow_writer_does_not_turn_the_published_checkpoint_back() -> None:
    log = grow_log(5)
    older = log.head.state.checkpoint
    log.append(make_entries(3, 5))
    publish_checkpoint(log.store, older)
    assert published(log.store).size == 8


@pytest.mark.parametrize(
    "other", [Checkpoint(KEY.name, 5, EMPTY_ROOT), Checkpoint("example.org/another", 9, EMPTY_ROOT)]
)
def test_a_checkpoint_that_contradicts_the_published_one_is_not_published(other: Checkpoint) -> None:
    log = grow_log(5)
    key = KEY if other.origin == KEY.name else type(KEY)(other.origin, KEY.seed)
    with pytest.raises(PublishError, match="contradicts"):
        publish_checkpoint(log.store, sign_checkpoint(other, key))
    assert published(log.store).root != EMPTY_ROOT


@pytest.mark.parametrize("damaged", [b"", b"\xff", b"no note"])
def test_a_damaged_published_checkpoint_is_written_anew(damaged: bytes) -> None:
    log = grow_log(5)
    whole = log.store.files[CHECKPOINT]
    log.store.files[CHECKPOINT] = damaged
    recover(log.head, log.store)
    assert log.store.files[CHECKPOINT] == whole


def test_recovery_applies_and_publishes_what_was_swapped_in() -> None:
    log, other = grow_log(5), grow_log(5, 300)
    log.head.state = other.head.state
    recover(log.head, log.store)
    assert log.store.files == other.store.files


def test_appending_completes_first_what_was_swapped_in() -> None:
    log, other = grow_log(5), grow_log(5, 300)
    log.head.state = other.head.state
    log.append(make_entries(1, 300))
    assert log.store.files == grow_log(5, 300, 301).store.files


def test_recovery_of_a_published_log_or_of_none_changes_nothing() -> None:
    for log in (MemoryLog(), grow_log(5)):
        before = dict(log.store.files)
        recover(log.head, log.store)
        assert log.store.files == before


@pytest.mark.parametrize("staged", [None, b"", b"short"])
def test_a_head_without_its_batch_is_refused_with_a_reason(staged: bytes | None) -> None:
    log = grow_log(5)
    log.head.state = HeadState(grow_log(5, 9).head.state.checkpoint, staged)
    with pytest.raises(PublishError, match="no batch"):
        recover(log.head, log.store)


def test_a_staged_batch_that_does_not_lead_to_its_checkpoint_is_not_published() -> None:
    log, other = grow_log(5), grow_log(5, 9)
    staged = other.head.state.staged
    assert staged is not None
    log.head.state = HeadState(other.head.state.checkpoint, staged[:-1] + b"?")
    with pytest.raises(PublishError, match="head was altered"):
        recover(log.head, log.store)
    assert published(log.store).size == 5


def test_a_tree_and_a_store_that_do_not_belong_together_do_not_grow() -> None:
    with pytest.raises(TileError, match="missing"):
        grow(MemoryStore(), Tree(5, EMPTY_ROOT), [b"entry"])


def test_a_log_in_files_grows_and_is_found_again(tmp_path: Path) -> None:
    for size in (0, 10, 300):
        head, store = FileHead(tmp_path / "head"), DirectoryStore(tmp_path / "log")
        recover(head, store)
        grown = append(head, store, KEY, make_entries(size)).size
    assert grown == 310
    assert verify_log(store, KEY.verifier, workers=2, progress=lambda _: None).problems == ()
    assert (tmp_path / "log" / CHECKPOINT).read_text() == FileHead(tmp_path / "head").load().checkpoint


def test_a_head_in_a_file_lets_only_one_of_two_writers_advance(tmp_path: Path) -> None:
    first, second = FileHead(tmp_path / "head"), FileHead(tmp_path / "head")
    assert first.load() == HeadState("", None)
    first.swap("", "one", [b"ba", b"tch"])
    with pytest.raises(RaceLost):
        second.swap("", "two", [b"another"])
    assert second.load() == HeadState("one", b"batch")
    second.swap("one", "three", [])
    assert first.load() == HeadState("three", b"")


def append_numbered(folder: Path, writer: int) -> None:
    """Append ten batches as one of several writers, beginning again whenever another one was faster."""
    head, store = FileHead(folder / "head"), DirectoryStore(folder / "log")
    for number in range(10):
        done = False
        while not done:
            with suppress(RaceLost):
                append(head, store, KEY, [b"writer %d, entry %d" % (writer, number)] * 30)
                done = True


def test_writers_in_several_processes_lose_and_double_nothing(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        pool.starmap(append_numbered, [(tmp_path, writer) for writer in range(3)])
    store = DirectoryStore(tmp_path / "log")
    recover(
        FileHead(tmp_path / "head"), store
    )  # the last one may have shown its checkpoint before a slower one
    report = verify_log(store, KEY.verifier, workers=1, progress=lambda _: None)
    assert report.problems == ()
    assert report.checkpoint
    entries = [entry for number in range(4) for entry in read_bundle(store, number, report.checkpoint.size)]
    assert Counter(entries) == {b"writer %d, entry %d" % (w, n): 30 for w in range(3) for n in range(10)}


def test_a_head_in_a_file_is_swapped_whole_under_the_eyes_of_a_reader(tmp_path: Path) -> None:
    head = FileHead(tmp_path / "head")
    head.swap("", "one", [b"batch"])
    with head.path.open("rb") as reader:
        head.swap("one", "two", [b"another"])
        assert reader.read().endswith(b"batch")
