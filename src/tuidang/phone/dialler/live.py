"""What a dialler is doing right now: figures in memory, and the file that the desk reads every second."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from tuidang.phone.live_files import write_live
from tuidang.phone.records.outcomes import Outcome, Record
from tuidang.phone.rules import Refusal

WINDOW: Final = 10.0  # seconds over which a rate is told
QUIET: Final = 60.0  # seconds after which what was not met again is over


@dataclass
class Held:
    """How often each trunk was held back, by reason: once when that begins, however often it is met."""

    times: dict[str, Counter[Refusal]] = field(default_factory=dict)
    _halts: dict[str, Refusal | None] = field(default_factory=dict)  # by trunk; None: it dials, or will
    _met: dict[tuple[str, Refusal], float] = field(default_factory=dict)

    def keep_trunks(self, names: Iterable[str]) -> None:
        """Forget what halts other trunks than these: the campaign dials by them no longer."""
        self._halts = {name: self._halts.get(name) for name in names}

    def halt(self, trunk: str, reason: Refusal | None, at: float) -> None:
        """Note why a trunk does not dial, or that it does; `at`: seconds of a steady clock."""
        self._halts[trunk] = reason
        if reason is not None:
            self.meet(trunk, reason, at)

    def meet(self, trunk: str, reason: Refusal, at: float) -> None:
        """Note that a trunk dials no more than it does, for this reason."""
        if at >= self._met.get((trunk, reason), float("-inf")) + QUIET:
            self.times.setdefault(trunk, Counter())[reason] += 1
        self._met[trunk, reason] = at

    @property
    def halted(self) -> Refusal | None:
        """Say why nothing is dialled; None while any trunk dials."""
        reasons = list(self._halts.values())
        return reasons[0] if reasons and None not in reasons else None


@dataclass
class Figures:
    """One campaign's figures of the day since this dialler began; what held it back, over all its days.

    A number that a rule refuses is a record and no figure. No key and no place: whoever looked every second
    would see at which one somebody pressed 9.
    """

    in_air: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    held: Held = field(default_factory=Held)
    begun: deque[float] = field(default_factory=deque)  # of the last WINDOW seconds

    def begin(self, at: float) -> None:
        """Count a call that begins at `at` (seconds of a steady clock)."""
        self.in_air += 1
        self.begun.append(at)

    def end(self, record: Record) -> None:
        """Count a call that is over."""
        self.in_air -= 1
        self.outcomes[record.outcome] += 1

    def of_a_new_day(self) -> Figures:
        """Give what goes on when a day ends: its calls in the air, and what holds it back."""
        return Figures(in_air=self.in_air, held=self.held, begun=self.begun)

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
            "halted": self.held.halted or "",
            "held": {trunk: dict(times) for trunk, times in self.held.times.items()},
        }


def write_snapshot(path: Path, day: date, machine: str, content: Mapping[str, object]) -> None:
    """Put the file in place whole; a crash leaves the one before, perhaps with a draft."""
    write_live(path, {"day": day.isoformat(), "machine": machine, **content})
