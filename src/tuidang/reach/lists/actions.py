"""What changes mirror sets, and what was measured."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from tuidang.reach.lists.measured import Measured, Thing, newest
from tuidang.reach.lists.queries import assigned
from tuidang.reach.lists.spread import even_out, hand_out, moved
from tuidang.reach.models import Measurement, MirrorPlace, MirrorSet, Source, ToolEntry
from tuidang.reach.rules import LONGEST_TITLE, Kind, Mistake, State, is_code

CANARY_DAYS: Final = 31  # the longest a canary lives
LONGEST_CANARY: Final = 200


def create_set(name: str, title: str) -> None:
    """Begin an empty set; mirrors that are in none are handed out by a press of their own. Raises Mistake."""
    if not is_code(name):
        raise Mistake("name", _("A name has small letters, digits and single hyphens, 40 signs at most."))
    if not title or len(title) > LONGEST_TITLE or not title.isprintable():
        raise Mistake("title", _("Say in one line by which way this set is told, in 80 signs at most."))
    with transaction.atomic():
        if MirrorSet.objects.filter(name=name).exists():
            raise Mistake("name", _("There is such a set already."))
        MirrorSet.objects.create(name=name, title=title)


def close_set(name: str) -> None:
    """End a set that no mirror in use is in. Raises Mistake."""
    with transaction.atomic():
        found = _locked(name)
        inside = MirrorPlace.objects.filter(set=found)
        if inside.exclude(mirror__state=State.RETIRED).exists():
            raise Mistake(
                "name",
                _(
                    "Mirrors are in it that its learners know. Say of each that it is retired, then close the"
                    " set: in another set they would lead from one to the next."
                ),
            )
        inside.delete()
        found.delete()


def renew_canary(name: str, words: str, days: int, today: date) -> None:
    """Keep what a person says of a set today, for so many days after today. Raises Mistake."""
    if not words or len(words) > LONGEST_CANARY or not words.isprintable():
        raise Mistake("words", _("One sentence, in 200 signs at most."))
    if not 1 <= days <= CANARY_DAYS:
        raise Mistake("days", _("From 1 to 31 days."))
    with transaction.atomic():
        found = _locked(name)
        found.canary, found.canary_day, found.canary_until = words, today, today + timedelta(days)
        found.save()


def hand_out_mirrors() -> int:
    """Put each live mirror that is in no set into the smallest; return how many."""
    with transaction.atomic():
        sets, mirrors, before = assigned()
        after = hand_out(sets, mirrors, before)
        return _keep(before, after)


def even_out_sets() -> int:
    """Move the fewest mirrors that make sets equal; return how many were moved or handed out."""
    with transaction.atomic():
        sets, mirrors, before = assigned()
        return _keep(before, even_out(sets, mirrors, before))


def moves_to_even_out() -> int:
    """Count the mirrors that would go from one set to another."""
    sets, mirrors, before = assigned()
    return moved(before, even_out(sets, mirrors, before))


def keep_measured(found: Iterable[Measured]) -> int:
    """Keep the newest of each mirror or tool on each network; return how many were news. Raises Mistake."""
    news = 0
    with transaction.atomic():
        known = {
            Thing.MIRROR: set(Source.objects.filter(kind=Kind.MIRROR).values_list("code", flat=True)),
            Thing.TOOL: set(ToolEntry.objects.values_list("code", flat=True)),
        }
        for one in newest(found):
            if one.code not in known[one.thing]:
                raise Mistake("file", _("There is no %(code)s.") % {"code": one.code})
            row = Measurement.objects.filter(thing=one.thing, code=one.code, network=one.network).first()
            if row is not None and (row.day, not row.works) >= (one.day, not one.works):
                continue
            Measurement.objects.update_or_create(
                thing=one.thing,
                code=one.code,
                network=one.network,
                defaults={"day": one.day, "works": one.works},
            )
            news += 1
    return news


def _keep(before: dict[str, str], after: dict[str, str]) -> int:
    changed = {mirror: one for mirror, one in after.items() if before.get(mirror) != one}
    for mirror, one in changed.items():
        MirrorPlace.objects.update_or_create(mirror_id=mirror, defaults={"set_id": one})
    # A crash before the commit leaves every mirror where it was.
    return len(changed)


def _locked(name: str) -> MirrorSet:
    found = MirrorSet.objects.select_for_update().filter(name=name).first()
    if found is None:
        raise Mistake("name", _("There is no such set."))
    return found
