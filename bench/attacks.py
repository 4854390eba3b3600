"""Simulate two attacks on the pool: joining a watched connection with a publication, and filling the pool.

The draw and the merging of thin regions are the register's own functions; only the people are invented.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from tuidang.privacy.regions import REGIONS
from tuidang.register.rules.publication import REAL, Candidate, PoolRules, draw, thin_regions

DAYS = 60
Merged = dict[int, frozenset[str]]  # day → provinces shown as CN only
AT_ONCE = PoolRules(chance=1.0, region_floor=1)
START = date(2026, 1, 1)


@dataclass(frozen=True)
class Posted:
    """A statement of the simulation: when it came, when it was published, and where it says it is from."""

    intake: int
    published: int
    region: str
    shown: str


def post(
    a_day: int, rules: PoolRules, rng: Random, forged: dict[str, int] | None = None
) -> tuple[list[Posted], Merged]:
    """Run the register for DAYS days with `a_day` honest statements; forged ones are drawn beside them.

    People post from provinces by their population. Forged statements (region → a day) are left out of the
    answer: whoever made them knows them.
    """
    provinces = [r for r in REGIONS.values() if r.code.startswith("CN-") and r.population]
    weights = [r.population or 0 for r in provinces]
    pool: dict[int, tuple[Candidate, str, bool]] = {}
    out: list[Posted] = []
    merged: Merged = {}
    for n in range(DAYS + rules.longest_wait + 1):
        today = START + timedelta(days=n)
        arrivals: list[tuple[str, bool]] = []
        if n < DAYS:
            arrivals += [(r.code, True) for r in rng.choices(provinces, weights, k=a_day)]
        arrivals += [(region, False) for region, count in (forged or {}).items() for _ in range(count)]
        for region, honest in arrivals:
            key = rng.getrandbits(62)
            pool[key] = (Candidate(key, today, slow=False, size=1), region, honest)
        drawn = draw((row[0] for row in pool.values()), today, rules)
        batch = [pool.pop(candidate.id) for candidate in drawn]
        thin = merged[n] = thin_regions(Counter(region for _, region, _ in batch), rules.region_floor)
        out += [
            Posted((c.day - START).days, n, region, "CN" if region in thin else region)
            for c, region, honest in batch
            if honest
        ]
    return out, merged


def guess(posted: list[Posted], merged: Merged, rules: PoolRules, region: str = "") -> tuple[float, float]:
    """Give the watcher's share of right guesses, and the median number of statements one is hidden among.

    He saw a person's connection on a day, knows the province and the rules, and names the statement most
    likely to be that person's. Each statement of a day is weighed by the chance of such a delay. With
    a region, only people there are asked after.
    """
    by_day: dict[tuple[int, str], int] = defaultdict(int)
    for p in posted:
        by_day[p.published, p.shown] += 1
    right = 0.0
    hidden: list[float] = []
    middle = [p for p in posted if 5 <= p.intake < DAYS - rules.longest_wait and region in {"", p.region}]
    for p in middle:
        days = range(p.intake, p.intake + rules.longest_wait + 1)
        # On one day a province is shown for all its statements of the batch, or for none.
        groups = [(d, "CN" if p.region in merged[d] else p.region) for d in days]
        weights = [(_chance(d - p.intake, rules), by_day[d, shown]) for d, shown in groups]
        total = sum(w * c for w, c in weights)
        best = max(w for w, c in weights if c)
        own = _chance(p.published - p.intake, rules)
        ties = sum(c for w, c in weights if w == best)
        right += (1 / ties) if math.isclose(own, best) else 0
        entropy = -sum(c * (w / total) * math.log2(w / total) for w, c in weights if w)
        hidden.append(2**entropy)
    hidden.sort()
    return right / len(middle), hidden[len(hidden) // 2]


def _chance(wait: int, rules: PoolRules) -> float:
    left = (1 - rules.chance) ** wait
    return left if wait == rules.longest_wait else left * rules.chance


def main() -> None:
    """Print both simulations, as rows or as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = []
    for a_day in (50, 500, 5000):
        for name, rules in (("published the same day", AT_ONCE), ("the pool", REAL)):
            share, among = guess(*post(a_day, rules, Random(a_day)), rules)
            rows.append({"attack": "timing", "statements a day": a_day, "rules": name,
                         "right guesses": round(share, 4), "hidden among": round(among, 1)})  # fmt: skip
    quiet = "CN-XZ"  # the province with the fewest people
    for forged in (0, 10, 100, 1000):
        posted, merged = post(500, REAL, Random(7), {quiet: forged})
        honest = [p for p in posted if p.region == quiet]
        share, among = guess(posted, merged, REAL, quiet)
        shown = sum(p.shown == quiet for p in honest) / max(1, len(honest))
        rows.append({"attack": "pool filling", "forged a day": forged, "honest of the region": len(honest),
                     "region shown": round(shown, 3), "right guesses": round(share, 4),
                     "hidden among": round(among, 1)})  # fmt: skip
    print(
        json.dumps(rows)
        if options.json
        else "\n".join("  ".join(f"{k}: {v}" for k, v in r.items()) for r in rows)
    )


if __name__ == "__main__":
    main()
