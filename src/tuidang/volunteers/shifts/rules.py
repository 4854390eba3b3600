"""What a pledge means on the clock: its shifts right across clock changes, night hours, and caps. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

QUARTER: Final = timedelta(
    minutes=15
)  # every offset in use today is a multiple of it, and so is every pledge
SHORTEST, LONGEST = 15, 12 * 60  # minutes of one shift
# Seven hours around midnight to five, the least that labour law calls night; each counts double toward caps.
NIGHT_BEGINS, NIGHT_ENDS = 23, 6
DAY_CAPS, WEEK_CAPS = range(1, 13), range(1, 61)  # hours somebody may set for himself
EVERY_DAY: Final = frozenset(range(7))
_DAY = timedelta(days=1)
_YEAR = timedelta(days=366)


@dataclass(frozen=True)
class Promise:
    """A pledge by the clock of a place: on these weekdays (Monday is 0), from this time on, this long."""

    zone: str
    weekdays: frozenset[int]
    begins: time
    minutes: int
    first: date
    last: date | None = None


@dataclass(frozen=True, order=True)
class Span:
    """From one moment to another, both in UTC."""

    start: datetime
    end: datetime

    def meets(self, other: Span) -> bool:
        """Tell whether both have a moment in common."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class Caps:
    """The most hours that somebody gives in a day and in a week of his own clock."""

    day: int
    week: int


class Reason(StrEnum):
    """Why somebody cannot have a shift."""

    MEETS = "meets"  # he has another at that time
    DAY = "day"  # his cap of a day
    WEEK = "week"
    PAST = "past"  # it has begun
    GONE = "gone"  # somebody was faster, or it is not on offer any more
    OWN = "own"
    LANGUAGE = "language"  # he speaks none of those of its owner
    NOT_AGREED = "not-agreed"


class Mistake(StrEnum):
    """What is wrong with a promise, or with what somebody says about himself."""

    ZONE = "zone"
    WEEKDAYS = "weekdays"
    BEGINS = "begins"
    MINUTES = "minutes"
    LAST = "last"
    LANGUAGES = "languages"
    CAPS = "caps"


@cache
def zones() -> tuple[str, ...]:
    """Name the zones that somebody may live in."""
    areas = ("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/")
    return ("UTC", *sorted(name for name in available_timezones() if name.startswith((*areas, "Pacific/"))))


def mistakes_of(promise: Promise) -> list[Mistake]:
    """Tell what is wrong with a promise; nothing when it is good."""
    quarter = promise.begins.minute % 15 == 0 and not promise.begins.second
    last = promise.last
    wrong = {
        Mistake.ZONE: promise.zone not in zones(),
        Mistake.WEEKDAYS: not promise.weekdays or not promise.weekdays <= EVERY_DAY,
        Mistake.BEGINS: not quarter or bool(promise.begins.microsecond),
        Mistake.MINUTES: not SHORTEST <= promise.minutes <= LONGEST or promise.minutes % 15 != 0,
        Mistake.LAST: last is not None and not promise.first <= last <= promise.first + 10 * _YEAR,
    }
    return [mistake for mistake, is_so in wrong.items() if is_so]


def moment_of(zone: ZoneInfo, day: date, at: time) -> datetime | None:
    """Return the moment, in UTC, at which the clock of a place shows a time; None on a day it leaves out.

    As RFC 5545 (3.3.5) has it: a time that the clock jumps over is as far behind the jump as it would have
    been, and of a time that comes twice the first is meant.
    """
    local = datetime.combine(day, at, tzinfo=zone)
    before, after = local.utcoffset(), local.replace(fold=1).utcoffset()
    assert before is not None
    assert after is not None
    if after - before >= _DAY:
        return None  # a whole day was left out, as on Samoa in 2011
    return local.astimezone(UTC)


def shift_on(promise: Promise, day: date) -> Span | None:
    """Return the shift that begins on a day of the promise's own calendar, if there is one.

    The length is what passes, not what the clock shows: who gives an hour gives an hour.
    """
    asked = day >= promise.first and (promise.last is None or day <= promise.last)
    if not asked or day.weekday() not in promise.weekdays:
        return None
    start = moment_of(ZoneInfo(promise.zone), day, promise.begins)
    return None if start is None else Span(start, start + timedelta(minutes=promise.minutes))


def shifts_between(promise: Promise, within: Span) -> Iterator[tuple[date, Span]]:
    """Give the shifts that have a moment within a span, each with the day that names it, in order."""
    # A shift of half a day, in a zone up to 14 hours away, may be named by the day before yesterday.
    day = max(promise.first, within.start.date() - 2 * _DAY)
    until = within.end.date() + _DAY
    while day <= until:
        shift = shift_on(promise, day)
        if shift is not None and shift.meets(within):
            yield day, shift
        day += _DAY


def quarters(span: Span) -> Iterator[datetime]:
    """Give the quarters of an hour of a span, each by its beginning."""
    moment = span.start
    while moment < span.end:
        yield moment
        moment += QUARTER


def is_night(moment: datetime, zone: ZoneInfo) -> bool:
    """Tell whether it is night at a moment by the clock of a place."""
    hour = moment.astimezone(zone).hour
    return hour >= NIGHT_BEGINS or hour < NIGHT_ENDS


def refusal_of(held: Iterable[Span], more: Iterable[Span], zone: str, caps: Caps) -> Reason | None:
    """Say why somebody who holds these shifts cannot have more, None where he can.

    Only days and weeks that the new ones touch are looked at: who is over a cap he has lowered since is not
    kept from what lies elsewhere.
    """
    had = {moment for span in held for moment in quarters(span)}
    asked = [moment for span in more for moment in quarters(span)]
    if len(asked) != len(set(asked)) or not had.isdisjoint(asked):
        return Reason.MEETS
    place = ZoneInfo(zone)
    days, weeks = weighed(had.union(asked), place)
    touched = {moment.astimezone(place).date() for moment in asked}
    if any(days[day] > caps.day * 60 for day in touched):
        return Reason.DAY
    if any(weeks[day.isocalendar()[:2]] > caps.week * 60 for day in touched):
        return Reason.WEEK
    return None


def weighed(
    moments: Iterable[datetime], zone: ZoneInfo
) -> tuple[dict[date, int], dict[tuple[int, int], int]]:
    """Count the minutes of quarters by day and by ISO week of a place's clock, those of the night twice."""
    days: dict[date, int] = {}
    weeks: dict[tuple[int, int], int] = {}
    for moment in moments:
        local = moment.astimezone(zone)
        minutes = 30 if is_night(moment, zone) else 15
        day, week = local.date(), local.isocalendar()[:2]
        days[day] = days.get(day, 0) + minutes
        weeks[week] = weeks.get(week, 0) + minutes
    return days, weeks


def is_by_a_jump(span: Span, zone: str) -> bool:
    """Tell whether a clock is put forward or back within a few hours of a shift."""
    place, some = ZoneInfo(zone), timedelta(hours=6)
    before, after = (moment.astimezone(place).utcoffset() for moment in (span.start - some, span.end + some))
    return before != after


def looked_ahead(promise: Promise, now: datetime) -> list[Span]:
    """Give the shifts by which a new promise is judged: a year of them.

    Two that follow each other may meet in the one night in which a clock jumps. That is no reason to refuse a
    promise for every week, so such nights are left out, unless the promise is for a single day.
    """
    start = max(now, datetime.combine(promise.first, time(), tzinfo=UTC) - _DAY)
    shifts = [span for _, span in shifts_between(promise, Span(start, start + _YEAR))]
    if promise.first == promise.last:
        return shifts
    return [span for span in shifts if not is_by_a_jump(span, promise.zone)]
