"""The integrity report: what the folder alone says about how its statements came, in files that are derived.

`integrity/<year>.json` has what a day's records look like; `integrity.json` is the report that pages show.
Both can be dropped and made again from leaves, day files and figures.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from tuidang.register.folder.canaries import found_canaries
from tuidang.register.folder.dayfiles import day_files, read_members
from tuidang.register.folder.figures import DayFigures, Days, load_days, recount
from tuidang.register.folder.leaves import parse_beside_commitment, read_entries
from tuidang.register.folder.ranges import Range, usual_ranges
from tuidang.register.folder.records import Uncounted, UncountedReason, canonical, parse_line, parse_record
from tuidang.register.folder.shelf import published_size
from tuidang.tlog.store import DirectoryStore

REPORT = "integrity.json"
SHORT = 40  # characters: a text of up to so many is a short one
SHOWN = 56  # days of the report
LATEST = 28  # days summed up apart
MOST_OUTLYING = 60  # outlying days named, the newest ones; all are counted


@dataclass(frozen=True, slots=True)
class DayTexts:
    """What the records of a day look like; erased ones are in none of these."""

    bytes: int = 0  # of the day file: another number tells that it was written anew
    records: int = 0
    texts: int = 0  # records with a text
    short: int = 0  # texts of up to `SHORT` characters
    alike: int = 0  # texts that another record of the day has too, character by character
    most: int = 0  # how often the most frequent text occurs


def refresh_integrity(folder: Path) -> int:
    """Bring the report to the folder's checkpoint and day files; give how many day files were read.

    Only what has changed since the last time is read: of a day file that lost a line the length tells, for
    each line holds a salt, which cannot be compressed. Raises TileError or ValueError when the folder is
    damaged.
    """
    size, store = published_size(folder), DirectoryStore(folder)
    known = _read_texts(folder)
    texts = {}
    for day, path in day_files(folder):
        before = known.get(day)
        same = before is not None and before.bytes == path.stat().st_size
        texts[day] = before if before and same else _look_at(path)
    for year in sorted({day.year for day in known.keys() | texts.keys()}):
        fresh = {day.isoformat(): asdict(one) for day, one in texts.items() if day.year == year}
        # A crash after this line leaves a report of before; the next time makes it anew.
        _write(store, _year_file(year), fresh)
    before_it = load_report(folder)
    start, reasons = 0, Counter[str]()
    if before_it is not None and before_it["size"] <= size:
        start, reasons = before_it["size"], Counter(before_it["uncounted"])
    reasons += _uncounted_reasons(folder, size, start)
    _write(store, REPORT, _report(folder, size, load_days(folder), texts, reasons))
    return sum(texts[day] != known.get(day) for day in texts)


def recount_integrity(folder: Path, progress: Callable[[int], None] = lambda _: None) -> dict[str, Any]:
    """Make the report from every leaf and every record, without what was derived before; writes nothing.

    That a statement was published without its words because nobody decided is in the figures alone.
    `progress` is told of leaves that are done. Raises as `refresh_integrity` does.
    """
    size, shown = published_size(folder), load_days(folder)
    days = {
        day: replace(one, withheld=shown.get(day, DayFigures()).withheld)
        for day, one in recount(folder, progress).items()
    }
    texts = {day: _look_at(path) for day, path in day_files(folder)}
    return _report(folder, size, days, texts, _uncounted_reasons(folder, size, 0))


def _report(
    folder: Path, size: int, days: Days, texts: Mapping[date, DayTexts], reasons: Mapping[str, int]
) -> dict[str, Any]:
    report: dict[str, Any] = {
        "size": size,
        "first": None,
        "last": None,
        "days": [],
        "judged": 0,
        "strange": 0,
        "outlying": [],
        "shares": {"all": _sum_up(days, texts, days)},
        "uncounted": {reason.value: reasons.get(reason.value, 0) for reason in UncountedReason},
        "canaries": found_canaries(folder),
    }
    if not days:
        return report
    first, last = min(days), max(days)
    found = {
        "statements": {day: one.statements + one.uncounted for day, one in days.items()},
        "alike": {day: one.alike for day, one in texts.items()},
    }
    usual = {what: usual_ranges(counts, first, last) for what, counts in found.items()}
    outlying = [
        {"day": day.isoformat(), "what": what, "count": count, "usual": [one.low, one.high]}
        for what, ranges in usual.items()
        for day, one in ranges.items()
        if one.side(count := found[what].get(day, 0))
    ]
    outlying.sort(key=lambda one: (one["day"], one["what"]), reverse=True)
    latest = [last - timedelta(back) for back in range(SHOWN - 1, -1, -1)]
    return report | {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "days": [_row(day, found, usual) for day in latest if day >= first],
        "judged": len(usual["statements"]),
        "strange": len({one["day"] for one in outlying}),
        "outlying": outlying[:MOST_OUTLYING],
        "shares": report["shares"] | {"latest": _sum_up(days, texts, latest[-LATEST:])},
    }


def load_report(folder: Path) -> dict[str, Any] | None:
    """Read the report; None when none was made yet."""
    try:
        status = (folder / REPORT).stat()
    except FileNotFoundError:
        return None
    return _load_report(folder, status.st_ino, status.st_mtime_ns)


@lru_cache(maxsize=4)
def _load_report(folder: Path, inode: int, modified: int) -> dict[str, Any]:  # noqa: ARG001  they name the file's state
    return dict(json.loads((folder / REPORT).read_bytes()))


def _look_at(path: Path) -> DayTexts:
    """Look at the records of a day file."""
    records = texts = short = 0
    often: Counter[int] = Counter()
    for member in read_members(path):
        for _, data in member.lines:
            records += 1
            text = parse_record(parse_line(data).record).text
            if text:
                texts += 1
                short += len(text) <= SHORT
                often[hash(text)] += 1  # 64 bits, of this process only: memory for 200,000 texts is small
    alike = sum(times for times in often.values() if times > 1)
    return DayTexts(path.stat().st_size, records, texts, short, alike, max(often.values(), default=0))


def _uncounted_reasons(folder: Path, size: int, start: int) -> Counter[str]:
    """Count the notices from leaf `start` on that take statements out of the count, by reason."""
    reasons: Counter[str] = Counter()
    for _, entry in read_entries(folder, size, start, size):
        if b'"kind":"uncounted"' in entry:
            match parse_beside_commitment(entry):
                case Uncounted(_, reason):
                    reasons[reason.value] += 1
    return reasons


def _sum_up(days: Days, texts: Mapping[date, DayTexts], chosen: Iterable[date]) -> dict[str, int]:
    """Sum up some days: what was published on them, and what of it is what."""
    sums = Counter(
        dict.fromkeys(("statements", "records", "texts", "short", "alike", "withheld", "uncounted"), 0)
    )
    for day in chosen:
        if day in days:
            one, look = days[day], texts.get(day, DayTexts())
            sums["statements"] += one.statements + one.uncounted
            sums["withheld"] += one.withheld
            sums["uncounted"] += one.uncounted
            for what in ("records", "texts", "short", "alike"):
                sums[what] += getattr(look, what)
    return dict(sums)


def _row(
    day: date, found: Mapping[str, Mapping[date, int]], usual: Mapping[str, Mapping[date, Range]]
) -> dict[str, Any]:
    row: dict[str, Any] = {"day": day.isoformat()}
    for what, counts in found.items():
        one = usual[what].get(day)
        row[what] = {"count": counts.get(day, 0), "usual": one and [one.low, one.high]}
    return row


def _year_file(year: int) -> str:
    return f"integrity/{year:04d}.json"


def _read_texts(folder: Path) -> dict[date, DayTexts]:
    """Read what is known of each day; nothing of a file that an older version of this module wrote."""
    names = {one.name for one in fields(DayTexts)}
    days: dict[str, dict[str, int]] = {}
    for path in sorted((folder / "integrity").glob("*.json")):
        days |= json.loads(path.read_bytes())
    return {date.fromisoformat(day): DayTexts(**one) for day, one in days.items() if one.keys() == names}


def _write(store: DirectoryStore, path: str, content: Mapping[str, Any]) -> None:
    """Write a file if it is another one than before."""
    data = canonical(content) + b"\n"
    if store.read(path) != data:
        store.write(path, data)
