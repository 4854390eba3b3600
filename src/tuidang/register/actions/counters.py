"""The counters of the database: written with each batch, and compared with a recount."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from django.db import connection

from tuidang.register.folder.figures import DayFigures
from tuidang.register.models import DayChannelCount, DayCount, DayOrgsCount, DayRegionCount


def add_to_counters(figures: Mapping[date, DayFigures]) -> None:
    """Add a batch's figures to the counters; call it in the transaction that stages the batch."""
    days, regions, orgs, channels = [], [], [], []
    for day, counted in figures.items():
        days.append((counted.statements, counted.withheld, counted.uncounted, day))
        regions += [(count, day, region) for region, count in counted.regions.items()]
        orgs += [(count, day, chosen) for chosen, count in counted.orgs.items()]
        channels += [(count, day, channel) for channel, count in counted.channels.items()]
    _add_days(days)
    _add("region", regions)
    _add("orgs", orgs)
    _add("channel", channels)


def read_counters() -> dict[date, DayFigures]:
    """Read all counters, by day; what has come down to nothing is left out."""
    regions = _by_day(DayRegionCount.objects.values_list("day", "region", "statements"))
    orgs = _by_day(DayOrgsCount.objects.values_list("day", "orgs", "statements"))
    channels = _by_day(DayChannelCount.objects.values_list("day", "channel", "statements"))
    return {
        day: DayFigures(statements, regions[day], orgs[day], channels[day], withheld, uncounted)
        for day, statements, withheld, uncounted in DayCount.objects.order_by("day").values_list(
            "day", "statements", "withheld", "uncounted"
        )
    }


def _by_day(rows: Iterable[tuple[date, str, int]]) -> defaultdict[date, dict[str, int]]:
    days: defaultdict[date, dict[str, int]] = defaultdict(dict)
    for day, what, count in rows:
        if count:
            days[day][what] = count
    return days


def _add_days(rows: list[tuple[int, int, int, date]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO register_daycount (statements, withheld, uncounted, day) VALUES (0, 0, 0, %s)"
            " ON CONFLICT (day) DO NOTHING",
            [row[-1:] for row in rows],
        )
        cursor.executemany(
            "UPDATE register_daycount SET statements = statements + %s, withheld = withheld + %s,"
            " uncounted = uncounted + %s WHERE day = %s",
            rows,
        )


def _add(what: str, rows: list[tuple[int, date, str]]) -> None:
    table = f"register_day{what}count"
    with connection.cursor() as cursor:
        # In two steps, for a notice counts less than nothing, and a new row may not.
        cursor.executemany(
            f"INSERT INTO {table} (statements, day, {what}) VALUES (0, %s, %s)"  # noqa: S608  our own three names
            f" ON CONFLICT (day, {what}) DO NOTHING",
            [row[1:] for row in rows],
        )
        cursor.executemany(
            f"UPDATE {table} SET statements = statements + %s WHERE day = %s AND {what} = %s",  # noqa: S608  likewise
            rows,
        )
