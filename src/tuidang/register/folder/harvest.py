"""What there is to index: statements with their terms, notices, places in day files, read from the folder."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from tuidang.privacy.fold import fold
from tuidang.privacy.folded_text import fold_text
from tuidang.register.folder.dayfiles import day_path, read_members
from tuidang.register.folder.leaves import parse_beside_commitment, read_entries
from tuidang.register.folder.records import ORGANISATIONS, AuditHead, Erased, StatementLeaf, Uncounted
from tuidang.register.folder.terms import text_terms
from tuidang.tlog.tiles import WIDTH

NO_TARGET = -1  # of a notice that is about no leaf
_BEFORE_ANY = "0000-00"  # the month of notices that no statement precedes; no log of ours begins with them


class Work(NamedTuple):
    """Leaves to be read, from `first` up to `past`, in a folder whose tiles have `size` leaves."""

    folder: Path
    size: int
    first: int
    past: int


class StatementRow(NamedTuple):
    """A statement in an index; the name is folded, or None when there is no record."""

    leaf: int
    name: str | None
    region: str
    orgs: int  # bits, the first organisation being the lowest
    day: int  # ordinal


class NoticeRow(NamedTuple):
    """A notice in an index."""

    leaf: int
    kind: str
    target: int
    reason: str  # of the head of the audit chain: itself, in hexadecimal


class Harvest(NamedTuple):
    """The rows of some leaves; the terms of each text; where the members of day files begin."""

    statements: list[StatementRow]
    documents: list[tuple[int, str]]  # leaf, terms with spaces between them
    notices: list[NoticeRow]
    members: list[tuple[int, int, int]]  # day, bundle, place


def harvest(work: Work) -> Harvest:
    """Read leaves and their records. Raises TileError for a damaged bundle, ValueError for a day file."""
    found = Harvest([], [], [], [])
    day_file: _DayFile | None = None
    lines: dict[int, bytes] = {}
    of: tuple[date, int] | None = None  # the day and bundle whose lines these are
    for leaf, entry in read_entries(work.folder, work.size, work.first, work.past):
        match parse_beside_commitment(entry):
            case StatementLeaf(day, orgs, region):
                if of != (day, leaf // WIDTH):
                    of = (day, leaf // WIDTH)
                    if day_file is None or day_file.day != day:
                        day_file = _DayFile(work.folder, day)
                    place, lines = day_file.lines(leaf // WIDTH)
                    if lines:
                        found.members.append((day.toordinal(), leaf // WIDTH, place))
                name = None
                if leaf in lines:
                    record = json.loads(json.loads(lines[leaf].decode())["record"])
                    name = fold(record["name"])
                    if terms := text_terms(fold_text(record["text"])):
                        found.documents.append((leaf, " ".join(terms)))
                found.statements.append(StatementRow(leaf, name, region, pack_orgs(orgs), day.toordinal()))
            case notice:
                found.notices.append(_notice_row(leaf, notice))
    return found


def months(work: Work) -> Iterator[tuple[str, int, int]]:
    """Cut leaves into months: each one's name, its first leaf, and the leaf past it.

    Days never fall, so a range that begins and ends in one month lies in it.
    """
    first, month = work.first, month_at(work.folder, work.size, work.first)
    while month_at(work.folder, work.size, work.past - 1) != month:
        low, high = first, work.past - 1  # the month reaches `low`, and does not reach `high`
        while high - low > 1:
            middle = (low + high) // 2
            same = month_at(work.folder, work.size, middle) == month
            low, high = (middle, high) if same else (low, middle)
        yield month, first, high
        first, month = high, month_at(work.folder, work.size, high)
    yield month, first, work.past


def month_at(folder: Path, size: int, leaf: int) -> str:
    """Give the month a leaf belongs to: a notice's is that of the last statement before it."""
    for number in range(leaf // WIDTH, -1, -1):
        entries = read_entries(folder, size, number * WIDTH, min(number * WIDTH + WIDTH, leaf + 1))
        for _, entry in reversed(list(entries)):
            found = parse_beside_commitment(entry)
            if isinstance(found, StatementLeaf):
                return f"{found.day:%Y-%m}"
    return _BEFORE_ANY


def pack_orgs(orgs: tuple[str, ...]) -> int:
    """Write organisations as bits."""
    return _BITS[orgs]


def unpack_orgs(bits: int) -> tuple[str, ...]:
    """Read organisations from bits."""
    return tuple(org for place, org in enumerate(ORGANISATIONS) if bits >> place & 1)


_BITS = {unpack_orgs(bits): bits for bits in range(1 << len(ORGANISATIONS))}


def _notice_row(leaf: int, notice: Erased | Uncounted | AuditHead) -> NoticeRow:
    match notice:
        case Erased(target):
            return NoticeRow(leaf, "erased", target, "")
        case Uncounted(target, reason):
            return NoticeRow(leaf, "uncounted", target, reason.value)
        case AuditHead(head):
            return NoticeRow(leaf, "audit", NO_TARGET, head.hex())


class _DayFile:
    """A day's members, read forward."""

    def __init__(self, folder: Path, day: date) -> None:
        self.day = day
        self._members = read_members(day_path(folder, day))
        self._next = next(self._members, None)

    def lines(self, bundle: int) -> tuple[int, dict[int, bytes]]:
        """Give where the member of a bundle begins, and its lines; the bundles asked for must not fall."""
        while self._next and self._next.bundle < bundle:
            self._next = next(self._members, None)
        if self._next is None or self._next.bundle != bundle:
            return 0, {}
        return self._next.offset, dict(self._next.lines)
