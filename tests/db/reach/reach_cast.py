"""The calendar that tests of sources turn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass
class Days:
    """The day as the views read it."""

    today: date = date(2026, 11, 28)

    def pass_on(self, days: int = 1) -> None:
        """Let days pass."""
        self.today += timedelta(days)
