"""The verifier: it accepts a sound log, and names the file when a single byte anywhere was altered."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tlog_cast import KEY, OTHER_KEY, MemoryLog, MemoryStore, grow_log, make_entries
from tuidang.tlog.checkpoint import Checkpoint, sign_checkpoint
from tuidang.tlog.head import FileHead
from tuidang.tlog.publish import append
from tuidang.tlog.store import DirectoryStore
from tuidang.tlog.tree import EMPTY_ROOT
from tuidang.tlog.verify import Report, verify_log


def verify(store: MemoryStore | DirectoryStore, workers: int = 1) -> Report:
    return verify_log(store, KEY.verifier, workers=workers, progress=lambda _: None)


@pytest.fixture(scope="module")
def log() -> MemoryLog:
    """A log with full and partial tiles on two levels and the partial ones of earlier checkpoints."""
    return grow_log(100, 1_000, 1_500)


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 511, 512, 513])
def test_a_sound_log_of_any_size_has_no_problems(size: int) -> None:
    counted: list[int] = []
    report = verify_log(grow_log(size).store, KEY.verifier, workers=1, progress=counted.append)
    assert report.problems == ()
    assert report.checkpoint
    assert report.checkpoint.size == size == sum(counted)


def test_a_log_of_three_levels_is_verified_on_several_cores_and_by_its_parts() -> None:
    log = MemoryLog()
    log.append([b"%d" % number for number in range(65_537)])
    assert verify(log.store, workers=2).problems == ()
    entry = log.store.files["tile/entries/200"]
    log.store.files["tile/entries/200"] = entry.replace(b"51200", b"51201")
    assert verify(log.store, workers=2).problems == (
        "tile/entries/200: entry 51200 does not have the hash in tile/0/200",
    )


def test_every_file_is_noticed_with_any_byte_altered_and_named(log: MemoryLog) -> None:
    chance = random.Random(7)
    for path, data in log.store.files.items():
        for place in {0, len(data) - 1, *(chance.randrange(len(data)) for _ in range(6))}:
            altered = MemoryStore()
            altered.files = log.store.files | {
                path: data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
            }
            problems = verify(altered).problems
            assert any(path in problem for problem in problems), f"{path} at {place}: {problems}"


def test_every_file_of_the_newest_tree_is_missed_and_named(log: MemoryLog) -> None:
    older = {".p/100", ".p/232", ".p/3"}
    for path in log.store.files:
        if not path.endswith(tuple(older)):
            poorer = MemoryStore()
            poorer.files = {name: data for name, data in log.store.files.items() if name != path}
            assert any(path in problem and "missing" in problem for problem in verify(poorer).problems), path


def test_a_file_that_is_too_long_or_too_short_is_named(log: MemoryLog) -> None:
    for path, data in log.store.files.items():
        for wrong in (data + b"\0", data[:-1], b""):
            altered = MemoryStore()
            altered.files = log.store.files | {path: wrong}
            assert any(path in problem for problem in verify(altered).problems), path


def test_entries_that_changed_places_are_noticed(log: MemoryLog) -> None:
    swapped = MemoryStore()
    one, two = "tile/entries/000", "tile/entries/001"
    swapped.files = log.store.files | {one: log.store.files[two], two: log.store.files[one]}
    assert len(verify(swapped).problems) >= 2


def test_a_rewritten_entry_is_noticed_even_when_its_tile_was_rewritten_with_it() -> None:
    forged = grow_log(1_500)
    entries = make_entries(1_500)
    entries[300] = b"forged"
    other = MemoryLog()
    other.append(entries)
    for path in ("tile/entries/001", "tile/0/001"):
        forged.store.files[path] = other.store.files[path]
    problems = verify(forged.store).problems
    assert problems == ("tile/0/001: does not lead to hash 1 in tile/1/000.p/5; one of the two was altered",)


def test_a_wholly_rewritten_log_without_the_key_is_refused() -> None:
    other = MemoryLog()
    other.append([b"forged"])
    checkpoint = verify(other.store).checkpoint
    assert checkpoint
    other.store.files["checkpoint"] = sign_checkpoint(checkpoint, OTHER_KEY).encode()
    report = verify(other.store)
    assert report.checkpoint is None
    assert "no trusted key" in report.problems[0]


def test_a_signed_root_that_the_tiles_do_not_have_is_refused(log: MemoryLog) -> None:
    wrong = MemoryStore()
    signed = sign_checkpoint(Checkpoint(KEY.name, 1_500, EMPTY_ROOT), KEY)
    wrong.files = log.store.files | {"checkpoint": signed.encode()}
    assert "do not lead to the root" in verify(wrong).problems[0]


def test_an_empty_log_with_another_root_is_refused() -> None:
    wrong = MemoryStore()
    wrong.files = {"checkpoint": sign_checkpoint(Checkpoint(KEY.name, 0, b"x" * 32), KEY).encode()}
    assert "do not lead to the root" in verify(wrong).problems[0]


def test_a_checkpoint_of_more_entries_than_there_can_be_does_not_take_for_ever() -> None:
    size = 256**7  # a right edge of one tile, and nothing below it
    hostile = MemoryStore()
    hostile.files = {
        "checkpoint": sign_checkpoint(Checkpoint(KEY.name, size, EMPTY_ROOT), KEY).encode(),
        "tile/7/000.p/1": EMPTY_ROOT,
    }
    problems = verify(hostile, workers=2).problems
    assert "tile/6/000: this file is missing" in problems[0]
    assert "the rest was not looked at" in problems[-1]
    assert len(problems) < 1_100


def test_a_folder_without_checkpoint_is_refused() -> None:
    assert verify(MemoryStore()).problems == (
        "checkpoint: this file is missing; every log has one, even an empty one",
    )


def test_files_of_a_publication_that_is_not_finished_are_no_problem(log: MemoryLog) -> None:
    growing = MemoryStore()
    growing.files = grow_log(100, 1_000, 1_500, 1_600).store.files | {
        "checkpoint": log.store.files["checkpoint"]
    }
    assert verify(growing).problems == ()


def test_a_log_whose_old_partial_files_were_pruned_is_sound(log: MemoryLog) -> None:
    pruned = MemoryStore()
    pruned.files = {path: data for path, data in log.store.files.items() if not path.endswith(".p/100")}
    assert verify(pruned).problems == ()


def test_an_altered_older_partial_file_in_a_folder_is_noticed(tmp_path: Path) -> None:
    head, store = FileHead(tmp_path / "head"), DirectoryStore(tmp_path / "log")
    append(head, store, KEY, make_entries(5))
    append(head, store, KEY, make_entries(5, 5))
    for path in ("tile/0/000.p/5", "tile/entries/000.p/5"):
        data = (store.root / path).read_bytes()
        store.add(path, data[:-1] + b"?")
        assert any(problem.startswith(path) for problem in verify(store).problems)
        store.add(path, data)
    assert verify(store).problems == ()
