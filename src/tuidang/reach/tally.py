"""What brought people here, counted in the memory of one process until it can no longer be told apart. Pure.

Who has the database, its journal or a backup must not be able to lay a count beside a statement that came in
the same minute. So nothing is written when somebody opens or presses something: what was counted leaves the
process together, when its day is over and enough of it has gathered. A process that ends loses the rest.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from threading import Lock
from typing import Final, NamedTuple

from tuidang.reach.rules import How

TOGETHER: Final = 20  # as many as leave the process at once, at least


class Counted(NamedTuple):
    """One thing that is counted in a month; `what` is a source's code, or the way that somebody named."""

    month: date  # its first day
    how: How
    what: str


class Tally:
    """The counts of one process that are not written yet."""

    def __init__(self) -> None:
        self._since: date | None = None
        self._counts: Counter[Counted] = Counter()
        self._lock = Lock()

    def count(self, how: How, what: str, today: date) -> None:
        """Count one."""
        with self._lock:
            self._since = self._since or today
            self._counts[Counted(today.replace(day=1), how, what)] += 1

    def take(self, today: date) -> list[tuple[Counted, int]]:
        """Give what may be written now, in alphabetical order, and forget it."""
        with self._lock:
            if self._since is None or today <= self._since or self._counts.total() < TOGETHER:
                return []
            taken, self._counts, self._since = self._counts, Counter(), None
        return sorted(taken.items())
