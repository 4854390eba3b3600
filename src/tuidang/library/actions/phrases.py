"""Phrases that OpenCC gets wrong in a script: one editor writes them down, another reviews them."""

from __future__ import annotations

from django.db import transaction

from tuidang.library.actions.publication import republish_with
from tuidang.library.hanzi import OTHER
from tuidang.library.models import Override
from tuidang.library.rules import Fault, Mistake, check_phrase


@transaction.atomic
def ask_phrase(to: str, phrase: str, becomes: str, by: str) -> Override:
    """Write down that a phrase becomes another in the script `to`; it waits for a second editor.

    Raises Mistake for what cannot be taken, and where the phrase is written down already.
    """
    if to not in OTHER:
        raise Mistake("to", "one of the two scripts of Chinese", Fault.LANGUAGE)
    phrase, becomes = check_phrase("phrase", phrase), check_phrase("becomes", becomes)
    if Override.objects.filter(to=to, phrase=phrase).exists():
        raise Mistake("phrase", "it is written down already: take it away first", Fault.PHRASE_KNOWN)
    return Override.objects.create(to=to, phrase=phrase, becomes=becomes, asked_by=by)


@transaction.atomic
def review_phrase(key: int, by: str) -> int:
    """Let a phrase hold, and make anew what is read where it stands; say how many chapters that were.

    Raises Mistake when who reviews it wrote it down himself, or it is gone or was reviewed before.
    """
    found = Override.objects.select_for_update().filter(pk=key, reviewed_by="").first()
    if found is None:
        raise Mistake("phrase", "it was reviewed or taken away before", Fault.GONE)
    if found.asked_by == by:
        raise Mistake(
            "phrase", "you wrote it down yourself: another editor has to review it", Fault.OWN_PHRASE
        )
    found.reviewed_by = by
    found.save(update_fields=["reviewed_by"])
    return republish_with(found.phrase, found.to)


@transaction.atomic
def remove_phrase(key: int) -> int:
    """Take a phrase away, and make anew what is read where it stands; say how many chapters that were."""
    found = Override.objects.filter(pk=key).first()
    if found is None:
        return 0
    found.delete()
    return republish_with(found.phrase, found.to) if found.reviewed_by else 0
