"""Budgets and pauses: who is slowed, who is not, and that nothing outlasts the day."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.base.limits import Budget, Slowdown, network_of

NOON = 20_000 * 86_400.0 + 43_200


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2ff:3::4", "2001:db8:1:200::/56"),
        ("fe80::1%eth0", "fe80::/56"),
        ("", ""),
        ("unix:", ""),
        ("\0", ""),
    ],
)
def test_a_source_is_a_network_and_never_one_address(address: str, network: str) -> None:
    assert network_of(address) == network


def test_a_budget_lasts_for_its_burst_and_comes_back_with_time() -> None:
    budget = Budget(burst=3, per_hour=60)
    assert [budget.spend("a", NOON) for _ in range(5)] == [True, True, True, False, False]
    assert not budget.spend("a", NOON + 59)
    assert budget.spend("a", NOON + 61)
    assert not budget.spend("a", NOON + 61)


def test_one_source_does_not_spend_anothers_budget() -> None:
    budget = Budget(burst=1, per_hour=1)
    assert budget.spend("attacker", NOON)
    assert not budget.spend("attacker", NOON)
    assert budget.spend("visitor", NOON)


def test_a_form_of_many_people_spends_for_each() -> None:
    budget = Budget(burst=150, per_hour=60)
    assert budget.spend("a", NOON, 100)
    assert not budget.spend("a", NOON, 100)
    assert budget.spend("a", NOON, 50)


def test_when_memory_is_full_the_silent_are_forgotten_and_nobody_is_refused() -> None:
    budget = Budget(burst=1, per_hour=1, sources=100)
    assert budget.spend("early", NOON)
    assert all(budget.spend(f"crowd {n}", NOON + n) for n in range(1000))
    assert budget.spend("early", NOON + 1001)
    assert not budget.spend("crowd 999", NOON + 1001)


def test_everything_is_forgotten_with_the_day() -> None:
    budget = Budget(burst=1, per_hour=0.001)
    slowdown = Slowdown(free=0, longest=30, forgiven=10_000)
    midnight = 20_001 * 86_400.0
    assert budget.spend("a", midnight - 1)
    slowdown.failed("a", midnight - 1)
    assert not budget.spend("a", midnight - 0.5)
    assert slowdown.wait("a", midnight - 0.5) > 0
    assert budget.spend("a", midnight)
    assert slowdown.wait("a", midnight) == 0


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 500), st.integers(1, 5)), max_size=60))
def test_no_source_ever_gets_more_than_burst_and_rate(spendings: list[tuple[str, float, int]]) -> None:
    budget = Budget(burst=5, per_hour=36)
    now, first, got = NOON, dict.fromkeys("abc", NOON), dict.fromkeys("abc", 0)
    for source, pause, amount in spendings:
        now += pause
        if budget.spend(source, now, amount):
            got[source] += amount
        assert got[source] <= 5 + (now - first[source]) / 100 + 1e-6


def test_who_fails_often_waits_longer_and_longer_up_to_a_bound() -> None:
    slowdown = Slowdown(free=2, longest=30, forgiven=1e9)
    waits = []
    for _ in range(10):
        slowdown.failed("a", NOON)
        waits.append(round(slowdown.wait("a", NOON), 3))
    assert waits == [0, 0, 1, 2, 4, 8, 16, 30, 30, 30]
    assert slowdown.wait("b", NOON) == 0


def test_a_pause_ends_although_others_keep_asking() -> None:
    slowdown = Slowdown(free=0, longest=30, forgiven=1e9)
    for _ in range(50):
        slowdown.failed("a", NOON)
    assert slowdown.wait("a", NOON + 29.9) > 0
    assert slowdown.wait("a", NOON + 30) == 0


def test_failures_are_forgiven_with_time_and_at_once_after_a_success() -> None:
    slowdown = Slowdown(free=1, longest=30, forgiven=60)
    for _ in range(3):
        slowdown.failed("a", NOON)
    assert slowdown.wait("a", NOON) == 2
    slowdown.failed("a", NOON + 180)
    assert slowdown.wait("a", NOON + 180) == 0
    slowdown.failed("a", NOON + 180)
    assert slowdown.wait("a", NOON + 180) == 1
    slowdown.succeeded("a", NOON + 180)
    assert slowdown.wait("a", NOON + 180) == 0


@given(st.text())
def test_any_name_can_be_slowed(name: str) -> None:
    slowdown = Slowdown(free=0, longest=30, forgiven=60)
    slowdown.failed(name, NOON)
    assert slowdown.wait(name, NOON) > 0


def test_of_many_who_try_at_once_none_passes_beyond_his_turn() -> None:
    slowdown = Slowdown(free=5, longest=60, forgiven=600)
    together = Barrier(20)

    def attempt(_: int) -> float:
        together.wait()
        return slowdown.attempt("a", NOON)

    with ThreadPoolExecutor(20) as pool:
        waits = sorted(pool.map(attempt, range(20)))
    assert waits.count(0) == 6  # the sixth is the first that others wait for
    assert slowdown.attempt("a", NOON + waits[-1]) == 0
    slowdown.succeeded("a", NOON + 1)
    assert slowdown.attempt("a", NOON + 1) == 0


def test_a_clock_that_is_set_back_costs_nobody_anything() -> None:
    budget, slowdown = Budget(burst=3, per_hour=60), Slowdown(free=0, longest=60, forgiven=600)
    assert budget.spend("a", NOON)
    assert budget.spend("a", NOON - 3600)
    slowdown.failed("b", NOON)
    assert slowdown.wait("b", NOON - 3600) <= 1
