"""Which part of the register has pages in a mirror: the newest days, as far as their newest statements go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

from tuidang.register.folder.figures import load_figures
from tuidang.register.folder.search import Entry, Reader


@dataclass(frozen=True)
class Window:
    """The leaves from `first` on, what stands at each, hashed, and the same by day."""

    first: int
    size: int
    newest: str
    leaves: Mapping[int, str]
    days: Mapping[str, str]


def look(folder: Path, reader: Reader, days: int, most: int, progress: Callable[[int], None]) -> Window:
    """Read what is published from the newest back: so many days, and so many leaves, at most.

    The hashes say whether a page that was made of it is still right.
    """
    figures = load_figures(folder)
    size = reader.size
    if figures.day is None:
        return Window(size, size, "", {}, {})
    oldest = figures.day - timedelta(days=days - 1)
    leaves: dict[int, str] = {}
    by_day: defaultdict[date, list[str]] = defaultdict(list)
    first = size
    for leaf in range(size - 1, max(size - most, 0) - 1, -1):
        found = reader.by_leaf(leaf)
        if isinstance(found, Entry) and found.day < oldest:
            break
        first = leaf
        leaves[leaf] = sha256(repr(found).encode()).hexdigest()[:32]
        if isinstance(found, Entry):
            by_day[found.day].append(leaves[leaf])
        progress(1)
    around = sorted(figures.by_day)
    hashed = {
        day.isoformat(): _hash_day(day, figures.by_day.get(day, 0), around, first, hashes)
        for day, hashes in by_day.items()
    }
    return Window(first, size, max(hashed, default=""), leaves, hashed)


def _hash_day(day: date, count: int, days: list[date], first: int, hashes: list[str]) -> str:
    place = days.index(day) if day in days else 0
    beside = (days[place - 1] if place else None, days[place + 1] if place + 1 < len(days) else None)
    whole = len(hashes) >= count  # where it is cut depends on `first`
    said = repr((day, count, beside, 0 if whole else first, hashes))
    return sha256(said.encode()).hexdigest()[:32]
