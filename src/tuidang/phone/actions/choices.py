"""What the called ask for with keys 9 and 8, stored once a call however often it is told.

No row joins a call with a statement, and a call's id is stored nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from tuidang.phone.call_back_rules import Outcome
from tuidang.phone.models import CallBack, CallBackCount, Duty, Pin
from tuidang.privacy.calls import call_hash, pin_hash, withdrawal_key
from tuidang.privacy.calls import make_pin as pin_of
from tuidang.privacy.keypairs import DayPairs
from tuidang.privacy.keys import KeyFolder, KeyMissingError
from tuidang.privacy.sealing import seal_to
from tuidang.register.actions.intake import submit_form
from tuidang.register.rules.content import Channel
from tuidang.register.rules.form import call_form

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
    form = call_form(people, region)
    # One transaction of the register's: a crash before its commit leaves nothing, after it everything.
    return submit_form(form, withdrawal_key(call_id, round), channel=Channel.MACHINE, today=today).receipts


def store_call_back(
    call_id: bytes, number: str, region: str, hours: str, *, today: date, language: str = ""
) -> None:
    """Store that somebody wants to be called back; his number is sealed before it is stored anywhere.

    `number`: E.164 digits; only a Chinese mobile is ever called. `hours`: morning, afternoon, evening or any;
    told again with others, the last hold. `language`: zh, yue, en, "" not known. Raises ValueError, which
    does not name it, for what is no number.
    """
    sealed = seal_to(day_public_key(today), number)
    call = call_hash(KeyFolder(settings.TUIDANG.keys).call_key(), call_id)
    with transaction.atomic(durable=True):
        known, is_new = CallBack.objects.get_or_create(
            call=call,
            defaults={
                "day": today,
                "sealed": sealed,
                "region": region,
                "hours": hours,
                "language": language,
            },
        )
        if not is_new and known.hours != hours:
            CallBack.objects.filter(pk=known.pk).update(hours=hours)
    # A crash before the commit leaves nothing, after it the wish; told again it is the same wish.


def make_pin(call_id: bytes, *, today: date, language: str = "") -> str:
    """Return the call's PIN of six digits, good once in two weeks; always the same for the same call."""
    key = KeyFolder(settings.TUIDANG.keys).call_key()
    pin = pin_of(key, call_id)
    with transaction.atomic(durable=True):
        known, is_new = Pin.objects.get_or_create(
            hash=pin_hash(key, pin), defaults={"day": today, "language": language}
        )
        if not is_new and known.day < today:  # another call has the same six digits
            Pin.objects.filter(pk=known.pk).update(day=today)
    # A crash before the commit leaves nothing, after it a PIN that nobody heard; asked again it is the same.
    return pin


def use_pin(typed: str, *, today: date) -> str | None:
    """Take a PIN that somebody entered, which is then used up: the language it was read in, None if wrong.

    It lets him go before others in the queue, and gives nothing else: it names nobody.
    """
    hashed = pin_hash(KeyFolder(settings.TUIDANG.keys).call_key(), typed)
    good = Pin.objects.filter(hash=hashed, day__gte=today - timedelta(days=KEPT_DAYS))
    with transaction.atomic(durable=True):
        pin = good.select_for_update().first()
        # Of two who enter it at the same moment one deletes it.
        return pin.language if pin is not None and good.delete()[0] else None
    # A crash before the commit leaves it good, afterwards used up: he waits in the queue like others.


def forget_choices(*, today: date) -> None:
    """Shred call-backs and PINs that are older than two weeks, then the keys of days that are over.

    Of a day of which nothing is left the key goes after one more day: what was sealed before midnight may be
    stored after it. Makes the pairs of today and tomorrow as well: made with the first number, a key's file
    would say when it came. For the process that may read the private halves; to be repeated daily, at any
    hour.
    """
    kept = today - timedelta(days=KEPT_DAYS)
    with transaction.atomic(durable=True):
        count_outcome(today, Outcome.EXPIRED, CallBack.objects.filter(day__lt=kept).delete()[0])
        Pin.objects.filter(day__lt=kept).delete()
    # A crash here leaves keys that open nothing; the next round destroys them. What the database's files
    # still hold of the deleted rows can be opened by nobody afterwards.
    pairs = call_back_keys()
    for day in (today, today + timedelta(days=1)):
        pairs.make_pair(day)
    pairs.destroy_before(kept)
    waiting = set(CallBack.objects.values_list("day", flat=True))
    on_duty = Duty.objects.filter(sealed_on__isnull=False)  # at a telephone of their own, since that day
    waiting |= {day for day in on_duty.values_list("sealed_on", flat=True) if day is not None}
    for day in pairs.days():
        if day < today - timedelta(days=1) and day not in waiting:
            pairs.destroy(day)


def count_outcome(day: date, outcome: Outcome, count: int = 1) -> None:
    """Add to the count of an outcome of calls by volunteers on a day; within the change that it counts."""
    if count:
        CallBackCount.objects.get_or_create(day=day, outcome=outcome)
        CallBackCount.objects.filter(day=day, outcome=outcome).update(count=F("count") + count)


def call_back_keys() -> DayPairs:
    """Give the key pairs that numbers to be called back are sealed with."""
    folder = settings.TUIDANG.keys
    return DayPairs(private=folder / "call-backs", public=folder / "call-backs-public")


def day_public_key(today: date) -> bytes:
    """Give the public half with which numbers of today are sealed."""
    pairs = call_back_keys()
    try:
        return pairs.public_key(today)
    except KeyMissingError:  # the first call of an installation comes before the first daily round
        return pairs.make_pair(today)
