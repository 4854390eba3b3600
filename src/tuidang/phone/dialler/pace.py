"""How fast a trunk is dialled when it does not keep up, and which message is played: pure decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Final, TypeVar

from tuidang.phone.records.outcomes import Outcome
from tuidang.phone.rules import Gate, Refusal, begin_call

T = TypeVar("T")

_SLOWEST: Final = 1 / 32  # of a trunk's rate
_FASTER: Final = 1 / 64  # of a trunk's rate regained with each call that it carried
_AGAIN: Final = 1.0  # seconds within which several failures are one: they were under way already
_DOWN: Final = 10  # failures in a row after which a trunk is given a single call at a time
_SHORTEST_REST, _LONGEST_REST = 1.0, 30.0  # seconds between those


@dataclass(frozen=True, slots=True)
class Health:
    """How a trunk does: the share of its rate it is given, and how many calls it failed in a row."""

    share: float = 1.0
    failed: int = 0
    slowed_at: float = float("-inf")  # seconds of a steady clock
    rest_until: float = float("-inf")

    @property
    def is_down(self) -> bool:
        """Tell whether it has carried no call for a while."""
        return self.failed >= _DOWN


def after_call(health: Health, outcome: Outcome, at: float) -> Health:
    """Note what a trunk made of a call: slower by half when it failed, faster by little when it did not."""
    if outcome is Outcome.FAILED:
        return health  # a fault of ours says nothing of the trunk
    if outcome is not Outcome.TRUNK:
        return Health(share=min(1.0, health.share + _FASTER))
    failed = health.failed + 1
    if at < health.slowed_at + _AGAIN:
        return replace(health, failed=failed)
    rest = min(_LONGEST_REST, _SHORTEST_REST * 2.0 ** min(failed - _DOWN, 8)) if failed >= _DOWN else 0.0
    return Health(max(_SLOWEST, health.share / 2), failed, slowed_at=at, rest_until=at + rest)


def slow_down(gate: Gate, health: Health, calls_per_second: int) -> Gate:
    """Give a gate the rate that the trunk's health allows."""
    slower = max(1, int(calls_per_second * health.share))
    return replace(gate, calls_per_second=min(slower, calls_per_second))


def let_through(
    trunk: Gate, machine: Gate, health: Health, *, wanted: int, at: float
) -> tuple[int, Gate, Gate, Refusal | None]:
    """Begin up to `wanted` calls through both gates: how many, the gates, and which limit stopped us."""
    if health.is_down and (trunk.in_air or at < health.rest_until):
        return 0, trunk, machine, Refusal.TRUNK_RESTS
    wanted = min(wanted, 1) if health.is_down else wanted
    for count in range(wanted):
        through = begin_call(trunk, machine, at=at)
        if isinstance(through, Refusal):
            return count, trunk, machine, through
        trunk, machine = through
    return wanted, trunk, machine, None


def draw_share(shares: Mapping[T, int], dice: Random) -> T:
    """Draw one by its share."""
    names: Sequence[T] = list(shares)
    return dice.choices(names, weights=[shares[name] for name in names])[0]
