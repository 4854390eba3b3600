"""Simulate what screening holds: honest people beside forgers, some of whom have read the rules.

The words, the folding of letters and the bounds are the register's own; the people are invented, and the
shares of what they write are assumptions (`bench.screening_people.ASSUMED`). *Held* is what screening holds
on the day; what a reviewer makes of it, and what is taken out of the count later, is not simulated. For a
forger held is caught. For an honest person it is harm: he waits for a reviewer, fourteen days at most, and is
published without his words if nobody decides. Beside the rules as they are stand two others: *one bound
everywhere* (as it was: who names no province has the bound of a province) and *nearly alike too* (tried and
not taken: texts of more than forty letters are counted by pairs of the smallest keyed hashes of their
four-letter pieces as well). The intervals take statements as independent; those of a village are not, and
theirs should be read as wider.

A share that is held says how a forger fares who does not know the rules. It says nothing of one who has read
them: he is in the rows that say so, and is not caught.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from hashlib import blake2b
from random import Random

from bench.screening_people import ASSUMED, FORGERS, Sent, honest_day
from tuidang.register.folder.canaries import wilson
from tuidang.register.rules.content import Channel, Content
from tuidang.register.rules.screening import DEFAULT_RULES, bare_letters, is_flood, screen_words

SLOW = "slowly, 90 a day of one text"
SLOW_DAYS = 5  # of weeks that are all alike
_NARROW = replace(DEFAULT_RULES, everywhere=1)
_KEY = b"the key of a day, of 32 bytes..."
_BINS, _GRAM = 8, 4
RULES = ("as it is", "one bound everywhere", "nearly alike too")

Held = dict[str, Counter[str]]  # by rules, then by kind


@lru_cache(1 << 19)
def _letters(text: str) -> tuple[str, bool]:
    letters = bare_letters(text)
    content = Content("金福", ("league",), "", "", text, "zh-hans", Channel.WEB)
    return letters, bool(screen_words(content, letters))


@lru_cache(1 << 17)
def _nearly(letters: str) -> tuple[tuple[int, bytes], ...]:
    """Give four fingerprints of a long text; nearly equal texts share some (one-permutation MinHash)."""
    if len(letters) <= DEFAULT_RULES.short:
        return ()
    least = [b"\xff" * 8] * _BINS
    for at in range(len(letters) - _GRAM + 1):
        found = blake2b(letters[at : at + _GRAM].encode(), digest_size=8, key=_KEY).digest()
        least[found[0] % _BINS] = min(least[found[0] % _BINS], found)
    return tuple((n, least[n] + least[n + 1]) for n in range(0, _BINS, 2))


def day(arriving: list[Sent]) -> tuple[Counter[str], Held]:
    """Screen a day's statements in their order; give how many of each kind came, and how many were held."""
    sent: Counter[str] = Counter()
    held: Held = {rules: Counter() for rules in RULES}
    seen: Counter[tuple[str, object]] = Counter()
    for one in arriving:
        sent[one.kind] += 1
        letters, spoken = _letters(one.text)
        flood = narrow = near = False
        if letters:
            seen[one.region, letters] += 1
            times = seen[one.region, letters]
            flood, narrow = (is_flood(letters, one.region, times, by) for by in (DEFAULT_RULES, _NARROW))
            for mark in _nearly(letters):
                seen[one.region, mark] += 1
                near |= is_flood(letters, one.region, seen[one.region, mark])
        held["as it is"][one.kind] += spoken or flood
        held["one bound everywhere"][one.kind] += spoken or narrow
        held["nearly alike too"][one.kind] += spoken or flood or near
    return sent, held


def run(a_day: int, forged: Mapping[str, int], days: int, rng: Random) -> tuple[Counter[str], Held]:
    """Screen some days on which honest people and forgers come mixed."""
    sent: Counter[str] = Counter()
    held: Held = {rules: Counter() for rules in RULES}
    for number in range(days):
        arriving = list(honest_day(rng, a_day))
        for kind, count in forged.items():
            arriving += FORGERS[kind](rng, number, count)
        rng.shuffle(arriving)
        came, caught = day(arriving)
        sent += came
        for rules in RULES:
            held[rules].update(caught[rules])
    return sent, held


def row(who: str, beside: str, sent: int, held: list[int]) -> dict[str, object]:
    """Give a row of the table: shares in percent, the first with its interval of 95%."""
    low, high = wilson(held[0], sent)
    return {
        "who": who,
        "beside": beside,
        "statements": sent,
        "held, %": f"{100 * held[0] / sent:.2f} ({100 * low:.2f} to {100 * high:.2f})",
        "one bound everywhere": f"{100 * held[1] / sent:.2f}",
        "nearly alike too": f"{100 * held[2] / sent:.2f}",
    }


def _spaced(count: int) -> str:
    return f"{count:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def measure(sizes: list[int], forged: int, days: int, seed: int) -> list[dict[str, object]]:
    """Give the whole table."""
    rng = Random(seed)
    rows = []
    for a_day in sizes:
        sent, held = run(a_day, {}, days, rng)
        beside = f"nobody, {_spaced(a_day)} a day"
        rows += [
            row(f"honest: {kind}", beside, sent[kind], [held[by][kind] for by in RULES])
            for kind in ASSUMED
            if sent[kind]
        ]
    for kind in FORGERS:
        beside = f"{_spaced(sizes[0])} honest a day"
        sent, held = run(sizes[0], {kind: forged}, SLOW_DAYS if kind == SLOW else 1, rng)
        rows.append(row(f"forger: {kind}", beside, sent[kind], [held[by][kind] for by in RULES]))
        honest = sum(sent[one] for one in ASSUMED)
        hurt = [sum(held[by][one] for one in ASSUMED) for by in RULES]
        rows.append(row("all honest ones", f"that forger, {_spaced(forged)} a day", honest, hurt))
    return rows


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[50_000, 200_000], help="honest statements a day"
    )
    parser.add_argument("--forged", type=int, default=10_000, help="of each forger, a day")
    parser.add_argument("--days", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    rows = measure(asked.sizes, asked.forged, asked.days, asked.seed)
    if asked.json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    for one in rows:
        print("  ".join(str(value) for value in one.values()))


if __name__ == "__main__":
    main()
