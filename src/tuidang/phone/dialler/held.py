"""Records of real calls on their way to the disk: kept for some minutes, and given on in no order.

Written as each call ends, a record would say by its place in the file, or by what the screens show a second
later, which of the calls in a carrier's own records it is; and so who pressed 9.
"""

from __future__ import annotations

from random import SystemRandom
from typing import Final

from tuidang.phone.records.outcomes import Record

KEEP: Final = 600.0  # seconds; so much is lost of the counting, and of nothing else, when a dialler is killed

_dice = SystemRandom()


class Held:
    """What is kept back."""

    def __init__(self) -> None:
        self._records: list[Record] = []
        self._since = 0.0

    def add(self, record: Record, at: float) -> None:
        """Keep a record that was made at `at` (seconds of a steady clock)."""
        if not self._records:
            self._since = at
        self._records.append(record)

    def take(self, at: float, *, everything: bool = False) -> list[Record]:
        """Give all that is kept, shuffled, once the first was kept long enough, or `everything` at once."""
        if not everything and at < self._since + KEEP:
            return []
        taken, self._records = self._records, []
        _dice.shuffle(taken)
        return taken
