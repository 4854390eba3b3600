"""The call records of one dialler: written every second, held back where they must be, closed by the day."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from tuidang.phone.records.days import close_days
from tuidang.phone.records.held import Held
from tuidang.phone.records.outcomes import Record
from tuidang.phone.records.spool import Spool

CLOSE_DAYS: Final = 600.0  # seconds between two looks for days that are over

_log = logging.getLogger(__name__)


class Books:
    """What is recorded, in the telephone's folder; `key` seals what is held back."""

    def __init__(self, phone: Path, key: bytes) -> None:
        self._folder = phone / "records"
        self._spool = Spool(self._folder)
        self._held = Held(phone / "held", key, self._folder)
        self._close_at = 0.0

    def recover(self) -> None:
        """Give on what an earlier run held back."""
        self._tend(self._held.recover)

    def write(
        self, simulated: Sequence[Record], real: Sequence[Record], today: date, *, everything: bool = False
    ) -> None:
        """Put records on the disk: call it every second, so that a kill loses no more than that.

        Those of real calls come to the others after some minutes, or at once with `everything`. After an
        OSError all that was given waits for the next call.
        """
        at = time.monotonic()
        for record in simulated:
            self._spool.add(record)
        self._held.add(real, at)
        # A crash here loses these records.
        self._spool.flush(today)
        self._held.flush(at, everything=everything)
        if at >= self._close_at:
            self._close_at = at + CLOSE_DAYS
            self._tend(lambda: close_days(self._folder, today))

    def close(self) -> None:
        """Let go of the file that grows."""
        self._spool.close()

    def _tend(self, work: Callable[[], object]) -> None:
        # What fails is tried again later, or at the next start.
        try:
            work()
        except Exception as error:  # noqa: BLE001 -- records are for counting: nobody is kept waiting for them
            _log.warning("records cannot be tended now: %s", type(error).__name__)
