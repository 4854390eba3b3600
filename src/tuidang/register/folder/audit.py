"""The audit of the public folder: whether every record belongs to its leaf, and which leaves have none.

That the leaves are those of the signed tree is what `tlog.verify` checks. Here are two passes over pieces
that any process can take, the leaves and the day files; what they find meets in three bits for each leaf.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice, pairwise
from pathlib import Path

from tuidang.register.folder.dayfiles import day_files, day_path, read_members
from tuidang.register.folder.leaves import commitment_of, parse_beside_commitment, read_entries
from tuidang.register.folder.parallel import pieces, spread
from tuidang.register.folder.records import (
    AuditHead,
    Erased,
    StatementLeaf,
    commitment,
    encode_line,
    parse_line,
    parse_record,
)
from tuidang.register.folder.shelf import published_size
from tuidang.tlog.tiles import WIDTH, TileError

_NAMED = 100  # problems of a piece that are named; of the others the number is given
_BARE = 1_000_000  # leaves without record and notice that are named
_BUNDLE = WIDTH // 8  # bytes


@dataclass(frozen=True)
class Audit:
    """What an audit found; `bare` are the leaves that have neither record nor notice of erasure."""

    size: int
    statements: int
    records: int
    bare: tuple[int, ...]
    problems: tuple[str, ...]


def audit_folder(folder: Path, *, progress: Callable[[int], None], workers: int = 1) -> Audit:
    """Check every record against its leaf, and name every leaf without record and notice.

    `progress` is told how many more leaves are done. Raises CheckpointError when there is none to be read.
    """
    size = published_size(folder)
    statements, erased, records = _Bits(size), _Bits(size), _Bits(size)
    problems: list[str] = []
    spans: list[tuple[int, date, date]] = []
    notices: list[tuple[int, int]] = []
    for piece in spread(_check_piece, [(folder, size, *span) for span in pieces(0, size)], size, workers):
        statements.add(piece.statements)
        erased.add(piece.erased)
        spans.append((piece.first, piece.oldest, piece.newest))
        notices += piece.notices
        problems += _shorten(piece.problems)
    problems += _check_spans(sorted(spans))
    problems += [
        f"leaf {leaf} is a notice about {target}, which is no statement before it"
        for leaf, target in sorted(notices)
        if target >= leaf or not statements.has(target)
    ]
    days, strays = _day_jobs(folder, size)
    problems += strays
    done = 0
    for day in spread(_check_day, days, size, workers):
        records.add(day.records)
        problems += _shorten(day.problems)
        done += day.lines
        progress(day.lines)
    progress(max(size - done, 0))
    bundles = range(-(-size // WIDTH))
    kept = _leaves((number, records[number] & erased[number]) for number in bundles)
    problems += _shorten([f"leaf {leaf} was erased, but its record is in its day file" for leaf in kept])
    bare = _leaves((number, statements[number] & ~(records[number] | erased[number])) for number in bundles)
    named = tuple(islice(bare, _BARE))
    if any(bare):
        problems.append(
            f"more than {_BARE} leaves have neither record nor notice; the first of them are named"
        )
    return Audit(size, statements.count(), records.count(), named, tuple(problems))


@dataclass
class _Piece:
    """What a piece of the log holds; statements and erased ones as bits by bundle."""

    first: int
    oldest: date = date.max
    newest: date = date.min
    statements: Counter[int] = field(default_factory=Counter)
    erased: Counter[int] = field(default_factory=Counter)
    notices: list[tuple[int, int]] = field(default_factory=list)  # own leaf, and the leaf it is about
    problems: list[str] = field(default_factory=list)


@dataclass
class _Day:
    """What a day file holds; the leaves that have a record as bits by bundle."""

    lines: int = 0
    records: Counter[int] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


_DayJob = tuple[Path, int, date, Path]


def _check_piece(job: tuple[Path, int, int, int]) -> _Piece:
    folder, size, first, past = job
    piece = _Piece(first)
    leaf = first
    try:
        for leaf, entry in read_entries(folder, size, first, past):
            match parse_beside_commitment(entry):
                case StatementLeaf(day):
                    piece.statements[leaf // WIDTH] |= 1 << leaf % WIDTH
                    if day < piece.newest:
                        piece.problems.append(f"leaf {leaf} is of {day}, after leaves of {piece.newest}")
                    piece.oldest, piece.newest = min(piece.oldest, day), max(piece.newest, day)
                case AuditHead():
                    pass  # it is about no leaf
                case notice:
                    piece.notices.append((leaf, notice.index))
                    if isinstance(notice, Erased):
                        piece.erased[notice.index // WIDTH] |= 1 << notice.index % WIDTH
    except (TileError, ValueError) as error:
        piece.problems.append(f"the leaves from {leaf} to {past - 1} cannot be read: {error}")
    return piece


def _check_spans(spans: Sequence[tuple[int, date, date]]) -> Iterator[str]:
    for (_, _, newest), (first, oldest, _) in pairwise(spans):
        if oldest < newest:
            yield f"a leaf soon after {first} is of {oldest}, after leaves of {newest}"


def _day_jobs(folder: Path, size: int) -> tuple[list[_DayJob], list[str]]:
    """List the day files, and what is no day file beside them."""
    jobs, strays = [], []
    known = {path: day for day, path in day_files(folder)}
    for path in sorted((folder / "statements").rglob("*")):
        if path.is_file():
            day = known.get(path)
            if day and day_path(folder, day) == path:
                jobs.append((folder, size, day, path))
            else:
                strays.append(f"{path.relative_to(folder)} is no day file")
    return jobs, strays


def _check_day(job: _DayJob) -> _Day:
    folder, size, day, path = job
    found = _Day()
    previous = -1
    name = path.relative_to(folder)
    try:
        for member in read_members(path):
            bundle = member.lines[0][0] // WIDTH
            start = min(bundle * WIDTH, size)
            entries = dict(read_entries(folder, size, start, min(start + WIDTH, size)))
            for leaf, data in member.lines:
                wrong = _find_fault(entries.get(leaf), day, data)
                if leaf <= previous:
                    wrong = "it is not in order"
                if wrong:
                    found.problems.append(f"{name}, leaf {leaf}: {wrong}")
                else:
                    found.records[bundle] |= 1 << leaf % WIDTH
                previous = leaf
                found.lines += 1
    except (TileError, ValueError) as error:
        found.problems.append(f"{name} cannot be read to its end: {error}")
    return found


def _find_fault(entry: bytes | None, day: date, data: bytes) -> str:
    """Say what is wrong with a line of a day file, given the leaf it should belong to; nothing if it fits."""
    if entry is None:
        return "the log has no such leaf, or the member is of another bundle"
    statement = parse_beside_commitment(entry)
    if not isinstance(statement, StatementLeaf):
        return "the leaf is a notice"
    if statement.day != day:
        return f"the leaf is of {statement.day}"
    try:
        line = parse_line(data)
        parse_record(line.record)
        if commitment(line.salt, line.record) != commitment_of(entry):
            return "the record is not the one its leaf commits to"
    except ValueError as error:
        return str(error)
    return "" if encode_line(line) == data else "the line is not in its canonical form"


class _Bits:
    """A bit for each leaf."""

    def __init__(self, size: int) -> None:
        self._bytes = bytearray(_BUNDLE * -(-size // WIDTH))

    def __getitem__(self, bundle: int) -> int:
        return int.from_bytes(self._bytes[_BUNDLE * bundle : _BUNDLE * (bundle + 1)], "little")

    def add(self, bundles: Mapping[int, int]) -> None:
        """Set the bits given by bundle; those beyond the log are passed over."""
        for bundle, bits in bundles.items():
            if _BUNDLE * bundle < len(self._bytes):
                joined = (self[bundle] | bits).to_bytes(_BUNDLE, "little")
                self._bytes[_BUNDLE * bundle : _BUNDLE * (bundle + 1)] = joined

    def has(self, leaf: int) -> bool:
        """Tell whether a leaf's bit is set."""
        return bool(self[leaf // WIDTH] >> leaf % WIDTH & 1)

    def count(self) -> int:
        """Count the bits that are set."""
        return int.from_bytes(self._bytes, "little").bit_count()


def _leaves(bundles: Iterator[tuple[int, int]]) -> Iterator[int]:
    """Give the leaves whose bits are set."""
    for number, bits in bundles:
        if bits:
            yield from (number * WIDTH + place for place in range(WIDTH) if bits >> place & 1)


def _shorten(problems: Sequence[str]) -> list[str]:
    more = len(problems) - _NAMED
    return [*problems[:_NAMED], *([f"{more} more of this kind here"] if more > 0 else [])]
