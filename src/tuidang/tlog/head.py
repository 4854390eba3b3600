"""A head that is one file, for a log that stands alone: the newest checkpoint and the batch that led to it.

The register keeps its head in its database instead, in one transaction with the rest of a publication.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable
from pathlib import Path

from tuidang.tlog.publish import HeadState, RaceLost

_LENGTH = 4  # bytes: the length of the checkpoint, big-endian; then the checkpoint; then the batch


class FileHead:
    """A head in one file of a local file system. Keep it out of the public folder, but do back it up."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def checkpoint(self) -> str:
        try:
            with self.path.open("rb") as file:
                return file.read(int.from_bytes(file.read(_LENGTH), "big")).decode()
        except FileNotFoundError:
            return ""

    def load(self) -> HeadState:
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return HeadState("", None)
        end = _LENGTH + int.from_bytes(data[:_LENGTH], "big")
        return HeadState(data[_LENGTH:end].decode(), data[end:])

    def swap(self, old_checkpoint: str, new_checkpoint: str, staged: Iterable[bytes]) -> None:
        """Swap both durably, or raise RaceLost. A lock keeps other processes out meanwhile."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self.checkpoint() != old_checkpoint:
                raise RaceLost("another writer has advanced the log; load the head and begin again")
            self._replace(new_checkpoint.encode(), staged)

    def _replace(self, checkpoint: bytes, staged: Iterable[bytes]) -> None:
        temporary = self.path.with_suffix(".new")  # its name may be fixed, for the lock is held
        with temporary.open("wb") as file:
            file.write(len(checkpoint).to_bytes(_LENGTH, "big") + checkpoint)
            file.writelines(staged)
            file.flush()
            os.fsync(file.fileno())
        # A crash before this line leaves the old head; after it, the new one. The sync below makes the
        # rename last.
        temporary.replace(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
