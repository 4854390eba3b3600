"""The figures of the register: counts by day, region, organisations and channel, in files of the folder.

`figures/<year>.json` has each day of a year; `figures.json` sums them up. Each says for which tree size
it stands. A statement that was taken out of the count is missing on its own day.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from tuidang.register.folder.batch import Batch
from tuidang.register.folder.leaves import count_leaves, parse_beside_commitment, read_entries
from tuidang.register.folder.parallel import pieces, spread
from tuidang.register.folder.records import StatementLeaf, Uncounted, canonical
from tuidang.register.folder.shelf import published_size
from tuidang.tlog.store import DirectoryStore

SUMMARY = "figures.json"


@dataclass(frozen=True)
class DayFigures:
    """What is counted on one day of publication."""

    statements: int = 0
    regions: Mapping[str, int] = field(default_factory=dict)
    orgs: Mapping[str, int] = field(default_factory=dict)  # by set, as "party league"
    channels: Mapping[str, int] = field(default_factory=dict)
    withheld: int = 0  # published without their words: held, and not decided upon in time
    uncounted: int = 0  # taken out of the count

    def __add__(self, other: "DayFigures") -> "DayFigures":
        return DayFigures(
            self.statements + other.statements,
            _add(self.regions, other.regions),
            _add(self.orgs, other.orgs),
            _add(self.channels, other.channels),
            self.withheld + other.withheld,
            self.uncounted + other.uncounted,
        )


Days = dict[date, DayFigures]


@dataclass(frozen=True)
class Figures:
    """The figures of the whole register as of a tree size."""

    size: int = 0
    day: date | None = None  # the newest day of publication
    total: int = 0
    today: int = 0  # on that day
    by_day: Mapping[date, int] = field(default_factory=dict)
    by_region: Mapping[str, int] = field(default_factory=dict)
    by_organisation: Mapping[str, int] = field(
        default_factory=dict
    )  # each statement once for each of its own
    by_channel: Mapping[str, int] = field(default_factory=dict)
    withheld: int = 0
    uncounted: int = 0


def tally_batch(batch: Batch, find_leaf: Callable[[int], StatementLeaf]) -> Days:
    """Count what a batch adds to each day; `find_leaf` gives an earlier leaf that is not to count."""
    days, uncounted = _count(batch.entries)
    _take_out(
        days,
        uncounted,
        lambda leaf: find_leaf(leaf) if leaf < batch.start else _statement(batch.entries[leaf - batch.start]),
    )
    for day, channels in batch.channels.items():
        _put(days, day, DayFigures(channels=channels))
    for day, withheld in batch.withheld.items():
        _put(days, day, DayFigures(withheld=withheld))
    return days


def add_to_figures(folder: Path, batch: Batch) -> None:
    """Add a batch, whose tiles are written, to the folder's figures; done twice it leaves the same files."""
    added = tally_batch(batch, partial(_read_statement, folder, batch.end))
    for year in sorted({day.year for day in added}):
        size, days = _read_year(folder, year)
        if size < batch.end:
            for day, figures in added.items():
                if day.year == year:
                    _put(days, day, figures)
            # A crash after this line leaves later years without the batch; each file says which it is.
            by_text = {day.isoformat(): asdict(figures) for day, figures in days.items()}
            _write(folder, _year_file(year), {"days": by_text, "size": batch.end})
    summary = _sum_up(load_days(folder), batch.end)
    by_day = {day.isoformat(): count for day, count in summary.by_day.items()}
    newest = summary.day.isoformat() if summary.day else None
    _write(folder, SUMMARY, asdict(summary) | {"by_day": by_day, "day": newest})


def load_figures(folder: Path) -> Figures:
    """Read the folder's figures; an empty folder has zeros."""
    try:
        status = (folder / SUMMARY).stat()
    except FileNotFoundError:
        return Figures()
    return _load_figures(folder, status.st_ino, status.st_mtime_ns)


def load_year(folder: Path, year: int) -> Days:
    """Read the figures of each day of a year on which something was published."""
    _, days = _read_year(folder, year)
    return days


def load_days(folder: Path) -> Days:
    """Read the figures of each day on which something was published."""
    days: Days = {}
    for path in sorted((folder / "figures").glob("*.json")):
        days |= load_year(folder, int(path.stem))
    return days


def recount(folder: Path, progress: Callable[[int], None]) -> Days:
    """Count the published leaves again, on all cores; channels and withheld texts cannot be told from leaves.

    `progress` is told how many more leaves are done. Raises TileError or ValueError when the log is damaged,
    LookupError when it takes something out of the count that is no statement.
    """
    size = published_size(folder)
    days: Days = {}
    uncounted: set[int] = set()
    for counted, targets, leaves in spread(
        _count_piece, [(folder, size, *piece) for piece in pieces(0, size)], size
    ):
        for day, figures in counted.items():
            _put(days, day, figures)
        uncounted |= targets
        progress(leaves)
    _take_out(days, uncounted, partial(_read_statement, folder, size))
    return days


def compare_figures(folder: Path, counted: Mapping[date, DayFigures]) -> list[str]:
    """Name every difference between the folder's figures and a count, in a line each.

    A recount of leaves has neither channels nor withheld texts; these are then not compared.
    """
    shown = load_days(folder)
    from_leaves = not any(figures.channels for figures in counted.values())
    differences = []
    for day in sorted(shown.keys() | counted.keys()):
        files = _flat(shown.get(day, DayFigures()), from_leaves)
        count = _flat(counted.get(day, DayFigures()), from_leaves)
        differences += [
            f"{day}, {what}: the files say {files.get(what, 0)}, the count says {count.get(what, 0)}"
            for what in sorted(files.keys() | count.keys())
            if files.get(what, 0) != count.get(what, 0)
        ]
    summary = load_figures(folder)
    if summary != _sum_up(shown, summary.size):
        differences.append(f"{SUMMARY} is not the sum of the files of the years")
    return differences


def _count(entries: Iterable[bytes]) -> tuple[Days, set[int]]:
    """Count statements by day, and gather what is taken out of the count."""
    statements: Counter[date] = Counter()
    regions: defaultdict[date, Counter[str]] = defaultdict(Counter)
    orgs: defaultdict[date, Counter[str]] = defaultdict(Counter)
    uncounted: set[int] = set()
    for leaf, count in count_leaves(entries):
        match leaf:
            case StatementLeaf():
                statements[leaf.day] += count
                regions[leaf.day][leaf.region] += count
                orgs[leaf.day][" ".join(leaf.orgs)] += count
            case Uncounted(target):
                uncounted.add(target)
    days = {day: DayFigures(count, dict(regions[day]), dict(orgs[day])) for day, count in statements.items()}
    return days, uncounted


def _count_piece(job: tuple[Path, int, int, int]) -> tuple[Days, set[int], int]:
    folder, size, first, past = job
    return *_count(entry for _, entry in read_entries(folder, size, first, past)), past - first


def _take_out(days: Days, uncounted: Iterable[int], find: Callable[[int], StatementLeaf]) -> None:
    for target in uncounted:
        leaf = find(target)
        orgs = {" ".join(leaf.orgs): -1}
        _put(days, leaf.day, DayFigures(-1, {leaf.region: -1}, orgs, uncounted=1))


def _put(days: Days, day: date, figures: DayFigures) -> None:
    days[day] = days.get(day, DayFigures()) + figures


def _add(left: Mapping[str, int], right: Mapping[str, int]) -> dict[str, int]:
    """Add two counts; what comes to nothing is left out."""
    sums = {what: left.get(what, 0) + right.get(what, 0) for what in left.keys() | right.keys()}
    return {what: count for what, count in sums.items() if count}


def _read_statement(folder: Path, size: int, leaf: int) -> StatementLeaf:
    ((_, entry),) = read_entries(folder, size, leaf, leaf + 1)
    return _statement(entry)


def _statement(entry: bytes) -> StatementLeaf:
    leaf = parse_beside_commitment(entry)
    if isinstance(leaf, StatementLeaf):
        return leaf
    raise LookupError("what is taken out of the count is no statement")


def _sum_up(days: Days, size: int) -> Figures:
    newest = max(days, default=None)
    total = DayFigures()
    for figures in days.values():
        total += figures
    organisations: Counter[str] = Counter()
    for orgs, count in total.orgs.items():
        organisations.update(dict.fromkeys(orgs.split(), count))
    return Figures(
        size=size,
        day=newest,
        total=total.statements,
        today=days[newest].statements if newest else 0,
        by_day={day: figures.statements for day, figures in sorted(days.items())},
        by_region=total.regions,
        by_organisation=dict(organisations),
        by_channel=total.channels,
        withheld=total.withheld,
        uncounted=total.uncounted,
    )


def _flat(figures: DayFigures, from_leaves: bool) -> dict[str, int]:
    """Give all counts of a day by what they count, those of the leaves only if wanted."""
    flat = {"statements": figures.statements, "uncounted": figures.uncounted}
    flat |= {f"region {region or 'not said'}": count for region, count in figures.regions.items()}
    flat |= {f"organisations {orgs}": count for orgs, count in figures.orgs.items()}
    if not from_leaves:
        flat |= {f"channel {channel}": count for channel, count in figures.channels.items()}
        flat["withheld"] = figures.withheld
    return flat


@lru_cache(maxsize=4)
def _load_figures(folder: Path, inode: int, modified: int) -> Figures:  # noqa: ARG001  they name the file's state
    fields = _read(folder, SUMMARY)
    day = fields["day"] and date.fromisoformat(fields["day"])
    return Figures(**fields | {"by_day": _by_date(fields["by_day"]), "day": day})


def _year_file(year: int) -> str:
    return f"figures/{year:04d}.json"


def _read_year(folder: Path, year: int) -> tuple[int, Days]:
    """Give the size that a year's file stands for, and its days; nothing when there is no such file."""
    fields = _read(folder, _year_file(year))
    if not fields:
        return 0, {}
    return fields["size"], {day: DayFigures(**one) for day, one in _by_date(fields["days"]).items()}


def _by_date(fields: dict[str, Any]) -> dict[date, Any]:
    return {date.fromisoformat(day): value for day, value in fields.items()}


def _read(folder: Path, path: str) -> dict[str, Any]:
    data = DirectoryStore(folder).read(path)
    return {} if data is None else dict(json.loads(data))


def _write(folder: Path, path: str, content: dict[str, Any]) -> None:
    DirectoryStore(folder).write(path, canonical(content) + b"\n")
