"""The screens of published numbers and addresses: how each stands, and what it brings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tuidang.base.audit import Act, noted
from tuidang.base.clock import china_today, utc_now
from tuidang.desk.staffing import NumberRow, own_numbers
from tuidang.reach.actions import change_source, create_source, mistakes_of
from tuidang.reach.queries import Known, Row, all_sources, figures, find_source, months_until
from tuidang.reach.rules import FLOOR, Door, Entry, How, Kind, Mistake, State, Way, grouped
from tuidang.reach.words import DOORS, KINDS, STATES, WAYS
from tuidang.volunteers.access import role_required, signed_in
from tuidang.volunteers.models import Role

coordinators = role_required(Role.COORDINATOR)
keepers = role_required(Role.COORDINATOR, Role.OPERATOR)  # who also hand out mirrors


@dataclass(frozen=True)
class Shown:
    """A source on the screen: what is known of it in words, and the calls that try it."""

    entry: Entry
    kind: str
    state: str
    look: str
    since: date
    place: str
    trial: NumberRow | None


@keepers
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """List the numbers and addresses by which people find us."""
    trials = {one.code: one for one in own_numbers(utc_now())}
    context = {
        "sources": [_shown(one, trials) for one in all_sources()],
        "saved": "saved" in request.GET,
        "can_print": signed_in(request).has_role(Role.COORDINATOR),
    }
    return render(request, "desk/sources/list.html", context)


@coordinators
@require_safe
def brought(request: HttpRequest) -> HttpResponse:
    """Show what each source and each way brought, month by month."""
    today = china_today()
    titles = {one.entry.code: one.entry.title for one in all_sources()}
    context = {
        "months": months_until(today),
        "opened": [(titles.get(row.what, row.what), row) for row in figures(How.OPENED, today)],
        "told": [(WAYS[Way(row.what)], row) for row in _by_way(figures(How.TOLD, today))],
        "floor": FLOOR,
    }
    return render(request, "desk/sources/brought.html", context)


@keepers
@require_http_methods(["GET", "HEAD", "POST"])
def source(request: HttpRequest, code: str = "") -> HttpResponse:
    """Take a new source, or change one."""
    found = find_source(code) if code else None
    if code and found is None:
        raise Http404
    errors: dict[str, str] = {}
    entry = found.entry if found else Entry("", Kind.PRINT, "", "", State.LIVE, Door.HOME)
    if request.method == "POST":
        entry = _typed(request, entry, is_new=found is None)
        errors = _save(entry, signed_in(request).pseudonym, utc_now(), is_new=found is None)
        if not errors:
            return HttpResponseRedirect(reverse("desk:sources") + "?saved")
    context = {
        "known": found,
        "entry": entry,
        "errors": errors,
        "kinds": KINDS.items(),
        "states": [(state, words) for state, (words, _look) in STATES.items()],
        "doors": DOORS.items(),
        "kind": KINDS[entry.kind],
    }
    return render(request, "desk/sources/source.html", context, status=422 if errors else 200)


def _save(entry: Entry, by: str, now: datetime, *, is_new: bool) -> dict[str, str]:
    """Save an entry and note it; give a sentence for each field that is wrong."""
    if wrong := mistakes_of(entry):
        return {one.field: str(one) for one in wrong}
    save = create_source if is_new else change_source
    try:
        with noted(by, Act.CHANGE_SOURCE, f"source {entry.code}", now):
            save(entry, china_today())
    except Mistake as mistake:
        return {mistake.field: str(mistake)}
    return {}


def _typed(request: HttpRequest, before: Entry, *, is_new: bool) -> Entry:
    """Read what was typed; what is none of the choices stays as it was."""

    def text(name: str) -> str:
        return request.POST.get(name, "").strip()

    return Entry(
        text("code") if is_new else before.code,
        Kind(text("kind")) if is_new and text("kind") in set(Kind) else before.kind,
        text("title"),
        text("place"),
        State(text("state")) if text("state") in set(State) else before.state,
        Door(text("door")) if text("door") in set(Door) else before.door,
    )


def _by_way(rows: list[Row]) -> list[Row]:
    order = [way.value for way in Way]
    return sorted(rows, key=lambda row: order.index(row.what))


def _shown(known: Known, trials: dict[str, NumberRow]) -> Shown:
    entry = known.entry
    state, look = STATES[entry.state]
    is_number = entry.kind is Kind.NUMBER
    return Shown(
        entry,
        str(KINDS[entry.kind]),
        str(state),
        look,
        known.since,
        grouped(entry.place) if is_number else entry.place,
        trials.get(entry.code) if is_number else None,
    )
