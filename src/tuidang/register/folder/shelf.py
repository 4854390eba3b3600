"""The segments of an index: which there are, which of them together cover the log, and asking one.

A file is named after its month, or after its year once that is closed and small: `2026-11.sqlite`; a
later segment of the same month has its first leaf in the name: `2026-11.<leaf>.sqlite`. What a segment
covers is said inside it. A merge puts the new file in place before it removes the old ones, so segments
may overlap after a crash: whoever reads takes, from leaf 0 on, the one that reaches farthest, and ends up
with a set that covers every leaf once.
"""

import sqlite3
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from tuidang.register.folder.harvest import NoticeRow
from tuidang.register.folder.segment import FORMAT, sieve_path
from tuidang.register.folder.sieve import Key, Sieve
from tuidang.tlog.checkpoint import parse_checkpoint
from tuidang.tlog.store import CHECKPOINT, DirectoryStore

_MAPPED = 1 << 40  # bytes; SQLite cuts it to what it can map
_COLUMNS = (
    "SELECT leaf, name NOT NULL, region, orgs, day,"
    " (SELECT place FROM members WHERE members.day = rows.day AND bundle = leaf >> 8)"
)
_RANGE = " leaf >= ? AND leaf < ? ORDER BY leaf DESC LIMIT ?"
_ALL = f"{_COLUMNS} FROM rows WHERE {_RANGE}"
_NAMED = f"{_COLUMNS} FROM rows WHERE name = ? AND {_RANGE}"
_NAMED_IN = f"{_COLUMNS} FROM rows WHERE name = ? AND region = ? AND {_RANGE}"
_WORDS = (
    f"{_COLUMNS} FROM words CROSS JOIN rows ON leaf = words.rowid WHERE words MATCH ?"
    " AND words.rowid >= ? AND words.rowid < ? ORDER BY words.rowid DESC LIMIT ?"
)


class Found(NamedTuple):
    """A row of the index: a statement, whether it had a record, and where its day file has it."""

    leaf: int
    has_record: bool
    region: str
    orgs: int
    day: int  # ordinal
    place: int | None


class DayRange(NamedTuple):
    """A day in a segment: its leaves, from `first` up to `past`, notices among them, and its statements."""

    day: int  # ordinal
    first: int
    past: int
    statements: int


class SegmentError(Exception):
    """A file of the index cannot be read."""


class Segment:
    """A segment opened for reading; threads share it."""

    def __init__(self, path: Path) -> None:
        """Open the segment at `path`. Raises SegmentError; FileNotFoundError when it was just removed."""
        path.stat()
        self.path = path
        self._lock = Lock()
        address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        self._base = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
        try:
            (version,) = self._base.execute("PRAGMA user_version").fetchone()
            if version != FORMAT:
                raise SegmentError(f"{path} has format {version}, not {FORMAT}")
            self._base.execute(f"PRAGMA mmap_size = {_MAPPED}")
            self.first, self.past, tag = self._base.execute("SELECT first, past, sieve FROM about").fetchone()
            self.days = [DayRange(*row) for row in self._base.execute("SELECT * FROM days ORDER BY day")]
            self.has_notices = bool(self._base.execute("SELECT EXISTS (SELECT * FROM notices)").fetchone()[0])
        except (sqlite3.Error, TypeError) as error:
            raise SegmentError(f"{path} is not a segment: {error}") from error
        self._sieve = _open_sieve(sieve_path(path), tag)

    @property
    def period(self) -> str:
        """Give the month or year the segment is named after."""
        return self.path.name.split(".")[0]

    def may_have(self, keys: Iterable[Key]) -> bool:
        """Tell whether the segment may have all the keys; False is certain."""
        return self._sieve is None or all(map(self._sieve.may_have, keys))

    def statements(self, low: int, high: int, limit: int) -> list[Found]:
        """Give the newest statements among the leaves from `low` up to `high`."""
        return self._find(_ALL, low, high, limit)

    def named(self, folded: str, region: str | None, low: int, high: int, limit: int) -> list[Found]:
        """Give the newest statements under a folded name, in a region unless it is None."""
        if region is None:
            return self._find(_NAMED, folded, low, high, limit)
        return self._find(_NAMED_IN, folded, region, low, high, limit)

    def with_terms(self, terms: Sequence[str], low: int, high: int, limit: int) -> list[Found]:
        """Give the newest statements that have all the terms."""
        return self._find(_WORDS, " AND ".join(f'"{term}"' for term in terms), low, high, limit)

    def notices_about(self, target: int) -> list[NoticeRow]:
        """Give the notices about a leaf."""
        with self._lock:
            rows = self._base.execute(
                "SELECT leaf, kind, target, reason FROM notices WHERE target = ? ORDER BY leaf", (target,)
            )
            return [NoticeRow(*row) for row in rows]

    def notice_at(self, leaf: int) -> NoticeRow | None:
        """Give the notice that stands at a leaf."""
        with self._lock:
            row = self._base.execute(
                "SELECT leaf, kind, target, reason FROM notices WHERE leaf = ?", (leaf,)
            ).fetchone()
            return NoticeRow(*row) if row else None

    def leaves_between(self, first: date, last: date) -> tuple[int, int]:
        """Give the range of leaves, first and past, of the days from `first` to `last`; or 0, 0."""
        start = bisect_left(self.days, (first.toordinal(),))
        end = bisect_left(self.days, (last.toordinal() + 1,))
        return (self.days[start].first, self.days[end - 1].past) if start < end else (0, 0)

    def _find(self, question: str, *values: str | int) -> list[Found]:
        # One thread at a time: SQLite would let two in, Python's cache of prepared statements would not.
        with self._lock:
            return [Found(*row) for row in self._base.execute(question, values)]


def index_folder(folder: Path) -> Path:
    """Give the folder of the index."""
    return folder / "index"


def published_size(folder: Path) -> int:
    """Give the size of the log in the folder's checkpoint, whose signature is not looked at; 0 without one.

    Raises CheckpointError when it is damaged.
    """
    signed = DirectoryStore(folder).read(CHECKPOINT)
    if signed is None:
        return 0
    text, _, _ = signed.decode(errors="replace").partition("\n\n")
    return parse_checkpoint(text + "\n").size


def segment_files(folder: Path) -> list[Path]:
    """Give the files of all segments."""
    return sorted(index_folder(folder).glob("*.sqlite"))


def open_segments(folder: Path) -> list[Segment]:
    """Open every segment that can be read; others count as missing."""
    segments = []
    for path in segment_files(folder):
        with suppress(SegmentError, FileNotFoundError):
            segments.append(Segment(path))
    return segments


class Part(NamedTuple):
    """The leaves from `low` up to `high`, for which a segment answers."""

    low: int
    high: int
    segment: Segment


def choose_cover(segments: Iterable[Segment]) -> list[Part]:
    """Choose the segments that together cover the log, oldest first; where none does a gap is left."""
    cover: list[Part] = []
    reached = 0
    for segment in sorted(segments, key=lambda segment: (segment.first, -segment.past)):
        if segment.past > reached:
            cover.append(Part(max(segment.first, reached), segment.past, segment))
            reached = segment.past
    return cover


def find_gaps(cover: Iterable[Part], size: int) -> list[tuple[int, int]]:
    """Give the ranges of leaves of a log of `size` leaves that no part covers."""
    gaps = []
    reached = 0
    for part in cover:
        if reached < min(part.low, size):
            gaps.append((reached, min(part.low, size)))
        reached = part.high
    if reached < size:
        gaps.append((reached, size))
    return gaps


def _open_sieve(path: Path, tag: bytes) -> Sieve | None:
    try:
        sieve = Sieve(path)
    except (OSError, ValueError):
        return None
    return sieve if sieve.tag == tag else None
