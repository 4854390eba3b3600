"""Records of real calls on their way to the others: kept sealed for some minutes, and given on in no order.

Written as each call ends, a record would say by its place in the file, or by what the screens show a second
later, which of the calls in a carrier's own records it is; and so who pressed 9. So it lies sealed until
others lie beside it, on the disk within a second: whoever is killed loses none of them.
"""

from __future__ import annotations

import base64
import fcntl
import os
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import SystemRandom
from typing import Final

from tuidang.base.disk import sync, write
from tuidang.phone.records.days import is_counted
from tuidang.phone.records.outcomes import Record
from tuidang.phone.records.spool import add_file, line_of
from tuidang.privacy.erasing import erase_file
from tuidang.privacy.sealing import open_sealed, seal

KEEP: Final = 600.0  # seconds

_dice = SystemRandom()


class Held:
    """What is kept back: a sealed file of its own in `folder`, given on to the records folder whole."""

    def __init__(self, folder: Path, key: bytes, records: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder, self._key, self._records = folder, key, records
        self._lines: list[str] = []
        self._unsealed: list[str] = []  # of those, what is not on the disk yet
        self._since = 0.0
        self._path: Path | None = None
        self._descriptor = -1

    def add(self, records: Sequence[Record], at: float) -> None:
        """Take records that came until `at` (seconds of a steady clock), durable after the next `flush`."""
        if records and not self._lines:
            self._since = at
        lines = [line_of(record) for record in records]
        self._lines += lines
        self._unsealed += lines

    def flush(self, at: float, *, everything: bool = False) -> None:
        """Write what was added, sealed, and give on all once the first was kept long enough, or `everything`.

        Call it every second. After an OSError what could not be written waits for the next call.
        """
        if self._unsealed:
            self._seal("".join(self._unsealed))
            self._unsealed = []
        if self._lines and (everything or at >= self._since + KEEP):
            assert self._path is not None, "what is kept was sealed"
            _give(self._lines, self._path.stem, self._records)
            # Its lines have the order in which calls ended, and the key stays.
            erase_file(self._path)
            os.close(self._descriptor)
            self._lines, self._path = [], None
        if self._path is not None:
            os.utime(self._path)  # else it would say when the last call ended

    def recover(self) -> None:
        """Give on what an earlier run was killed over; what cannot be opened stays for a person."""
        for path in sorted(self._folder.glob("*.held")):
            with path.open("rb") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue  # another dialler's, which goes on
                try:
                    lines = list(_opened(self._key, file.read()))
                except ValueError:  # of another key, or altered
                    continue
                _give(lines, path.stem, self._records)
                erase_file(path)

    def _seal(self, text: str) -> None:
        if self._path is None:
            path = self._folder / f"{secrets.token_hex(8)}.held"
            draft = path.with_suffix(".new")  # until it is locked, lest another dialler's start takes it
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
            self._descriptor = os.open(draft, flags, 0o600)
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
            draft.rename(path)
            sync(self._folder)
            self._path = path
        start = os.fstat(self._descriptor).st_size
        try:
            write(self._descriptor, base64.b64encode(seal(self._key, text.encode())) + b"\n")
            # A crash here leaves a torn line at the end, which is passed over.
            os.fdatasync(self._descriptor)
        except OSError:
            os.ftruncate(self._descriptor, start)
            raise


def _opened(key: bytes, content: bytes) -> Iterator[str]:
    """Open the sealed lines of a file; a torn one at the end is passed over."""
    whole, _, _torn = content.rpartition(b"\n")
    for sealed in whole.splitlines():
        yield from open_sealed(key, base64.b64decode(sealed)).decode().splitlines(keepends=True)


def _give(lines: Sequence[str], name: str, records: Path) -> None:
    """Write each day's lines in no order, as a file under this name; one that is counted already is not."""
    for day in sorted({line[:10] for line in lines}):
        ours = [line for line in lines if line.startswith(day)]
        _dice.shuffle(ours)
        # A crash between this and the removal comes here again.
        if not is_counted(records, file := f"{day}.{name}.csv"):
            add_file(records, file, ours)
