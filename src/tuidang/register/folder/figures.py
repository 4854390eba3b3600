"""The figures of the register: what is counted by day, region, organisations and channel, in files of the folder."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tuidang.register.folder.batch import Batch
from tuidang.register.folder.records import StatementLeaf


@dataclass(frozen=True)
class DayFigures:
    """What is counted on one day of publication; a statement taken out of the count is missing on its own day."""

    statements: int = 0
    regions: Mapping[str, int] = field(default_factory=dict)
    orgs: Mapping[str, int] = field(default_factory=dict)  # by set, as "party league"
    channels: Mapping[str, int] = field(default_factory=dict)
    withheld: int = 0  # published without text, as part of a flood
    uncounted: int = 0  # taken out of the count


@dataclass(frozen=True)
class Figures:
    """The figures of the whole register as of a tree size and the newest day of publication."""

    size: int
    day: date | None
    total: int
    today: int
    by_day: Mapping[date, int]
    by_region: Mapping[str, int]
    by_organisation: Mapping[str, int]
    by_channel: Mapping[str, int]
    withheld: int
    uncounted: int


def tally_batch(batch: Batch, find_leaf: Callable[[int], StatementLeaf]) -> dict[date, DayFigures]:
    """Count what a batch adds to each day; `find_leaf` gives the leaf that a notice takes out of the count."""
    raise NotImplementedError


def add_to_figures(folder: Path, batch: Batch) -> None:
    """Add a batch to the folder's figures; done twice it leaves the same files."""
    raise NotImplementedError


def load_figures(folder: Path) -> Figures:
    """Read the folder's figures; an empty folder has zeros."""
    raise NotImplementedError


def load_year(folder: Path, year: int) -> dict[date, DayFigures]:
    """Read a year's figures by day."""
    raise NotImplementedError


def recount(folder: Path, progress: Callable[[int], None]) -> dict[date, DayFigures]:
    """Count the leaves again, by day; channels and withheld texts cannot be told from leaves and stay empty."""
    raise NotImplementedError


def compare_figures(folder: Path, counted: Mapping[date, DayFigures]) -> list[str]:
    """Name every difference between the folder's figures and a count."""
    raise NotImplementedError
