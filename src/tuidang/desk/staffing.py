"""Shifts beside calls: what the hotline's counts say is needed, and what volunteers have promised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.cache import cache as memory
from django.utils.translation import gettext as _

from tuidang.base.clock import CHINA
from tuidang.desk.shift_words import TRIALS
from tuidang.phone.queries import hotline_hours
from tuidang.phone.test_calls.queries import standings
from tuidang.volunteers.models import User
from tuidang.volunteers.shifts.coverage import (
    LOOKS_BACK_WEEKS,
    Cell,
    Hole,
    HourCount,
    Profile,
    cells,
    default_profile,
    holes,
    profile_of,
    soon,
    week_of,
)
from tuidang.volunteers.shifts.models import Availability
from tuidang.volunteers.shifts.queries import PLEDGERS, Shift, availability_of, promised, shifts_of
from tuidang.volunteers.shifts.rules import QUARTER, Span, is_night, refusal_of

AHEAD: Final = timedelta(days=7)
_BEGINS_SOON = timedelta(hours=1)
_WEEK = timedelta(weeks=1)
_REMEMBERED = 300  # seconds for which an estimate from weeks of counts is not made anew


@dataclass(frozen=True)
class Reminder:
    """What somebody is to know on every screen: the shift that runs, the next, and where help is needed."""

    zone: str
    running: Span | None
    following: Span | None
    begins_soon: bool
    help: Hole | None  # that he could fill, or, for a coordinator, the nearest there is
    can_take: bool


@dataclass(frozen=True)
class NumberRow:
    """One number of the hotline: what became of the last call to it, in words, and of seven days' calls."""

    code: str
    last: str
    words: str
    day: date | None
    heard: int
    tried: int
    stale: bool  # not called since yesterday


def expected(now: datetime) -> Profile:
    """Estimate what is expected from whole weeks of the hotline's counts, eight at most."""
    found: Profile | None = memory.get("expected-load")
    if found is None:
        found = _estimated(now)
        memory.set("expected-load", found, _REMEMBERED)
    return found


def _estimated(now: datetime) -> Profile:
    hour = now.replace(minute=0, second=0, microsecond=0)
    rows = hotline_hours(hour - LOOKS_BACK_WEEKS * _WEEK)
    weeks = min(LOOKS_BACK_WEEKS, (hour - rows[0].hour) // _WEEK) if rows else 0
    if not weeks:
        return default_profile()
    counts = [
        HourCount(
            row.hour,
            row.language,
            row.arrived,
            row.answered,
            row.abandoned,
            row.wait_seconds,
            row.talk_seconds,
        )
        for row in rows
        if hour - weeks * _WEEK <= row.hour < hour
    ]
    return profile_of(counts, weeks)


def week_board(zone: str, first: date, now: datetime) -> list[Cell]:
    """Give the board of a week from a day on, in the hours of a place's clock."""
    within = week_of(zone, first)
    return cells(expected(now), promised(within), zone, within, now)


def holes_ahead(zone: str, now: datetime, ahead: timedelta = AHEAD) -> list[Hole]:
    """Give the holes from now on, cut at the hours of a place's clock."""
    start = now.astimezone(ZoneInfo(zone)).replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    within = Span(start, start + ahead)
    return holes(cells(expected(now), promised(within), zone, within, now), now)


def could_fill(
    hole: Hole, own: Availability, held: Sequence[Shift], now: datetime, *, by_night: bool = True
) -> bool:
    """Tell whether somebody may take a hole; `by_night`: also where it is night by his own clock."""
    place = ZoneInfo(own.zone)
    if not hole.helped_by(own.spoken) or hole.span.start + QUARTER <= now:
        return False
    if not by_night and (is_night(hole.span.start, place) or is_night(hole.span.end - QUARTER, place)):
        return False
    return refusal_of((shift.span for shift in held), [hole.span], own.zone, own.caps) is None


def held_by(volunteer: UUID, now: datetime) -> list[Shift]:
    """List what somebody has promised in the days that matter to caps of the week ahead."""
    return shifts_of(volunteer, Span(now - AHEAD, now + 2 * AHEAD))


def reminder_of(volunteer: User, now: datetime, *, coordinates: bool) -> Reminder | None:
    """Give what a volunteer is to know; None where there is nothing to tell."""
    own = availability_of(volunteer.pk)
    if own is None:
        return _of_coordinator(now) if coordinates else None
    held = held_by(volunteer.pk, now)
    running = next((shift.span for shift in held if shift.span.start <= now < shift.span.end), None)
    following = next((shift.span for shift in held if shift.span.start > now), None)
    near = list(soon(holes_ahead(own.zone, now, timedelta(hours=4)), now))
    pledges = volunteer.has_role(*PLEDGERS)
    mine = next((hole for hole in near if pledges and could_fill(hole, own, held, now, by_night=False)), None)
    told = mine or (near[0] if near and coordinates else None)
    if running is None and following is None and told is None:
        return None
    begins_soon = following is not None and following.start - now <= _BEGINS_SOON
    return Reminder(own.zone, running, following, begins_soon, told, mine is not None)


def own_numbers(now: datetime) -> list[NumberRow]:
    """Tell of each number of the hotline whether a call to it heard a voice."""
    today = now.astimezone(CHINA).date()
    return [
        NumberRow(
            one.code,
            str(one.last or ""),
            _("not called yet") if one.last is None else str(TRIALS[one.last]),
            one.last_day,
            one.heard,
            one.tried,
            one.is_stale(today),
        )
        for one in standings(today)
    ]


def _of_coordinator(now: datetime) -> Reminder | None:
    near = list(soon(holes_ahead("UTC", now, timedelta(hours=4)), now))
    return Reminder("UTC", None, None, begins_soon=False, help=near[0], can_take=False) if near else None
