"""What plans of a site mean day by day, where nobody stands, and how coarse its figures are shown. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Final

SHORTEST, LONGEST = 15, 12 * 60  # minutes
LARGEST_TEAM = 50
LONGEST_NAME: Final = 40  # of a team
LONGEST_WHAT: Final = 60  # of what lies at a site, and of why it is closed
MOST_STOCK: Final = 1_000_000
FLOOR: Final = 10  # fewer on a day, or in a month, are not told apart from each other
STEP: Final = 10  # more are cut down to a multiple
_DAY_MINUTES = 24 * 60


class Wrong(StrEnum):
    """What is wrong with what somebody typed of a site."""

    NAME = "name"
    REGION = "region"
    WEEKDAYS = "weekdays"
    BEGINS = "begins"
    MINUTES = "minutes"
    MIDNIGHT = "midnight"
    FIRST = "first"
    LAST = "last"
    TEAM = "team"
    TEAM_THERE = "team-there"
    PEOPLE = "people"
    WHAT = "what"
    COUNT = "count"
    DAY = "day"


@dataclass(frozen=True)
class Hours:
    """On these weekdays (Monday is 0), from this time on, this long, by the clock of the place."""

    weekdays: frozenset[int]
    begins: time
    minutes: int

    @property
    def start(self) -> int:
        """Return the first minute of the day."""
        return self.begins.hour * 60 + self.begins.minute

    @property
    def end(self) -> int:
        """Return the minute of the day at which it is over."""
        return self.start + self.minutes

    @property
    def ends(self) -> str:
        """Write the time at which it is over; midnight is 24:00."""
        return f"{self.end // 60:02}:{self.end % 60:02}"

    def mistakes(self) -> Iterator[Wrong]:
        """Say what is wrong with them."""
        if not self.weekdays or not self.weekdays <= frozenset(range(7)):
            yield Wrong.WEEKDAYS
        if not SHORTEST <= self.minutes <= LONGEST:
            yield Wrong.MINUTES
        elif self.end > _DAY_MINUTES:
            yield Wrong.MIDNIGHT


@dataclass(frozen=True)
class Standing:
    """When a team stands: from its first day to its last, which may be open."""

    key: int
    team: str
    people: int
    hours: Hours
    first: date
    last: date | None

    def is_on(self, day: date) -> bool:
        """Tell whether the team stands on a day."""
        is_between = self.first <= day and (self.last is None or day <= self.last)
        return is_between and day.weekday() in self.hours.weekdays


@dataclass(frozen=True)
class Gap:
    """From when to when nobody stands, in minutes of the day."""

    start: int
    end: int


@dataclass(frozen=True)
class Day:
    """One day of a site: when it is open, who stands, and where nobody does."""

    day: date
    hours: Hours | None  # None: it is not an opening day
    off: str | None  # why it is closed after all; empty: nobody said why
    standing: tuple[Standing, ...]
    gaps: tuple[Gap, ...]

    @property
    def is_open(self) -> bool:
        """Tell whether volunteers are to stand there."""
        return self.hours is not None and self.off is None


def days_of(
    hours: Hours | None,
    off: Mapping[date, str],
    standings: Collection[Standing],
    first: date,
    count: int,
) -> list[Day]:
    """Give so many days of a site from the first on."""
    return [_day(hours, off, standings, first + timedelta(days=n)) for n in range(count)]


def _day(hours: Hours | None, off: Mapping[date, str], standings: Collection[Standing], day: date) -> Day:
    opens = hours if hours and day.weekday() in hours.weekdays else None
    on = sorted((one for one in standings if one.is_on(day)), key=lambda one: (one.hours.start, one.team))
    is_open = opens is not None and day not in off
    gaps = tuple(gaps_in(opens, [one.hours for one in on])) if is_open and opens else ()
    return Day(day, opens, off.get(day) if opens else None, tuple(on), gaps)


def gaps_in(hours: Hours, covered: Iterable[Hours]) -> Iterator[Gap]:
    """Give the times within some hours of a day that none of the others covers."""
    reached = hours.start
    for one in sorted(covered, key=lambda one: one.start):
        if reached < min(one.start, hours.end):
            yield Gap(reached, min(one.start, hours.end))
        reached = max(reached, one.end)
    if reached < hours.end:
        yield Gap(reached, hours.end)


def coarse(count: int) -> int:
    """Cut a count down so that it exposes nobody: 0 for fewer than FLOOR, else a multiple of STEP."""
    return 0 if count < FLOOR else count // STEP * STEP
