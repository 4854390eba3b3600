"""What is read of published numbers and addresses, and of what they brought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tuidang.reach.models import Source, SourceMonth
from tuidang.reach.rules import Door, Entry, How, Kind, State, shown

MONTHS = 12  # months that are shown


@dataclass(frozen=True)
class Known:
    """A source, and since when it stands as it does."""

    entry: Entry
    since: date


@dataclass(frozen=True)
class Row:
    """What one thing brought, month by month; None where a count is too small to be shown."""

    what: str
    counts: tuple[int | None, ...]


def all_sources() -> list[Known]:
    """List the sources: live ones first, then by kind and code."""
    states, kinds = list(State), list(Kind)
    found = [_known(one) for one in Source.objects.order_by("code")]
    return sorted(found, key=lambda one: (states.index(one.entry.state), kinds.index(one.entry.kind)))


def find_source(code: str) -> Known | None:
    """Find a source by its code."""
    found = Source.objects.filter(code=code).first()
    return _known(found) if found else None


def places_of(*kinds: Kind) -> list[Entry]:
    """List the live sources of some kinds, by code."""
    found = Source.objects.filter(kind__in=kinds, state=State.LIVE).order_by("code")
    return [_known(one).entry for one in found]


def months_until(today: date) -> list[date]:
    """List the first days of the months that are shown, the latest first."""
    last = today.year * 12 + today.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(last, last - MONTHS, -1)]


def figures(how: How, today: date) -> list[Row]:
    """Give what each thing brought in the months that are shown, as far as it is shown."""
    months = months_until(today)
    found: dict[str, dict[date, int]] = {}
    for row in SourceMonth.objects.filter(how=how, month__in=months).order_by("what"):
        found.setdefault(row.what, {})[row.month] = row.count
    return [
        Row(what, tuple(shown(counts.get(month, 0)) for month in months)) for what, counts in found.items()
    ]


def _known(one: Source) -> Known:
    entry = Entry(one.code, Kind(one.kind), one.title, one.place, State(one.state), Door(one.door))
    return Known(entry, one.since)
