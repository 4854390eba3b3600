"""A segment of the index: one SQLite file, written once, over the leaves from `first` up to `past`.

Beside it lies its sieve. A segment is never changed: it is written under another name, made durable and
renamed, so that nothing of an erased record stays in it and a reader never sees half of one. It holds
names (folded) and terms, but neither names as written nor texts: these are read from the day files each
time.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from tuidang.register.folder.records import ORGANISATIONS
from tuidang.register.folder.sieve import TAG_BYTES, Key, make_key, make_sieve
from tuidang.register.folder.terms import fold_name, fold_text, text_terms

FORMAT = 1  # a segment of another format is not read; `tuidang register rebuild-index` writes it anew
UNFINISHED = ".new"  # ends the name of what is being written

_CHUNK = 4096  # rows handed to SQLite at once
_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA cache_size = -65536;
CREATE TABLE about (first INTEGER, past INTEGER, sieve BLOB);
CREATE TABLE rows (leaf INTEGER PRIMARY KEY, name TEXT, region TEXT, orgs INTEGER, day INTEGER);
CREATE TABLE notices (leaf INTEGER PRIMARY KEY, kind TEXT, target INTEGER, reason TEXT);
CREATE TABLE members (day INTEGER, bundle INTEGER, place INTEGER, PRIMARY KEY (day, bundle)) WITHOUT ROWID;
CREATE TABLE days (day INTEGER PRIMARY KEY, first INTEGER, past INTEGER, statements INTEGER);
CREATE VIRTUAL TABLE words USING fts5(terms, content='', columnsize=0, detail=none, tokenize='ascii');
CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, words, row);
INSERT INTO words (words, rank) VALUES ('hashsize', 67108864), ('automerge', 0);
BEGIN;
"""
_FINISH = (
    "CREATE INDEX rows_name ON rows (name) WHERE name NOT NULL",
    "CREATE INDEX rows_name_region ON rows (name, region) WHERE name NOT NULL",
    "CREATE INDEX notices_target ON notices (target)",
    "INSERT INTO days SELECT day, min(leaf), max(leaf) + 1, count(*) FROM rows GROUP BY day",
    "INSERT INTO words (words) VALUES ('optimize')",
)
_NAMES = "SELECT DISTINCT name, region FROM rows WHERE name NOT NULL"


class StatementRow(NamedTuple):
    """What a segment is told of a statement; without record, name and text are None."""

    leaf: int
    day: date
    region: str
    orgs: tuple[str, ...]
    name: str | None
    text: str | None


class NoticeRow(NamedTuple):
    """What a segment is told of a notice."""

    leaf: int
    kind: str
    target: int
    reason: str


class MemberRow(NamedTuple):
    """Where in a day file the member with the lines of one bundle of 256 leaves begins."""

    day: date
    bundle: int
    place: int


Row = StatementRow | NoticeRow | MemberRow


def name_key(folded: str) -> Key:
    """Give the key under which a sieve has a folded name."""
    return make_key("name", folded)


def name_in_region_key(folded: str, region: str) -> Key:
    """Give the key under which a sieve has a folded name in a region."""
    return make_key("name in region", region, folded)


def term_key(term: str) -> Key:
    """Give the key under which a sieve has a term."""
    return make_key("term", term)


def notice_key(target: int) -> Key:
    """Give the key under which a sieve has a notice about a leaf."""
    return make_key("notice", str(target))


def pack_orgs(orgs: tuple[str, ...]) -> int:
    """Write organisations as the bits of a row."""
    return _ORGS_BITS[orgs]


def unpack_orgs(bits: int) -> tuple[str, ...]:
    """Read organisations from the bits of a row, the first being the lowest."""
    return tuple(org for place, org in enumerate(ORGANISATIONS) if bits >> place & 1)


def sieve_path(path: Path) -> Path:
    """Give the path of a segment's sieve."""
    return path.with_suffix(".sieve")


def write_segment(path: Path, first: int, past: int, rows: Iterable[Row]) -> None:
    """Write a segment and its sieve, durably, over what was there; the same rows give the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + UNFINISHED)
    fresh_sieve = sieve_path(path).with_name(sieve_path(path).name + UNFINISHED)
    fresh.unlink(missing_ok=True)
    with closing(sqlite3.connect(fresh, isolation_level=None)) as base:
        base.execute(f"PRAGMA user_version = {FORMAT}")
        base.executescript(_TABLES)
        _fill(base, rows)
        for statement in _FINISH:
            base.execute(statement)
        sieve = make_sieve(_keys(base), _count_keys(base))
        base.execute("INSERT INTO about VALUES (?, ?, ?)", (first, past, sieve[:TAG_BYTES]))
        base.execute("COMMIT")
        if base.execute("PRAGMA freelist_count").fetchone() != (0,):  # a large text index was merged in place
            base.execute("VACUUM")
    fresh_sieve.write_bytes(sieve)
    for file in (fresh, fresh_sieve):
        sync(file)
    # A crash up to here leaves unfinished files, which nobody reads and the next writer removes. After the
    # next line a new sieve stands beside an old segment: their tags differ, and readers do without it.
    fresh_sieve.replace(sieve_path(path))
    fresh.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Make a file's bytes, or a folder's names, durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _fill(base: sqlite3.Connection, rows: Iterable[Row]) -> None:
    stream = iter(rows)
    while chunk := list(islice(stream, _CHUNK)):
        statements = [row for row in chunk if isinstance(row, StatementRow)]
        base.executemany("INSERT INTO rows VALUES (?, ?, ?, ?, ?)", map(_columns, statements))
        base.executemany("INSERT INTO words (rowid, terms) VALUES (?, ?)", _documents(statements))
        base.executemany(
            "INSERT INTO notices VALUES (?, ?, ?, ?)", (row for row in chunk if isinstance(row, NoticeRow))
        )
        base.executemany(
            "INSERT OR REPLACE INTO members VALUES (?, ?, ?)",
            ((row.day.toordinal(), row.bundle, row.place) for row in chunk if isinstance(row, MemberRow)),
        )


def _columns(row: StatementRow) -> tuple[int, str | None, str, int, int]:
    name = None if row.name is None else fold_name(row.name)
    return row.leaf, name, row.region, pack_orgs(row.orgs), row.day.toordinal()


def _documents(statements: list[StatementRow]) -> Iterator[tuple[int, str]]:
    for row in statements:
        if row.text and (terms := text_terms(fold_text(row.text))):
            yield row.leaf, " ".join(terms)


def _count_keys(base: sqlite3.Connection) -> int:
    pairs, names, terms, notices = base.execute(
        f"SELECT (SELECT count(*) FROM ({_NAMES})), (SELECT count(DISTINCT name) FROM rows),"  # noqa: S608  our words
        " (SELECT count(*) FROM temp.terms), (SELECT count(*) FROM notices)"
    ).fetchone()
    return int(pairs + names + terms + notices)


def _keys(base: sqlite3.Connection) -> Iterator[Key]:
    for name, region in base.execute(_NAMES):
        yield name_in_region_key(name, region)
    for (name,) in base.execute("SELECT DISTINCT name FROM rows WHERE name NOT NULL"):
        yield name_key(name)
    for (term,) in base.execute("SELECT term FROM temp.terms"):
        yield term_key(term)
    for (target,) in base.execute("SELECT target FROM notices"):
        yield notice_key(target)


_ORGS_BITS = {unpack_orgs(bits): bits for bits in range(1 << len(ORGANISATIONS))}
