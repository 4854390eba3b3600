"""What hostile calls have in common and heard ones have not, learnt from the calls of the last hour or so.

For each thing that a call brings (its block of numbers, whether the number is withheld, which of our numbers
it called, how it answered the challenge) it compares how common that is among hostile calls and among those
in which somebody talked: naive Bayes, as against junk mail. What is common in both says nothing.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass, field

from tuidang.phone.floods import limits
from tuidang.phone.floods.memory import DayKey, Fading
from tuidang.phone.floods.values import Answer, Caller, Challenged

_COMMON = ("line", "withheld")  # kinds of which honest calls have a large share too, before any was heard
_LAST_DIGITS = 4  # of a number that are not of its block

Trait = tuple[str, bytes]  # kind, hash under the key of the day


def traits_of(caller: Caller, challenged: Challenged | None, key: DayKey) -> tuple[Trait, ...]:
    """List what a call brings that others may have in common with it."""
    named = [("line", caller.line)]
    named.append(("block", caller.number[:-_LAST_DIGITS]) if caller.number else ("withheld", ""))
    if challenged is not None and challenged.answer not in {Answer.PASSED, Answer.PIN}:
        named.append(("fails", challenged.answer))
    elif challenged is not None and challenged.hand is not None:
        hand = challenged.hand
        named.append(("hand", f"{round(hand.reaction / 0.25)} {round(hand.gap / 0.05)}"))
    return tuple((kind, key.hash(f"{kind} {name}")) for kind, name in named)


@dataclass(slots=True)
class _Counts:
    hostile: Fading = field(default_factory=Fading)
    heard: Fading = field(default_factory=Fading)


class Patterns:
    """How many calls with each trait were hostile, and in how many somebody talked."""

    def __init__(self, bound: int = limits.PATTERNS) -> None:
        self._all = _Counts()
        self._traits: OrderedDict[Trait, _Counts] = OrderedDict()
        self._bound = bound

    def __len__(self) -> int:
        return len(self._traits)

    def note(
        self, traits: tuple[Trait, ...], now: float, *, hostile: float = 0.0, heard: float = 0.0
    ) -> None:
        """Count a call for all its traits; a negative figure takes one back."""
        for counts in [self._all, *map(self._get, traits)]:
            if hostile:
                counts.hostile.add(now, hostile, limits.PATTERN_FADES)
            if heard:
                counts.heard.add(now, heard, limits.PATTERN_FADES)

    def likelier(self, traits: tuple[Trait, ...], now: float) -> float:
        """Give how many times as common calls like this one are among hostile calls as among heard ones."""
        hostile = self._all.hostile.now(now, limits.PATTERN_FADES)
        if hostile < limits.ENOUGH:
            return 1.0
        heard = self._all.heard.now(now, limits.PATTERN_FADES)
        return math.prod(self._ratio(trait, hostile, heard, now) for trait in traits)

    def _ratio(self, trait: Trait, hostile: float, heard: float, now: float) -> float:
        """Give how many times as common a trait is among hostile calls; at least once.

        A trait never speaks for a caller: it would be bought by a few calls that talk.
        """
        if (counts := self._traits.get(trait)) is None:
            return 1.0
        of_hostile = counts.hostile.now(now, limits.PATTERN_FADES) / hostile
        supposed = of_hostile if trait[0] in _COMMON else 0.0
        of_heard = counts.heard.now(now, limits.PATTERN_FADES) + limits.DOUBT * supposed
        of_heard /= heard + limits.DOUBT
        return max(1.0, (of_hostile + limits.EVENLY) / (of_heard + limits.EVENLY))

    def _get(self, trait: Trait) -> _Counts:
        counts = self._traits.setdefault(trait, _Counts())
        self._traits.move_to_end(trait)
        if len(self._traits) > self._bound:
            self._traits.popitem(last=False)
        return counts

    def clear(self) -> None:
        """Forget all."""
        self._all = _Counts()
        self._traits.clear()
