"""Calling back: one row at a time is lent to a volunteer, in its safe hours, and shredded when it is done.

Every step is a conditional UPDATE, so that whoever comes second changes nothing. Only the telephone process
opens a number: what a volunteer sees and says here is done without it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from tuidang.base.clock import CHINA
from tuidang.phone.actions.choices import KEPT_DAYS, call_back_keys, count_outcome
from tuidang.phone.actions.never import is_never, never_call
from tuidang.phone.call_back_rules import MOST_TRIES, Outcome, is_safe, rest_until, safe_hours, safe_wishes
from tuidang.phone.models import CallBack
from tuidang.phone.rules import WEST, Refusal, Zone, may_call, zone_of
from tuidang.privacy.keys import KeyMissingError
from tuidang.privacy.sealing import CannotOpenError, open_sealed_to

LEASE: Final = timedelta(minutes=20)  # extended while they talk

_FREE = {"leased_by": None, "leased_until": None, "called": False}


@dataclass(frozen=True)
class Leased:
    """What a volunteer is told of whom he may call; never the number, nor a part of it."""

    key: int
    kind: str  # CallBack.Kind
    region: str
    language: str
    hours: str
    day: date  # on which he asked, or was put on the list
    tries: int  # before this lease, if he was not called in it yet
    called: bool
    until: datetime

    @property
    def zone(self) -> Zone:
        """Tell when his place lives."""
        return zone_of(self.region)


@dataclass(frozen=True)
class Attempt:
    """A call that counts as begun: to be dialled at once."""

    key: int
    number: str = field(repr=False)
    kind: str
    region: str
    language: str


def lease_call_back(
    volunteer: UUID, languages: Collection[str], now: datetime, *, besides: int = 0
) -> Leased | None:
    """Lend a volunteer the next call in its safe hours, or give the one he has; None if there is none now.

    The urgent first, then the oldest, of those in a language of his or in none that is known. `besides`: the
    row he has just given back.
    """
    _end_own_lease(volunteer, now)
    while (held := leased_call_back(volunteer)) is None:
        waiting = free_call_backs(now).filter(language__in=["", *languages]).exclude(pk=besides)
        key = waiting.order_by("-urgent", "day", "pk").values_list("pk", flat=True).first()
        if key is None:
            return None
        try:
            with transaction.atomic(durable=True):
                free_call_backs(now).filter(pk=key).update(
                    leased_by=volunteer, leased_until=now + LEASE, called=False
                )
            # A crash after the commit leaves a lease that nobody uses until it runs out.
        except IntegrityError:  # another window of his was first, and has one
            continue
    return held


def leased_call_back(volunteer: UUID) -> Leased | None:
    """Give what is lent to a volunteer; whom he has called is his, even later, to say what became of it."""
    row = CallBack.objects.filter(leased_by=volunteer).first()
    if row is None or row.leased_until is None:
        return None
    tries = row.tries - row.called
    return Leased(
        row.pk, row.kind, row.region, row.language, row.hours, row.day, tries, row.called, row.leased_until
    )


def extend_lease(volunteer: UUID, key: int, now: datetime) -> bool:
    """Let a lease run anew from now, as long as it is his; to be repeated while they talk."""
    with transaction.atomic():
        return bool(_his(volunteer, key).update(leased_until=now + LEASE))


def give_back(volunteer: UUID, key: int) -> bool:
    """Give a row back that was lent; False if it is his no more. A call that was begun stays counted."""
    with transaction.atomic(durable=True):
        return bool(_his(volunteer, key).update(**_FREE))


def give_back_uncalled(volunteer: UUID) -> None:
    """Give back what a volunteer was lent and has not called: he goes off duty."""
    CallBack.objects.filter(leased_by=volunteer, called=False).update(**_FREE)


def give_back_all(volunteer: UUID) -> None:
    """Give back what a volunteer was lent, who comes no more; a call that was begun stays counted."""
    CallBack.objects.filter(leased_by=volunteer).update(**_FREE)


def begin_try(volunteer: UUID, key: int, now: datetime, *, simulated: bool) -> Attempt | Refusal | None:
    """Open a number that is lent to a volunteer and count the call to it, which is to be dialled at once.

    For the telephone process alone, which may read the private halves. Every rule is asked here; a refusal
    tells why nobody is called, and who is never to be called is shredded. None: it is lent no more, or was
    called in this lease. `simulated`: the trunk reaches nobody.
    """
    with transaction.atomic(durable=True):
        mine = _his(volunteer, key).filter(leased_until__gt=now, called=False, tries__lt=MOST_TRIES)
        row = mine.select_for_update().first()
        if row is None or not _is_kept(row, now):
            return None
        number = _open(row)
        refusal = _refusal(row, number, now, simulated=simulated) if number else Refusal.SEALED
        if number is None or refusal is not None:
            _refuse(row, refusal or Refusal.SEALED, now)
            return refusal
        tries = row.tries + 1
        mine.update(tries=tries, rests_until=rest_until(tries, now), called=True, leased_until=now + LEASE)
    # A crash after the commit leaves a call that counts and never rang: he rests, and is tried again.
    return Attempt(row.pk, number, row.kind, row.region, row.language)


def take_back_try(attempt: Attempt) -> None:
    """Count a call as not begun after all: it did not reach the carrier, so it rang nowhere."""
    with transaction.atomic(durable=True):
        CallBack.objects.filter(pk=attempt.key, called=True).update(
            tries=F("tries") - 1, rests_until=None, called=False
        )


def put_off_try(attempt: Attempt, now: datetime) -> None:
    """Give back a call that is not made today, and let him rest a day: his number was rung today already."""
    with transaction.atomic(durable=True):
        CallBack.objects.filter(pk=attempt.key, called=True).update(
            tries=F("tries") - 1, **(_FREE | {"rests_until": rest_until(MOST_TRIES, now)})
        )
    # A crash before the commit leaves a try that counts and never rang.


def settle_call_back(volunteer: UUID, key: int, outcome: Outcome, now: datetime) -> bool:
    """Note what became of the call a volunteer was lent; False if he called nobody, or it is his no more.

    Who was talked with, and a wrong number, are shredded; who wants never to be called again is so too as
    soon as the telephone process has put him on the list; the others rest, or were tried often enough.
    """
    today = _today(now)
    with transaction.atomic(durable=True):
        row = _his(volunteer, key).filter(called=True).select_for_update().first()
        if row is None:
            return False
        count_outcome(today, outcome)
        match outcome:
            case Outcome.DONE | Outcome.WRONG_NUMBER:
                row.delete()
            case Outcome.NEVER:
                CallBack.objects.filter(pk=key).update(never=True, **_FREE)
            case Outcome.NOT_REACHED | Outcome.CUT_OFF if row.tries >= MOST_TRIES:
                count_outcome(today, Outcome.WORN_OUT)
                row.delete()
            case Outcome.NOT_REACHED:
                CallBack.objects.filter(pk=key).update(**_FREE)
            case Outcome.CUT_OFF:
                CallBack.objects.filter(pk=key).update(urgent=True, rests_until=None, **_FREE)
            case Outcome.WORN_OUT | Outcome.EXPIRED:
                raise ValueError("no volunteer says so")
    # A crash before the commit leaves the row with its call counted; afterwards it is settled.
    return True


def put_on_never_list() -> int:
    """Put on the do-not-call list who said "never again" to a volunteer, and shred the rows; give how many.

    For the telephone process, often, and for the daily round. Raises KeyMissingError if a key of the list
    is gone: then nobody is called, and they wait. So does a row that cannot be opened here.
    """
    done = 0
    for row in CallBack.objects.filter(never=True):
        number = _open(row)
        if number is None:
            continue
        never_call(number)
        # A crash here leaves the row, and the next time finds the number on the list.
        with transaction.atomic(durable=True):
            CallBack.objects.filter(pk=row.pk).delete()
        done += 1
    return done


def tidy_call_backs(now: datetime) -> None:
    """Shred, and count, what was tried as often as may be; free leases that somebody left behind.

    What is two weeks old goes with `forget_choices`, and so do the keys of days of which nothing is left.
    """
    today = _today(now)
    nobodys = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
    with transaction.atomic(durable=True):
        # While the last of them rests, the volunteer may still say what became of it.
        worn_out = CallBack.objects.filter(nobodys, tries__gte=MOST_TRIES, rests_until__lte=now, never=False)
        count_outcome(today, Outcome.WORN_OUT, worn_out.delete()[0])
        # Lists that nobody consented to within the day that a consent is waited for.
        CallBack.objects.filter(batch__isnull=False, day__lt=today - timedelta(days=1)).delete()
        left_behind = CallBack.objects.filter(leased_until__lte=now)
        left_behind.filter(Q(called=False) | Q(rests_until__lte=now)).update(**_FREE)


def free_call_backs(now: datetime) -> QuerySet[CallBack]:
    """Give the rows that may be lent now: in their safe hours, not resting, and nobody's."""
    safe = Q(pk__in=[])
    for hours, zone in safe_wishes(now):
        safe |= Q(hours=hours) & _lives_in(zone)
    return CallBack.objects.filter(
        safe,
        Q(leased_until__isnull=True) | Q(leased_until__lte=now),
        Q(rests_until__isnull=True) | Q(rests_until__lte=now),
        batch__isnull=True,
        day__gte=_today(now) - timedelta(days=KEPT_DAYS),
        tries__lt=MOST_TRIES,
        never=False,
    )


def _end_own_lease(volunteer: UUID, now: datetime) -> None:
    with transaction.atomic():
        CallBack.objects.filter(leased_by=volunteer, leased_until__lte=now, called=False).update(**_FREE)


def _his(volunteer: UUID, key: int) -> QuerySet[CallBack]:
    return CallBack.objects.filter(pk=key, leased_by=volunteer)


def _lives_in(zone: Zone) -> Q:
    match zone:
        case Zone.UNKNOWN:
            return Q(region="")
        case Zone.WEST:
            return Q(region__in=WEST)
        case Zone.EAST:
            return ~Q(region__in=["", *WEST])


def _refusal(row: CallBack, number: str, now: datetime, *, simulated: bool) -> Refusal | None:
    zone = zone_of(row.region)
    if not is_safe(row.hours, zone, now):  # he named them: they hold where nobody sleeps too
        return Refusal.HOURS
    try:
        never = is_never([number])
    except KeyMissingError:
        return Refusal.NEVER_KEY
    opens, closes = safe_hours(row.hours, zone)
    return may_call(
        number, zone, now=now, is_never=bool(never), opens=opens, closes=closes, simulated=simulated
    )


def _refuse(row: CallBack, refusal: Refusal, now: datetime) -> None:
    """Shred who may never be called, and give back who may be called later."""
    if refusal in {Refusal.HOURS, Refusal.NEVER_KEY, Refusal.SEALED}:
        # What cannot be opened here rests, so that it is not lent again and again.
        rests_until = rest_until(1, now) if refusal is Refusal.SEALED else row.rests_until
        CallBack.objects.filter(pk=row.pk).update(rests_until=rests_until, **_FREE)
        return
    count_outcome(_today(now), Outcome.NEVER if refusal is Refusal.NEVER else Outcome.WRONG_NUMBER)
    row.delete()


def _open(row: CallBack) -> str | None:
    try:
        return open_sealed_to(call_back_keys().private_key(row.day), bytes(row.sealed))
    except (KeyMissingError, CannotOpenError):
        return None  # the key is gone, or it is another machine that has it


def _is_kept(row: CallBack, now: datetime) -> bool:
    return row.day >= _today(now) - timedelta(days=KEPT_DAYS)


def _today(now: datetime) -> date:
    return now.astimezone(CHINA).date()
