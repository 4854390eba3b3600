"""However machines join, look, dial, stall, leave and die, and volunteers call: no limit is ever exceeded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tuidang.phone.actions.shares import (
    Share,
    ask_for_place,
    has_place,
    keep_place,
    leave_place,
    leave_shares,
    see_marks,
)
from tuidang.phone.dialler.plan import Plan, load_shared_plan
from tuidang.phone.dialler.roll import LIFE, VALID, Roll
from tuidang.phone.dialler.trunks import Trunks
from tuidang.phone.models import Campaign, Message, Trunk, TrunkShare
from tuidang.phone.records.outcomes import Outcome

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = ("m1", "m2", "m3", "m4")
MACHINES = st.sampled_from(NAMES)
LIMITS = st.tuples(st.integers(1, 12), st.integers(1, 12))


@dataclass
class Dialling:
    """A machine that runs: its trunks and its steady clock, which has nothing to do with another's."""

    name: str
    clock: Callable[[], float]
    trunks: Trunks = field(default_factory=Trunks)
    valid_until: float = 0.0
    is_cut_off: bool = False  # it had calls when others found it dead
    read: tuple[float, Plan] | None = None  # when it asked, and what it has not heard yet

    def __post_init__(self) -> None:
        self.roll = Roll(self.clock)

    def ask(self) -> None:
        at = self.clock()
        self.read = at, load_shared_plan(self.name, self.trunks.held(at), self.roll.find_dead)

    def hear(self) -> None:
        if self.read is not None:
            at, plan = self.read
            self.valid_until, self.read = at + VALID, None
            self.trunks.take_plan(plan.trunks, self.clock())

    @property
    def in_air(self) -> int:
        return sum(trunk.gate.in_air for trunk in self.trunks.named(["lab"]))

    @property
    def share(self) -> Share:
        if self.clock() >= self.valid_until:
            return Share()
        found = self.trunks.named(["lab"])
        return Share(found[0].plan.calls_per_second, found[0].plan.channels) if found else Share()


class Fleet(RuleBasedStateMachine):
    """A trunk, and machines that come and go, at any moment of their looks."""

    def __init__(self) -> None:
        super().__init__()
        Campaign.objects.all().delete()
        Trunk.objects.all().delete()
        self.now = 1000.0
        self.running: dict[str, Dialling] = {}
        self.begun: list[float] = []
        self.asked: list[str] = []  # calls by volunteers that wait for room
        self.talks: dict[str, float] = {}  # and those that are up, with when they began
        self.hotline = Roll(lambda: self.now)

    @initialize(limits=LIMITS)
    def there_is_a_trunk(self, limits: tuple[int, int]) -> None:
        self.rate, self.channels = limits
        campaign = Campaign.objects.create(name="c", title="C", state="running")
        Message.objects.create(campaign=campaign, name="a", sound="message/a")
        campaign.trunks.add(
            Trunk.objects.create(
                name="lab", host="127.0.0.1:5070", calls_per_second=self.rate, channels=self.channels
            )
        )

    @rule(name=MACHINES)
    def one_joins(self, name: str) -> None:
        ahead = 10_000.0 * NAMES.index(name)
        self.running.setdefault(name, Dialling(name, lambda: self.now + ahead))

    @rule(name=MACHINES)
    def one_asks(self, name: str) -> None:
        if (machine := self.running.get(name)) is not None and machine.read is None:
            machine.ask()

    @rule(name=MACHINES, loses=st.booleans())
    def one_hears_the_answer_or_loses_it(self, name: str, loses: bool) -> None:
        if (machine := self.running.get(name)) is not None:
            if loses:
                machine.read = None
            machine.hear()

    @rule()
    def all_look(self) -> None:
        for machine in self.running.values():
            machine.hear()
            machine.ask()
            machine.hear()

    @rule(name=MACHINES, wanted=st.integers(1, 20))
    def one_dials(self, name: str, wanted: int) -> None:
        machine = self.running.get(name)
        if machine is None or machine.clock() >= machine.valid_until:
            return
        for trunk in machine.trunks.named(["lab"]):
            count, _ = machine.trunks.take_places(trunk, wanted=wanted, at=machine.clock())
            self.begun += [self.now] * count

    @rule(name=MACHINES, count=st.integers(1, 12))
    def calls_end(self, name: str, count: int) -> None:
        if (machine := self.running.get(name)) is not None:
            for _ in range(min(count, machine.in_air)):
                machine.trunks.end_call("lab", Outcome.BUSY, machine.clock())

    @rule(name=MACHINES)
    def one_leaves(self, name: str) -> None:
        if name in self.running and not self.running[name].in_air:
            del self.running[name]
            leave_shares(name)

    @rule(name=MACHINES)
    def one_dies(self, name: str) -> None:
        self.running.pop(name, None)

    @rule()
    def a_volunteer_wants_to_call(self) -> None:
        if len(self.asked) + len(self.talks) < 3:
            name = f"{self.now}-{len(self.asked)}"
            self.asked.append(name)
            ask_for_place(name, "lab")

    @rule()
    def volunteers_call_where_there_is_room(self) -> None:
        for name in list(self.asked):
            if has_place(name, self.hotline.find_dead):
                self.asked.remove(name)
                self.talks[name] = self.now
                self.begun.append(self.now)

    @rule()
    def the_hotline_looks(self) -> None:
        see_marks(self.hotline.find_dead)
        for name in self.asked:
            keep_place(name, is_begun=False)
        for name, begun in self.talks.items():
            keep_place(name, is_begun=self.now > begun + 1)

    @rule()
    def volunteers_calls_end(self) -> None:
        for name in (*self.asked, *self.talks):
            leave_place(name)
        self.asked, self.talks = [], {}

    @rule(seconds=st.sampled_from([0.05, 0.4, 1.0, 3.0, VALID, LIFE, 300.0]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule(seconds=st.integers(1, 25))
    def all_go_on_for_a_while(self, seconds: int) -> None:
        for second in range(seconds):
            self.now += 1.0
            self.all_look()
            if second % 4 == 0:
                self.the_hotline_looks()
            self.volunteers_call_where_there_is_room()
            for name in NAMES:
                self.one_dials(name, 20)

    @rule(name=MACHINES, seconds=st.sampled_from([5, 15, 25]))
    def one_goes_on_alone(self, name: str, seconds: int) -> None:
        for _ in range(seconds if name in self.running else 0):
            self.now += 1.0
            self.one_hears_the_answer_or_loses_it(name, loses=False)
            self.one_asks(name)
            self.one_hears_the_answer_or_loses_it(name, loses=False)
            self.one_dials(name, 20)

    @invariant()
    def their_shares_are_within_the_limits(self) -> None:
        shares = [machine.share for machine in self.running.values()]
        if shares:
            assert sum(share.calls_per_second for share in shares) <= self.rate
            assert sum(share.channels for share in shares) <= self.channels

    @invariant()
    def their_calls_are_within_the_limits(self) -> None:
        # A machine that others found dead has its calls beside theirs, until those end.
        known = set(TrunkShare.objects.values_list("machine", flat=True))
        for name, machine in self.running.items():
            machine.is_cut_off = bool(machine.in_air) and (machine.is_cut_off or name not in known)
        talks = sum(f"call:{name}" in known for name in self.talks)
        in_air = sum(m.in_air for m in self.running.values() if not m.is_cut_off)
        assert in_air + talks <= self.channels
        for place, first in enumerate(self.begun):
            assert sum(first <= later < first + 0.999 for later in self.begun[place:]) <= self.rate
        self.begun = [at for at in self.begun if at > self.now - 1]

    def teardown(self) -> None:
        self.volunteers_calls_end()
        for machine in self.running.values():
            for _ in range(machine.in_air):
                machine.trunks.end_call("lab", Outcome.BUSY, machine.clock())
        for _ in range(int(LIFE) + 8):  # until the dead are found, and all is given on
            self.now += 1.0
            self.all_look()
        shares = [machine.share for machine in self.running.values()]
        if shares:
            assert sum(share.calls_per_second for share in shares) == self.rate
            assert sum(share.channels for share in shares) == self.channels
            assert max(s.channels for s in shares) - min(s.channels for s in shares if s.channels) <= 1


def test_machines_together_never_exceed_a_trunk_whatever_happens() -> None:
    run_state_machine_as_test(
        Fleet,
        settings=settings(
            max_examples=25, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
