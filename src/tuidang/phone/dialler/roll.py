"""Which dialling machines still look, as one of them sees it by its own steady clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

VALID: Final = 10.0  # seconds for which a machine dials by what it read last
LIFE: Final = 20.0  # seconds without a new mark after which it is dead; for half of them it dialled nobody


class Roll:
    """The other machines' marks, and since when each is as it is."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._looked = float("-inf")
        self._seen: dict[str, tuple[int, float]] = {}

    def find_dead(self, marks: Mapping[str, int]) -> set[str]:
        """Tell which machines have not changed their marks, read just now, for too long.

        Who has not looked for a while himself does not know: perhaps the database was away from all of them.
        """
        now = self._clock()
        before, self._seen = self._seen if now < self._looked + VALID else {}, {}
        self._looked = now
        for machine, mark in marks.items():
            known = before.get(machine)
            self._seen[machine] = known if known is not None and known[0] == mark else (mark, now)
        return {machine for machine, (_, since) in self._seen.items() if now >= since + LIFE}
