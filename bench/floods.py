"""Measure what a flood does to honest callers, with the rules against floods and without.

The rules are the hotline's own (`tuidang.phone.floods`); people and attackers are in `flood_cast.py`, the
line in `flood_line.py`. Every honest person calls in each run at the same time with the same patience.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from multiprocessing import Pool
from random import Random

from bench.flood_cast import ATTACKS, DAY_TEAM, NIGHT_TEAM, Attack, Town, honest_people
from bench.flood_line import Line, Told
from bench.flood_queue import QuickQueue, Waiting

RUNS = 6  # of six hours of flood each
MORE_VOLUNTEERS = replace(DAY_TEAM, name="15 volunteers, the same people", desks=15)
TWICE_AS_CLUMSY = replace(DAY_TEAM, name="the same, failing the challenge twice as often", clumsy=2.0)


def run(
    town: Town,
    attack: Attack | None,
    seed: int,
    *,
    rules: bool,
    queue: Callable[[int], Waiting] = QuickQueue,
) -> Told:
    """Play one quiet hour and six of flood."""
    people = honest_people(town, Random(seed))
    return Line(town, people, attack, Random(seed + 1), rules=rules, queue=queue).play()


@lru_cache
def calm(town: Town, runs: int) -> Told:
    """Play the same people without a flood."""
    return Told.together([run(town, None, seed, rules=True) for seed in range(runs)])


def measure(town: Town, attack: Attack | None, runs: int = RUNS) -> dict[str, object]:
    """Give a row: what the flood does with the rules, beside no flood, and beside no rules."""
    without = calm(town, runs)
    ruled = Told.together([run(town, attack, seed, rules=True) for seed in range(runs)])
    bare = Told.together([run(town, attack, seed, rules=False) for seed in range(runs)])
    return {
        "town": town.name,
        "attacker": attack.name if attack else "nobody",
        "people": ruled.people.total(),
        "reach a person, % of without flood": _share(ruled.reached.total(), without.reached.total()),
        "old": _share(ruled.reached["elderly"], without.reached["elderly"]),
        "withheld": _share(ruled.reached["withheld"], without.reached["withheld"]),
        "without rules": _share(bare.reached.total(), without.reached.total()),
        "honest calls blocked, %": _share(ruled.turned_first, ruled.calls_first),
        "of frequent callers": _share(ruled.turned, ruled.calls),
        "challenged, %": _share(ruled.challenged, ruled.calls_first),
        "wait, s": f"{ruled.wait:.0f}",
        "95 %": f"{ruled.wait_95:.0f}",
        "without flood": f"{without.wait:.0f}; {without.wait_95:.0f}",
        "hostile calls answered, a volunteer and hour": round(ruled.hostile_answered, 1),
        "without rules ": round(bare.hostile_answered, 1),
    }


def _share(part: int, of: int) -> float:
    return round(100 * part / max(1, of), 1)


def rows(runs: int) -> Sequence[tuple[Town, Attack | None, int]]:
    """List what is measured."""
    by_name = {attack.name: attack for attack in ATTACKS}
    machines = by_name["a number for each call, three in ten pass"]
    silent = by_name["a number for each call, never pressing a key"]
    hired = by_name["20 people hired, each with a telephone"]
    few, reader = (
        by_name["5 people hired, a number for each call"],
        by_name["has read the rules, 500 an hour"],
    )
    slow = by_name["slow: 40 an hour that talk"]
    day: list[tuple[Town, Attack | None, int]] = [(DAY_TEAM, attack, runs) for attack in (None, *ATTACKS)]
    night = [(NIGHT_TEAM, attack, 3 * runs) for attack in (None, silent, machines, hired)]
    more = [(MORE_VOLUNTEERS, attack, runs) for attack in (slow, few, reader)]
    return [*day, *night, *more, (TWICE_AS_CLUMSY, machines, runs)]


def main() -> None:
    """Print the table, as rows or as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--runs", type=int, default=RUNS)
    options = parser.parse_args()
    with Pool(2) as pool:
        measured = pool.starmap(measure, rows(options.runs), chunksize=1)
    if options.json:
        print(json.dumps(measured))
        return
    for row in measured:
        print("  ".join(f"{k}: {v}" for k, v in row.items()))


if __name__ == "__main__":
    main()
