"""What changes published numbers and addresses, and what they brought."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tuidang.reach.models import Source, SourceMonth
from tuidang.reach.rules import (
    LONGEST_PLACE,
    LONGEST_TITLE,
    Entry,
    Kind,
    Mistake,
    State,
    is_address,
    is_code,
    is_number,
)
from tuidang.reach.tally import Counted


def mistakes_of(entry: Entry) -> list[Mistake]:
    """List what cannot be of an entry, in the order of its fields."""
    found = []
    if not is_code(entry.code):
        found.append(
            Mistake("code", _("A code has small letters, digits and single hyphens, 40 signs at most."))
        )
    if not entry.title or len(entry.title) > LONGEST_TITLE or not entry.title.isprintable():
        found.append(Mistake("title", _("Say in one line what it is, in 80 signs at most.")))
    if place := _mistake_of_place(entry):
        found.append(Mistake("place", place))
    return found


def create_source(entry: Entry, today: date) -> None:
    """Keep a new number, batch or address under its code. Raises Mistake."""
    _check(entry)
    with transaction.atomic():
        if Source.objects.filter(code=entry.code).exists():
            raise Mistake("code", _("This code stands for something else already. A code is used only once."))
        Source.objects.create(
            code=entry.code,
            kind=entry.kind,
            title=entry.title,
            place=entry.place,
            state=entry.state,
            since=today,
            door=entry.door,
        )


def change_source(entry: Entry, today: date) -> None:
    """Change what is known of a source; its code and kind stay. Raises Mistake."""
    _check(entry)
    with transaction.atomic():
        found = Source.objects.select_for_update().filter(code=entry.code, kind=entry.kind).first()
        if found is None:
            raise Mistake("code", _("There is no such code."))
        if found.state != entry.state:
            found.state, found.since = entry.state, today
        found.title, found.place, found.door = entry.title, entry.place, entry.door
        found.save()


def set_state(code: str, state: State, today: date) -> None:
    """Say that a source is live, blocked or retired from today on. Raises Mistake."""
    with transaction.atomic():
        found = Source.objects.select_for_update().filter(code=code).first()
        if found is None:
            raise Mistake("code", _("There is no such code."))
        if found.state != state:
            found.state, found.since = state, today
            found.save()


def keep_counts(counts: Iterable[tuple[Counted, int]]) -> None:
    """Add what a process counted to what the others did."""
    with transaction.atomic():
        for (month, how, what), count in counts:
            row, is_new = SourceMonth.objects.get_or_create(
                month=month, how=how, what=what, defaults={"count": count}
            )
            if not is_new:
                SourceMonth.objects.filter(pk=row.pk).update(count=F("count") + count)
    # A crash before the commit loses these counts: they were in memory alone.


def _check(entry: Entry) -> None:
    for mistake in mistakes_of(entry):
        raise mistake


def _mistake_of_place(entry: Entry) -> str:
    match entry.kind:
        case Kind.NUMBER if not is_number(entry.place):
            return _("A number is 3 to 20 digits, spaced as it is to be printed: 001 416 555 0123.")
        case Kind.SITE | Kind.MIRROR if len(entry.place) > LONGEST_PLACE or not is_address(entry.place):
            return _("An address begins with https:// or http:// and has 120 signs at most.")
        case Kind.PRINT | Kind.BANKNOTE if len(entry.place) > LONGEST_PLACE or not (
            entry.place.isprintable() or not entry.place
        ):
            return _("Say in one line where it is given out, in 120 signs at most.")
        case _:
            return ""
