"""Being on duty at a desk telephone, what is ordered there, and what is counted of the conversations.

A volunteer's own number goes with his row, however his duty ends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from tuidang.phone import floods_now
from tuidang.phone.actions.call_backs import give_back_all, give_back_uncalled
from tuidang.phone.actions.own_numbers import NO_NUMBER, seal_own_number
from tuidang.phone.duty_rules import (
    ABSENT,
    DISPOSITIONS,
    KINDS,
    MOST_ORDERS,
    STALE,
    check_order,
    is_busy,
    ten_seconds,
    tidy_languages,
)
from tuidang.phone.hotline_now import hotline_now, path_of
from tuidang.phone.live_files import forget_live
from tuidang.phone.models import DeskOrder, Disposition, Duty, HotlineHour

COUNTED = ("arrived", "answered", "abandoned", "to_message", "wait_seconds", "talk_seconds")


class NoDeskError(Exception):
    """Say that every desk telephone is taken, or that there is none."""


class TooManyOrdersError(ValueError):
    """Say that the hotline has not taken what this desk asked for before."""


@dataclass(frozen=True)
class Order:
    """What a page asked for."""

    desk: int
    verb: str
    argument: str


def go_on_duty(
    volunteer: UUID, languages: Iterable[str], coordinator: bool, now: datetime, *, own_number: str = ""
) -> int:
    """Put a volunteer on duty, ready to be rung, and return the number of his telephone line.

    Who is on duty already keeps his line. `own_number`: E.164 digits at which he is rung instead of in his
    browser, sealed before they are stored. Raises ValueError for languages that the hotline does not have,
    NumberRefusedError, a ValueError too, for a number that may not be called, NoDeskError when all lines
    (TUIDANG_PHONE_DESKS) are taken.
    """
    sealed = seal_own_number(own_number, now) if own_number else NO_NUMBER
    words = {
        "languages": tidy_languages(languages),
        "coordinator": coordinator,
        "state": Duty.State.READY,
        "seen": ten_seconds(now),
        "sealed": sealed.content,
        "sealed_on": sealed.day,
    }
    with transaction.atomic(durable=True):
        taken = {duty.desk: duty for duty in Duty.objects.select_for_update()}
        mine = next((duty for duty in taken.values() if duty.volunteer == volunteer), None)
        desk = mine.desk if mine else _free_desk(taken, now)
        if desk in taken and mine is None:
            taken[desk].delete()
        Duty.objects.update_or_create(volunteer=volunteer, defaults={"desk": desk, **words})
    return desk


def _free_desk(taken: Mapping[int, Duty], now: datetime) -> int:
    # Where a conversation goes on the desk is theirs who talk, though a page was silent or a row is gone.
    busy = _busy_desks(now)
    numbers = [number for number in range(1, settings.TUIDANG.phone_desks + 1) if number not in busy]
    free = [number for number in numbers if number not in taken]
    left = [number for number in numbers if number in taken and taken[number].seen < now - ABSENT]
    if not free and not left:
        raise NoDeskError
    return (free or left)[0]


def _busy_desks(now: datetime) -> set[int]:
    hotline = hotline_now(settings.TUIDANG.data, now)
    return {n for n, desk in hotline.desks.items() if is_busy(desk.state, desk.call)} if hotline else set()


def set_ready(volunteer: UUID, now: datetime) -> bool:
    """Let a volunteer be rung again; False when he is not on duty."""
    return bool(
        Duty.objects.filter(volunteer=volunteer).update(state=Duty.State.READY, seen=ten_seconds(now))
    )


def set_away(volunteer: UUID, now: datetime) -> bool:
    """Let a volunteer not be rung for a while; False when he is not on duty."""
    return bool(Duty.objects.filter(volunteer=volunteer).update(state=Duty.State.AWAY, seen=ten_seconds(now)))


def send_away(desk: int) -> None:
    """Let who sits at this desk not be rung: he did not answer twice."""
    Duty.objects.filter(desk=desk).update(state=Duty.State.AWAY)


def keep_on_duty(volunteer: UUID, now: datetime) -> bool:
    """Note that a volunteer's page is there still; False when he is not on duty any more."""
    return bool(Duty.objects.filter(volunteer=volunteer).update(seen=ten_seconds(now)))


def go_off_duty(volunteer: UUID) -> None:
    """Take a volunteer off duty; whom he was lent to call is another's. A conversation goes on."""
    with transaction.atomic():
        Duty.objects.filter(volunteer=volunteer).delete()
        give_back_uncalled(volunteer)


def end_duty(volunteer: UUID) -> None:
    """Take off duty who may talk no more; whom he was lent is another's, even if he has called him."""
    with transaction.atomic():
        Duty.objects.filter(volunteer=volunteer).delete()
        give_back_all(volunteer)


def let_be_called_in(volunteer: UUID, *, is_coordinator: bool) -> None:
    """Let a volunteer who is on duty be called into conversations as a coordinator, or not any more."""
    Duty.objects.filter(volunteer=volunteer).update(coordinator=is_coordinator)


def clear_absent(now: datetime, busy: Collection[int] = ()) -> None:
    """Take off duty whose page was silent for five minutes, but for those who are `busy` at their desks."""
    Duty.objects.filter(seen__lt=now - ABSENT).exclude(desk__in=busy).delete()


def tidy_duty(now: datetime) -> None:
    """Leave nothing of who was on duty, and of what was ordered, while no hotline runs that would."""
    clear_absent(now, _busy_desks(now))
    _drop_stale(now)
    for left in (floods_now.path_of, path_of):
        forget_live(left(settings.TUIDANG.data), now)


def give_order(desk: int, verb: str, argument: str = "", *, now: datetime) -> None:
    """Ask the hotline for something at a desk. Raises ValueError for what nobody could carry out.

    TooManyOrdersError, a ValueError too, when the hotline has not taken MOST_ORDERS of this desk.
    """
    check_order(verb, argument)
    _drop_stale(now)
    if DeskOrder.objects.filter(desk=desk).count() >= MOST_ORDERS:
        raise TooManyOrdersError(f"{MOST_ORDERS} orders of this desk wait already: try again in ten seconds")
    DeskOrder.objects.create(desk=desk, verb=verb, argument=argument, made=now)


def _drop_stale(now: datetime) -> None:
    DeskOrder.objects.filter(made__lt=now - STALE).delete()


def claim_orders(now: datetime) -> list[Order]:
    """Take all orders that wait, in their order; those that waited too long are dropped.

    A crash after this loses the orders: who pressed sees that nothing happens, and presses again.
    """
    if not DeskOrder.objects.exists():
        return []
    with transaction.atomic():
        rows = list(DeskOrder.objects.select_for_update().order_by("id"))
        DeskOrder.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return [Order(row.desk, row.verb, row.argument) for row in rows if row.made >= now - STALE]


def count_hour(hour: datetime, language: str, counts: Mapping[str, int]) -> None:
    """Add to an hour's figures of a language; `counts` names some of COUNTED."""
    if hour.minute or hour.second or hour.microsecond:
        raise ValueError("an hour is whole: nothing is counted more finely")
    with transaction.atomic():
        known, _ = HotlineHour.objects.get_or_create(hour=hour, language=language)
        added = {name: F(name) + counts[name] for name in COUNTED if counts.get(name)}
        if added:
            HotlineHour.objects.filter(pk=known.pk).update(**added)


def count_disposition(day: date, kind: str, what: str, before: str = "") -> None:
    """Count what a conversation ended in, in place of what was said `before`.

    Raises ValueError for a word that is not counted.
    """
    if kind not in KINDS or what not in DISPOSITIONS:
        raise ValueError("no such end of a conversation is counted")
    with transaction.atomic():
        known, _ = Disposition.objects.get_or_create(day=day, kind=kind, what=what)
        Disposition.objects.filter(pk=known.pk).update(count=F("count") + 1)
        of_before = Disposition.objects.filter(day=day, kind=kind, what=before)
        of_before.filter(count__gt=0).update(count=F("count") - 1)
        of_before.filter(count=0).delete()
