"""What brought people here, counted in the memory of one process until it can no longer be told apart. Pure.

Who has the database, its journal or a backup must not be able to lay a count beside a statement that came in
the same minute. So nothing is written when somebody opens or presses something: what was counted leaves the
process together, when its day is over and enough of such days has gathered. A process that ends loses it.
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
        self._days: dict[date, Counter[tuple[How, str]]] = {}
        self._lock = Lock()

    def count(self, how: How, what: str, today: date) -> None:
        """Count one."""
        with self._lock:
            self._days.setdefault(today, Counter())[how, what] += 1

    def take(self, today: date) -> list[tuple[Counted, int]]:
        """Give what may be written now, in alphabetical order, and forget it; nothing of today is in it."""
        with self._lock:
            over = [day for day in self._days if day < today]
            if sum(self._days[day].total() for day in over) < TOGETHER:
                return []
            taken: Counter[Counted] = Counter()
            for day in over:
                for (how, what), count in self._days.pop(day).items():
                    taken[Counted(day.replace(day=1), how, what)] += count
        return sorted(taken.items())
