"""The forms of shifts: what was typed, what is wrong with it, and what it means."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Final
from uuid import UUID

from django.http import QueryDict

from tuidang.desk.shift_words import REFUSED, usual_name
from tuidang.volunteers.shifts.actions import Wanted
from tuidang.volunteers.shifts.coverage import BLOCK, LANGUAGES
from tuidang.volunteers.shifts.models import Availability
from tuidang.volunteers.shifts.rules import (
    DAY_CAPS,
    EVERY_DAY,
    QUARTER,
    WEEK_CAPS,
    Caps,
    Mistake,
    Promise,
    Span,
    mistakes_of,
)

LENGTHS: Final = (15, 30, 45, 60, 90, 120, 180, 240, 300, 360, 480, 600, 720)
USUAL: Final = Caps(4, 20)
_STAMP = "%Y%m%dT%H%MZ"


@dataclass
class AboutForm:
    """What somebody says about himself, as typed."""

    zone: str = ""
    languages: tuple[str, ...] = ("zh",)
    day: int = USUAL.day
    week: int = USUAL.week
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, own: Availability | None) -> AboutForm:
        """Fill the form with what is known."""
        return cls(usual_name(own.zone), own.spoken, own.day_cap, own.week_cap) if own else cls()

    @classmethod
    def read(cls, typed: QueryDict) -> AboutForm:
        """Read what was typed; the language spoken best comes first."""
        best = typed.get("best", "")
        ticked = [one for one in LANGUAGES if one in typed.getlist("languages") or one == best]
        ordered = tuple(sorted(ticked, key=lambda one: one != best))
        return cls(
            typed.get("zone", ""), ordered, read_number(typed.get("day")), read_number(typed.get("week"))
        )

    def wanted(self) -> Wanted | None:
        """Return what it means; None where something is wrong, which `errors` then tells."""
        wanted = Wanted(self.zone, self.languages, Caps(self.day, self.week))
        self.errors = {mistake.value: str(REFUSED[mistake]) for mistake in wanted.mistakes()}
        return None if self.errors else wanted

    @property
    def days(self) -> range:
        """List the hours a day that can be chosen."""
        return DAY_CAPS

    @property
    def weeks(self) -> list[int]:
        """List the hours a week that can be chosen."""
        return [hours for hours in WEEK_CAPS if hours <= 10 or hours % 5 == 0]


@dataclass
class PledgeForm:
    """A pledge as typed."""

    weekdays: frozenset[int]
    begins: str
    minutes: int
    first: str
    last: str
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def empty(cls, today: date) -> PledgeForm:
        """Propose an hour every evening."""
        return cls(EVERY_DAY, "19:00", 60, today.isoformat(), "")

    @classmethod
    def read(cls, typed: QueryDict) -> PledgeForm:
        """Read what was typed."""
        days = frozenset(n for n in EVERY_DAY if str(n) in typed.getlist("weekdays"))
        minutes = read_number(typed.get("minutes"))
        return cls(
            days, typed.get("begins", ""), minutes, typed.get("first", ""), typed.get("last", "").strip()
        )

    def promise(self, zone: str) -> Promise | None:
        """Return what it means by the clock of a place; None where something is wrong."""
        begins, first, last = read_time(self.begins), read_day(self.first), read_day(self.last)
        if begins is None:
            self.errors[Mistake.BEGINS] = str(REFUSED[Mistake.BEGINS])
        if first is None or (self.last and last is None):
            self.errors[Mistake.LAST] = str(REFUSED[Mistake.LAST])
        if begins is None or first is None:
            return None
        promise = Promise(zone, self.weekdays, begins, self.minutes, first, last)
        self.errors |= {mistake.value: str(REFUSED[mistake]) for mistake in mistakes_of(promise)}
        return None if self.errors else promise

    @property
    def lengths(self) -> tuple[int, ...]:
        """List the lengths that can be chosen, in minutes."""
        return LENGTHS


def read_shift(key: str) -> tuple[UUID, date] | None:
    """Read the name of a shift, as `Shift.key` writes it."""
    pledge, _, day = key.partition("-")
    try:
        return UUID(hex=pledge), datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC).date()
    except ValueError:
        return None


def read_span(typed: str) -> Span | None:
    """Read the name of a hole, as `write_span` writes it; none longer than one press takes."""
    try:
        start, end = (datetime.strptime(one, _STAMP).replace(tzinfo=UTC) for one in typed.split("-"))
    except ValueError:
        return None
    whole = start.minute % 15 == 0 and (end - start) % QUARTER == end - end
    return Span(start, end) if whole and start < end <= start + BLOCK else None


def write_span(span: Span) -> str:
    """Name a hole in a form."""
    return f"{span.start.astimezone(UTC):{_STAMP}}-{span.end.astimezone(UTC):{_STAMP}}"


def read_number(typed: str | None, otherwise: int = 0) -> int:
    """Read a number of up to nine digits as a form sends it."""
    return int(typed) if typed and typed.isascii() and typed.isdecimal() and len(typed) < 10 else otherwise


def read_time(typed: str) -> time | None:
    """Read a time of day as a form sends it; None if it is none, as one of another zone is."""
    try:
        found = time.fromisoformat(typed) if len(typed) in {5, 8} else None
    except ValueError:
        return None
    return found if found and found.tzinfo is None else None


def read_day(typed: str) -> date | None:
    """Read a day as a form sends it; None if it is none."""
    try:
        return date.fromisoformat(typed) if len(typed) == 10 else None
    except ValueError:
        return None
