"""Removing what is published at a reviewer's word: two different people, or one for an owner's phone call.

Refusing takes two as well: else one who was planted would refuse, press after press, whatever people ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from django.db import transaction

from tuidang.register.actions.review import Act, note_act
from tuidang.register.models import Erasure, Head, HideRequest


class Consent(Enum):
    """What came of a reviewer's word on an erasure."""

    DONE = auto()
    TAKEN_BACK = auto()  # by who had asked
    NOTED = auto()  # one would refuse it; another's word is missing
    SAME_PERSON = auto()  # who asked cannot consent, and nobody refuses twice
    NOT_ASKED = auto()  # there is nothing to decide, or it was decided


@dataclass(frozen=True)
class AskedErasure:
    """An erasure that waits for a reviewer's consent; `asked_by` is empty when the owner asked by phone."""

    leaf: int
    day: date
    asked_by: str
    refused_by: str  # who would refuse it, alone so far; or nobody


@dataclass(frozen=True)
class AskedHide:
    """A request to hide a name, which anybody made."""

    leaf: int
    day: date
    refused_by: str  # likewise


def hide_requests(limit: int = 200) -> list[AskedHide]:
    """List the open requests to hide a name, oldest first."""
    asked = HideRequest.objects.filter(refused=False).order_by("day", "leaf")[:limit]
    return [_as_hide(row) for row in asked]


def asked_erasures(limit: int = 200) -> list[AskedErasure]:
    """List the erasures that wait for consent, oldest first."""
    asked = Erasure.objects.filter(state=Erasure.State.ASKED).order_by("day", "leaf")[:limit]
    return [_as_erasure(row) for row in asked]


def asked_of(leaf: int) -> tuple[AskedErasure | None, AskedHide | None]:
    """Give what is asked of one statement, however much else is; a request behind an erasure is left out."""
    erasure = Erasure.objects.filter(leaf=leaf, state=Erasure.State.ASKED).first()
    if erasure is not None:
        return _as_erasure(erasure), None
    hide = HideRequest.objects.filter(leaf=leaf, refused=False).first()
    return None, _as_hide(hide) if hide else None


def ask_erasure(leaf: int, reviewer: str, today: date) -> bool:
    """Ask, as a reviewer, that a record be destroyed; False if that was asked, or there is no such leaf."""
    with transaction.atomic():
        if not Head.objects.filter(size__gt=leaf).exists() or leaf < 0:
            return False
        _, is_new = Erasure.objects.get_or_create(
            leaf=leaf,
            defaults={
                "by": Erasure.By.REVIEWERS,
                "state": Erasure.State.ASKED,
                "day": today,
                "asked_by": reviewer,
            },
        )
        if is_new:
            note_act([_object(leaf)], Act.ASK_ERASURE, reviewer, today)
    return is_new


def consent_erasure(leaf: int, reviewer: str, today: date) -> Consent:
    """Consent to an erasure that somebody else has asked for; the next run destroys the record."""
    with transaction.atomic():
        asked = _asked(leaf)
        if asked is None:
            return Consent.NOT_ASKED
        if asked.asked_by == reviewer:
            return Consent.SAME_PERSON
        asked.state, asked.consented_by, asked.day = Erasure.State.CONSENTED, reviewer, today
        asked.save()
        note_act([_object(leaf)], Act.CONSENT_ERASURE, reviewer, today)
    return Consent.DONE


def refuse_erasure(leaf: int, reviewer: str, today: date) -> Consent:
    """Refuse an erasure that waits for consent, and the request to hide behind it, as the second who does.

    Who asked for it takes it back alone; a request behind it then waits for others, as before.
    """
    with transaction.atomic():
        asked = _asked(leaf)
        if asked is None:
            return Consent.NOT_ASKED
        if asked.asked_by == reviewer:
            asked.delete()
            came = Consent.TAKEN_BACK
        elif (came := _refuse(asked, reviewer)) is Consent.DONE:
            asked.delete()
            HideRequest.objects.filter(leaf=leaf).update(refused=True, refused_by="", day=today)
        if came is not Consent.SAME_PERSON:
            note_act([_object(leaf)], Act.REFUSE_ERASURE, reviewer, today)
    return came


def refuse_hide(leaf: int, reviewer: str, today: date) -> Consent:
    """Refuse a request to hide a name, as the second who does."""
    with transaction.atomic():
        asked = HideRequest.objects.select_for_update().filter(leaf=leaf, refused=False).first()
        if asked is None:
            return Consent.NOT_ASKED
        if (came := _refuse(asked, reviewer)) is Consent.DONE:
            asked.refused, asked.refused_by, asked.day = True, "", today
            asked.save()
        if came is not Consent.SAME_PERSON:
            note_act([_object(leaf)], Act.REFUSE_HIDE, reviewer, today)
    return came


def _as_erasure(row: Erasure) -> AskedErasure:
    return AskedErasure(row.leaf, row.day, row.asked_by, row.refused_by)


def _as_hide(row: HideRequest) -> AskedHide:
    return AskedHide(row.leaf, row.day, row.refused_by)


def _refuse(asked: Erasure | HideRequest, reviewer: str) -> Consent:
    """Count a reviewer's refusal of what others ask."""
    if asked.refused_by == reviewer:
        return Consent.SAME_PERSON
    if asked.refused_by:
        return Consent.DONE
    asked.refused_by = reviewer
    asked.save(update_fields=["refused_by"])
    return Consent.NOTED


def _asked(leaf: int) -> Erasure | None:
    return Erasure.objects.select_for_update().filter(leaf=leaf, state=Erasure.State.ASKED).first()


def _object(leaf: int) -> bytes:
    return b"leaf %d" % leaf
