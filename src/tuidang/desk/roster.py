"""The coordinator's screens: who is there, who is invited, who does what, and who has left."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tuidang.base.clock import china_today, utc_now
from tuidang.desk.leaving import disable_volunteer, set_roles
from tuidang.volunteers.access import role_required, signed_in
from tuidang.volunteers.actions.accounts import enable_volunteer
from tuidang.volunteers.actions.invitations import DAYS, invite_volunteer, recover_volunteer
from tuidang.volunteers.models import Role
from tuidang.volunteers.queries import Volunteer, all_volunteers, is_taken, one_volunteer
from tuidang.volunteers.rules import GIVEN_AT_DESK, pseudonym_fault, tidy_pseudonym
from tuidang.volunteers.words import ROLES

coordinators = role_required(Role.COORDINATOR)


@coordinators
@require_http_methods(["GET", "HEAD", "POST"])
def roster(request: HttpRequest) -> HttpResponse:
    """List the volunteers, and invite another."""
    context: dict[str, object] = {"volunteers": all_volunteers(china_today()), "roles": _choices(())}
    if request.method != "POST":
        return render(request, "volunteers/roster.html", context)
    pseudonym, roles = tidy_pseudonym(request.POST.get("pseudonym", "")[:200]), _chosen(request)
    fault = "pseudonym" if pseudonym_fault(pseudonym) else "taken" if is_taken(pseudonym) else ""
    if fault or not roles:
        context |= {"fault": fault, "no_role": not roles, "typed": pseudonym, "roles": _choices(roles)}
        return render(request, "volunteers/roster.html", context, status=422)
    token = invite_volunteer(pseudonym, roles, by=signed_in(request).pseudonym, now=utc_now())
    return _show_link(request, pseudonym, token, again=False)


@coordinators
@require_http_methods(["GET", "HEAD", "POST"])
def volunteer(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show one volunteer; give him other roles, a new link, or close and open his account."""
    found = one_volunteer(key, china_today())
    if found is None:
        raise Http404
    me, pseudonym = signed_in(request).pseudonym, found.pseudonym
    if request.method != "POST":
        return _show_person(request, found, me)
    if not may_change(found, me):
        return _show_person(request, found, me, status=403)
    match request.POST.get("move"):
        case "roles":
            set_roles(pseudonym, _chosen(request), by=me, now=utc_now())
        case "disable":
            disable_volunteer(pseudonym, by=me, now=utc_now())
        case "enable":
            enable_volunteer(pseudonym, by=me, now=utc_now())
        case "recover" if found.active:
            token = recover_volunteer(pseudonym, by=me, now=utc_now())
            return _show_link(request, pseudonym, token, again=True)
        case _:
            raise Http404
    changed = one_volunteer(key, china_today())
    assert changed is not None, "accounts are closed, never deleted"
    return _show_person(request, changed, me, done=request.POST["move"])


def may_change(found: Volunteer, me: str) -> bool:
    """Tell whether a coordinator may change an account: not his own, and none with more power than his.

    Else a coordinator could open such an account anew for himself; that is done on the machine itself.
    """
    return found.pseudonym != me and set(found.roles) <= GIVEN_AT_DESK


def _show_person(
    request: HttpRequest, found: Volunteer, me: str, *, done: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "found": found,
        "roles": _choices(found.roles),
        "may_change": may_change(found, me),
        "is_me": found.pseudonym == me,
        "done": done,
    }
    return render(request, "volunteers/volunteer.html", context, status=status)


def _show_link(request: HttpRequest, pseudonym: str, token: str, *, again: bool) -> HttpResponse:
    link = request.build_absolute_uri(reverse("join", args=[token]))
    context = {"invited": pseudonym, "link": link, "days": DAYS, "again": again}
    return render(request, "volunteers/invited.html", context)


def _chosen(request: HttpRequest) -> tuple[Role, ...]:
    chosen = set(request.POST.getlist("role"))
    return tuple(role for role in Role if role in chosen and role in GIVEN_AT_DESK)


def _choices(chosen: tuple[Role, ...]) -> list[tuple[Role, str, bool]]:
    return [(role, str(ROLES[role].does), role in chosen) for role in Role if role in GIVEN_AT_DESK]
