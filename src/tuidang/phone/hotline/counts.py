"""What is counted by the hour, until it is written: in memory for a second."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime


class Counts:
    """Figures that are not written yet."""

    def __init__(self) -> None:
        self._hours: dict[tuple[datetime, str], Counter[str]] = {}

    def add(self, language: str, **counts: float) -> None:
        """Count something now."""
        hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        counter = self._hours.setdefault((hour, language), Counter())
        counter.update({name: round(count) for name, count in counts.items()})

    def take(self) -> dict[tuple[datetime, str], Counter[str]]:
        """Take all that was counted, to be written."""
        taken, self._hours = self._hours, {}
        return taken

    def give_back(self, hours: dict[tuple[datetime, str], Counter[str]]) -> None:
        """Keep what could not be written."""
        for key, counter in hours.items():
            self._hours.setdefault(key, Counter()).update(counter)
