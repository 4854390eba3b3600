"""Removing what is published at a reviewer's word: two different people, or one for an owner's phone call."""

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
    SAME_PERSON = auto()  # who asked cannot consent
    NOT_ASKED = auto()  # there is nothing to decide, or it was decided


@dataclass(frozen=True)
class AskedErasure:
    """An erasure that waits for a reviewer's consent; `asked_by` is empty when the owner asked by phone."""

    leaf: int
    day: date
    asked_by: str


def hide_requests(limit: int = 200) -> list[tuple[int, date]]:
    """List leaf and day of the open requests to hide a name, oldest first."""
    return list(
        HideRequest.objects.filter(refused=False).order_by("day", "leaf").values_list("leaf", "day")[:limit]
    )


def asked_erasures(limit: int = 200) -> list[AskedErasure]:
    """List the erasures that wait for consent, oldest first."""
    asked = Erasure.objects.filter(state=Erasure.State.ASKED).order_by("day", "leaf")[:limit]
    return [AskedErasure(row.leaf, row.day, row.asked_by) for row in asked]


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
    """Refuse an erasure that waits for consent, and the request to hide behind it; one's own too."""
    with transaction.atomic():
        asked = _asked(leaf)
        if asked is None:
            return Consent.NOT_ASKED
        asked.delete()
        HideRequest.objects.filter(leaf=leaf).update(refused=True, day=today)
        note_act([_object(leaf)], Act.REFUSE_ERASURE, reviewer, today)
    return Consent.DONE


def refuse_hide(leaf: int, reviewer: str, today: date) -> bool:
    """Refuse a request to hide a name; False if there is none that is open."""
    with transaction.atomic():
        refused = HideRequest.objects.filter(leaf=leaf, refused=False).update(refused=True, day=today)
        if refused:
            note_act([_object(leaf)], Act.REFUSE_HIDE, reviewer, today)
    return bool(refused)


def _asked(leaf: int) -> Erasure | None:
    return Erasure.objects.select_for_update().filter(leaf=leaf, state=Erasure.State.ASKED).first()


def _object(leaf: int) -> bytes:
    return b"leaf %d" % leaf
