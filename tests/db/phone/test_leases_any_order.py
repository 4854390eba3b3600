"""After any sequence of leases, draws, returns, crashes, stale machines and time, each number came once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from lease_cast import GUANGDONG, NOON, TIBET, dial_dry, every_number, lease, settle
from tuidang.phone.actions import blocks
from tuidang.phone.actions.blocks import LEASE, Lease, LeaseLost, draw_numbers, return_block
from tuidang.phone.models import Block
from tuidang.phone.numbers.permutation import NUMBERS, STEPS, number_at
from tuidang.phone.numbers.sampler import Sampler

pytestmark = pytest.mark.django_db(transaction=True)
MACHINES = st.sampled_from(["m1", "m2", "m3"])
SLICES = st.sampled_from([1, 49, 50, 977, 4_999])


class Country(RuleBasedStateMachine):
    """Two blocks, three machines, and a clock; every lease that ever was may still be tried."""

    def __init__(self) -> None:
        super().__init__()
        settle(GUANGDONG, TIBET)
        self.now = NOON
        self.samplers = {name: Sampler(n) for n, name in enumerate(("m1", "m2", "m3"))}
        self.leases: list[tuple[Lease, list[bool]]] = []  # with whether it was given back or lost
        self.expires: dict[str, object] = {}
        self.drawn: list[str] = []

    @rule(machine=MACHINES, covers=SLICES)
    def a_machine_leases(self, machine: str, covers: int) -> None:
        blocks.SLICE = covers
        if held := lease(self.samplers[machine], machine, self.now, simulated=True):
            assert all(over[0] for other, over in self.leases if other.prefix == held.prefix)
            self.leases.append((held, [False]))
            self.expires[held.token] = self.now + LEASE

    @rule(which=st.integers(0, 10**6), count=st.sampled_from([1, 2, 10, 500, 9_999]))
    def any_lease_draws(self, which: int, count: int) -> None:
        if not self.leases:
            return
        held, over = self.leases[which % len(self.leases)]
        try:
            numbers = draw_numbers(held, count, now=self.now)
        except LeaseLost:
            assert over[0]
            return
        assert not over[0]
        assert {number[2:9] for number in numbers} <= {held.prefix}
        if numbers:
            self.expires[held.token] = self.now + LEASE
        self.drawn += numbers

    @rule(which=st.integers(0, 10**6))
    def any_lease_is_given_back(self, which: int) -> None:
        if self.leases:
            held, over = self.leases[which % len(self.leases)]
            return_block(held)
            over[0] = True

    @rule(machine=MACHINES)
    def a_machine_crashes_and_starts_again(self, machine: str) -> None:
        self.samplers[machine] = Sampler()

    @rule(seconds=st.sampled_from([1, 30, 119, 120, 600, 40_000]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        for held, over in self.leases:
            over[0] = over[0] or self.expires[held.token] <= self.now  # type: ignore[operator]

    @invariant()
    def no_number_came_twice(self) -> None:
        assert len(self.drawn) == len(set(self.drawn))

    @invariant()
    def what_was_drawn_is_what_the_counters_say(self) -> None:
        said = [
            f"86{row.prefix}{number:04d}"
            for row in Block.objects.all()
            for step in range(row.counter)
            if (number := number_at(row.seed, step)) is not None
        ]
        assert sorted(said) == sorted(self.drawn)

    def teardown(self) -> None:
        blocks.SLICE = NUMBERS
        later = self.now + LEASE  # whoever still holds a lease is dead by then
        dial_dry(Sampler(), later, self.drawn.extend)
        assert sorted(self.drawn) == every_number(GUANGDONG, TIBET)
        assert set(Block.objects.values_list("counter", flat=True)) == {STEPS}


def test_every_number_comes_once_whatever_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "SLICE", blocks.SLICE)
    run_state_machine_as_test(
        Country,
        settings=settings(
            max_examples=30, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
