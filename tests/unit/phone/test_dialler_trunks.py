"""Places on trunks: never more than a trunk and the machine allow, each given back once."""

from __future__ import annotations

from dataclasses import replace

from tuidang.phone.actions.shares import Share
from tuidang.phone.dialler.plan import TrunkPlan
from tuidang.phone.dialler.trunks import Trunks
from tuidang.phone.records.outcomes import Outcome
from tuidang.phone.rules import MACHINE_CHANNELS, Refusal

PLAN = TrunkPlan("lab", "127.0.0.1:5070", "", False, 100, 30)


def take(trunks: Trunks, name: str, wanted: int, at: float) -> int:
    (trunk,) = trunks.named([name])
    return trunks.take_places(trunk, wanted=wanted, at=at)[0]


def test_places_are_taken_up_to_the_trunk_s_channels_and_given_back_with_the_calls() -> None:
    trunks = Trunks()
    trunks.take_plan({"lab": PLAN}, 0.0)
    assert sum(take(trunks, "lab", 50, float(second)) for second in range(1, 60)) == 30
    trunks.end_call("lab", Outcome.BUSY, 60.0)
    assert take(trunks, "lab", 50, 61.0) == 1


def test_the_limit_that_was_met_is_told() -> None:
    trunks = Trunks()
    trunks.take_plan({"lab": PLAN}, 0.0)
    (trunk,) = trunks.named(["lab"])
    assert trunks.take_places(trunk, wanted=50, at=1.0) == (11, Refusal.TRUNK_RATE)
    assert trunks.take_places(trunk, wanted=5, at=2.0) == (5, None)
    assert trunks.take_places(trunk, wanted=50, at=2.1) == (11, Refusal.TRUNK_RATE)
    assert trunks.take_places(trunk, wanted=50, at=9.0) == (3, Refusal.TRUNK_CHANNELS)
    for second in range(10, 30):
        trunks.end_call("lab", Outcome.TRUNK, float(second))
    assert trunks.take_places(trunk, wanted=1, at=29.5) == (0, Refusal.TRUNK_RESTS)


def test_a_changed_limit_keeps_the_calls_that_are_up() -> None:
    trunks = Trunks()
    trunks.take_plan({"lab": PLAN}, 0.0)
    assert take(trunks, "lab", 8, 1.0) == 8
    trunks.take_plan({"lab": replace(PLAN, channels=9)}, 2.0)
    assert take(trunks, "lab", 8, 9.0) == 1


def test_what_was_given_up_counts_as_used_for_a_second_and_a_call_until_it_is_over() -> None:
    trunks = Trunks()
    trunks.take_plan({"lab": PLAN}, 0.0)
    assert take(trunks, "lab", 9, 1.0) == 9
    trunks.take_plan({"lab": replace(PLAN, calls_per_second=50, channels=5)}, 2.0)
    assert trunks.held(2.9) == {"lab": Share(100, 9)}
    assert trunks.held(3.0) == {"lab": Share(50, 9)}
    assert take(trunks, "lab", 9, 3.0) == 0
    for _ in range(6):
        trunks.end_call("lab", Outcome.BUSY, 3.0)
    assert trunks.held(3.0) == {"lab": Share(50, 5)}
    trunks.take_plan({}, 4.0)
    assert trunks.held(5.0) == {"lab": Share(0, 3)}
    assert take(trunks, "lab", 9, 9.0) == 0


def test_the_machine_s_own_limit_holds_over_all_trunks() -> None:
    trunks = Trunks()
    names = [f"trunk-{number}" for number in range(4)]
    plans = {name: replace(PLAN, name=name, calls_per_second=200, channels=900) for name in names}
    trunks.take_plan(plans, 0.0)
    taken = sum(take(trunks, name, 50, second / 4) for second in range(1, 900) for name in names)
    assert taken == MACHINE_CHANNELS


def test_a_trunk_that_nobody_planned_is_unknown_and_a_failing_one_is_shown() -> None:
    trunks = Trunks()
    trunks.take_plan({"lab": PLAN}, 0.0)
    assert trunks.named(["other"]) == []
    take(trunks, "lab", 2, 1.0)
    trunks.end_call("lab", Outcome.TRUNK, 2.0)
    assert trunks.as_dict() == {"lab": {"up": True, "in_air": 1, "slowed": True, "failed": 1}}
