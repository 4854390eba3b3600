"""What is remembered of who called today: under a key that is thrown away every day, and never too much."""

from __future__ import annotations

import math
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import blake2b

from tuidang.phone.floods import limits


def day_of(now: float) -> int:
    """Give the day a time belongs to; it begins when the fewest call."""
    return int((now - limits.DAY_BEGINS) // 86400)


class DayKey:
    """A key for keyed hashes that lives a day, in memory only."""

    def __init__(self) -> None:
        self._day: int | None = None
        self._key = b""

    def turn(self, now: float) -> bool:
        """Throw the key away if its day is over; True if a new one was made.

        A clock that is set back keeps the key: else it would make everybody forgotten.
        """
        day = day_of(now)
        if self._day is not None and day <= self._day:
            return False
        self._day, self._key = day, secrets.token_bytes(32)
        return True

    def hash(self, name: str) -> bytes:
        """Hash a name under the key of today."""
        return blake2b(name.encode("utf-8", "surrogatepass"), key=self._key, digest_size=16).digest()


@dataclass(slots=True)
class Fading:
    """A count that fades: each counts one, and an e-th of it when its time is over."""

    value: float = 0.0
    at: float = 0.0

    def now(self, now: float, fades: float = limits.FADES) -> float:
        """Give what is left of it; a clock that is set back fades nothing."""
        return self.value * math.exp(-max(0.0, now - self.at) / fades)

    def add(self, now: float, much: float = 1.0, fades: float = limits.FADES) -> None:
        """Count something more, or less; never below nothing."""
        self.value = max(0.0, self.now(now, fades) + much)
        self.at = max(self.at, now)


@dataclass(slots=True)
class Source:
    """One number that called today."""

    calls: Fading = field(default_factory=Fading)
    entered: Fading = field(default_factory=Fading)  # calls that came to the queue
    silent: Fading = field(default_factory=Fading)  # of those, without a sound or ended at once
    last: float = 0.0  # when it called
    unheard: bool = False  # its last call reached nobody, as far as is known
    returned: bool = False  # and this call comes some time after that one
    known: bool = False  # a volunteer talked with it


class Sources:
    """Sources by keyed hash; when there are too many, who was silent longest is forgotten.

    Those who were heard are kept apart, so that a crowd of numbers that only ring cannot make them forgotten.
    """

    def __init__(self, ringing: int = limits.SOURCES, kept: int = limits.KEPT_SOURCES) -> None:
        self._ringing: OrderedDict[bytes, Source] = OrderedDict()
        self._kept: OrderedDict[bytes, Source] = OrderedDict()
        self._bounds = ringing, kept

    def __len__(self) -> int:
        return len(self._ringing) + len(self._kept)

    def get(self, place: bytes) -> Source:
        """Find a source, or begin one; it is the last now that would be forgotten."""
        ledger = self._kept if place in self._kept else self._ringing
        source = ledger.setdefault(place, Source())
        ledger.move_to_end(place)
        if len(ledger) > self._bounds[ledger is self._kept]:
            ledger.popitem(last=False)
        return source

    def keep(self, place: bytes) -> None:
        """Keep a source apart from those that only ring."""
        if place in self._ringing:
            self._kept[place] = self._ringing.pop(place)
            if len(self._kept) > self._bounds[1]:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        """Forget everybody."""
        self._ringing.clear()
        self._kept.clear()
