"""The records of the day that goes on: lines that are only ever added to a file, on the disk every second."""

from __future__ import annotations

import fcntl
import os
import re
import secrets
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from tuidang.base.disk import sync, write
from tuidang.phone.records.outcomes import Record

OPEN = "open"  # the folder of files that still grow
END = "."  # the last field of a whole line: one that was torn by a crash lacks it, and is not read
COLUMNS = (
    *("day", "region", "campaign", "trunk", "message", "plan", "outcome", "reason"),
    *("keys", "seconds", "whole", "people", "mark"),
)

_FORBIDDEN = re.compile(r'[,"\r\n]')


class Spool:
    """Adds records to files of its own, one a day; another dialler, or the next start, has other files.

    So nobody writes where another was torn off, and a file once counted is never written again. Files are
    locked while they grow, which is how the closing of a day knows that none does.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / OPEN
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._waiting: dict[date, list[str]] = {}
        self._day: date | None = None
        self._descriptor = -1

    def add(self, record: Record) -> None:
        """Take a record, durable after the next `flush`. Raises ValueError for words that part a line."""
        line = line_of(record)
        self._waiting.setdefault(record.day, []).append(line)

    def flush(self, today: date) -> None:
        """Write what was added, durably: call it every second, so that a kill loses no more than that.

        After an OSError what could not be written waits for the next call. A file of a day before `today` is
        let go, so that the day can be closed.
        """
        for day in sorted(self._waiting):
            self._open(day)
            start = os.fstat(self._descriptor).st_size
            try:
                write(self._descriptor, "".join(self._waiting[day]).encode())
                # A crash here leaves some of the lines, the last one perhaps torn.
                os.fdatasync(self._descriptor)
            except OSError:
                os.ftruncate(self._descriptor, start)  # or they would stand twice after the next call
                raise
            del self._waiting[day]
        if self._day is not None and self._day < today:
            self._let_go()

    def close(self) -> None:
        """Write what was added, and let go of the file."""
        self.flush(date.max)

    def _open(self, day: date) -> None:
        if day == self._day:
            return
        self._let_go()
        path = self._folder / f"{day}.{secrets.token_hex(8)}.csv"
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)
        self._day = day
        sync(self._folder)

    def _let_go(self) -> None:
        if self._day is not None:
            os.close(self._descriptor)
            self._day = None


def add_file(folder: Path, name: str, lines: Sequence[str]) -> None:
    """Put a file of whole lines beside those that grow, durably: all of it or none."""
    path = folder / OPEN / name
    draft = path.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        write(descriptor, "".join(lines).encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    # A crash here leaves a draft, which is not read, and is written anew.
    draft.rename(path)
    sync(path.parent)


def line_of(record: Record) -> str:
    """Write a record as a line. Raises ValueError for words that part one."""
    words = (record.region, record.campaign, record.trunk, record.message, record.plan, record.reason)
    if any(map(_FORBIDDEN.search, (*words, record.keys))):
        raise ValueError("a record's words hold no comma, quote or line break")
    return (
        f"{record.day},{record.region},{record.campaign},{record.trunk},{record.message},{record.plan},"
        f"{record.outcome},{record.reason},{record.keys},{record.seconds},{record.whole:d},{record.people},{END}\n"
    )
