"""What a dialler is doing right now: figures in memory, and the file that the desk reads every second."""

from __future__ import annotations

import json
import os
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from tuidang.phone.records.outcomes import Outcome, Record
from tuidang.phone.rules import Refusal

WINDOW: Final = 10.0  # seconds over which a rate is told


@dataclass
class Figures:
    """One campaign's figures of the day, since this dialler began.

    No key and no place: whoever looked every second would see at which one somebody pressed 9.
    """

    in_air: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    halted: Refusal | None = None  # why nothing is dialled; None if it is
    begun: deque[float] = field(default_factory=deque)  # of the last WINDOW seconds

    def begin(self, at: float) -> None:
        """Count a call that begins at `at` (seconds of a steady clock)."""
        self.in_air += 1
        self.begun.append(at)

    def end(self, record: Record) -> None:
        """Count a call that is over."""
        self.in_air -= 1
        self.outcomes[record.outcome] += 1

    def as_dict(self, at: float) -> dict[str, object]:
        """Lay the figures out as they are written."""
        while self.begun and self.begun[0] < at - WINDOW:
            self.begun.popleft()
        return {
            "in_air": self.in_air,
            "dialled": self.outcomes.total() + self.in_air,
            "answered": self.outcomes[Outcome.ANSWERED],
            "rate_10s": round(len(self.begun) / WINDOW, 1),
            "outcomes": dict(self.outcomes),
            "refusals": dict(self.refusals),
            "halted": self.halted or "",
        }


def write_snapshot(path: Path, day: date, machine: str, content: Mapping[str, object]) -> None:
    """Put the file in place whole; a crash leaves the one before, perhaps with a draft."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    text = json.dumps({"day": day.isoformat(), "machine": machine, **content}, ensure_ascii=False)
    with os.fdopen(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(text)
    draft.rename(path)
