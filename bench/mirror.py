"""Measure a mirror of a million statements: made, brought up to date, checked, passed on; and its size.

The register is written by our own code, a month at a time, into a folder of its own that is kept; then a
day passes, on which as many are published as on every day before, and one is erased.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from random import Random

from bench.long_register import invent
from bench.platform_in import set_up_platform

FOLDER = Path(__file__).parents[1] / "build/bench-mirror"
FIRST = date(2025, 4, 1)
MONTHS = 20


def main() -> None:
    """Measure, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the register and its mirrors lie")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    chosen = parser.parse_args()
    found = measure(chosen.folder, chosen.statements)
    print(
        json.dumps(found) if chosen.json else "\n".join(f"{name}: {value}" for name, value in found.items())
    )


def measure(folder: Path, statements: int) -> dict[str, object]:
    """Write the register unless it is there, and measure what is done with its mirror."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["TUIDANG_PHONE"] = "no"
    set_up_platform(folder / "var")
    began = time.perf_counter()
    a_day = statements // (MONTHS * 30)
    begin(statements)
    found: dict[str, object] = {"statements": statements, "register written, s": since(began)}
    # What follows is counted in seconds of processors, for the work is that of commands of their own.
    mirror, copy = folder / "mirror", folder / "copy"
    key = str(folder / "var/log/vkey")
    made, found["made, CPU s"] = run("build", str(mirror))
    found |= {"pages": made["pages"], "files": made["files"]}
    _, found["made again with nothing new, CPU s"] = run("build", str(mirror))
    _, found["passed on to an empty folder, CPU s"] = run("sync", str(mirror), str(copy), "--key", key)
    pass_a_day(a_day)
    made, found["brought up to date after a day, CPU s"] = run("build", str(mirror))
    found["pages written for the day"] = made["written"]
    checked, found["checked, CPU s"] = run("verify", str(mirror), "--key", key)
    if not checked["sound"]:
        raise SystemExit(f"the mirror is not sound: {checked['problems'][:3]}")
    synced, found["passed on after a day, CPU s"] = run("sync", str(mirror), str(copy))
    found["files fetched for the day"] = synced["fetched"]
    found["memory of the largest command, MB"] = (
        resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    )
    return found | sizes(mirror)


def begin(statements: int) -> None:
    """Publish so many invented statements, spread over the days of the months, unless they are there."""
    from tuidang.register.actions.head import begin_log, open_log
    from tuidang.register.models import Head
    from tuidang.web import house

    house.prepare()
    if not Head.objects.exists():
        begin_log("bench-mirror.invalid", FIRST)
        from tuidang.base.clock import utc_now
        from tuidang.library.sample import stock_sample

        stock_sample(utc_now())
    done = open_log().tree.size // (statements // MONTHS)
    for month in range(done, MONTHS):
        publish(Random(month), FIRST + timedelta(days=30 * month), 30, statements // MONTHS)
        print(f"\rwriting {statements:,} statements: {100 * (month + 1) // MONTHS}%", end="", file=sys.stderr)
    print(file=sys.stderr)


def publish(rng: Random, first: date, days: int, count: int) -> None:
    """Publish invented statements on days from the first on."""
    from tuidang.register.actions.head import append_batch, only_writer, open_log
    from tuidang.register.rules.publication import build_batch

    with only_writer():
        log = open_log()
        dated = [(first + timedelta(days=days * number // count), invent(rng)) for number in range(count)]
        append_batch(log, build_batch(log.tree.size, dated), lambda: None, published=dated[-1][0])


def pass_a_day(count: int) -> None:
    """Let a day pass: so many are published, and one is erased."""
    from tuidang.register.actions.erasure import apply_erasures
    from tuidang.register.actions.head import open_log
    from tuidang.register.models import Erasure

    log = open_log()
    today = (log.published or FIRST) + timedelta(days=1)
    Erasure.objects.create(leaf=log.tree.size - 100, by="owner", state="consented", day=today)
    publish(Random(log.tree.size), today, 1, count)
    apply_erasures(today)


def run(*arguments: str) -> tuple[dict[str, object], float]:
    """Run a command on mirrors; give what it says, and its seconds of processors."""
    before = cpu()
    command = [sys.executable, "-m", "tuidang", "mirror", *arguments, "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout), round(cpu() - before, 1)


def cpu() -> float:
    """Give the seconds that commands have kept processors busy, whatever others did meanwhile."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def sizes(folder: Path) -> dict[str, object]:
    """Add up the bytes of a mirror, by what they are."""
    bytes_of: Counter[str] = Counter()
    for path in folder.rglob("*"):
        if path.is_file():
            top, _, rest = path.relative_to(folder).as_posix().partition("/")
            bytes_of[f"log/{rest.partition('/')[0]}" if top == "log" else top] += path.stat().st_size
    log = {what: count for what, count in bytes_of.items() if what.startswith("log/")}
    pages = sum(count for what, count in bytes_of.items() if what in {"zh-hans", "zh-hant", "en"})
    return {
        "in all, MB": round(bytes_of.total() / 1e6),
        "tiles and leaves, MB": round(log.get("log/tile", 0) / 1e6),
        "statements, MB": round(log.get("log/statements", 0) / 1e6),
        "index, MB": round(log.get("log/index", 0) / 1e6),
        "pages in three languages, MB": round(pages / 1e6),
    }


def since(began: float) -> float:
    """Give the seconds since then."""
    return round(time.perf_counter() - began, 1)


if __name__ == "__main__":
    main()
