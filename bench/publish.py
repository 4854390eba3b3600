"""Measure publication: waiting statements to tree, day file, index, figures and receipts, durable.

The baseline is the database's share alone: the same waiting rows deleted and their receipts inserted, in one
durable transaction of the same SQLite file.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

TODAY = date(2026, 11, 20)
CHUNK = 5_000


def set_up(data: Path) -> None:
    """Make an empty register with an origin of the demonstration, so that the whole pool is drawn."""
    os.environ["TUIDANG_DATA"] = str(data)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tuidang.web.settings"
    from tuidang.privacy.keys import KeyFolder

    KeyFolder(data / "keys").ensure()
    import django

    django.setup()
    from django.core.management import call_command

    from tuidang.register.actions.head import begin_log

    call_command("migrate", verbosity=0)
    begin_log("bench.invalid", TODAY)


def waiting_rows(count: int) -> Iterator[tuple[object, ...]]:
    """Give rows of invented, sealed statements, about as long as people write."""
    from tuidang.privacy.keys import KeyFolder
    from tuidang.privacy.sealing import seal
    from tuidang.register.actions.head import options
    from tuidang.register.rules.content import encode_content
    from tuidang.register.sample import invent

    rng = Random(7)
    key = KeyFolder(options().keys).day_key(TODAY, create=True)
    for number, (_, content) in enumerate(invent(rng, TODAY, count)):
        payload = seal(key, encode_content(replace(content, name=f"{content.name}{number % 977}")))
        yield (
            rng.getrandbits(63),
            TODAY,
            "accepted",
            False,
            "",
            b"",
            payload,
            b"",
            False,
            "",
            rng.randbytes(18),
        )


def fill(rows: Sequence[tuple[object, ...]]) -> None:
    """Put rows into the pool."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            'INSERT INTO register_waiting (id, day, state, slow, reasons, "group", payload, undo, decided,'
            " rejection, receipt_hash) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            rows,
        )


def measure_baseline(rows: Sequence[tuple[object, ...]]) -> float:
    """Give the seconds that deleting the rows and inserting their receipts takes, and nothing else."""
    from django.db import connection, transaction

    fill(rows)
    started = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany("DELETE FROM register_waiting WHERE id = %s", [row[:1] for row in rows])
        cursor.executemany(
            "INSERT INTO register_receipt (hash, leaf, state) VALUES (%s, %s, 'published')",
            [(row[-1], leaf) for leaf, row in enumerate(rows)],
        )
    seconds = time.perf_counter() - started
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM register_receipt")
    return seconds


def measure(count: int) -> dict[str, float]:
    """Publish `count` statements, and report."""
    from tuidang.register.actions.publication import publish

    rows = list(waiting_rows(count))
    baseline = measure_baseline(rows)
    fill(rows)
    del rows
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    published = publish(TODAY)
    seconds = time.perf_counter() - started
    if published.count != count:
        raise SystemExit(f"{published.count} of {count} statements were published")
    return {
        "statements": count,
        "seconds": round(seconds, 2),
        "statements_per_second": round(count / seconds),
        "baseline_seconds": round(baseline, 2),
        "times_the_baseline": round(seconds / baseline, 2),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "memory_before_mb": before // 1024,
    }


def main() -> None:
    """Measure as told on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    build = Path("build")  # on a disk, which /tmp may not be
    build.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=build.resolve()) as data:
        set_up(Path(data))
        figures = measure(arguments.count)
    if arguments.json:
        print(json.dumps(figures))
    else:
        print("\n".join(f"{what.replace('_', ' ')}: {figure:,}" for what, figure in figures.items()))


if __name__ == "__main__":
    main()
