"""Closing a day: its records, from whatever machines, shuffled into one Parquet file."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

import duckdb

from tuidang.base.disk import sync
from tuidang.phone.records.spool import COLUMNS, END, OPEN

TYPES = {
    "day": "DATE",
    **dict.fromkeys(
        ("region", "campaign", "trunk", "message", "plan", "outcome", "reason", "keys"), "VARCHAR"
    ),
    "seconds": "USMALLINT",
    "whole": "BOOLEAN",
    "people": "UTINYINT",
}
_SOURCES = "tuidang_sources"  # in the file's own metadata: which open files it was made of


@contextmanager
def connect(*, shuffling: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database in memory that leaves nothing on the disk and asks no other machine for anything."""
    with duckdb.connect(
        config={
            "autoinstall_known_extensions": False,
            "temp_directory": "",
            "preserve_insertion_order": not shuffling,
        }
    ) as database:
        yield database


def rows_of(folder: Path) -> str:
    """Give the SQL of all records in `folder`, closed days and open ones."""
    parts = []
    closed = sorted(folder.glob("????-??-??.parquet"))
    if closed:
        parts.append(f"SELECT {', '.join(TYPES)} FROM read_parquet({_list(closed)})")
    merged = {source for path in closed for source in _sources(path)}
    grows = [path for path in sorted((folder / OPEN).glob("*.csv")) if path.name not in merged]
    if grows:
        parts.append(_csv(grows))
    if not parts:
        nothing = ", ".join(f"NULL::{kind} AS {name}" for name, kind in TYPES.items())
        return f"(SELECT {nothing} WHERE false)"
    return f"({' UNION ALL '.join(parts)})"


def is_counted(folder: Path, name: str) -> bool:
    """Tell whether an open file of this name is there, or was taken into its day."""
    closed = folder / f"{name[:10]}.parquet"
    return (folder / OPEN / name).exists() or (closed.exists() and name in _sources(closed))


def close_days(folder: Path, today: date) -> list[date]:
    """Close every day before `today` of which no file grows any more; return them. A crash only delays it."""
    days = sorted({date.fromisoformat(path.name[:10]) for path in (folder / OPEN).glob("*.csv")})
    return [day for day in days if day < today and _close(folder, day)]


def _close(folder: Path, day: date) -> bool:
    target = folder / f"{day}.parquet"
    before = _sources(target) if target.exists() else []
    with ExitStack() as stack:
        paths = sorted((folder / OPEN).glob(f"{day}.*.csv"))
        if not all(_is_still(stack, path) for path in paths):
            return False
        fresh = [path for path in paths if path.name not in before]
        if fresh:
            _merge(target, fresh, before)
        # A crash here leaves files that the day's own metadata names: the next closing only removes them.
        for path in paths:
            path.unlink()
    sync(folder / OPEN)
    return True


def _merge(target: Path, fresh: Sequence[Path], before: Sequence[str]) -> None:
    """Write the day anew from what it has and what came, in an order that says nothing; swap by rename."""
    rows = [_csv(fresh)]
    if target.exists():
        rows.append(f"SELECT {', '.join(TYPES)} FROM read_parquet({_list([target])})")
    sources = json.dumps([*before, *(path.name for path in fresh)])
    draft = target.with_suffix(".new")
    with connect(shuffling=True) as database:
        database.execute(
            f"COPY (SELECT * FROM ({' UNION ALL '.join(rows)}) ORDER BY random()) TO {_text(str(draft))}"
            f" (FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{_SOURCES}: {_text(sources)}}})"
        )
    draft.chmod(0o600)
    sync(draft)
    # A crash before this line leaves the day as it was, and a draft that the next closing writes over.
    draft.rename(target)
    sync(target.parent)


def _csv(paths: Sequence[Path]) -> str:
    """Give the SQL of the whole lines of open files; a torn one is passed over."""
    fields = [
        f"coalesce({name}, '') AS {name}" if kind == "VARCHAR" else name for name, kind in TYPES.items()
    ]
    kinds = ", ".join(f"{_text(name)}: {_text(TYPES.get(name, 'VARCHAR'))}" for name in COLUMNS)
    return (
        f"SELECT {', '.join(fields)} FROM read_csv({_list(paths)}, columns = {{{kinds}}}, header = false,"
        " auto_detect = false, delim = ',', quote = '', escape = '', ignore_errors = true)"
        f" WHERE mark = {_text(END)}"
    )


def _sources(path: Path) -> list[str]:
    with connect() as database:
        found = database.execute(
            "SELECT decode(value) FROM parquet_kv_metadata(?) WHERE decode(key) = ?", [str(path), _SOURCES]
        ).fetchone()
    return list(json.loads(found[0])) if found else []


def _is_still(stack: ExitStack, path: Path) -> bool:
    """Tell whether nobody writes to a file, and keep it so until the stack is unwound."""
    file = stack.enter_context(path.open("rb"))
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _list(paths: Sequence[Path]) -> str:
    return f"[{', '.join(_text(str(path)) for path in paths)}]"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
