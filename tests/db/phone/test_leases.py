"""Leases and draws: who may draw, until when, in which order, and when a block begins anew."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from lease_cast import DAYS, GUANGDONG, NOON, TIBET, UNKNOWN, dial_dry, every_number, lease, settle
from tuidang.phone.actions import blocks
from tuidang.phone.actions.blocks import (
    LEASE,
    LeaseLost,
    draw_numbers,
    load_blocks,
    return_block,
    tally_block,
)
from tuidang.phone.models import Block
from tuidang.phone.numbers.blocks import NumberBlock
from tuidang.phone.numbers.permutation import STEPS
from tuidang.phone.numbers.sampler import SLICE, Sampler
from tuidang.phone.rules import Zone

pytestmark = pytest.mark.django_db(transaction=True)
SECOND = timedelta(seconds=1)


def test_a_lease_covers_one_slice_and_gives_numbers_in_no_order() -> None:
    held = lease(settle(GUANGDONG))
    assert held is not None
    assert (held.prefix, held.region, held.machine, held.zone) == ("1380013", "CN-GD", "m1", Zone.EAST)
    first = draw_numbers(held, 30, now=NOON)
    second = draw_numbers(held, 30, now=NOON)
    assert (len(first), len(second)) == (30, SLICE - 30)
    assert draw_numbers(held, 30, now=NOON) == ()
    assert len({*first, *second}) == SLICE
    assert {number[:9] for number in first + second} == {"861380013"}
    assert list(first) != sorted(first)


def test_the_next_lease_goes_on_where_the_last_one_ended() -> None:
    sampler = settle(GUANGDONG)
    drawn: list[str] = []
    for machine in ("m1", "m2", "m3"):
        held = lease(sampler, machine)
        assert held is not None
        drawn += draw_numbers(held, SLICE, now=NOON)
        return_block(held)
    assert len(set(drawn)) == 3 * SLICE


def test_a_leased_block_is_nobody_elses_until_it_comes_back() -> None:
    sampler = settle(GUANGDONG)
    held = lease(sampler)
    assert held is not None
    assert lease(sampler, "m2") is None
    return_block(held)
    assert lease(sampler, "m2") is not None


def test_a_dead_machines_block_is_free_when_its_lease_runs_out() -> None:
    sampler = settle(GUANGDONG)
    assert lease(sampler) is not None
    assert lease(sampler, "m2", NOON + LEASE - SECOND) is None
    assert lease(sampler, "m2", NOON + LEASE) is not None


def test_a_draw_extends_the_lease() -> None:
    sampler = settle(GUANGDONG)
    held = lease(sampler)
    assert held is not None
    draw_numbers(held, 1, now=NOON + LEASE - SECOND)
    assert lease(sampler, "m2", NOON + LEASE + SECOND) is None
    assert draw_numbers(held, 1, now=NOON + 2 * LEASE - 2 * SECOND)


@pytest.mark.parametrize("taken_by", ["m2", "m1", None])
def test_a_stale_machine_draws_no_more_and_disturbs_nobody(taken_by: str | None) -> None:
    sampler = settle(GUANGDONG)
    stale = lease(sampler)
    assert stale is not None
    later = NOON + LEASE
    held = lease(sampler, taken_by, later) if taken_by else None
    with pytest.raises(LeaseLost):
        draw_numbers(stale, 1, now=later)
    return_block(stale)
    if held:
        with pytest.raises(LeaseLost):  # even by its own, slow clock
            draw_numbers(stale, 1, now=NOON)
        assert len(draw_numbers(held, 1, now=later)) == 1


def test_a_pass_ends_and_the_next_begins_in_another_order_when_its_time_has_come() -> None:
    sampler = settle(GUANGDONG)
    first: list[str] = []
    dial_dry(sampler, NOON, first.extend)
    assert sorted(first) == every_number(GUANGDONG)
    row = Block.objects.get()
    assert (row.counter, str(row.passed), row.leased_by) == (STEPS, "2026-11-28", "")
    assert lease(sampler, now=NOON + timedelta(DAYS - 1)) is None
    assert lease(sampler, now=NOON + timedelta(29), days_between=-5) is None
    second: list[str] = []
    dial_dry(sampler, NOON + timedelta(DAYS), second.extend)
    assert sorted(second) == every_number(GUANGDONG)
    assert first != second


def test_a_pass_in_progress_goes_on_however_long_ago_the_last_one_ended() -> None:
    sampler = settle(GUANGDONG)
    Block.objects.update(passed=NOON.date(), counter=17)
    assert lease(sampler) is not None


@pytest.mark.parametrize(
    ("hour", "prefixes"),
    [(8, []), (9, [GUANGDONG]), (11, [GUANGDONG, TIBET, UNKNOWN]),
     (20, [GUANGDONG, TIBET, UNKNOWN]), (21, [])],
)  # fmt: skip
def test_only_places_whose_hours_it_is_are_leased(hour: int, prefixes: list[NumberBlock]) -> None:
    sampler = settle(GUANGDONG, TIBET, UNKNOWN)
    now = NOON + timedelta(hours=hour - 12)
    found = [held.prefix for _ in range(3) if (held := lease(sampler, now=now))]
    assert sorted(found) == [block.prefix for block in prefixes]
    rest = [held.prefix for _ in range(3) if (held := lease(sampler, now=now, simulated=True))]
    assert len(found) + len(rest) == 3


def test_nothing_is_drawn_only_to_be_refused_at_closing_time() -> None:
    held = lease(settle(GUANGDONG), now=NOON + timedelta(hours=8, minutes=59))
    assert held is not None
    assert draw_numbers(held, 5, now=NOON + timedelta(hours=9)) == ()
    assert Block.objects.get().counter == 0


def test_only_wanted_regions_are_leased() -> None:
    sampler = settle(GUANGDONG, TIBET, UNKNOWN)
    held = lease(sampler, regions=("CN-XZ", "CN-BJ"))
    assert held is not None
    assert held.region == "CN-XZ"
    assert lease(sampler, regions=("CN-XZ",)) is None


@pytest.mark.parametrize("name", ["", "m#1", "m" * 32])
def test_a_machine_has_a_name_that_fits(name: str) -> None:
    with pytest.raises(ValueError, match="a machine's name"):
        lease(settle(GUANGDONG), name)


def test_an_empty_table_gives_nothing_and_a_filled_one_is_noticed() -> None:
    sampler = settle()
    assert lease(sampler) is None
    load_blocks([GUANGDONG])
    assert lease(sampler) is not None
    Block.objects.all().delete()
    assert lease(sampler, now=NOON + LEASE) is None


def test_tallies_add_up_and_teach_the_sampler() -> None:
    many = [NumberBlock(f"{1_380_000 + n}", "CN-GD", "", Zone.EAST) for n in range(300)]
    sampler = settle(*many)
    for n, block in enumerate(many):
        tally_block(block.prefix, dialled=50, live=30, answered=20 if n % 30 == 0 else 0)
    tally_block(many[0].prefix, dialled=50, live=30, answered=20)
    row = Block.objects.get(prefix=many[0].prefix)
    assert (row.dialled, row.live, row.answered) == (100, 60, 40)
    first = [held.prefix for _ in range(10) if (held := lease(sampler, now=NOON))]
    assert sum(int(prefix) % 30 == 0 for prefix in first) >= 5


def test_more_answers_than_calls_are_no_tally() -> None:
    settle(GUANGDONG)
    with pytest.raises(IntegrityError):
        tally_block("1380013", dialled=1, live=1, answered=2)


def test_loading_again_corrects_places_and_keeps_passes_and_tallies() -> None:
    sampler = settle(GUANGDONG)
    held = lease(sampler)
    assert held is not None
    draw_numbers(held, 7, now=NOON)
    tally_block("1380013", dialled=7, live=3, answered=1)
    before = Block.objects.values().get()
    told: list[int] = []
    load_blocks([NumberBlock("1380013", "CN-XJ", "China Unicom", Zone.WEST), TIBET], told.append)
    after = Block.objects.values().get(prefix="1380013")
    assert told == [2]
    assert after == before | {"region": "CN-XJ", "carrier": "China Unicom", "zone": "west"}


def test_a_draw_that_fails_leaves_its_numbers_undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    sampler = settle(GUANGDONG)
    held = lease(sampler)
    assert held is not None

    class PowerCut(BaseException):
        pass

    class Torn(transaction.Atomic):
        def __exit__(self, *_: object) -> None:
            super().__exit__(PowerCut, PowerCut(), None)
            raise PowerCut

    with monkeypatch.context() as patch:
        patch.setattr(blocks.transaction, "atomic", lambda **_: Torn(None, savepoint=False, durable=True))
        with pytest.raises(PowerCut):
            draw_numbers(held, 10, now=NOON)
    drawn = [*draw_numbers(held, 10, now=NOON)]
    return_block(held)
    dial_dry(sampler, NOON, drawn.extend)
    assert sorted(drawn) == every_number(GUANGDONG)


def run_at_once(acts: list[Callable[[], None]]) -> None:
    def run(act: Callable[[], None]) -> None:
        try:
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        for done in [pool.submit(run, act) for act in acts]:
            done.result()


def test_one_lease_shared_by_threads_gives_each_number_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "SLICE", 2_000)
    held = lease(settle(GUANGDONG))
    assert held is not None
    drawn: list[str] = []

    def draw() -> None:
        while numbers := draw_numbers(held, 37, now=NOON):
            drawn.extend(numbers)

    run_at_once([draw] * 4)
    assert len(drawn) == len(set(drawn)) == 2_000


def test_of_many_that_lease_at_once_one_gets_the_block() -> None:
    settle(GUANGDONG)
    for minute in range(0, 40, 4):
        now: datetime = NOON + timedelta(minutes=minute)
        got: list[str] = []

        def take(number: int, now: datetime = now, got: list[str] = got) -> None:
            if held := lease(Sampler(), f"m{number}", now):
                got.append(held.machine)

        run_at_once([lambda n=n: take(n) for n in range(5)])  # type: ignore[misc]
        assert len(got) == 1
