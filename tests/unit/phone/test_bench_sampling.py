"""The figure the sampler was built for: at least twice the answered share of uniform for the same calls."""

from __future__ import annotations

from bench.sampling import COUNTRIES, Pace, World, thompson, uniform

from tuidang.phone.numbers.blocks import china_blocks

CALLS = 300_000


def test_the_sampler_reaches_twice_as_many_people_as_chance_with_the_same_calls() -> None:
    table, reached = china_blocks(), []
    for strategy in (uniform, thompson):
        world = World(table, COUNTRIES[0], Pace(covers=50, rounds=1_000), seed=7)
        strategy(world, CALLS)
        assert world.dialled.sum() == CALLS
        assert (world.dialled >= world.answered).all()
        reached.append(int(world.answered.sum()))
    by_chance, chosen = reached
    assert chosen >= 2 * by_chance
