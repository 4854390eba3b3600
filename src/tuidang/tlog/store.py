"""Where the files of a log lie: what the package asks of a store, and a store that is a directory.

To keep a log elsewhere (an object store, say) write another class with the methods of `Store`; nothing else
changes.

**What an attacker who owns the store could do.** He can withhold files, delete them, or serve an old
checkpoint with the tree that belongs to it. He cannot change, add, remove or reorder an entry unseen: every
entry is under the root in a checkpoint that the log's key has signed, and that key is not in the store. He
could show different people different *times* of the same log (an old checkpoint to one, the newest to
another), but never two contradicting trees, unless he also has the key; then only witnesses and people who
compare checkpoints notice. He can read all of it, which is what the files are for. The publisher reads the
right edge of the tree back from the store and checks it against the last checkpoint before he continues it,
so a store that was tampered with stops publication and never gets a signature.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Protocol

CHECKPOINT = "checkpoint"

_TEMPORARY = ".tmp"
_FEW = 64  # up to so many new files are synced one by one; more, by syncing the whole file system once


class ReadableStore(Protocol):
    """What a reader needs of the place where a log lies. Paths are relative, with `/` between their parts.

    Every method may raise OSError. A reader never sees half a file.
    """

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes, or None if there is no such file."""

    def partial_widths(self, path: str) -> list[int]:
        """List the widths of the partial files beside a tile or bundle; none if the store cannot list."""


class Store(ReadableStore, Protocol):
    """What a publisher needs beside that."""

    def add(self, path: str, data: bytes) -> None:
        """Write a file that never changes once it is published. It is durable only after `sync`.

        Adding the same file again replaces it by the same bytes: that is how a publication is repeated
        after a crash.
        """

    def write(self, path: str, data: bytes) -> None:
        """Write a file that changes, durably: a power cut leaves the old file or the new one, whole."""

    def sync(self) -> None:
        """Return when everything added so far is durable.

        After an error add all of it again: the system forgets what it could not write, and says so once only.
        """

    def tidy(self) -> None:
        """Remove what a crashed writer left half-written. Only at a start, when nobody writes."""


class DirectoryStore:
    """A store that is a directory of a local file system.

    Durability. Each file is written under a temporary name and renamed, so it is never seen half. `write`
    syncs the file before the rename and the directory after it. `add` does not: a large publication adds
    eight thousand files, and a journal commit for each would cost more than all the hashing. Nothing refers
    to an added file before the next checkpoint, which is written only after `sync` has returned, so a torn
    one harms nobody and is added again by recovery. `sync` calls syncfs(2) once, which on Linux waits for
    the data and the names of every file on the file system and (since 5.8) reports any write error since
    the descriptor was opened; for a few files, and where there is no syncfs, it calls fsync(2) for each
    file and each directory.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._base = str(root)
        self._ready: set[str] = set()  # directories that are known to exist
        self._added: list[str] = []
        self._file_system: int | None = None
        self._temporary_names = map(
            f"{self._base}/{_TEMPORARY}/{os.urandom(6).hex()}-{{}}".format, itertools.count()
        )

    def read(self, path: str) -> bytes | None:
        try:
            with open(f"{self._base}/{path}", "rb", buffering=0) as file:  # noqa: PTH123 - once for every tile
                return file.read()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def partial_widths(self, path: str) -> list[int]:
        try:
            names = os.listdir(f"{self._base}/{path}.p")  # noqa: PTH208 - as above
        except (FileNotFoundError, NotADirectoryError):
            return []
        return sorted(int(name) for name in names if name.isdecimal() and name.isascii())

    def add(self, path: str, data: bytes) -> None:
        if self._file_system is None:
            # Opened before the first write, for syncfs reports the errors since then.
            self._make_root()
            self._file_system = os.open(self._base, os.O_RDONLY | os.O_DIRECTORY)
        self._put(path, data, durable=False)
        self._added.append(path)

    def write(self, path: str, data: bytes) -> None:
        self._put(path, data, durable=True)
        self._sync_directories([path])

    def sync(self) -> None:
        if self._file_system is None:
            return
        if len(self._added) > _FEW and sys.platform == "linux":
            _sync_file_system(self._file_system, self._base)
        else:
            for path in self._added:
                _sync_path(f"{self._base}/{path}")
            self._sync_directories(self._added)
        os.close(self._file_system)
        self._file_system = None
        self._added.clear()

    def tidy(self) -> None:
        folder = self.root / _TEMPORARY
        if folder.is_dir():
            for leftover in folder.iterdir():
                leftover.unlink(missing_ok=True)

    def _put(self, path: str, data: bytes, *, durable: bool) -> None:
        target = f"{self._base}/{path}"
        temporary = next(self._temporary_names)
        try:
            self._make_root()
            self._make_directory(f"{self._base}/{_TEMPORARY}", 0o700)
            self._make_directory(target.rpartition("/")[0])
            _write_file(temporary, data, durable=durable)
            # A crash before this line leaves the file as it was, and a temporary one that `tidy` removes.
            os.rename(temporary, target)  # noqa: PTH104 - for every tile
        except OSError as error:
            with suppress(OSError):
                os.unlink(temporary)  # noqa: PTH108 - as above
            raise OSError(error.errno, f"cannot write: {error.strerror}", target) from error

    def _make_root(self) -> None:
        if not self.root.is_dir():
            self.root.mkdir(parents=True, exist_ok=True)  # another writer may have made it meanwhile
            _sync_path(str(self.root.absolute().parent))

    def _make_directory(self, path: str, mode: int = 0o755) -> None:
        if path not in self._ready:
            Path(path).mkdir(mode=mode, parents=True, exist_ok=True)
            self._ready.add(path)

    def _sync_directories(self, paths: list[str]) -> None:
        """Make the names of these files durable, and those of the directories that lead to them."""
        folders = {str(folder) for path in paths for folder in Path(path).parents}
        for folder in sorted(folders, reverse=True):
            _sync_path(f"{self._base}/{folder}")


def _write_file(path: str, data: bytes, *, durable: bool) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        if durable:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_path(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_file_system(descriptor: int, path: str) -> None:
    """Wait until all that was written to a file system is on its disk: syncfs(2), which Python lacks."""
    if ctypes.CDLL(None, use_errno=True).syncfs(descriptor):
        number = ctypes.get_errno()
        raise OSError(number, f"cannot sync: {os.strerror(number)}", path)
