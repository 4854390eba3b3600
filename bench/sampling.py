"""Compare ways to choose blocks on a simulated country: which of them reaches people with the same calls.

What is assumed of the country is `Country` below and stands in docs/explanation/numbers.md; prefixes, places
and carriers are China's real ones. Thompson is the sampler of the dialler itself.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tuidang.phone.numbers.blocks import NumberBlock, china_blocks
from tuidang.phone.numbers.permutation import NUMBERS
from tuidang.phone.numbers.sampler import SLICE, Sampler

LEARNT_EVERY = 2_400  # calls: a minute of the dialler, forty a second

Counts = npt.NDArray[np.int64]
Shares = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Country:
    """What is assumed of a country: how many blocks are dead, and who answers in the others."""

    name: str
    idle_prefixes: float  # share of four-digit prefixes that are hardly used
    dead_in_idle: float  # share of their blocks that are dead
    dead: float  # the same elsewhere
    live: float  # mean share of numbers in service in a block that is not dead
    live_weight: float  # how alike blocks are in that: a + b of the beta distribution
    answers: float  # share of calls to a live number that are answered
    spread: float  # of that between carriers and provinces, and again between blocks: sigma of its logarithm


COUNTRIES = (
    Country("as assumed", 0.25, 0.95, 0.25, 0.59, 4.0, 0.27, 0.2),
    Country("blocks more alike", 0.10, 0.90, 0.15, 0.43, 12.0, 0.27, 0.1),
    Country("dead blocks anywhere", 0.0, 0.0, 0.43, 0.59, 4.0, 0.27, 0.2),
)


@dataclass(frozen=True)
class Pace:
    """How many numbers a lease covers, and how often what came of them is learnt, at most."""

    covers: int
    rounds: int  # a long run learns more rarely than the dialler, and does no better for it

    def leases(self, calls: int) -> list[int]:
        """Split calls into rounds of leases."""
        total = calls // self.covers
        at_once = max(1, LEARNT_EVERY // self.covers, total // self.rounds)
        return [min(at_once, total - done) for done in range(0, total, at_once)]


class World:
    """A country drawn by its assumptions, and what a strategy has called of it so far."""

    def __init__(self, blocks: tuple[NumberBlock, ...], country: Country, pace: Pace, seed: int) -> None:
        self.pace = pace
        rng = self.rng = np.random.default_rng(seed)
        self.prefixes: Counts = np.array([int(block.prefix) for block in blocks])
        size = len(blocks)
        _, group = np.unique(self.prefixes // 1000, return_inverse=True)
        idle = rng.random(group.max() + 1) < country.idle_prefixes
        dead = rng.random(size) < np.where(idle[group], country.dead_in_idle, country.dead)
        weight = country.live_weight
        share = rng.beta(country.live * weight, (1 - country.live) * weight, size)
        self.live: Counts = rng.binomial(NUMBERS, np.where(dead, 0, share))
        owners = np.array([block.carrier + block.region for block in blocks])
        _, owner = np.unique(owners, return_inverse=True)
        sigma = country.spread
        factor = np.exp(rng.normal(0, sigma, owner.max() + 1)[owner] + rng.normal(0, sigma, size) - sigma**2)
        self.answers: Shares = np.minimum(0.9, country.answers * factor)
        self.left: Counts = np.full(size, NUMBERS)
        self.live_left = self.live.copy()
        self.dialled: Counts = np.zeros(size, np.int64)
        self.answered: Counts = np.zeros(size, np.int64)

    def call(self, places: Counts, numbers: int = 0) -> Counts:
        """Call so many numbers of each of these blocks, a lease if none is said; give how many were live."""
        count = np.minimum(numbers or self.pace.covers, self.left[places])
        live = self.rng.hypergeometric(self.live_left[places], (self.left - self.live_left)[places], count)
        answered = self.rng.binomial(live, self.answers[places])
        self.left[places] -= count
        self.live_left[places] -= live
        self.dialled[places] += count
        self.answered[places] += answered
        return live


Strategy = Callable[[World, int], None]


def uniform(world: World, calls: int) -> None:
    """Lease blocks at random."""
    for count in world.pace.leases(calls):
        open_blocks = np.flatnonzero(world.left)
        world.call(world.rng.choice(open_blocks, min(count, len(open_blocks)), replace=False))


def greedy(world: World, calls: int) -> None:
    """Lease the blocks that look best, an untried one as good as all calls together, and never at random."""
    for count in world.pace.leases(calls):
        mean = (world.answered.sum() + 8) / (world.dialled.sum() + 100)
        looks = (world.answered + 5 * mean) / (world.dialled + 5) + world.rng.uniform(
            0, 1e-9, len(world.left)
        )
        looks[world.left == 0] = -1
        world.call(np.argpartition(looks, -count)[-count:])


def mitofsky_waksberg(world: World, calls: int) -> None:
    """Call one number of a random block, and a slice more if that one is live (Waksberg, JASA 73, 1978)."""
    while world.dialled.sum() < calls:
        open_blocks = np.flatnonzero(world.left)
        tried = world.rng.choice(open_blocks, min(LEARNT_EVERY, len(open_blocks)), replace=False)
        live = world.call(tried, 1)
        world.call(tried[live > 0])


def thompson(world: World, calls: int) -> None:
    """Lease as the dialler does."""
    sampler = Sampler(seed=1)
    names = [str(prefix) for prefix in world.prefixes]
    sampler.place_blocks(names, [""] * len(names), [""] * len(names))
    for count in world.pace.leases(calls):
        tried = np.flatnonzero(world.dialled)
        columns = (world.prefixes, world.dialled, world.answered, world.left == 0)
        sampler.learn(np.column_stack([column[tried] for column in columns]).astype(np.int64))
        world.call(np.array(sampler.sample(world.left > 0, count)))


STRATEGIES: dict[str, Strategy] = {
    "uniform": uniform,
    "greedy": greedy,
    "Mitofsky-Waksberg": mitofsky_waksberg,
    "Thompson with floor": thompson,
}


def compare(calls: tuple[int, ...], countries: tuple[Country, ...], pace: Pace) -> list[dict[str, object]]:
    """Let every strategy make the same calls in the same countries."""
    blocks = china_blocks()
    rows = []
    for country in countries:
        for number in calls:
            base = 0.0
            for name, strategy in STRATEGIES.items():
                world = World(blocks, country, pace, seed=7)
                started = time.perf_counter()
                strategy(world, number)
                share = float(world.answered.sum() / world.dialled.sum())
                base = base or share
                rows.append(
                    {
                        "country": country.name,
                        "calls": number,
                        "way": name,
                        "answered": f"{share:.2%}",
                        "times uniform": round(share / base, 2),
                        "blocks tried": f"{np.count_nonzero(world.dialled) / len(blocks):.0%}",
                        "seconds": round(time.perf_counter() - started, 1),
                    }
                )
    return rows


def main() -> None:
    """Print one row for each country, number of calls and way to choose."""
    parser = argparse.ArgumentParser(prog="python -m bench.sampling", description=__doc__)
    parser.add_argument("--calls", type=int, nargs="+", default=[1_000_000, 30_000_000])
    parser.add_argument("--slice", type=int, default=SLICE, help="numbers that one lease covers")
    parser.add_argument("--rounds", type=int, default=1_000, help="how often is learnt, at most")
    parser.add_argument("--country", choices=[c.name for c in COUNTRIES], help="all when none is named")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    chosen = tuple(c for c in COUNTRIES if options.country in {None, c.name})
    rows = compare(tuple(options.calls), chosen, Pace(options.slice, options.rounds))
    if options.json:
        print(json.dumps(rows))
        return
    for row in rows:
        print("  ".join(f"{name}: {value}" for name, value in row.items()))


if __name__ == "__main__":
    main()
