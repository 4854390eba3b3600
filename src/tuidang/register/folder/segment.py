"""A segment of the index: one SQLite file, written once, over the leaves from `first` up to `past`.

Beside it lies its sieve. A segment is never changed: it is written under another name, made durable and
renamed, so that nothing of an erased record stays in it and a reader never sees half of one. It holds
names (folded) and terms, but neither names as written nor texts: these are read from the day files each
time.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from tuidang.base.disk import sync
from tuidang.register.folder.harvest import Harvest
from tuidang.register.folder.sieve import TAG_BYTES, Key, make_key, make_sieve

FORMAT = 1  # a segment of another format is not read; `tuidang register rebuild-index` writes it anew
UNFINISHED = ".new"  # ends the name of what is being written

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
# The sieve's keys, as `name_key` and the others make them.
_KEYS = """
SELECT CAST('name' || char(10) || name AS BLOB) FROM (SELECT DISTINCT name FROM rows WHERE name NOT NULL)
UNION ALL
SELECT CAST('name in region' || char(10) || region || char(10) || name AS BLOB)
FROM (SELECT DISTINCT name, region FROM rows WHERE name NOT NULL)
UNION ALL
SELECT CAST('term' || char(10) || term AS BLOB) FROM temp.terms
UNION ALL
SELECT CAST('notice' || char(10) || target AS BLOB) FROM notices
"""


def name_key(folded: str) -> Key:
    """Give the key under which a sieve has a folded name."""
    return make_key(f"name\n{folded}".encode())


def name_in_region_key(folded: str, region: str) -> Key:
    """Give the key under which a sieve has a folded name in a region."""
    return make_key(f"name in region\n{region}\n{folded}".encode())


def term_key(term: str) -> Key:
    """Give the key under which a sieve has a term."""
    return make_key(f"term\n{term}".encode())


def notice_key(target: int) -> Key:
    """Give the key under which a sieve has a notice about a leaf."""
    return make_key(f"notice\n{target}".encode())


def sieve_path(path: Path) -> Path:
    """Give the path of a segment's sieve."""
    return path.with_suffix(".sieve")


def write_segment(path: Path, first: int, past: int, harvests: Iterable[Harvest]) -> None:
    """Write a segment and its sieve, durably, over what was there; the same harvests give the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + UNFINISHED)
    fresh_sieve = sieve_path(path).with_name(sieve_path(path).name + UNFINISHED)
    fresh.unlink(missing_ok=True)
    with closing(sqlite3.connect(fresh, isolation_level=None)) as base:
        base.execute(f"PRAGMA user_version = {FORMAT}")
        base.executescript(_TABLES)
        _fill(base, harvests)
        for statement in _FINISH:
            base.execute(statement)
        (count,) = base.execute(f"SELECT count(*) FROM ({_KEYS})").fetchone()  # noqa: S608  our own words
        sieve = make_sieve((key for (key,) in base.execute(_KEYS)), count)
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


def _fill(base: sqlite3.Connection, harvests: Iterable[Harvest]) -> None:
    for harvest in harvests:
        base.executemany("INSERT INTO rows VALUES (?, ?, ?, ?, ?)", harvest.statements)
        base.executemany("INSERT INTO words (rowid, terms) VALUES (?, ?)", harvest.documents)
        base.executemany("INSERT INTO notices VALUES (?, ?, ?, ?)", harvest.notices)
        # A member may lie over the border of two harvests.
        base.executemany("INSERT OR REPLACE INTO members VALUES (?, ?, ?)", harvest.members)
