"""Measure call records: appended durably as the dialler does, a day closed, and the funnel over thirty days.

The thirty days are written by DuckDB with the columns, kinds and disorder of closed days; the day that is
appended and closed goes through the spool itself.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from random import Random

from tuidang.phone.records.days import close_days, connect
from tuidang.phone.records.funnel import funnel
from tuidang.phone.records.outcomes import Outcome, Record
from tuidang.phone.records.spool import Spool
from tuidang.privacy.regions import PROVINCES

FIRST = date(2026, 10, 1)
DAYS = 30
FLUSHED = 2_000  # records between two flushes: fifty seconds' worth of a whole fleet's calls
TURNS = 5


def some_records(count: int, rng: Random) -> list[Record]:
    """Invent records about as they will be."""
    outcomes, weights = (
        [Outcome.ANSWERED, Outcome.NO_ANSWER, Outcome.UNALLOCATED, Outcome.BUSY],
        (27, 30, 35, 8),
    )
    return [
        Record(
            day=FIRST + timedelta(DAYS),
            region=rng.choice(PROVINCES).code,
            campaign="autumn",
            trunk=rng.choice(("north", "south")),
            message=rng.choice(("first", "second")),
            plan="first=1 second=1",
            outcome=outcome,
            reason="early media" if outcome is Outcome.UNALLOCATED else "",
            keys=rng.choice(("", "", "", "", "1", "9", "0")) if outcome is Outcome.ANSWERED else "",
            seconds=30 * rng.randrange(8) if outcome is Outcome.ANSWERED else 0,
        )
        for outcome in rng.choices(outcomes, weights, k=count)
    ]


def measure_appending(folder: Path, records: list[Record]) -> tuple[float, float]:
    """Give the seconds to append the records durably, and to close their day."""
    spool = Spool(folder)
    started = time.perf_counter()
    for number, record in enumerate(records, 1):
        spool.add(record)
        if number % FLUSHED == 0:
            spool.flush(record.day)
    spool.close()
    appended = time.perf_counter() - started
    started = time.perf_counter()
    close_days(folder, FIRST + timedelta(DAYS + 1))
    return appended, time.perf_counter() - started


def write_days(folder: Path, records: int) -> int:
    """Write thirty closed days, and give their bytes."""
    codes = ", ".join(f"'{province.code}'" for province in PROVINCES)
    for number in range(DAYS):
        path = folder / f"{FIRST + timedelta(number)}.parquet"
        with connect(shuffling=True) as database:
            database.execute(
                f"""COPY (SELECT DATE '{FIRST + timedelta(number)}' AS day,
                [{codes}][1 + (r % {len(PROVINCES)})::INT] AS region, 'autumn' AS campaign,
                ['north', 'south'][1 + (r // 7 % 2)::INT] AS trunk,
                ['first', 'second'][1 + (r // 11 % 2)::INT] AS message, 'first=1 second=1' AS plan,
                CASE WHEN r % 100 < 27 THEN 'answered' WHEN r % 100 < 57 THEN 'no-answer'
                WHEN r % 100 < 92 THEN 'unallocated' ELSE 'busy' END AS outcome, '' AS reason,
                CASE WHEN r % 100 < 27 THEN ['', '', '', '1', '9', '8', '0'][1 + (r // 100 % 7)::INT]
                ELSE '' END AS keys,
                CASE WHEN r % 100 < 27 THEN 30 * (r // 700 % 8) ELSE 0 END::USMALLINT AS seconds,
                r % 100 < 27 AND r // 5600 % 5 = 0 AS whole, 0::UTINYINT AS people
                FROM (SELECT (random() * 1e9)::BIGINT AS r FROM range({records // DAYS})))
                TO '{path}' (FORMAT parquet, COMPRESSION zstd)"""
            )
    return sum(path.stat().st_size for path in folder.glob("*.parquet"))


def measure(appended: int, counted: int) -> dict[str, float]:
    """Measure everything."""
    build = Path("build")  # on a disk, which /tmp may not be
    build.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=build) as name:
        folder = Path(name)
        size = write_days(folder, counted)
        times = []
        for _ in range(TURNS):
            started = time.perf_counter()
            rows = funnel(folder, ["day", "region", "message"])
            times.append(time.perf_counter() - started)
        assert sum(row.counts["dialled"] for row in rows) == counted // DAYS * DAYS
        seconds, closing = measure_appending(folder, some_records(appended, Random(1)))
        path = folder / f"{FIRST + timedelta(DAYS)}.parquet"
        return {
            "records appended": appended,
            "appended per second": round(appended / seconds),
            "seconds to close their day": round(closing, 2),
            "bytes a record, closed": round(path.stat().st_size / appended, 1),
            "records counted": counted,
            "funnel by day, region, message: seconds, half": round(statistics.median(times), 2),
            "the slowest": round(max(times), 2),
            "bytes a record, counted": round(size / counted, 1),
        }


def main() -> None:
    """Measure as told on the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.records", description=__doc__)
    parser.add_argument("--appended", type=int, default=1_000_000)
    parser.add_argument("--counted", type=int, default=30_000_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = measure(arguments.appended, arguments.counted)
    if arguments.json:
        print(json.dumps(figures))
    else:
        print("\n".join(f"{what}: {figure:,}" for what, figure in figures.items()))


if __name__ == "__main__":
    main()
