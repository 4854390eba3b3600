"""Which numbers are to be called back today: once each, and not as many as anybody types.

What a caller hears never tells whether a number was given before: whoever types another's would learn it.
"""

from __future__ import annotations

from collections import OrderedDict
from enum import Enum

from tuidang.base.limits import Budget
from tuidang.phone.floods import limits
from tuidang.phone.floods.memory import DayKey
from tuidang.phone.floods.values import Level

_NOT_RUNG = 0


class Taken(Enum):
    """What becomes of a wish to be called back."""

    NEW = "new"
    KNOWN = "known"  # the number was asked for today, or rung: one wish of it is enough
    NOT_NOW = "not-now"  # only the number that the carrier shows would be taken


class WishBook:
    """Numbers of today by keyed hash, and for which row each was rung. `now` is Unix time in seconds."""

    def __init__(self) -> None:
        self._key = DayKey()
        self._numbers: OrderedDict[bytes, int] = OrderedDict()
        self._of_source = Budget(burst=limits.TYPED, per_hour=limits.TYPED)
        self._of_all = Budget(burst=limits.TYPED_BY_ALL, per_hour=limits.TYPED_BY_ALL, sources=1)

    def take(self, number: str, shown: str, level: Level, now: float) -> Taken:
        """Say what becomes of a wish; `shown` is the number that the carrier shows, "" if it is withheld."""
        if number != shown:
            if level >= Level.FLOODED:
                return Taken.NOT_NOW
            # Who withholds his number is many people. It is spent for a number that is known too: else what
            # is left would tell that it is.
            amount = 1.0 if shown else limits.TYPED / limits.TYPED_BY_WITHHELD
            if not self._of_source.spend(shown, now, amount) or not self._of_all.spend("", now):
                return Taken.NOT_NOW
        place = self._place(number, now)
        if place in self._numbers:
            return Taken.KNOWN
        self._set(place, _NOT_RUNG)
        return Taken.NEW

    def ring(self, number: str, row: int, now: float) -> bool:
        """Note that a number is rung for a row; False: it was rung today for another one."""
        place = self._place(number, now)
        if self._numbers.get(place, _NOT_RUNG) not in {_NOT_RUNG, row}:
            return False
        self._set(place, row)
        return True

    def _place(self, number: str, now: float) -> bytes:
        if self._key.turn(now):
            self._numbers.clear()
        return self._key.hash(number)

    def _set(self, place: bytes, row: int) -> None:
        self._numbers[place] = row
        self._numbers.move_to_end(place)
        if len(self._numbers) > limits.WISHES:
            self._numbers.popitem(last=False)
