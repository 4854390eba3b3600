"""Which message brings people to ask: a test that may be looked at after every call, as often as one likes.

Messages are drawn at random for each call, with known shares. So whatever the hour, the place or the day, if
two messages do equally well, the next key press comes from a call with the first with just the probability
of its share. A press is then a throw of a known coin, and the product of the odds that a mixture of other
coins gives is a nonnegative martingale: by Ville's inequality it ever reaches 1/α with probability α at
most, however often one looks (Ville 1939; Shafer et al., "Test martingales, Bayes factors and p-values",
Statistical Science 26, 2011). The same, asked of every ratio of the two rates and not only of 1, gives limits
for the ratio that hold at all times together (Howard et al., "Time-uniform, nonparametric, nonasymptotic
confidence sequences", Annals of Statistics 49, 2021).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp, fsum, inf, log

CERTAINTY = 0.05  # α: the chance of ever calling equal messages different
_HARM = 0.05  # the same, for opt-outs, and for complaints
_SPREAD = log(2.0)  # a ratio of 2 or 1/2 is what we think likely, before we look
_GRID = [step * log(16.0) / 100 for step in range(-100, 101)]  # log ratios, 1/16 to 16
_PRIOR = [exp(-0.5 * (ratio / _SPREAD) ** 2) for ratio in _GRID]
_FAR = 30.0  # a log ratio beyond any that means something
_WEIGHTS = [weight / fsum(_PRIOR) for weight in _PRIOR]


@dataclass(frozen=True)
class Throws:
    """Presses under one share: `ours` from calls with the message, `others` from calls with another.

    `share` is the probability, above 0 and below 1, with which a call got the message.
    """

    ours: int
    others: int
    share: float


class Verdict(StrEnum):
    """What can be said by now, and only that."""

    BETTER = "better"
    WORSE = "worse"
    HARMFUL = "harmful"  # more people want never to be called again, or complain, than after the others
    OPEN = "open"  # not told apart yet


@dataclass(frozen=True)
class Comparison:
    """A message beside the others: how many times as often people ask, opt out and complain, from and to."""

    verdict: Verdict
    asks: tuple[float, float]
    never: tuple[float, float]
    complaints: tuple[float, float]


def compare(
    asks: Sequence[Throws],
    never: Sequence[Throws],
    complaints: Sequence[Throws] = (),
    *,
    messages: int = 2,
) -> Comparison:
    """Compare a message with its campaign's others by who asks (8 or 9), guarding who opts out or complains.

    With more than two messages each is compared with the rest together, and they share the certainty.
    """
    parts = 1 if messages == 2 else messages  # of two, the second says what the first says
    asked = limits(asks, CERTAINTY / parts)
    opted_out = limits(never, _HARM / parts)
    complained = limits(complaints, _HARM / parts)
    if opted_out[0] > 1 or complained[0] > 1:
        verdict = Verdict.HARMFUL
    elif asked[0] > 1:
        verdict = Verdict.BETTER
    elif asked[1] < 1:
        verdict = Verdict.WORSE
    else:
        verdict = Verdict.OPEN
    return Comparison(verdict, asked, opted_out, complained)


def limits(throws: Sequence[Throws], alpha: float) -> tuple[float, float]:
    """Return the least and the greatest ratio of rates that the throws do not speak against.

    Both hold at every look together with probability 1 - `alpha`. Nothing thrown: 0 and infinity.
    """
    throws = [throw for throw in throws if throw.ours or throw.others]
    if not throws:
        return 0.0, inf
    mixture = _log_sum([log(w) + _likelihood(throws, r) for w, r in zip(_WEIGHTS, _GRID, strict=True)])
    edge = mixture + log(alpha)  # a ratio is spoken against when the mixture is 1/alpha times as likely

    def spoken_against(ratio: float) -> bool:
        return _likelihood(throws, ratio) < edge

    middle = _most_likely(throws)
    return (
        0.0 if not spoken_against(-_FAR) else exp(_cross(spoken_against, middle, -_FAR)),
        inf if not spoken_against(_FAR) else exp(_cross(spoken_against, middle, _FAR)),
    )


def _likelihood(throws: Iterable[Throws], ratio: float) -> float:
    """Give the log of the probability of the throws when the rates have this log ratio."""
    total = 0.0
    for throw in throws:
        odds = ratio + log(throw.share / (1 - throw.share))
        # log of odds/(1+odds) and of 1/(1+odds), neither ever of nought
        total -= throw.ours * _softplus(-odds) + throw.others * _softplus(odds)
    return total


def _most_likely(throws: Sequence[Throws]) -> float:
    low, high = -_FAR, _FAR
    for _ in range(80):  # the likelihood has one hill: close in on it by thirds
        left, right = low + (high - low) / 3, high - (high - low) / 3
        if _likelihood(throws, left) < _likelihood(throws, right):
            low = left
        else:
            high = right
    return (low + high) / 2


def _cross(spoken_against: Callable[[float], bool], inside: float, outside: float) -> float:
    for _ in range(60):
        middle = (inside + outside) / 2
        if spoken_against(middle):
            outside = middle
        else:
            inside = middle
    return outside


def _softplus(x: float) -> float:
    return max(x, 0.0) + log(1 + exp(-abs(x)))


def _log_sum(logs: Sequence[float]) -> float:
    most = max(logs)
    return most + log(fsum(exp(one - most) for one in logs))
