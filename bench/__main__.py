"""Run every benchmark one after another, and write docs/reference/performance.md from what they measured."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/reference/performance.md"
RESULTS = ROOT / "build/bench"


@dataclass(frozen=True)
class Bench:
    """One benchmark, the file of the same name, and what the project set itself."""

    name: str
    title: str
    target: str
    arguments: tuple[str, ...] = ()


BENCHES = (
    Bench(
        "log",
        "The log: append and verify a million leaves",
        "append ≥ 0.6 of bare hashing and writing; verify on both cores ≥ 1.2 times Go on one; < 500 MB",
    ),
    Bench("publish", "Publication of 100,000 waiting statements", "≥ 10,000 statements/s; < 500 MB"),
    Bench("intake", "Statements over HTTP, durable, 8 clients", "≥ 0.5 of a view with one durable INSERT"),
    Bench(
        "field",
        "The field app on a slow phone (processor six times slower) and a slow line (250 kbit/s, 300 ms)",
        "≤ 60 KB in all, compressed; 2,000 entries from fifty phones all kept, each once",
    ),
    Bench(
        "lookups",
        "Look-ups through HTTP over 10,000,000 statements in 240 files",
        "p99 ≤ 20 ms each, warm; the first run builds the register (4 GB, half an hour)",
    ),
    Bench(
        "mirror",
        "A mirror of a register of 1,000,000 statements, 20,000 of them with pages",
        "brought up to date after a day in a tenth of the time in which it is made; < 1 GB of memory",
    ),
    Bench(
        "screening",
        "What screening holds of forgers and of honest people, simulated with invented people",
        "without an attack ≤ 0.5% of honest templates held; of one text 10,000 times from a province ≥ 95%; "
        "of a forger who has read the rules nothing is promised",
    ),
    Bench(
        "calls",
        "People to whom a message plays at once, SIPp on the same machine",
        "by ARI ≥ 0.9 of plain call files in the same run; jitter p99 ≤ 30 ms",
        ("--calls", "800"),
    ),
    Bench(
        "dialling",
        "Setting up short calls, with Asterisk and SIPp on the same machine",
        "≥ 150 calls/s, none lost; the controller ≤ 4 ms of CPU a call",
    ),
    Bench(
        "outcomes",
        "What became of a call, compared with the simulated carrier's truth",
        "every kind of people right, but those that no rule can tell, which are named",
    ),
    Bench("records", "Call records", "≥ 100,000/s appended; the funnel over 30,000,000 records ≤ 2 s"),
    Bench(
        "year", "A year's campaign of 0.6 billion calls, simulated", "in minutes, with its assumptions stated"
    ),
    Bench(
        "choosing",
        "Choosing the next number, of 521,600 blocks and beside 1,000,000 who are never called",
        "≥ 2,000/s a core (the need is 40)",
    ),
    Bench(
        "floods",
        "Floods on the hotline, simulated; what is assumed is in docs/explanation/floods.md",
        "honest callers reach a person ≥ 99% as often as without the flood; where not, it is said there",
    ),
    Bench(
        "editions",
        "Editions of the library: the sample, and a book of 108,000 characters in both scripts",
        "one changed chapter in at most half of what all takes; unchanged in a twentieth; < 500 MB",
    ),
    Bench(
        "sampling",
        "Choosing blocks in a simulated country",
        "Thompson with floor reaches at least twice the answered share of uniform for the same calls",
    ),
    Bench(
        "giving",
        "The book of gifts: durable entries, receipts, notices of providers",
        "≥ 0.1 of bare rows in a book of 20,000 entries, some twenty years (the need is a few a minute)",
    ),
)

PREFACE = """# Performance

Written by `make bench`. Each figure that matters is a ratio of two things measured side by side in one run,
because absolute figures drift with the machine. Nothing in the tests is timed.

Machine: {machine}. Run on {day}.
"""


def main() -> None:
    """Run the benchmarks that are named, or all, and write the page from all results that are there."""
    names = [bench.name for bench in BENCHES]
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*names, []], help="all when none is named")
    named = parser.parse_args().names or names
    chosen = [bench for bench in BENCHES if bench.name in named]
    RESULTS.mkdir(parents=True, exist_ok=True)
    for number, bench in enumerate(chosen, 1):
        print(f"[{number}/{len(chosen)}] {bench.name} …", flush=True)
        command = [sys.executable, "-m", f"bench.{bench.name}", "--json", *bench.arguments]
        run = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        result = {
            "day": datetime.now(UTC).date().isoformat(),
            "machine": machine(),
            "figures": json.loads(run.stdout),
        }
        (RESULTS / f"{bench.name}.json").write_text(json.dumps(result))
    PAGE.write_text(page(), encoding="utf-8")
    print(f"Written: {PAGE.relative_to(ROOT)}")


def machine() -> str:
    """Describe the machine by what makes figures differ, and by nothing that names it."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 30
    model = next(
        (line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
         if line.startswith("model name")), platform.machine(),
    )  # fmt: skip
    return f"{os.cpu_count()} shared cores ({model}), {memory} GB, Python {platform.python_version()}"


def page() -> str:
    """Write the page from the newest result of each benchmark."""
    parts = []
    last: dict[str, str] = {"day": "never", "machine": "none"}
    for bench in BENCHES:
        file = RESULTS / f"{bench.name}.json"
        if not file.exists():
            continue
        last = json.loads(file.read_text())
        command = " ".join([f"python -m bench.{bench.name}", *bench.arguments])
        head = f"## {bench.title}\n\n`{command}`. To reach: {bench.target}.\n"
        parts.append(f"{head}\n{table(last['figures'])}")
    return "\n".join([PREFACE.format(**last), *parts])


def table(figures: object) -> str:
    """Lay out what a benchmark printed: a list of rows as columns, anything else as names and values."""
    rows = figures if isinstance(figures, list) else [{"what": k, "measured": v} for k, v in flat(figures)]
    columns = list(dict.fromkeys(key for row in rows for key in row))
    lines = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    lines += ["| " + " | ".join(cell(row.get(column, "")) for column in columns) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def flat(figures: object, prefix: str = "") -> list[tuple[str, object]]:
    """Name nested figures by their path."""
    if not isinstance(figures, dict):
        return [(prefix, figures)]
    return [
        row for k, v in figures.items() for row in flat(v, f"{prefix}, {k}".strip(", ").replace("_", " "))
    ]


def cell(value: object) -> str:
    """Write a figure with thin spaces in thousands."""
    return f"{value:,}".replace(",", "\u202f") if isinstance(value, int | float) else str(value)


if __name__ == "__main__":
    main()
