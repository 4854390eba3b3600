"""What the desk says of shifts: languages, states, refusals, and times by somebody's own clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from tuidang.base.words import day_short
from tuidang.phone.test_calls.rules import Outcome
from tuidang.volunteers.shifts.coverage import ALL, State
from tuidang.volunteers.shifts.rules import Mistake, Reason, Span, zones

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # known to the type checker alone

LANGUAGE_NAMES: Final[Mapping[str, _StrPromise]] = {
    "zh": gettext_lazy("Mandarin"),
    "yue": gettext_lazy("Cantonese"),
    "en": gettext_lazy("English"),
    ALL: gettext_lazy("All together"),
}

LANGUAGE_SIGNS: Final[Mapping[str, _StrPromise]] = {  # one letter, for narrow fields
    "zh": pgettext_lazy("Mandarin in one letter", "M"),
    "yue": pgettext_lazy("Cantonese in one letter", "C"),
    "en": pgettext_lazy("English in one letter", "E"),
    ALL: pgettext_lazy("all together in one sign", "All"),
}

STATE_WORDS: Final[Mapping[State, _StrPromise]] = {
    State.ENOUGH: pgettext_lazy("coverage", "enough"),
    State.SHORT: pgettext_lazy("coverage", "too few"),
    State.NOBODY: pgettext_lazy("coverage", "nobody"),
    State.SPARE: pgettext_lazy("coverage", "nobody needed"),
}

TRIALS: Final[Mapping[Outcome, _StrPromise]] = {
    Outcome.HEARD: pgettext_lazy("test call", "answers"),
    Outcome.SILENT: pgettext_lazy("test call", "answered, and was silent"),
    Outcome.BUSY: pgettext_lazy("test call", "was busy"),
    Outcome.UNANSWERED: pgettext_lazy("test call", "was not answered"),
    Outcome.REFUSED: pgettext_lazy("test call", "was not put through"),
    Outcome.NOT_REACHED: pgettext_lazy("test call", "could not be called: Asterisk is away"),
    Outcome.NOT_LIVE: pgettext_lazy("test call", "is not called: live dialling is off"),
}

REFUSED: Final[Mapping[Reason | Mistake, _StrPromise]] = {
    Reason.MEETS: gettext_lazy("You have another shift at that time."),
    Reason.DAY: gettext_lazy("It would be more than you give in a day. Hours of the night count twice."),
    Reason.WEEK: gettext_lazy("It would be more than you give in a week. Hours of the night count twice."),
    Reason.PAST: gettext_lazy("It has begun already, or lies in the past."),
    Reason.GONE: gettext_lazy("Somebody was faster, or it is not on offer any more. Thank you all the same."),
    Reason.OWN: gettext_lazy("It is your own shift."),
    Reason.LANGUAGE: gettext_lazy("It needs a language that you have not ticked."),
    Reason.NOT_AGREED: gettext_lazy("A shift is given only to somebody who agreed to take it."),
    Mistake.ZONE: gettext_lazy("Choose the place whose clock you live by."),
    Mistake.WEEKDAYS: gettext_lazy("Tick one day of the week at least."),
    Mistake.BEGINS: gettext_lazy("Write the time as 19:00; quarters of an hour are the finest."),
    Mistake.MINUTES: gettext_lazy("Choose how long it lasts."),
    Mistake.LAST: gettext_lazy("The last day must not lie before the first, nor ten years ahead."),
    Mistake.LANGUAGES: gettext_lazy("Tick one language at least."),
    Mistake.CAPS: gettext_lazy("Choose hours from the lists."),
}

_WEEKDAYS: Final = (
    pgettext_lazy("weekday", "Mon"),
    pgettext_lazy("weekday", "Tue"),
    pgettext_lazy("weekday", "Wed"),
    pgettext_lazy("weekday", "Thu"),
    pgettext_lazy("weekday", "Fri"),
    pgettext_lazy("weekday", "Sat"),
    pgettext_lazy("weekday", "Sun"),
)
_AREAS: Final[Mapping[str, _StrPromise]] = {
    "Africa": pgettext_lazy("part of the world", "Africa"),
    "America": pgettext_lazy("part of the world", "America"),
    "Antarctica": pgettext_lazy("part of the world", "Antarctica"),
    "Asia": pgettext_lazy("part of the world", "Asia"),
    "Atlantic": pgettext_lazy("part of the world", "Atlantic"),
    "Australia": pgettext_lazy("part of the world", "Australia"),
    "Europe": pgettext_lazy("part of the world", "Europe"),
    "Indian": pgettext_lazy("part of the world", "Indian"),
    "Pacific": pgettext_lazy("part of the world", "Pacific"),
}
# Where most volunteers live, by the sun; nobody is to look for his city in a list of four hundred.
_USUAL: Final = (
    "America/Vancouver",
    "America/Los_Angeles",
    "America/Toronto",
    "America/New_York",
    "Europe/London",
    "Europe/Paris",
    "Asia/Hong_Kong",
    "Asia/Taipei",
    "Asia/Seoul",
    "Australia/Sydney",
)
_LOCALES = {"zh-hans": "zh_Hans", "zh-hant": "zh_Hant", "en": "en"}


def weekday_name(weekday: int) -> str:
    """Name a weekday in short; 0 is Monday."""
    return str(_WEEKDAYS[weekday])


def weekdays_words(weekdays: Iterable[int]) -> str:
    """Name weekdays, or say that it is every day."""
    days = sorted(weekdays)
    if days == list(range(7)):
        return _("every day")
    return pgettext("between weekdays", ", ").join(map(weekday_name, days))


def day_words_at(day: date) -> str:
    """Write a day with its weekday: Sat 28 Nov, 11月28日 周六."""
    written = day_short(day, _language())
    if _language() == "en":
        return f"{weekday_name(day.weekday())} {written}"
    return f"{written} {weekday_name(day.weekday())}"


def clock_words(span: Span, zone: str) -> str:
    """Write from when to when by a place's clock: 21:00–22:00."""
    place = ZoneInfo(zone)
    return f"{span.start.astimezone(place):%H:%M}–{span.end.astimezone(place):%H:%M}"


def when_words(span: Span, zone: str) -> str:
    """Write a time with its day, by a place's clock."""
    day = span.start.astimezone(ZoneInfo(zone)).date()
    between = pgettext("between day and hours", ", ")
    return f"{day_words_at(day)}{between}{clock_words(span, zone)}"


def open_words(span: Span, zone: str, now: datetime) -> str:
    """Write when somebody is missing, by a place's clock: until when, if it is now."""
    if span.start > now:
        return when_words(span, zone)
    return _("now, until %(time)s") % {"time": f"{span.end.astimezone(ZoneInfo(zone)):%H:%M}"}


def place_name(zone: str) -> str:
    """Name the place whose clock a zone is."""
    return _places(_language()).get(usual_name(zone), zone)


def clock_name(zone: str) -> str:
    """Name the clock of a zone, before the word time: of a place, or of none."""
    return pgettext("before: time", "universal") if zone == "UTC" else place_name(zone)


def usual_name(zone: str) -> str:
    """Give the name a zone goes by today: Asia/Shanghai, of Asia/Chongqing."""
    found = str(get_global("zone_aliases").get(zone, zone))
    return found if found in zones() else zone


def grouped_zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """List each zone once, by the name of its place: ten usual ones, then others by part of the world."""
    places = _places(_language())
    groups = {pgettext("places", "Often chosen"): [(zone, places[zone]) for zone in _USUAL]}
    for zone in sorted(places.keys() - {*_USUAL}, key=_by_part_and_place):
        area = zone.partition("/")[0]
        groups.setdefault(str(_AREAS.get(area, area)), []).append((zone, places[zone]))
    return list(groups.items())


def length_words(minutes: int) -> str:
    """Write a length: 30 minutes, 1 hour, 1.5 hours."""
    if minutes < 60:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    hours = f"{minutes / 60:g}"
    return ngettext("%(n)s hour", "%(n)s hours", 1 if minutes == 60 else 2) % {"n": hours}


def begins_words(start: datetime, now: datetime) -> str:
    """Say in how many minutes something begins."""
    minutes = max(1, -((now - start) // timedelta(minutes=1)))
    return ngettext("Your shift begins in %(n)s minute", "Your shift begins in %(n)s minutes", minutes) % {
        "n": minutes
    }


def languages_words(languages: Iterable[str]) -> str:
    """Name languages."""
    return pgettext("between languages", ", ").join(str(LANGUAGE_NAMES[one]) for one in languages)


def _by_part_and_place(zone: str) -> tuple[str, str]:
    # Chinese names too stand in the order of the letters: that of code points tells nobody anything.
    return zone.partition("/")[0], zone.rpartition("/")[2]


@cache
def _places(language: str) -> dict[str, str]:
    locale = Locale.parse(_LOCALES.get(language, "en"))
    earlier: dict[str, list[str]] = {}
    for alias in sorted(get_global("zone_aliases")):
        earlier.setdefault(usual_name(alias), []).append(alias)
    places = {}
    for zone in zones():
        if zone == usual_name(zone):
            # Some cities are translated under their earlier name alone: Kolkata under Calcutta.
            known = (locale.time_zones.get(name, {}).get("city") for name in (zone, *earlier.get(zone, ())))
            name = next(filter(None, known), None) or get_timezone_location(
                zone, locale=locale, return_city=True
            )
            places[zone] = name.rpartition("/")[2]
    return places


def _language() -> str:
    return get_language() or "en"
