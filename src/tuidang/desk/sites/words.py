"""What is said of sites on the screens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import segno
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from tuidang.field.sites.rules import Gap, Wrong

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # known to the type checker alone

SENTENCES: Final[Mapping[Wrong, _StrPromise]] = {
    Wrong.NAME: _("Give the site a name of up to 80 characters."),
    Wrong.REGION: _("Choose where it is."),
    Wrong.WEEKDAYS: _("Tick at least one day of the week."),
    Wrong.BEGINS: _("Write the time at which it begins as 09:00."),
    Wrong.MINUTES: _("Choose how long it lasts: up to twelve hours."),
    Wrong.MIDNIGHT: _("It must be over by midnight."),
    Wrong.FIRST: _("Write the first day as a date."),
    Wrong.LAST: _("The last day comes after the first."),
    Wrong.TEAM: _("Give the team a name of up to 40 characters. Nobody’s real name."),
    Wrong.TEAM_THERE: _("A team of this site has that name already."),
    Wrong.PEOPLE: _("A team has between one and fifty people."),
    Wrong.WHAT: _("Say in up to 60 characters what it is."),
    Wrong.COUNT: _("Write a number. No more can be taken away than is there."),
    Wrong.DAY: _("Choose the day as a date; why may have up to 60 characters."),
}


def gap_words(gap: Gap) -> str:
    """Write from when to when nobody stands."""
    return f"{_clock(gap.start)}–{_clock(gap.end)}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def draw(address: str) -> SafeString:
    """Draw an address to be photographed, dark on light whatever the colours of the page."""
    drawn = segno.make(address, error="m").svg_inline(
        border=3, dark="#000", light="#fff", svgclass=None, lineclass=None, omitsize=True
    )
    return mark_safe(drawn)  # noqa: S308 -- drawn by the library, of an address that the server writes
