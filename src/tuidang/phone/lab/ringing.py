"""Simulated people who ring the hotline of a sample, one at a time, now and then, while somebody is free."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from random import Random
from typing import Final

from tuidang.phone.duty_rules import LANGUAGES
from tuidang.phone.hotline_now import hotline_now
from tuidang.phone.lab.caller import Caller

LOOK: Final = 1.0  # seconds between two looks at who is free
_SOON: Final = (8.0, 25.0)  # seconds after somebody is free until the telephone rings, from and to
_STAY: Final = (60.0, 240.0)  # seconds that a caller stays on


def callers_port(lab: int) -> int:
    """Name the port from which they call, beside that of the simulated carrier."""
    return lab + 1 if lab < 65_535 else lab - 1


class Ringing:
    """Whoever rings next, and when."""

    def __init__(self, data: Path, lab: int, sip: int, speech: bytes, rng: Random) -> None:
        """`lab` is the simulated carrier's port, `sip` Asterisk's; `speech` (A-law) is repeated."""
        self._data, self._rng = data, rng
        self._caller = Caller(data, callers_port(lab), sip, speech)
        self._due: float | None = None

    def look(self, at: float, now: datetime) -> None:
        """Ring, if it is time to; `at` is in steady seconds, `now` the clock's time."""
        hotline = hotline_now(self._data, now)
        free = [language for language in LANGUAGES if hotline and hotline.free.get(language)]
        if not free or self._caller.is_calling():
            self._due = None
        elif self._due is None:
            self._due = at + self._rng.uniform(*_SOON)
        elif at >= self._due:
            self._due = None
            key = str(1 + LANGUAGES.index(self._rng.choice(free)))
            self._caller.number = f"139{self._rng.randrange(10**8):08}"
            self._caller.call(((self._rng.uniform(3, 8), key),), self._rng.uniform(*_STAY))

    def stop(self) -> None:
        """Let nobody ring any more."""
        self._caller.kill()
