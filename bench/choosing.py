"""Measure choosing the next number: sampler, lease, durable draw, permutation, do-not-call and every rule.

The whole of China's table in SQLite, tallies of a year in every block, and a list of a million who are never
called; one process, and its CPU beside the clock. Each number goes through what a dialler asks before a call.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from bench.platform_in import set_up_platform

NOON = datetime(2026, 11, 28, 4, tzinfo=UTC)
BARE_ROW = 16  # bytes


def prepare(never: int) -> None:
    """Fill a database as it is after a year."""
    from django.core.management import call_command
    from django.db import connection, transaction

    from tuidang.phone.actions.blocks import load_blocks
    from tuidang.phone.actions.never import hash_number, never_keys
    from tuidang.phone.models import random_key
    from tuidang.phone.numbers.blocks import china_blocks

    call_command("migrate", verbosity=0)
    load_blocks(china_blocks())
    dice = Random(1)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT prefix FROM phone_block")
        tallies = []
        for (prefix,) in cursor.fetchall():
            live = dice.choice((0, 300, 500)) * (calls := dice.randrange(1, 24)) // 10
            tallies.append((50 * calls, min(live, 50 * calls), live // 4, prefix))
        cursor.executemany(
            "UPDATE phone_block SET dialled = %s, live = %s, answered = %s WHERE prefix = %s", tallies
        )
        key = never_keys().newest
        asked = dice.sample(range(3 * 10**9, 10**10), never)
        rows = [(random_key(), hash_number(key, f"861{number}")) for number in asked]
        cursor.executemany("INSERT INTO phone_donotcall (id, hash) VALUES (%s, %s)", rows)


def choose(numbers: int) -> dict[str, float]:
    """Choose so many numbers as a dialler does, forty at a time; give the seconds each part took."""
    from tuidang.phone.actions.blocks import draw_numbers, lease_block, return_block, tally_block
    from tuidang.phone.actions.never import is_never
    from tuidang.phone.numbers.sampler import Sampler
    from tuidang.phone.rules import Gate, Refusal, begin_call, end_call, may_call

    parts = dict.fromkeys(
        ("sampler and lease", "durable draw", "do-not-call", "rules", "return and tally"), 0.0
    )
    sampler, chosen, refused = Sampler(), 0, 0
    lease_block("bench", sampler, now=NOON, days_between=90)  # the first lesson is not part of the day's work
    trunk, machine = Gate(10**6, 10**6, 0.0), Gate(10**6, 10**6, 0.0)

    def clock(part: str, since: float) -> float:
        now = time.perf_counter()
        parts[part] += now - since
        return now

    while chosen < numbers:
        at = time.perf_counter()
        lease = lease_block("bench", sampler, now=NOON, days_between=90)
        assert lease is not None
        at = clock("sampler and lease", at)
        drawn: Sequence[str] = draw_numbers(lease, 100, now=NOON)
        at = clock("durable draw", at)
        never = is_never(drawn)
        at = clock("do-not-call", at)
        for number in drawn:
            refusal = may_call(number, lease.zone, now=NOON, is_never=number in never)
            passed = refusal or begin_call(trunk, machine, at=at)
            if isinstance(passed, Refusal):
                refused += 1
                continue
            trunk, machine = end_call(passed[0]), end_call(passed[1])
        at = clock("rules", at)
        return_block(lease)
        tally_block(lease.prefix, dialled=len(drawn), live=0, answered=0)
        clock("return and tally", at)
        chosen += len(drawn)
    return parts | {"numbers": chosen, "refused": refused}


def bare_commits(folder: Path, commits: int) -> float:
    """Give the seconds for as many bare durable commits, of sqlite3 alone: what no program goes below."""
    import sqlite3

    database = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, content BLOB)")
    started = time.perf_counter()
    for _ in range(commits):
        database.execute("INSERT INTO bare (content) VALUES (?)", (os.urandom(BARE_ROW),))
    return time.perf_counter() - started


def main() -> None:
    """Measure, and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m bench.choosing", description=__doc__)
    parser.add_argument("--numbers", type=int, default=50_000)
    parser.add_argument("--never", type=int, default=1_000_000, help="entries of the do-not-call list")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        set_up_platform(Path(folder))
        prepare(options.never)
        cpu = time.process_time()
        parts = choose(options.numbers)
        cpu = time.process_time() - cpu
        numbers, refused = int(parts.pop("numbers")), int(parts.pop("refused"))
        seconds = sum(parts.values())
        figures = {
            "numbers": numbers,
            "numbers a second": round(numbers / seconds),
            "numbers a second of CPU": round(numbers / cpu),
            "refused": refused,
            **{
                f"microseconds a number, {part}": round(1e6 * took / numbers, 1)
                for part, took in parts.items()
            },
            "as many bare commits, microseconds a number": round(
                1e6 * bare_commits(Path(folder), 4 * numbers // 50) / numbers, 1
            ),
        }
    if options.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    main()
