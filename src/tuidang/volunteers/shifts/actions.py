"""Everything that changes pledges and shifts. What cannot be is refused with its reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from tuidang.volunteers.shifts.coverage import LANGUAGES
from tuidang.volunteers.shifts.models import Availability, Pledge, ShiftChange, Willing
from tuidang.volunteers.shifts.queries import shifts_of
from tuidang.volunteers.shifts.rules import (
    DAY_CAPS,
    WEEK_CAPS,
    Caps,
    Mistake,
    Promise,
    Reason,
    Span,
    looked_ahead,
    mistakes_of,
    refusal_of,
    shift_on,
    zones,
)

_DAY = timedelta(days=1)
_AROUND = timedelta(days=8)  # beyond, no shift is in one week with another


class RefusedError(Exception):
    """Say why something cannot be."""

    def __init__(self, reason: Reason | Mistake) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Wanted:
    """What somebody says about himself: the zone of his clock, what he speaks (best first), and his caps."""

    zone: str
    languages: tuple[str, ...]
    caps: Caps

    def mistakes(self) -> list[Mistake]:
        """Tell what is wrong with it."""
        spoken = set(self.languages)
        wrong = {
            Mistake.ZONE: self.zone not in zones(),
            Mistake.LANGUAGES: not spoken or not spoken <= set(LANGUAGES),
            Mistake.CAPS: self.caps.day not in DAY_CAPS or self.caps.week not in WEEK_CAPS,
        }
        return [mistake for mistake, is_so in wrong.items() if is_so]


def set_availability(volunteer: UUID, wanted: Wanted) -> None:
    """Keep what somebody says about himself. What he promised by another clock stays as it was promised."""
    if mistakes := wanted.mistakes():
        raise RefusedError(mistakes[0])
    Availability.objects.update_or_create(
        volunteer_id=volunteer,
        defaults={
            "zone": wanted.zone,
            "languages": " ".join(dict.fromkeys(wanted.languages)),
            "day_cap": wanted.caps.day,
            "week_cap": wanted.caps.week,
        },
    )


def make_pledge(volunteer: UUID, promise: Promise, now: datetime) -> UUID:
    """Keep a promise, and return its key. Refused where it meets what he has, or goes over his caps."""
    if mistakes := mistakes_of(promise):
        raise RefusedError(mistakes[0])
    shifts = looked_ahead(promise, now)
    if not shifts:
        raise RefusedError(Reason.PAST)
    with transaction.atomic():
        _allow(volunteer, shifts)
        return _keep(volunteer, promise)


def fill_hole(volunteer: UUID, span: Span, now: datetime) -> UUID:
    """Let somebody be on duty for a time that nobody has promised, once."""
    if span.start + timedelta(minutes=15) <= now:  # the quarter that runs may be taken
        raise RefusedError(Reason.PAST)
    start = span.start.astimezone(UTC)
    minutes = (span.end - span.start) // timedelta(minutes=1)
    day = frozenset({start.weekday()})
    once = Promise("UTC", day, start.time(), minutes, start.date(), start.date())
    if mistakes := mistakes_of(once):
        raise RefusedError(mistakes[0])
    with transaction.atomic():
        _allow(volunteer, [span])
        return _keep(volunteer, once)


def end_pledge(volunteer: UUID, pledge: UUID, now: datetime) -> None:
    """End a pledge with the shifts that have begun; what lies ahead is nobody's."""
    with transaction.atomic():
        row = Pledge.objects.select_for_update().filter(pk=pledge, volunteer_id=volunteer).first()
        if row is None:
            raise RefusedError(Reason.GONE)
        today = now.astimezone(ZoneInfo(row.zone)).date()
        begun = shift_on(row.promise, today)
        last = today if begun is not None and begun.start <= now else today - _DAY
        if last < row.first:
            row.delete()
        elif row.last is None or row.last > last:
            row.changes.filter(day__gt=last).delete()
            Pledge.objects.filter(pk=row.pk).update(last=last)


def cancel_shift(volunteer: UUID, pledge: UUID, day: date, now: datetime) -> None:
    """Cancel one shift ahead; from now on it is a hole."""
    with transaction.atomic():
        row, _ = _own(volunteer, pledge, day, now)
        _give_up(row, day)


def offer_shift(volunteer: UUID, pledge: UUID, day: date, now: datetime) -> None:
    """Offer one shift to others; it stays his until somebody has taken it."""
    with transaction.atomic():
        row, _ = _own(volunteer, pledge, day, now)
        ShiftChange.objects.get_or_create(pledge=row, day=day, defaults={"state": ShiftChange.State.OFFERED})


def keep_shift(volunteer: UUID, pledge: UUID, day: date, now: datetime) -> None:
    """Take an offer back."""
    with transaction.atomic():
        row, _ = _own(volunteer, pledge, day, now)
        row.changes.filter(day=day, state=ShiftChange.State.OFFERED).delete()


def take_shift(volunteer: UUID, pledge: UUID, day: date, now: datetime) -> UUID:
    """Take a shift on offer: its owner is free of it, and it is a pledge of the taker's for that day."""
    with transaction.atomic():
        change, span = _offered(pledge, day, now)
        row = change.pledge
        if row.volunteer_id == volunteer:
            raise RefusedError(Reason.OWN)
        _share_a_language(row.volunteer_id, volunteer)
        _allow(volunteer, [span])
        once = Promise(row.zone, frozenset({day.weekday()}), row.begins, row.minutes, day, day)
        key = _keep(volunteer, once)
        _give_up(row, day)
        return key


def agree_to_take(volunteer: UUID, pledge: UUID, day: date, now: datetime) -> None:
    """Agree to take a shift on offer if nobody else does, so that a coordinator may give it."""
    with transaction.atomic():
        change, span = _offered(pledge, day, now)
        if change.pledge.volunteer_id == volunteer:
            raise RefusedError(Reason.OWN)
        _share_a_language(change.pledge.volunteer_id, volunteer)
        _allow(volunteer, [span])
        Willing.objects.get_or_create(change=change, volunteer_id=volunteer)


def disagree_to_take(volunteer: UUID, pledge: UUID, day: date) -> None:
    """Take it back that one would."""
    Willing.objects.filter(change__pledge_id=pledge, change__day=day, volunteer_id=volunteer).delete()


def assign_shift(to: UUID, pledge: UUID, day: date, now: datetime) -> UUID:
    """Give a shift on offer to somebody who agreed to take it, and to nobody else."""
    with transaction.atomic():
        if not Willing.objects.filter(change__pledge_id=pledge, change__day=day, volunteer_id=to).exists():
            raise RefusedError(Reason.NOT_AGREED)
        return take_shift(to, pledge, day, now)


def forget_past(today: date) -> None:
    """Delete what lies two days back: nobody needs to know any more who was promised when."""
    past = today - 2 * _DAY
    with transaction.atomic():
        ShiftChange.objects.filter(day__lt=past).delete()
        Pledge.objects.filter(last__lt=past).delete()


def _allow(volunteer: UUID, shifts: Collection[Span]) -> None:
    """Raise RefusedError where somebody cannot have these shifts beside those he has."""
    # The row is held until the transaction ends, so that two presses at once are judged one after the other.
    own = Availability.objects.select_for_update().filter(volunteer_id=volunteer).first()
    if own is None:
        raise RefusedError(Mistake.ZONE)
    around = Span(min(shifts).start - _AROUND, max(shifts).end + _AROUND)
    held: Iterable[Span] = (shift.span for shift in shifts_of(volunteer, around))
    if reason := refusal_of(held, shifts, own.zone, own.caps):
        raise RefusedError(reason)


def _keep(volunteer: UUID, promise: Promise) -> UUID:
    return Pledge.objects.create(
        volunteer_id=volunteer,
        zone=promise.zone,
        weekdays="".join(map(str, sorted(promise.weekdays))),
        begins=promise.begins,
        minutes=promise.minutes,
        first=promise.first,
        last=promise.last,
    ).pk


def _own(volunteer: UUID, pledge: UUID, day: date, now: datetime) -> tuple[Pledge, Span]:
    """Return somebody's own pledge and its shift of a day that has not begun; raise RefusedError for none."""
    row = Pledge.objects.select_for_update().filter(pk=pledge, volunteer_id=volunteer).first()
    span = shift_on(row.promise, day) if row else None
    if row is None or span is None or row.changes.filter(day=day, state=ShiftChange.State.GONE).exists():
        raise RefusedError(Reason.GONE)
    if span.start <= now:
        raise RefusedError(Reason.PAST)
    return row, span


def _offered(pledge: UUID, day: date, now: datetime) -> tuple[ShiftChange, Span]:
    """Return an offer that stands; whoever comes second finds none."""
    offered = ShiftChange.objects.select_for_update().filter(
        pledge_id=pledge, day=day, state=ShiftChange.State.OFFERED
    )
    change = offered.select_related("pledge").first()
    span = shift_on(change.pledge.promise, day) if change else None
    if change is None or span is None:
        raise RefusedError(Reason.GONE)
    if span.start <= now:
        raise RefusedError(Reason.PAST)
    return change, span


def _give_up(row: Pledge, day: date) -> None:
    """Take a shift from its pledge; a pledge of that one day goes with it."""
    if row.first == row.last:
        row.delete()
        return
    change, _ = ShiftChange.objects.update_or_create(
        pledge=row, day=day, defaults={"state": ShiftChange.State.GONE}
    )
    change.willing.all().delete()


def _share_a_language(owner: UUID, taker: UUID) -> None:
    spoken = Availability.objects.in_bulk([owner, taker])
    if owner in spoken and taker in spoken and not {*spoken[owner].spoken} & {*spoken[taker].spoken}:
        raise RefusedError(Reason.LANGUAGE)
