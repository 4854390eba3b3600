"""The board of a week: what each hour needs and who has promised it, its holes, and who could fill them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuidang.base import charts
from tuidang.base.audit import Act, noted
from tuidang.desk.hotline_board import ends_of_week, hotline_today
from tuidang.desk.hours import show_hours
from tuidang.desk.shift_forms import read_shift, read_span, write_span
from tuidang.desk.shift_words import LANGUAGE_SIGNS, REFUSED, open_words, weekday_name
from tuidang.desk.staffing import AHEAD, could_fill, expected, held_by, holes_ahead, own_numbers, week_board
from tuidang.volunteers.access import role_required, signed_in
from tuidang.volunteers.models import Role
from tuidang.volunteers.shifts.actions import RefusedError, assign_shift, fill_hole
from tuidang.volunteers.shifts.coverage import ALL, LANGUAGES, SOON, TARGET, Cell, Hole, State, quarter_of
from tuidang.volunteers.shifts.queries import (
    PLEDGERS,
    Offer,
    Shift,
    availabilities,
    availability_of,
    offers,
    planned,
    pseudonyms,
)
from tuidang.volunteers.shifts.rules import QUARTER, Reason, Span, is_night

SHOWN_HOLES = 12

pledgers = role_required(*PLEDGERS)
coordinators = role_required(Role.COORDINATOR)


@dataclass(frozen=True)
class HourRow:
    """One hour of the table under the board; who is on duty, for coordinators only."""

    cell: Cell
    is_twice: bool
    people: Sequence[tuple[str, bool]]  # pseudonym, and whether it is night by his own clock


@dataclass(frozen=True)
class HoleRow:
    """A hole as it is told: whether it is now or within two hours, and whether who looks could fill it."""

    hole: Hole
    time: str  # in words, by the clock of who looks
    is_now: bool
    is_soon: bool
    can_take: bool

    @property
    def key(self) -> str:
        """Name it in a form."""
        return write_span(self.hole.span)


@pledgers
@require_safe
def week(request: HttpRequest) -> HttpResponse:
    """Show a week's need against what is promised, in the hours of one's own clock."""
    volunteer, now = signed_in(request), datetime.now(UTC)
    own = availability_of(volunteer.pk)
    zone = own.zone if own else "UTC"
    today = now.astimezone(ZoneInfo(zone)).date()
    first = today + timedelta(days=7 * _weeks_ahead(request))
    board = week_board(zone, first, now)
    ahead = [cell for cell in board if cell.span.end > now]
    coordinates = volunteer.has_role(Role.COORDINATOR)
    found = _hole_rows(request, zone, now) if first == today else []
    context = {
        "own": own,
        "zone": zone,
        "days": _days(board, planned(Span(board[0].span.start, board[-1].span.end)) if coordinates else ()),
        "chart": _chart(board, now),
        "holes": found[:SHOWN_HOLES],
        "more": len(found) - SHOWN_HOLES,
        "hours_short": sum(cell.missing > 0 for cell in ahead),
        "hours_all": len(ahead),
        "coordinates": coordinates,
        "languages": [*LANGUAGES, ALL],
        "profile": expected(now),
        "busiest": max(expected(now).load(ALL, cell.span.start).calls for cell in board),
        "target": TARGET,
        "weeks_ahead": _weeks_ahead(request),
        "numbers": own_numbers(now),
        "today": hotline_today(now),
        "ends": ends_of_week(now) if coordinates else (),
    }
    return render(request, "desk/shifts/week.html", context)


@pledgers
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Let somebody fill a hole with one press, if it is one still."""
    volunteer, now = signed_in(request).pk, datetime.now(UTC)
    own = availability_of(volunteer)
    span = read_span(request.POST.get("hole", ""))
    if own is None or span is None:
        return show_hours(request, volunteer, now, refused=str(REFUSED[Reason.GONE]))
    # Drawn some while ago, it may begin in a quarter of an hour that is over.
    span = Span(max(span.start, quarter_of(now)), span.end)
    open_holes = (hole for hole in holes_ahead(own.zone, now) if hole.span.meets(span))
    helped = [hole for hole in open_holes if hole.helped_by(own.spoken)]
    if not helped or span.start >= span.end:
        return show_hours(request, volunteer, now, refused=str(REFUSED[Reason.GONE]))
    try:
        fill_hole(volunteer, span, now)
    except RefusedError as error:
        return show_hours(request, volunteer, now, refused=str(REFUSED[error.reason]))
    return show_hours(request, volunteer, now, said=_("The shift is yours. Thank you."))


@coordinators
@require_http_methods(["GET", "HEAD", "POST"])
def holes(request: HttpRequest) -> HttpResponse:
    """Show a coordinator the holes ahead, and let him give offered shifts to those who agreed."""
    now = datetime.now(UTC)
    said, refused = "", ""
    if request.method == "POST":
        try:
            _assign(request, now)
            said = _("The shift is given. It stands among that volunteer’s own hours now.")
        except RefusedError as error:
            refused = str(REFUSED[error.reason])
    own = availability_of(signed_in(request).pk)
    zone = own.zone if own else "UTC"
    offered = offers(Span(now, now + 2 * AHEAD))
    names = pseudonyms([who for offer in offered for who in (offer.shift.volunteer, *offer.willing)])
    found = _hole_rows(request, zone, now)
    context = {
        "zone": zone,
        "near": [row for row in found if row.is_soon],
        "later": [row for row in found if not row.is_soon],
        "offers": [_named(offer, names) for offer in offered],
        "said": said,
        "refused": refused,
    }
    return render(request, "desk/shifts/holes.html", context, status=422 if refused else 200)


def _assign(request: HttpRequest, now: datetime) -> None:
    shift = read_shift(request.POST.get("shift", ""))
    try:
        to = UUID(request.POST.get("to", ""))
    except ValueError as error:
        raise RefusedError(Reason.NOT_AGREED) from error
    if shift is None:
        raise RefusedError(Reason.GONE)
    with noted(signed_in(request).pseudonym, Act.GIVE_SHIFT, f"shift of {to}", now):
        assign_shift(to, *shift, now)


def _named(offer: Offer, names: Mapping[UUID, str]) -> tuple[Shift, str, list[tuple[UUID, str]]]:
    willing = [(who, names.get(who, "")) for who in offer.willing]
    return offer.shift, names.get(offer.shift.volunteer, ""), willing


def _hole_rows(request: HttpRequest, zone: str, now: datetime) -> list[HoleRow]:
    volunteer = signed_in(request)
    own = availability_of(volunteer.pk)
    held = held_by(volunteer.pk, now)
    pledges = own is not None and volunteer.has_role(*PLEDGERS)
    return [
        HoleRow(
            hole,
            open_words(hole.span, zone, now),
            hole.span.start <= now,
            hole.span.start <= now + SOON,
            pledges and own is not None and could_fill(hole, own, held, now),
        )
        for hole in holes_ahead(zone, now)
    ]


def _days(board: Sequence[Cell], shifts: Collection[Shift]) -> list[tuple[date, list[HourRow]]]:
    """Lay the hours out by day; `shifts` of those to be named."""
    names = pseudonyms(shift.volunteer for shift in shifts)
    clocks = {one.volunteer_id: ZoneInfo(one.zone) for one in availabilities()}
    days: dict[date, list[HourRow]] = {}
    for cell in board:
        there = {
            shift.volunteer for shift in shifts if shift.span.meets(cell.span) and shift.volunteer in clocks
        }
        people = sorted((names[who], is_night(cell.span.start, clocks[who])) for who in there)
        is_twice = cell.span.end - cell.span.start > 4 * QUARTER
        days.setdefault(cell.day, []).append(HourRow(cell, is_twice, people))
    return list(days.items())


def _chart(board: Sequence[Cell], now: datetime) -> str:
    days = list(dict.fromkeys(cell.day for cell in board))
    slots = []
    for cell in board:
        whole = cell.whole
        filled = 1.0 if not cell.missing else min(0.9, whole.have / max(whole.need, 1))
        is_now = cell.span.start <= now < cell.span.end
        slots.append(charts.Slot(days.index(cell.day), cell.hour, filled, _written(cell), is_now))
    words = charts.Words(
        "week",
        _("People promised and people needed, by hour"),
        _("A column for each day, a row for each hour. The table below has every number."),
    )
    headings = [(weekday_name(day.weekday()), str(day.day)) for day in days]
    return charts.timetable(words, headings, [f"{hour:02}" for hour in range(24)], slots)


def _written(cell: Cell) -> str:
    """Write how many of how many: of all together, or of a language that is short though those are enough."""
    language = next((one for one in LANGUAGES if cell.counts[one].missing), "")
    if cell.whole.missing or not language:
        mark = "✕ " if cell.state is State.NOBODY else ""
        return f"{mark}{cell.whole.have}/{cell.whole.need}"
    count = cell.counts[language]
    return f"{LANGUAGE_SIGNS[language]} {count.have}/{count.need}"


def _weeks_ahead(request: HttpRequest) -> int:
    typed = request.GET.get("ahead", "0")
    return int(typed) if typed in {"0", "1", "2", "3"} else 0
