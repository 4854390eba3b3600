"""Template tags of shifts: the reminder on every screen, and times by somebody's own clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from django import template

from tuidang.desk import shift_words
from tuidang.desk.shift_forms import write_span
from tuidang.desk.staffing import reminder_of
from tuidang.phone.queries import duty_of
from tuidang.volunteers.models import Role, User
from tuidang.volunteers.shifts.coverage import Cell, Count, Hole, State
from tuidang.volunteers.shifts.queries import PLEDGERS
from tuidang.volunteers.shifts.rules import Span

register = template.Library()


@register.inclusion_tag("desk/shifts/reminder.html", takes_context=True)
def reminder(context: template.Context) -> dict[str, object]:
    """Show what is next for whoever is signed in, and where help is needed soon."""
    volunteer, now = context["request"].user, datetime.now(UTC)
    if not isinstance(volunteer, User):
        return {}
    coordinates = volunteer.has_role(Role.COORDINATOR)
    if not volunteer.has_role(*PLEDGERS):
        return {}
    found = reminder_of(volunteer, now, coordinates=coordinates)
    if found and duty_of(volunteer.pk, now):  # who is on duty helps already
        found = replace(found, help=None)
    return {
        "reminder": found,
        "begins": shift_words.begins_words(found.following.start, now) if found and found.following else "",
        "hole": write_span(found.help.span) if found and found.help else "",
        "help_clock": shift_words.clock_name(found.zone) if found and found.help else "",
        "time": shift_words.open_words(found.help.span, found.zone, now) if found and found.help else "",
    }


@register.filter
def when(span: Span, zone: str) -> str:
    """Write a time with its day, by a place's clock."""
    return shift_words.when_words(span, zone)


@register.filter
def clock(span: Span, zone: str) -> str:
    """Write from when to when, by a place's clock."""
    return shift_words.clock_words(span, zone)


@register.filter
def place(zone: str) -> str:
    """Name the place whose clock a zone is."""
    return shift_words.place_name(zone)


@register.filter
def day_at(day: date) -> str:
    """Write a day with its weekday."""
    return shift_words.day_words_at(day)


@register.filter
def weekdays(chosen: Iterable[int]) -> str:
    """Name weekdays."""
    return shift_words.weekdays_words(chosen)


@register.filter
def lasting(minutes: int) -> str:
    """Write a length."""
    return shift_words.length_words(minutes)


@register.filter
def languages(codes: Iterable[str]) -> str:
    """Name languages."""
    return shift_words.languages_words(codes)


@register.filter
def language(code: str) -> str:
    """Name one language, or all together."""
    return str(shift_words.LANGUAGE_NAMES[code])


@register.filter
def sign(code: str) -> str:
    """Name one language, or all together, in one letter."""
    return str(shift_words.LANGUAGE_SIGNS[code])


@register.filter
def state_words(cell: Cell | Hole) -> str:
    """Say how an hour stands."""
    if isinstance(cell, Hole):
        return str(shift_words.STATE_WORDS[State.NOBODY if cell.nobody else State.SHORT])
    return str(shift_words.STATE_WORDS[cell.state])


@register.filter
def count_of(counts: Mapping[str, Count], language: str) -> str:
    """Write how many have promised of how many are needed."""
    return f"{counts[language].have}/{counts[language].need}"
