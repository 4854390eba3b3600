"""The forms of sites: what was typed, and what it means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.http import QueryDict

from tuidang.desk.shift_forms import LENGTHS, read_day, read_number, read_time
from tuidang.desk.sites.words import SENTENCES
from tuidang.field.models import Site
from tuidang.field.sites.rules import Hours, Wrong

WEEK = range(7)


@dataclass
class HoursForm:
    """Weekdays, a time and a length, as typed."""

    weekdays: frozenset[int] = frozenset({5, 6})
    begins: str = "09:00"
    minutes: int = 240

    @classmethod
    def of(cls, hours: Hours) -> HoursForm:
        """Fill the form with what is known."""
        return cls(hours.weekdays, f"{hours.begins:%H:%M}", hours.minutes)

    @classmethod
    def read(cls, typed: QueryDict) -> HoursForm:
        """Read what was typed."""
        days = frozenset(n for n in WEEK if str(n) in typed.getlist("weekdays"))
        return cls(days, typed.get("begins", ""), read_number(typed.get("minutes")))

    def hours(self) -> Hours | None:
        """Return what it means; None where the time is none."""
        begins = read_time(self.begins)
        return Hours(self.weekdays, begins, self.minutes) if begins else None

    @property
    def lengths(self) -> tuple[int, ...]:
        """List the lengths that can be chosen, in minutes."""
        return LENGTHS


@dataclass
class SiteForm:
    """A site as typed."""

    name: str = ""
    region: str = ""
    is_open: bool = True
    has_hours: bool = True
    hours: HoursForm = field(default_factory=HoursForm)
    leads: frozenset[UUID] = frozenset()
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, site: Site, hours: Hours | None, leads: Iterable[UUID]) -> SiteForm:
        """Fill the form with what is known."""
        typed = HoursForm.of(hours) if hours else HoursForm()
        return cls(site.name, site.region, site.is_open, hours is not None, typed, frozenset(leads))

    @classmethod
    def read(cls, typed: QueryDict, possible: Iterable[UUID]) -> SiteForm:
        """Read what was typed; who may not lead a team is none of its leads."""
        leads = frozenset(one for one in possible if str(one) in typed.getlist("leads"))
        return cls(
            typed.get("name", ""),
            typed.get("region", ""),
            "is_open" in typed,
            "has_hours" in typed,
            HoursForm.read(typed),
            leads,
        )

    def wrong(self, wrong: Iterable[Wrong]) -> None:
        """Put a sentence beside each field that is wrong."""
        for one in wrong:
            at = Wrong.MINUTES if one is Wrong.MIDNIGHT else one
            self.errors[at.value] = str(SENTENCES[one])


@dataclass
class StandForm:
    """When a team is to stand, as typed."""

    team: int
    hours: HoursForm
    first: str
    last: str

    @classmethod
    def empty(cls, today: date, hours: Hours | None) -> StandForm:
        """Propose the hours at which the site is open."""
        return cls(0, HoursForm.of(hours) if hours else HoursForm(), today.isoformat(), "")

    @classmethod
    def read(cls, typed: QueryDict) -> StandForm:
        """Read what was typed."""
        hours = HoursForm.read(typed)
        return cls(
            read_number(typed.get("team")), hours, typed.get("first", ""), typed.get("last", "").strip()
        )

    def days(self) -> tuple[date, date | None] | None:
        """Return first and last day; None where one of them is no day."""
        first, last = read_day(self.first), read_day(self.last)
        return None if first is None or (self.last and last is None) else (first, last)
