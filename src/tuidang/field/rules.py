"""What a phone seals about one person, how long its keys serve, and when an entry comes too late. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from tuidang.privacy.receipts import is_wellformed
from tuidang.privacy.weekly import monday_of, week_of, weeks_from
from tuidang.register.rules.form import Form, RawForm, read_form
from tuidang.register.rules.people import script_of

LONGEST_TEXT: Final = 400  # characters of a reason: with everything else they fit in what is sealed
WEEKS_AHEAD: Final = 13  # whose keys a phone takes along: so long it needs no network
GRACE_WEEKS: Final = 4  # so long after its end, what was sealed in a week is still taken
KEPT_WEEKS: Final = 6  # so long after its end a week's private half is kept, and what came of it known
_DAYS: Final = 7


class NoEntryError(ValueError):
    """What was opened makes no statement."""


@dataclass(frozen=True)
class Opened:
    """One person's statement as a phone sealed it, and the digits that the phone gave out for it."""

    form: Form
    digits: str


def read_entry(content: bytes) -> Opened:
    """Check what was opened; raises NoEntryError."""
    try:
        read = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NoEntryError("this is not what a phone seals") from error
    if not isinstance(read, dict) or read.keys() != _FIELDS or read["v"] != 1:
        raise NoEntryError("these are not the fields of an entry")
    name, text, lang, region, digits = (read[field] for field in _WORDS)
    orgs = read["orgs"]
    if not isinstance(orgs, list) or not all(isinstance(one, str) for one in (*orgs, *map(read.get, _WORDS))):
        raise NoEntryError("a field holds something else than words")
    if is_wellformed(digits) != digits:
        raise NoEntryError("the receipt is none")
    form = read_form(
        RawForm(
            people=((name, tuple(orgs)),),
            region=region,
            text=text,
            lang=lang,
            consent="own" if read["own"] is True else "",
            under_18=read["under_18"] is not False,
        )
    )
    if not isinstance(form, Form):
        raise NoEntryError("a field is missing or wrong")
    return Opened(_in_its_script(form), digits)


def weeks_to_take_along(today: date) -> tuple[str, ...]:
    """Name the weeks whose keys phones should have by now."""
    return weeks_from(today, WEEKS_AHEAD)


def is_in_time(week: str, today: date) -> bool:
    """Tell whether an entry that was sealed for a week is taken today. A phone's clock may be a week fast."""
    try:
        monday = monday_of(week)
    except ValueError:
        return False
    # The other end first: what comes after the last weeks of the calendar no day can name.
    return monday <= today + timedelta(days=_DAYS) and _last_day(monday, GRACE_WEEKS) >= today


def is_over(week: str, today: date) -> bool:
    """Tell whether a week's private half is to be destroyed: nothing that it opens is taken any more."""
    return _last_day(monday_of(week), KEPT_WEEKS) < today


def oldest_kept_week(today: date) -> str:
    """Name the oldest week of which something may still come or be opened; weeks sort as their names do."""
    return week_of(today - timedelta(weeks=KEPT_WEEKS))


def _last_day(monday: date, weeks_after: int) -> date:
    return monday + timedelta(days=_DAYS * (weeks_after + 1) - 1)


def _in_its_script(form: Form) -> Form:
    lang = script_of(form.lang, form.text)  # as of a form of the website: nothing tells them apart
    return replace(form, lang=lang)


_WORDS: Final = ("name", "text", "lang", "region", "digits")
_FIELDS: Final = {"v", "orgs", "under_18", "own", *_WORDS}
