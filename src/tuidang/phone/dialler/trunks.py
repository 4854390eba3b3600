"""The trunks of one machine: how many calls each may begin now, how many are up, and how each does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tuidang.phone.actions.shares import Share
from tuidang.phone.dialler.pace import Health, after_call, let_through, slow_down
from tuidang.phone.dialler.plan import TrunkPlan
from tuidang.phone.records.outcomes import Outcome
from tuidang.phone.rules import MACHINE_CALLS_PER_SECOND, MACHINE_CHANNELS, Gate, Refusal, end_call


@dataclass
class Trunk:
    """One trunk, as it is planned and as it does."""

    plan: TrunkPlan
    gate: Gate
    health: Health = Health()  # noqa: RUF009 -- frozen
    failed: int = 0
    given_up: int = 0  # calls a second that were its limit until `changed_at`, were they more than now
    changed_at: float = float("-inf")


class Trunks:
    """All of them, and the machine's own limit over all."""

    def __init__(self) -> None:
        self._machine = Gate(MACHINE_CALLS_PER_SECOND, MACHINE_CHANNELS, 0.0)
        self._trunks: dict[str, Trunk] = {}

    def take_plan(self, plans: Mapping[str, TrunkPlan], at: float) -> None:
        """Take limits that are new or have changed; calls that are up stay counted.

        A trunk that is planned no longer has none.
        """
        gone = {name: one.plan.with_share(Share()) for name, one in self._trunks.items() if name not in plans}
        for name, plan in (*plans.items(), *gone.items()):
            known = self._trunks.get(name)
            if known is None:
                self._trunks[name] = Trunk(plan, Gate(plan.calls_per_second, plan.channels, at))
            elif known.plan != plan:
                known.given_up = self._rate(known, at)
                known.plan, known.changed_at = plan, at
                known.gate = Gate(plan.calls_per_second, plan.channels, at, in_air=known.gate.in_air)

    def held(self, at: float) -> dict[str, Share]:
        """Say what may be in use of each trunk: its limits, those of a second ago, and calls that are up."""
        return {
            name: Share(self._rate(trunk, at), max(trunk.plan.channels, trunk.gate.in_air))
            for name, trunk in self._trunks.items()
        }

    def named(self, names: Iterable[str]) -> list[Trunk]:
        """Give those of these names that are known."""
        return [self._trunks[name] for name in names if name in self._trunks]

    def take_places(self, trunk: Trunk, *, wanted: int, at: float) -> tuple[int, Refusal | None]:
        """Take places for up to `wanted` calls that begin now, each to be given back when its call is over.

        Return how many, and the limit that was met.
        """
        gate = slow_down(trunk.gate, trunk.health, trunk.plan.calls_per_second)
        count, trunk.gate, self._machine, limit = let_through(
            gate, self._machine, trunk.health, wanted=wanted, at=at
        )
        return count, limit

    def give_place(self, trunk: Trunk) -> None:
        """Give back the place of a call that is over, or was not made."""
        trunk.gate, self._machine = end_call(trunk.gate), end_call(self._machine)

    def end_call(self, name: str, outcome: Outcome, at: float) -> None:
        """Give back a call's place, and note what the trunk made of it."""
        trunk = self._trunks[name]
        trunk.health = after_call(trunk.health, outcome, at)
        trunk.failed += outcome is Outcome.TRUNK
        self.give_place(trunk)

    def _rate(self, trunk: Trunk, at: float) -> int:
        # Whoever takes what was given up begins calls at once, and none of ours may be in the same second.
        return max(trunk.plan.calls_per_second, trunk.given_up if at < trunk.changed_at + 1 else 0)

    def as_dict(self) -> dict[str, object]:
        """Lay the state out as the live snapshot has it."""
        return {
            name: {
                "up": not trunk.health.is_down,
                "in_air": trunk.gate.in_air,
                "slowed": trunk.health.share < 1,
                "failed": trunk.failed,
            }
            for name, trunk in self._trunks.items()
        }
