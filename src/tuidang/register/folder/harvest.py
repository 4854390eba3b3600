"""What there is to index: statements, notices and places in day files, read from tiles and day files."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from tuidang.register.folder.dayfiles import Member, day_path, read_members
from tuidang.register.folder.leaves import parse_beside_commitment, read_entries
from tuidang.register.folder.records import Erased, StatementLeaf, Uncounted
from tuidang.register.folder.segment import MemberRow, NoticeRow, Row, StatementRow
from tuidang.tlog.tiles import WIDTH

_BEFORE_ANY = "0000-00"  # the month of notices that no statement precedes; no log of ours begins with them


class Harvest:
    """The leaves of a folder's log of `size` leaves, whose tiles and day files are written.

    All methods raise TileError when an entry bundle is damaged, ValueError when a day file or an entry is.
    """

    def __init__(self, folder: Path, size: int) -> None:
        self._folder = folder
        self._size = size

    def rows(self, first: int, past: int) -> Iterator[Row]:
        """Give the rows of the leaves from `first` up to `past`, in order; then where their members begin."""
        day_file: _DayFile | None = None
        members: list[MemberRow] = []
        lines: dict[int, bytes] = {}
        of: tuple[date, int] | None = None  # the day and bundle whose lines these are
        for leaf, entry in read_entries(self._folder, self._size, first, past):
            match parse_beside_commitment(entry):
                case Erased(target):
                    yield NoticeRow(leaf, "erased", target, "")
                case Uncounted(target, reason):
                    yield NoticeRow(leaf, "uncounted", target, reason.value)
                case StatementLeaf(day, orgs, region):
                    if of != (day, leaf // WIDTH):
                        of = (day, leaf // WIDTH)
                        if day_file is None or day_file.day != day:
                            day_file = _DayFile(self._folder, day)
                        member = day_file.member(leaf // WIDTH)
                        lines = dict(member.lines) if member else {}
                        if member:
                            members.append(MemberRow(day, leaf // WIDTH, member.offset))
                    name, text = _name_and_text(lines[leaf]) if leaf in lines else (None, None)
                    yield StatementRow(leaf, day, region, orgs, name, text)
        yield from members

    def months(self, first: int, past: int) -> Iterator[tuple[str, int, int]]:
        """Cut the leaves from `first` up to `past` into months: name, first leaf, and the leaf past it.

        Days never fall, so a range that begins and ends in one month lies in it.
        """
        month = self.month_at(first)
        while self.month_at(past - 1) != month:
            low, high = first, past - 1  # the month reaches `low`, and does not reach `high`
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if self.month_at(middle) == month else (low, middle)
            yield month, first, high
            first, month = high, self.month_at(high)
        yield month, first, past

    def month_at(self, leaf: int) -> str:
        """Give the month a leaf belongs to: a notice's is that of the last statement before it."""
        for number in range(leaf // WIDTH, -1, -1):
            entries = read_entries(
                self._folder, self._size, number * WIDTH, min(number * WIDTH + WIDTH, leaf + 1)
            )
            for _, entry in reversed(list(entries)):
                found = parse_beside_commitment(entry)
                if isinstance(found, StatementLeaf):
                    return f"{found.day:%Y-%m}"
        return _BEFORE_ANY


class _DayFile:
    """A day's members, read forward."""

    def __init__(self, folder: Path, day: date) -> None:
        self.day = day
        self._members = read_members(day_path(folder, day))
        self._next = next(self._members, None)

    def member(self, bundle: int) -> Member | None:
        """Give the member with the lines of a bundle, which lies not before those asked for earlier."""
        while self._next and self._next.lines[0][0] // WIDTH < bundle:
            self._next = next(self._members, None)
        found = self._next
        return found if found and found.lines[0][0] // WIDTH == bundle else None


def _name_and_text(line: bytes) -> tuple[str, str]:
    record = json.loads(json.loads(line)["record"])
    return record["name"], record["text"]
