"""Stores what people confirmed, trying again and again, whether their calls are up or not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path
from typing import Final

from tuidang.phone.call import Event, Failed
from tuidang.phone.dialler.journal import Journal, Pending

_FIRST_PAUSE: Final = (
    0.5  # seconds between two attempts, doubled up to the longest: somebody may be listening
)
_LONGEST_PAUSE: Final = 5.0

_log = logging.getLogger(__name__)

Tell = Callable[[Event], None]


class _Pursuit:
    """One choice on its way to the database."""

    def __init__(self, pending: Pending, tell: Tell | None) -> None:
        self.pending = pending  # as it was chosen last
        self.tell = tell  # waits for the outcome of the next attempt
        self.task: asyncio.Task[None] | None = None


class Keeper:
    """All choices that are on their way; `store` writes one in the database and gives the call's event."""

    def __init__(self, journal: Journal, store: Callable[[Pending], Event], threads: Executor) -> None:
        self._journal = journal
        self._store = store
        self._threads = threads
        self._pursuits: dict[str, _Pursuit] = {}
        self._troubles: set[str] = set()

    @property
    def waiting(self) -> int:
        """Count the choices that are not stored yet."""
        return len(self._pursuits)

    def tell_troubles(self) -> None:
        """Log what went wrong since the last time, to be repeated at a pace of its own.

        Logged at once it would bear the moment at which somebody chose. Of an error the kind only: its words
        and its stack could quote the number.
        """
        if self._troubles:
            _log.warning("choices could not be stored at once: %s", ", ".join(sorted(self._troubles)))
            self._troubles.clear()

    def recover(self) -> None:
        """Go on with what an earlier run confirmed and did not store."""
        for path, pending in list(self._journal.pending()):
            self._begin(pending, None, path)

    def keep(self, pending: Pending, tell: Tell) -> None:
        """Store a choice; `tell` gets its event, or Failed after an attempt that failed.

        Asked again for the same choice, the next attempt's outcome is told; with other words (the hours of a
        call-back), these are stored.
        """
        pursuit = self._pursuits.get(pending.name)
        if pursuit is None:
            self._begin(pending, tell, None)
        else:
            pursuit.pending, pursuit.tell = pending, tell

    def _begin(self, pending: Pending, tell: Tell | None, path: Path | None) -> None:
        pursuit = self._pursuits[pending.name] = _Pursuit(pending, tell)
        pursuit.task = asyncio.create_task(self._pursue(pursuit, path))

    async def _pursue(self, pursuit: _Pursuit, path: Path | None) -> None:
        loop = asyncio.get_running_loop()
        pause = _FIRST_PAUSE
        written = pursuit.pending if path else None
        while True:
            pending = pursuit.pending
            if pending != written and pending.kind != "pin":
                new = await loop.run_in_executor(self._threads, self._write, pending, path)
                path, written = (new, pending) if new else (path, written)
            # A crash from here on leaves it in the journal, and the next start comes here by `recover`.
            try:
                event = await loop.run_in_executor(self._threads, self._store, pending)
            except Exception as error:  # noqa: BLE001 -- whatever it is: what was confirmed is not given up
                self._troubles.add(type(error.__cause__ or error).__name__)
                event = Failed()
            if pursuit.pending != pending:
                continue  # chosen otherwise meanwhile: that is stored now, and its outcome told
            told, pursuit.tell = pursuit.tell, None
            if told is not None:
                self._tell(told, event)
            if not isinstance(event, Failed) or (pending.kind == "pin" and told is None):
                break  # a PIN that nobody waits for helps nobody
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
        del self._pursuits[pending.name]
        if path is not None:
            await loop.run_in_executor(self._threads, self._journal.remove, path)

    def _write(self, pending: Pending, path: Path | None) -> Path | None:
        """Write a choice down; None if the disk does not take it: it is tried without."""
        try:
            return self._journal.write(pending, path)
        except OSError as error:
            self._troubles.add(type(error).__name__)
            return None

    def _tell(self, told: Tell, event: Event) -> None:
        try:
            told(event)
        except Exception as error:  # noqa: BLE001 -- what was confirmed is stored, whatever became of the call
            self._troubles.add(type(error).__name__)
