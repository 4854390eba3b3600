"""The index of the register: files derived from tiles and day files, dropped and rebuilt at will.

Each publication adds a segment for each of its months; within a month they merge as the digits of a
binary counter carry. A closed month becomes one segment, and so does a closed year of a small register.
All here is for the one process that writes the folder; readers may look at any moment.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from tuidang.register.folder.batch import Batch
from tuidang.register.folder.harvest import Work, harvest, months
from tuidang.register.folder.parallel import Hands, alone, many_hands, pieces
from tuidang.register.folder.segment import sieve_path, write_segment
from tuidang.register.folder.shelf import (
    Part,
    choose_cover,
    find_gaps,
    index_folder,
    open_segments,
    published_size,
    segment_files,
)

SMALL_YEAR = 1_000_000  # leaves up to which a closed year becomes one segment: an erasure writes it anew
_AT_ONCE = 1 << 14  # leaves that are harvested at once


def add_segment(folder: Path, batch: Batch, do: Hands = alone) -> None:
    """Index a batch whose tiles and day files are written, and whatever before it is not indexed; durably.

    Done twice it leaves the same index: what an attempt left beyond the batch's start goes first.
    """
    for segment in open_segments(folder):
        if segment.first >= batch.start:
            _remove([segment.path])
        elif segment.past > batch.start:
            _write(do, segment.path, Work(folder, batch.end, segment.first, batch.start))
    # A crash from here on leaves the log indexed up to some leaf; the next attempt goes on from there.
    for gap in find_gaps(_tidy(folder), batch.end):
        for month, first, past in months(Work(folder, batch.end, *gap)):
            _write(do, _segment_path(folder, month, first), Work(folder, batch.end, first, past))


def merge_segments(folder: Path) -> None:
    """Merge segments where that is due, and remove what earlier merges left over; readers notice nothing."""
    cover = _tidy(folder)
    while run := find_run([(part.segment.period, part.high - part.low) for part in cover]):
        first, past = cover[run.first].low, cover[run.past - 1].high
        path = cover[run.first].segment.path
        if cover[run.first].segment.period != run.period:
            path = path.with_name(f"{run.period}.sqlite")
        with many_hands(past - first) as do:
            _write(do, path, Work(folder, cover[-1].high, first, past))
        # A crash before the next line leaves the merged segments beside the new one, which covers them.
        cover = _tidy(folder)


def erase_from_index(folder: Path, leaves: Collection[int]) -> None:
    """Write anew every segment that knows the record of a leaf, or a day file that held it; durably.

    The day files no longer have these records. Done twice it changes nothing more.
    """
    cover = _tidy(folder)
    days = {
        date.fromordinal(row.day)
        for part in cover
        for leaf in leaves
        if part.low <= leaf < part.high
        for row in part.segment.statements(leaf, leaf + 1, 1)
        if row.has_record
    }
    touched = [
        part.segment for part in cover if any(part.segment.leaves_between(day, day) != (0, 0) for day in days)
    ]
    with many_hands(sum(segment.past - segment.first for segment in touched)) as do:
        for segment in touched:
            # A crash here leaves segments that still know the record: doing it again finds them.
            _write(do, segment.path, Work(folder, cover[-1].high, segment.first, segment.past))


def rebuild_index(folder: Path, progress: Callable[[int], None]) -> int:
    """Drop the index and build it from tiles and day files; gives the number of its rows.

    `progress` is told how many more leaves are done. Until a segment is replaced, readers have the old one.
    """
    size = published_size(folder)
    built: set[Path] = set()
    with many_hands(size) as do:
        for month, first, past in months(Work(folder, size, 0, size)) if size else ():
            path = index_folder(folder) / f"{month}.sqlite"
            path = path if path not in built else path.with_name(f"{month}.{first}.sqlite")
            _write(do, path, Work(folder, size, first, past))
            built.add(path)
            progress(past - first)
    _remove(path for path in segment_files(folder) if path not in built)
    merge_segments(folder)
    return sum(day.statements for part in _tidy(folder) for day in part.segment.days)


class Run(NamedTuple):
    """Neighbouring segments that are to become one, by their places, and the period it is named after."""

    first: int
    past: int
    period: str


def find_run(segments: Sequence[tuple[str, int]]) -> Run | None:
    """Choose what to merge next among segments (period, leaves), oldest first; None when nothing is due."""
    years: Counter[str] = Counter()
    for period, leaves in segments:
        years[period[:4]] += leaves
    newest = segments[-1][0] if segments else ""
    whole_years = {year for year, leaves in years.items() if year < newest[:4] and leaves <= SMALL_YEAR}

    def becomes(place: int) -> str:
        period = segments[place][0]
        return period[:4] if period[:4] in whole_years else period

    for period, group in groupby(range(len(segments)), becomes):
        places = list(group)
        first = places[0]
        if period == newest:
            first = _tail([segments[place][1] for place in places]) + first
        if first < places[-1]:
            return Run(first, places[-1] + 1, period)
    return None


def _tail(sizes: Sequence[int]) -> int:
    """Give the place from which on segments merge: each as long as it is no larger than those after it."""
    place = len(sizes) - 1
    total = sizes[place]
    while place and sizes[place - 1] <= total:
        place -= 1
        total += sizes[place]
    return place


def _write(do: Hands, path: Path, work: Work) -> None:
    """Write a segment over the leaves of `work`."""
    works = (Work(work.folder, work.size, *piece) for piece in pieces(work.first, work.past, _AT_ONCE))
    write_segment(path, work.first, work.past, do(harvest, works))


def _segment_path(folder: Path, month: str, first: int) -> Path:
    path = index_folder(folder) / f"{month}.sqlite"
    return path.with_name(f"{month}.{first}.sqlite") if path.exists() else path


def _tidy(folder: Path) -> list[Part]:
    """Remove what is unfinished, unreadable or covered by another segment, and give the cover."""
    cover = choose_cover(open_segments(folder))
    chosen = {part.segment.path for part in cover}
    _remove(path for path in segment_files(folder) if path not in chosen)
    kept = {sieve_path(path) for path in chosen} | chosen
    if index_folder(folder).exists():
        for path in list(index_folder(folder).iterdir()):
            if path not in kept:
                path.unlink()
    return cover


def _remove(paths: Iterable[Path]) -> None:
    for path in list(paths):
        path.unlink(missing_ok=True)
        sieve_path(path).unlink(missing_ok=True)
