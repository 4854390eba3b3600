"""Reading many leaves fast: what they say beside the commitment repeats, and is parsed once."""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from tuidang.register.folder.records import AuditHead, Erased, Leaf, StatementLeaf, Uncounted, parse_leaf
from tuidang.tlog.store import DirectoryStore
from tuidang.tlog.tiles import WIDTH, read_bundle

# Canonical JSON puts the commitment first; it is the base64 of 32 bytes.
_HEAD = b'{"commitment":"'
_TAIL = len(_HEAD) + 44
_STAND_IN = _HEAD + b"A" * 43 + b"="

_KINDS = {StatementLeaf: "statement", Erased: "erased", Uncounted: "uncounted", AuditHead: "audit"}


def parse_beside_commitment(entry: bytes) -> Leaf:
    """Read a leaf, with a stand-in for a statement's commitment. Raises ValueError for no leaf."""
    return _parse_tail(entry[_TAIL:]) if entry.startswith(_HEAD) else parse_leaf(entry)


def count_leaves(entries: Iterable[bytes]) -> Iterator[tuple[Leaf, int]]:
    """Give what leaves say, each with how many say it; commitments aside. Raises ValueError."""
    tails = Counter(entry[_TAIL:] if entry.startswith(_HEAD) else entry for entry in entries)
    for tail, count in tails.items():
        yield parse_leaf(tail if tail.startswith(b"{") else _STAND_IN + tail), count


def count_kinds(entries: Iterable[bytes]) -> Counter[str]:
    """Count leaves by their kind; entries that no register has make one "other"."""
    try:
        return Counter(_KINDS[type(parse_beside_commitment(entry))] for entry in entries)
    except ValueError:
        return Counter({"other": 1})


def commitment_of(entry: bytes) -> str:
    """Give the commitment in a statement's leaf."""
    return entry[len(_HEAD) : _TAIL].decode()


def read_entries(folder: Path, size: int, first: int, past: int) -> Iterator[tuple[int, bytes]]:
    """Give the leaves from `first` up to `past` of a log of `size` leaves, with their numbers.

    Raises TileError when an entry bundle is missing or damaged.
    """
    store = DirectoryStore(folder)
    for number in range(first // WIDTH, -(-past // WIDTH)):
        start = number * WIDTH
        entries = read_bundle(store, number, size)
        for place in range(max(first - start, 0), min(past - start, len(entries))):
            yield start + place, entries[place]


@lru_cache(maxsize=1 << 14)
def _parse_tail(tail: bytes) -> Leaf:
    return parse_leaf(_STAND_IN + tail)
