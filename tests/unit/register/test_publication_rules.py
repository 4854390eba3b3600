"""The pool: who is drawn and when, what a batch hides, and that no clock makes a day fall."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.register.rules.content import Channel, Content
from tuidang.register.rules.publication import (
    DEMONSTRATION,
    REAL,
    Candidate,
    draw,
    is_drawn,
    is_sample,
    publication_day,
    rules_for,
    split_batches,
    spread_regions,
)

TODAY = date(2026, 11, 20)
IDS = st.integers(-(2**63), 2**63 - 1)


def pool(count: int, age: int, *, slow: bool = False) -> list[Candidate]:
    rng = Random(f"{count} {age} {slow}")
    return [Candidate(rng.getrandbits(63), TODAY - timedelta(age), slow, 512) for _ in range(count)]


def content(region: str, place: str = "某县") -> Content:
    return Content("王某", ("party",), region, place, "退", "zh-hans", Channel.WEB)


def test_a_sample_log_shows_at_once_and_a_real_one_mixes() -> None:
    assert rules_for("sample.tuidang.invalid") is DEMONSTRATION
    assert rules_for("log.example.org/register") is REAL
    assert (REAL.chance, REAL.region_floor, REAL.longest_wait) == (0.5, 10, 14)
    assert (DEMONSTRATION.chance, DEMONSTRATION.region_floor) == (1, 1)
    assert not is_sample("invalid.example.org")


@given(IDS)
def test_in_the_demonstration_everyone_is_drawn_on_the_first_day(key: int) -> None:
    assert is_drawn(Candidate(key, TODAY, slow=False, size=0), TODAY, DEMONSTRATION)


@given(IDS, st.integers(14, 400))
def test_nobody_waits_longer_than_fourteen_days(key: int, age: int) -> None:
    candidate = Candidate(key, TODAY - timedelta(age), slow=True, size=0)
    assert is_drawn(candidate, TODAY, REAL)
    assert draw([candidate], TODAY, replace(REAL, slow_allowance=0)) == [candidate]


def test_half_of_the_pool_is_drawn_on_a_day_whatever_the_day_of_intake() -> None:
    for age in (0, 1, 13):
        drawn = sum(is_drawn(candidate, TODAY, REAL) for candidate in pool(20_000, age))
        assert 9_700 < drawn < 10_300  # four standard deviations are 283


def test_the_draws_of_two_days_are_independent() -> None:
    candidates = pool(20_000, 1)
    both = sum(is_drawn(c, TODAY, REAL) and is_drawn(c, TODAY + timedelta(1), REAL) for c in candidates)
    assert 4_750 < both < 5_250


def test_running_again_on_the_same_day_draws_nobody_else() -> None:
    candidates = pool(1000, 3)
    drawn = draw(candidates, TODAY, REAL)
    assert [c for c in candidates if c not in drawn and is_drawn(c, TODAY, REAL)] == []
    assert draw(drawn, TODAY, REAL) == drawn


def test_what_came_over_budget_is_at_most_half_of_a_batch() -> None:
    drawn = draw(pool(8_000, 1) + pool(20_000, 1, slow=True), TODAY, REAL)
    count = Counter(candidate.slow for candidate in drawn)
    assert count[True] == count[False] > 3_700


def test_a_thousand_of_what_came_over_budget_are_always_let_through() -> None:
    assert len(draw(pool(20_000, 1, slow=True), TODAY, REAL)) == 1000


@given(st.integers(0, 40), st.integers(1, 9), st.integers(100, 3000), st.randoms(use_true_random=False))
def test_batches_have_everybody_once_and_stay_within_their_bounds(
    count: int, most: int, most_bytes: int, rng: Random
) -> None:
    candidates = pool(count, 0)
    batches = list(split_batches(candidates, rng, most=most, most_bytes=most_bytes))
    assert Counter(c.id for batch in batches for c in batch) == Counter(c.id for c in candidates)
    for batch in batches:
        assert 1 <= len(batch) <= most
        assert len(batch) == 1 or sum(candidate.size for candidate in batch) <= most_bytes


def test_a_batch_does_not_keep_the_order_of_the_pool() -> None:
    candidates = pool(100, 0)
    [batch] = split_batches(candidates, Random(1), most=100, most_bytes=10**9)
    assert batch != candidates


@pytest.mark.parametrize(("region", "shown"), [("CN-QH", "CN"), ("NZ", ""), ("CN", "CN"), ("", "")])
def test_a_region_of_few_is_not_shown(region: str, shown: str) -> None:
    batch = [content(region)] * 9 + [content("CN-SD")] * 10
    spread = spread_regions(batch, REAL.region_floor)
    assert {c.region for c in spread[:9]} == {shown}
    assert {c.place for c in spread[:9]} == ({""} if region != shown else {"某县"})
    assert spread[9:] == batch[9:]


def test_a_region_of_ten_is_shown() -> None:
    batch = [content("CN-QH")] * 10
    assert spread_regions(batch, REAL.region_floor) == batch


@given(st.lists(st.sampled_from(["", "CN", "CN-BJ", "CN-TJ", "US", "NZ"]), max_size=60), st.integers(1, 20))
def test_every_shown_region_but_the_widest_is_borne_by_the_floor(regions: list[str], floor: int) -> None:
    shown = Counter(c.region for c in spread_regions([content(region) for region in regions], floor))
    assert all(bearers >= floor for region, bearers in shown.items() if region not in {"", "CN"})
    assert shown.total() == len(regions)


@given(st.dates(), st.dates())
def test_the_day_never_falls(today: date, last: date) -> None:
    assert publication_day(today, last) >= last
    assert publication_day(today, None) == today
