"""What is read of pledges: shifts as they are planned, offers, and who is promised when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from tuidang.volunteers.models import Role, User
from tuidang.volunteers.shifts.coverage import OnDuty
from tuidang.volunteers.shifts.models import Availability, Pledge, ShiftChange, Willing
from tuidang.volunteers.shifts.rules import Span, shifts_between

# Who may go on duty at the telephone: nobody else can fill an hour of the hotline.
PLEDGERS: Final = (Role.LISTENER, Role.COORDINATOR)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Shift:
    """One planned shift: its pledge and day name it; `is_single` where it is all there is of the pledge."""

    pledge: UUID
    day: date
    span: Span
    volunteer: UUID
    is_offered: bool
    is_single: bool

    @property
    def key(self) -> str:
        """Name it in a form."""
        return f"{self.pledge.hex}-{self.day:%Y%m%d}"


@dataclass(frozen=True)
class Offer:
    """A shift on offer, and those who agreed to take it if nobody else does."""

    shift: Shift
    willing: tuple[UUID, ...]


def availability_of(volunteer: UUID) -> Availability | None:
    """Give by whose clock a volunteer lives, and how much he gives; None while he has not said."""
    return Availability.objects.filter(volunteer_id=volunteer).first()


def availabilities() -> list[Availability]:
    """List by whose clock everybody lives."""
    return list(Availability.objects.all())


def pledges_of(volunteer: UUID, now: datetime) -> list[Pledge]:
    """List the pledges that go on and come again, the earliest hour first; not shifts of a single day."""
    found = Pledge.objects.filter(volunteer_id=volunteer).order_by("begins", "weekdays", "id")
    return [
        pledge
        for pledge in found
        if pledge.last is None
        or (pledge.last != pledge.first and pledge.last >= now.astimezone(ZoneInfo(pledge.zone)).date())
    ]


def shifts_of(volunteer: UUID, within: Span) -> list[Shift]:
    """List the shifts that somebody has in a span, in order; those on offer are his until they are taken."""
    return _planned(Pledge.objects.filter(volunteer_id=volunteer), within)


def planned(within: Span) -> list[Shift]:
    """List the shifts of all who may still take some, in order."""
    there = [user.pk for user in User.objects.filter(groups__name__in=PLEDGERS).distinct() if user.is_active]
    return _planned(Pledge.objects.filter(volunteer_id__in=there), within)


def offers(within: Span) -> list[Offer]:
    """List the shifts on offer in a span, in order, with those who agreed to take them."""
    agreed: dict[tuple[UUID, date], list[UUID]] = {}
    for pledge, day, volunteer in Willing.objects.order_by("id").values_list(
        "change__pledge_id", "change__day", "volunteer_id"
    ):
        agreed.setdefault((pledge, day), []).append(volunteer)
    return [
        Offer(shift, tuple(agreed.get((shift.pledge, shift.day), ())))
        for shift in planned(within)
        if shift.is_offered
    ]


def promised(within: Span) -> list[OnDuty]:
    """List who is promised when, with what he speaks and his own clock, for the board."""
    known = {one.volunteer_id: one for one in availabilities()}
    return [
        OnDuty(str(shift.volunteer), one.spoken, one.zone, shift.span)
        for shift in planned(within)
        if (one := known.get(shift.volunteer)) is not None
    ]


def pseudonyms(volunteers: Iterable[UUID]) -> dict[UUID, str]:
    """Name volunteers by their pseudonyms, for coordinators."""
    return dict(User.objects.filter(pk__in=set(volunteers)).values_list("pk", "pseudonym"))


def _planned(pledges: QuerySet[Pledge], within: Span) -> list[Shift]:
    """Lay pledges out in a span, without what is gone."""
    first, last = within.start.date() - 2 * _DAY, within.end.date() + _DAY
    found = list(pledges.filter(first__lte=last).exclude(last__lt=first))
    changes = ShiftChange.objects.filter(pledge__in=found, day__range=(first, last))
    state = {(change.pledge_id, change.day): change.state for change in changes}
    shifts = [
        Shift(
            pledge.pk,
            day,
            span,
            pledge.volunteer_id,
            state.get((pledge.pk, day)) == ShiftChange.State.OFFERED,
            pledge.first == pledge.last,
        )
        for pledge in found
        for day, span in shifts_between(pledge.promise, within)
        if state.get((pledge.pk, day)) != ShiftChange.State.GONE
    ]
    return sorted(shifts, key=lambda shift: (shift.span, shift.pledge))
