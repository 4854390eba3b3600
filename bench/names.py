"""Measure the built-in advice on names against real statistics: what rare it shows, what it hides needlessly.

People are drawn from the tables in a folder (of the form that NameTable.load reads) and their full names
put before the built-in table. What is rare is judged by the folder's own estimate, surname share times
people of that given name in the region; of a given name it does not list only the product of its
characters is known.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import accumulate
from pathlib import Path
from random import Random

from tuidang.privacy.names import RARE_BELOW, NameKind, NameTable, published_name
from tuidang.privacy.regions import CHINA, PROVINCES

SINGLE_SHARE = 0.25  # of people whose given name has one character


def weighted(shares: dict[str, float], rng: Random) -> Callable[[], str]:
    """Return a drawer of keys by their weights."""
    keys, totals = list(shares), list(accumulate(shares.values()))
    return lambda: rng.choices(keys, cum_weights=totals)[0]


def draw_people(table: NameTable, people: int, rng: Random) -> list[tuple[str, str, str]]:
    """Return (surname, given name, province) of invented people who are distributed as in `table`."""
    lists = table.lists
    provinces = [province.code for province in PROVINCES if province.code.startswith("CN-")]
    counts = {
        (given, code): lists.counted[given].get(code, 0) for given in lists.counted for code in provinces
    }
    listed = sum(lists.given_names.values())
    draw_surname = weighted(dict(lists.surnames), rng)
    draw_character = weighted(dict(lists.characters), rng)
    draw_province = weighted(
        {p.code: float(p.population or 0) for p in PROVINCES if p.code in provinces}, rng
    )
    pairs, totals = list(counts), list(accumulate(counts.values()))

    def draw() -> tuple[str, str, str]:
        if rng.random() < listed:
            given, province = rng.choices(pairs, cum_weights=totals)[0]
            return draw_surname(), given, province
        while True:  # a given name that the list of the commonest does not have
            given = "".join(draw_character() for _ in range(1 if rng.random() < SINGLE_SHARE else 2))
            if given not in lists.given_names:
                return draw_surname(), given, draw_province()

    return [draw() for _ in range(people)]


def judge(
    names: Sequence[tuple[str, str, str]], real: NameTable, advice: NameTable, threshold: int
) -> dict[str, float]:
    """Return shares of people: what `advice` shows or hides of their names, against what `real` knows."""
    seen: Counter[str] = Counter()
    for surname, given, region in names:
        name = surname + given
        rare = real.estimate(name, region).is_rare(threshold)
        hidden = published_name(name, region, advice, threshold) != name
        seen[f"{'rare' if rare else 'common'}, {'hidden' if hidden else 'shown'}"] += 1
        seen["surname known"] += surname in advice.lexicon.surnames
        seen["given name known"] += given in advice.lists.given_names
        seen["read as a full name"] += advice.estimate(name, region).kind is NameKind.FULL
    return {what: count / len(names) for what, count in sorted(seen.items())}


def main() -> None:
    """Print one row a figure, for provinces and for the whole country."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="tables of names, as NameTable.load reads them")
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--threshold", type=int, default=RARE_BELOW)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    real, advice = NameTable.load(options.folder), NameTable.default()
    by_province = draw_people(real, options.people, Random(1))
    whole = [(surname, given, CHINA) for surname, given, _ in by_province]
    figures = {
        "by province": judge(by_province, real, advice, options.threshold),
        "whole country": judge(whole, real, advice, options.threshold),
    }
    if options.json:
        print(json.dumps(figures, ensure_ascii=False))
        return
    for where, rows in figures.items():
        for what, share in rows.items():
            print(f"{where:14} {what:22} {share:8.3%}")


if __name__ == "__main__":
    main()
