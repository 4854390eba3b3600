"""A directory as a store: whole files, durable when it says so."""

from __future__ import annotations

import errno
import os
import pickle
import stat
from pathlib import Path

import pytest

from tuidang.tlog import store as store_module
from tuidang.tlog.store import DirectoryStore


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    return DirectoryStore(tmp_path / "log")


class Syncs:
    """Watch what is synced: by file, or the whole file system at once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.paths: list[str] = []
        self.whole = 0
        monkeypatch.setattr(store_module, "_sync_path", self.paths.append)
        monkeypatch.setattr(store_module, "_sync_file_system", self._sync_file_system)

    def _sync_file_system(self, descriptor: int, path: str) -> None:
        os.fstat(descriptor)  # it is still open
        self.whole += 1


@pytest.fixture
def syncs(monkeypatch: pytest.MonkeyPatch) -> Syncs:
    return Syncs(monkeypatch)


def test_what_was_written_or_added_is_read(store: DirectoryStore) -> None:
    store.write("checkpoint", b"one")
    store.write("checkpoint", b"two")
    store.add("tile/0/000", b"hashes")
    store.sync()
    assert store.read("checkpoint") == b"two"
    assert store.read("tile/0/000") == b"hashes"


@pytest.mark.parametrize("path", ["checkpoint", "tile/0/000", "file/below"])
def test_what_is_not_there_reads_as_nothing(store: DirectoryStore, path: str) -> None:
    store.write("file", b"")
    assert store.read(path) is None


def test_the_files_of_a_log_can_be_read_by_everybody_whom_the_umask_allows(store: DirectoryStore) -> None:
    before = os.umask(0o022)
    store.write("tile/0/000", b"hashes")
    os.umask(before)
    assert stat.S_IMODE((store.root / "tile/0/000").stat().st_mode) == 0o644
    assert stat.S_IMODE((store.root / "tile").stat().st_mode) == 0o755
    assert stat.S_IMODE((store.root / ".tmp").stat().st_mode) == 0o700


def test_a_few_added_files_are_synced_one_by_one_with_the_directories_above_them(
    store: DirectoryStore, syncs: Syncs
) -> None:
    store.add("tile/0/000", b"hashes")
    root = str(store.root)
    assert syncs.paths == [str(store.root.parent)]  # for the root itself was made
    store.sync()
    assert syncs.paths[1] == f"{root}/tile/0/000"
    assert set(syncs.paths[2:]) == {f"{root}/tile/0", f"{root}/tile", f"{root}/."}
    assert syncs.whole == 0


def test_many_added_files_are_synced_at_once(store: DirectoryStore, syncs: Syncs) -> None:
    for number in range(100):
        store.add(f"tile/0/{number:03d}", b"hashes")
    syncs.paths.clear()
    store.sync()
    assert syncs.whole == 1
    assert syncs.paths == []


def test_a_sync_with_nothing_added_does_nothing(store: DirectoryStore, syncs: Syncs) -> None:
    store.sync()
    store.add("a", b"")
    store.sync()
    syncs.paths.clear()
    store.sync()
    assert syncs.paths == []


def test_the_whole_file_system_can_really_be_synced(store: DirectoryStore) -> None:
    for number in range(100):
        store.add(f"tile/0/{number:03d}", b"hashes")
    store.sync()
    with pytest.raises(OSError, match="cannot sync"):
        store_module._sync_file_system(-1, "nowhere")


@pytest.mark.parametrize("step", ["write", "fsync", "rename"])
def test_a_write_that_fails_names_the_file_and_leaves_the_old_one(
    store: DirectoryStore, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    store.write("checkpoint", b"old")

    def fail(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, step, fail)
        with pytest.raises(OSError, match=r"cannot write: No space left on device.*checkpoint"):
            store.write("checkpoint", b"new")
    assert store.read("checkpoint") == b"old"
    assert list((store.root / ".tmp").iterdir()) == []


def test_a_file_is_written_whole_when_the_system_takes_it_in_pieces(
    store: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, bytes(data)[:3]))
    store.write("checkpoint", b"longer than three bytes")
    assert store.read("checkpoint") == b"longer than three bytes"


def test_what_a_crashed_writer_left_is_removed(store: DirectoryStore) -> None:
    store.tidy()
    store.write("checkpoint", b"")
    (store.root / ".tmp/half").write_bytes(b"half")
    store.tidy()
    assert list((store.root / ".tmp").iterdir()) == []


def test_the_widths_of_partial_files_are_listed(store: DirectoryStore) -> None:
    for width in (7, 200, 31):
        store.add(f"tile/0/000.p/{width}", b"")
    store.add("tile/0/000.p/stranger", b"")
    assert store.partial_widths("tile/0/000") == [7, 31, 200]
    assert store.partial_widths("tile/0/001") == []


def test_a_store_travels_to_another_process(store: DirectoryStore) -> None:
    store.add("a", b"b")
    assert pickle.loads(pickle.dumps(store)).read("a") == b"b"
