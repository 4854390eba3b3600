"""A volunteer's own hours: pledges, the next shifts, swaps, and a calendar file to take away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from tuidang.desk.shift_forms import AboutForm, PledgeForm, read_shift
from tuidang.desk.shift_words import LANGUAGE_NAMES, REFUSED, grouped_zones, weekday_name
from tuidang.volunteers.access import role_required, signed_in
from tuidang.volunteers.shifts.actions import (
    RefusedError,
    agree_to_take,
    cancel_shift,
    disagree_to_take,
    end_pledge,
    keep_shift,
    make_pledge,
    offer_shift,
    set_availability,
    take_shift,
)
from tuidang.volunteers.shifts.calendar_file import calendar_file
from tuidang.volunteers.shifts.coverage import LANGUAGES
from tuidang.volunteers.shifts.models import Availability
from tuidang.volunteers.shifts.queries import (
    PLEDGERS,
    Offer,
    Shift,
    availability_of,
    offers,
    pledges_of,
    shifts_of,
)
from tuidang.volunteers.shifts.rules import Reason, Span, refusal_of

SHOWN = timedelta(days=14)
IN_CALENDAR = timedelta(days=56)
MOST = 40  # shifts shown at once

pledgers = role_required(*PLEDGERS)


@dataclass(frozen=True)
class OfferRow:
    """Somebody's offered shift as another sees it: whose it is, is not said."""

    shift: Shift
    refusal: str  # why one cannot take it, in words; "" where one can
    agreed: bool


@pledgers
@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: HttpRequest) -> HttpResponse:
    """Show somebody's own hours, and do what a button there says."""
    volunteer, now = signed_in(request).pk, datetime.now(UTC)
    said, refused = "", ""
    if request.method == "POST":
        try:
            said = _act(request, volunteer, now)
        except RefusedError as error:
            refused = str(REFUSED[error.reason])
    return show_hours(request, volunteer, now, said, refused)


def show_hours(
    request: HttpRequest, volunteer: UUID, now: datetime, said: str = "", refused: str = ""
) -> HttpResponse:
    """Draw somebody's own hours, with what came of a press."""
    own = availability_of(volunteer)
    if own is None:
        return HttpResponseRedirect(reverse("desk:hours-about"))
    shifts = shifts_of(volunteer, Span(now, now + SHOWN))[:MOST]
    context = {
        "own": own,
        "now": now,
        "shifts": shifts,
        "pledges": pledges_of(volunteer, now),
        "offers": _offers_to(volunteer, own, now),
        "said": said,
        "refused": refused,
        "asks": _asked_about(request, shifts),
    }
    return render(request, "desk/shifts/hours.html", context, status=422 if refused else 200)


@pledgers
@require_http_methods(["GET", "HEAD", "POST"])
def about(request: HttpRequest) -> HttpResponse:
    """Ask by whose clock somebody lives, what he speaks, and how much he gives at most."""
    volunteer = signed_in(request)
    own = availability_of(volunteer.pk)
    form = AboutForm.of(own)
    if request.method == "POST":
        form = AboutForm.read(request.POST)
        if wanted := form.wanted():
            set_availability(volunteer.pk, wanted)
            pledges = volunteer.has_role(*PLEDGERS)
            return HttpResponseRedirect(reverse("desk:hours" if pledges else "desk:week"))
    context = {
        "form": form,
        "own": own,
        "zones": grouped_zones(),
        "languages": [(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
    }
    return render(request, "desk/shifts/about.html", context, status=422 if form.errors else 200)


@pledgers
@require_http_methods(["GET", "HEAD", "POST"])
def pledge(request: HttpRequest) -> HttpResponse:
    """Take a promise."""
    volunteer, now = signed_in(request).pk, datetime.now(UTC)
    own = availability_of(volunteer)
    if own is None:
        return HttpResponseRedirect(reverse("desk:hours-about"))
    form = PledgeForm.empty(now.astimezone(ZoneInfo(own.zone)).date())
    if request.method == "POST":
        form = PledgeForm.read(request.POST)
        promise = form.promise(own.zone)
        if promise is not None:
            try:
                make_pledge(volunteer, promise, now)
            except RefusedError as error:
                form.errors["begins"] = str(REFUSED[error.reason])
            else:
                return HttpResponseRedirect(reverse("desk:hours"))
    context = {"form": form, "own": own, "weekdays": [(n, weekday_name(n)) for n in range(7)]}
    return render(request, "desk/shifts/pledge.html", context, status=422 if form.errors else 200)


@pledgers
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Give somebody's shifts of eight weeks as a calendar file that says nothing about what they are."""
    volunteer, now = signed_in(request).pk, datetime.now(UTC)
    shifts = shifts_of(volunteer, Span(now, now + IN_CALENDAR))
    rows = [(_name_of(shift), shift.span) for shift in shifts]
    file = calendar_file(rows, pgettext("calendar", "Appointment"), now.date())
    return HttpResponse(
        file,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="calendar.ics"', "Cache-Control": "no-store"},
    )


def _name_of(shift: Shift) -> str:
    """Name a shift for calendars: the same each time, and told from the database only with our key."""
    return salted_hmac("calendar", shift.key, algorithm="sha256").hexdigest()[:32]


def _act(request: HttpRequest, volunteer: UUID, now: datetime) -> str:
    """Do what a button says, and return what came of it."""
    move = request.POST.get("move", "")
    if move == "end":
        try:
            end_pledge(volunteer, UUID(request.POST.get("pledge", "")), now)
        except ValueError as error:
            raise RefusedError(Reason.GONE) from error
        return _("The pledge has ended. Thank you for every hour.")
    shift = read_shift(request.POST.get("shift", ""))
    if shift is None:
        raise RefusedError(Reason.GONE)
    if move == "disagree":
        disagree_to_take(volunteer, *shift)
        return _("You are not counted on for it any more.")
    acts: dict[str, tuple[Callable[[UUID, UUID, date, datetime], object], str]] = {
        "offer": (offer_shift, _("The shift is on offer. It stays yours until somebody takes it.")),
        "keep": (keep_shift, _("The shift is yours again, and not on offer.")),
        "cancel": (cancel_shift, _("The shift is cancelled, and others are asked to fill the hole.")),
        "take": (take_shift, _("The shift is yours. Thank you.")),
        "agree": (agree_to_take, _("If nobody else takes it, a coordinator may give it to you.")),
    }
    if move not in acts:
        raise RefusedError(Reason.GONE)
    act, words = acts[move]
    act(volunteer, *shift, now)
    return words


def _asked_about(request: HttpRequest, shifts: list[Shift]) -> Shift | None:
    """Return the shift about which is asked whether it is really to be cancelled."""
    key = request.GET.get("cancel", "")
    return next((shift for shift in shifts if shift.key == key), None)


def _offers_to(volunteer: UUID, own: Availability, now: datetime) -> list[OfferRow]:
    """List the shifts of others on offer, each with why one cannot take it."""
    held = [shift.span for shift in shifts_of(volunteer, Span(now - SHOWN, now + 2 * SHOWN))]
    rows = []
    for offer in offers(Span(now, now + SHOWN)):
        if offer.shift.volunteer == volunteer or offer.shift.span.start <= now:
            continue
        rows.append(OfferRow(offer.shift, _refusal(offer, own, held), agreed=volunteer in offer.willing))
    return rows


def _refusal(offer: Offer, own: Availability, held: list[Span]) -> str:
    reason = refusal_of(held, [offer.shift.span], own.zone, own.caps)
    theirs = availability_of(offer.shift.volunteer)
    if theirs is not None and not set(theirs.spoken) & set(own.spoken):
        reason = Reason.LANGUAGE
    return str(REFUSED[reason]) if reason else ""
