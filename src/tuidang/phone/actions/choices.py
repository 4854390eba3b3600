"""What the called ask for with keys 9 and 8, stored once a call however often it is told.

No row joins a call with a statement, and a call's id is stored nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction

from tuidang.phone.models import CallBack, Pin
from tuidang.privacy.calls import call_hash, pin_hash, withdrawal_key
from tuidang.privacy.calls import make_pin as pin_of
from tuidang.privacy.keypairs import DayPairs
from tuidang.privacy.keys import KeyFolder, KeyMissingError
from tuidang.privacy.sealing import seal_to
from tuidang.register.actions.intake import submit_form
from tuidang.register.rules.content import Channel
from tuidang.register.rules.form import Consent, Form, Person

KEPT_DAYS = 14  # a number that was not called by then is destroyed; a PIN is forgotten


def withdraw(
    call_id: bytes,
    people: Sequence[tuple[str, Sequence[str]]],
    region: str,
    *,
    round: int = 0,  # noqa: A002  the name that the command Withdraw has for it
    today: date,
) -> tuple[str, ...]:
    """Take the statements that were confirmed in a call, and return their receipts; on the disk by then.

    `call_id`: its 16 random bytes. `people`: alias and organisations of each. `round`: which confirmation of
    the call, from 0: the same one again gives the same receipts and stores nothing. Raises IntakeClosed:
    nothing is known to be taken, and the same may be tried again.
    """
    persons = tuple(Person(alias, tuple(orgs)) for alias, orgs in people)
    consent: Consent = "own" if len(persons) == 1 else "asked"
    form = Form(persons, region, "", "", "zh-hans", consent, under_18=False)
    # One transaction of the register's: a crash before its commit leaves nothing, after it everything.
    return submit_form(form, withdrawal_key(call_id, round), channel=Channel.MACHINE, today=today).receipts


def store_call_back(call_id: bytes, number: str, region: str, hours: str, *, today: date) -> None:
    """Store that somebody wants to be called back; his number is sealed before it is stored anywhere.

    `number`: E.164 digits. `hours`: morning, afternoon, evening or any; told again with others, the last
    hold. Raises ValueError, which does not name it, for what is no number.
    """
    sealed = seal_to(_public_key(today), number)
    call = call_hash(KeyFolder(settings.TUIDANG.keys).call_key(), call_id)
    with transaction.atomic(durable=True):
        known, is_new = CallBack.objects.get_or_create(
            call=call, defaults={"day": today, "sealed": sealed, "region": region, "hours": hours}
        )
        if not is_new and known.hours != hours:
            CallBack.objects.filter(pk=known.pk).update(hours=hours)
    # A crash before the commit leaves nothing, after it the wish; told again it is the same wish.


def make_pin(call_id: bytes, *, today: date) -> str:
    """Return the call's PIN of six digits, good for two weeks; always the same for the same call."""
    key = KeyFolder(settings.TUIDANG.keys).call_key()
    pin = pin_of(key, call_id)
    with transaction.atomic(durable=True):
        known, is_new = Pin.objects.get_or_create(hash=pin_hash(key, pin), defaults={"day": today})
        if not is_new and known.day < today:  # another call has the same six digits
            Pin.objects.filter(pk=known.pk).update(day=today)
    # A crash before the commit leaves nothing, after it a PIN that nobody heard; asked again it is the same.
    return pin


def forget_choices(*, today: date) -> None:
    """Delete call-backs and PINs that are older than two weeks, then destroy the keys of their days.

    Makes the pairs of today and tomorrow as well: made with the first number, a key's file would say when it
    came. For the process that may read the private halves; to be repeated daily, at any hour.
    """
    kept = today - timedelta(days=KEPT_DAYS)
    with transaction.atomic(durable=True):
        CallBack.objects.filter(day__lt=kept).delete()
        Pin.objects.filter(day__lt=kept).delete()
    # A crash here leaves keys that open nothing; the next round destroys them. What the database's files
    # still hold of the deleted rows can be opened by nobody afterwards.
    pairs = call_back_keys()
    for day in (today, today + timedelta(days=1)):
        pairs.make_pair(day)
    pairs.destroy_before(kept)


def call_back_keys() -> DayPairs:
    """Give the key pairs that numbers to be called back are sealed with."""
    folder = settings.TUIDANG.keys
    return DayPairs(private=folder / "call-backs", public=folder / "call-backs-public")


def _public_key(today: date) -> bytes:
    pairs = call_back_keys()
    try:
        return pairs.public_key(today)
    except KeyMissingError:  # the first call of an installation comes before the first daily round
        return pairs.make_pair(today)
