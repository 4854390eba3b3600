"""The cast of the log's tests: a key, entries, a store and a head in memory, and logs grown in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tuidang.tlog.checkpoint import Checkpoint, open_checkpoint
from tuidang.tlog.note import SigningKey
from tuidang.tlog.publish import HeadState, RaceLost, append
from tuidang.tlog.store import CHECKPOINT
from tuidang.tlog.tiles import WIDTH, read_bundle

KEY = SigningKey("example.org/register", bytes(range(32)))
OTHER_KEY = SigningKey("example.org/register", bytes(range(1, 33)))


def make_entries(count: int, first: int = 0) -> list[bytes]:
    """Make entries of different lengths, each unlike all others."""
    return [b"entry %d " % number + b"x" * (number % 50) for number in range(first, first + count)]


class MemoryStore:
    """A store that is a dictionary, to be quick and to be looked into."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def read(self, path: str) -> bytes | None:
        return self.files.get(path)

    def add(self, path: str, data: bytes) -> None:
        self.files[path] = data

    def write(self, path: str, data: bytes) -> None:
        self.files[path] = data

    def sync(self) -> None:
        pass

    def tidy(self) -> None:
        pass

    def partial_widths(self, path: str) -> list[int]:
        prefix = f"{path}.p/"
        return [int(name.removeprefix(prefix)) for name in self.files if name.startswith(prefix)]


class MemoryHead:
    """A head that is two attributes."""

    def __init__(self) -> None:
        self.state = HeadState("", None)

    def checkpoint(self) -> str:
        return self.state.checkpoint

    def load(self) -> HeadState:
        return self.state

    def swap(self, old_checkpoint: str, new_checkpoint: str, staged: Iterable[bytes]) -> None:
        if self.state.checkpoint != old_checkpoint:
            raise RaceLost
        self.state = HeadState(new_checkpoint, b"".join(staged))


class MemoryLog:
    """A log in memory."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.head = MemoryHead()

    def append(self, entries: Sequence[bytes]) -> Checkpoint:
        return append(self.head, self.store, KEY, entries)


def grow_log(*sizes: int) -> MemoryLog:
    """Grow a log in memory by one checkpoint for each of these sizes."""
    log = MemoryLog()
    log.append([])
    grown = 0
    for size in sizes:
        log.append(make_entries(size - grown, grown))
        grown = size
    return log


def published(store: MemoryStore) -> Checkpoint:
    """Return the published checkpoint, its signature checked."""
    return open_checkpoint(store.files[CHECKPOINT], KEY.verifier)


def read_entries(store: MemoryStore, size: int) -> list[bytes]:
    """Return all entries of a log, from its bundles."""
    return [entry for number in range(-(-size // WIDTH)) for entry in read_bundle(store, number, size)]
