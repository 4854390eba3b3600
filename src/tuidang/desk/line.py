"""The volunteer's telephone: going on duty, the page that rings, and what that page asks and orders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuidang.base.http import content_security, json_response, permissions
from tuidang.base.limits import Budget
from tuidang.desk.leaving import TALKERS
from tuidang.desk.line_state import socket_of, state_of, telephone_of
from tuidang.desk.line_words import LANGUAGES, OWN_SAYS, SAYS
from tuidang.desk.words import END_BUTTONS
from tuidang.phone.actions.duty import (
    NoDeskError,
    TooManyOrdersError,
    give_order,
    go_off_duty,
    go_on_duty,
    keep_on_duty,
    set_away,
    set_ready,
)
from tuidang.phone.queries import duty_of
from tuidang.volunteers.access import role_required, signed_in
from tuidang.volunteers.models import Role
from tuidang.volunteers.shifts.queries import availability_of

_ORDERS: Final = Budget(burst=60, per_hour=1200)  # of one volunteer; a press on a key is one

listeners = role_required(*TALKERS)


@listeners
@require_http_methods(["GET", "HEAD", "POST"])
def line(request: HttpRequest) -> HttpResponse:
    """Show the telephone of who is on duty, and to others the way to go on duty."""
    volunteer, now = _who(request), datetime.now(UTC)
    fault = ""
    if request.method == "POST":
        fault = _change_duty(request, volunteer, now)
        if not fault:
            return HttpResponseRedirect(reverse("desk:line"))
    duty = duty_of(volunteer, now)
    context: dict[str, object] = {"duty": duty, "languages": LANGUAGES.items(), "fault": fault}
    if duty is None:
        context |= {"has_desks": settings.TUIDANG.phone_desks > 0, "spoken": _spoken(request, volunteer)}
        response = render(request, "desk/line/off.html", context, status=422 if fault else 200)
    else:
        says = {**SAYS, **OWN_SAYS} if duty.is_own else SAYS
        context["says"] = {name: str(words) for name, words in says.items()}
        context["ends"] = END_BUTTONS
        response = render(request, "desk/line/on.html", context)
    if duty is None or not duty.is_own:
        _let_speak(request, response)
    else:
        _let_frame(response)
    return response


@listeners
@require_safe
def state(request: HttpRequest) -> HttpResponse:
    """Tell the page how the line stands, each second."""
    return json_response(state_of(settings.TUIDANG, _who(request), datetime.now(UTC)))


@listeners
@require_POST
def telephone(request: HttpRequest) -> HttpResponse:
    """Hand the page the telephone of who is on duty; nothing while Asterisk is not there.

    Who is rung at his own telephone has none here.
    """
    duty = duty_of(_who(request), datetime.now(UTC))
    if duty is None or duty.is_own:
        return json_response({}, status=409)
    try:
        return json_response(telephone_of(settings.TUIDANG, duty, request.get_host()))
    except LookupError:
        return json_response({})


@listeners
@require_POST
def here(request: HttpRequest) -> HttpResponse:
    """Note that the page is there still: who is silent for a minute is not rung."""
    return json_response({}, status=200 if keep_on_duty(_who(request), datetime.now(UTC)) else 409)


@listeners
@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """Take an order of the page: to be rung or not, or what the hotline shall do with the call."""
    volunteer, now = _who(request), datetime.now(UTC)
    verb, argument = request.POST.get("verb", ""), request.POST.get("argument", "")
    duty = duty_of(volunteer, now)
    if duty is None:
        return json_response({}, status=409)
    if verb == "unmark":  # the coordinators' screen of floods alone does it, and it is noted there
        return json_response({}, status=422)
    if verb in {"away", "ready"}:
        (set_away if verb == "away" else set_ready)(volunteer, now)
        return json_response({})
    try:
        _order(volunteer, duty.desk, verb, argument, now)
    except TooManyOrdersError:
        return json_response({"says": str(SAYS["too-often"])}, status=429)
    except ValueError:
        return json_response({}, status=422)
    return json_response({})


def _order(volunteer: UUID, desk: int, verb: str, argument: str, now: datetime) -> None:
    if not _ORDERS.spend(str(volunteer), now.timestamp()):
        raise TooManyOrdersError
    give_order(desk, verb, argument, now=now)


def door(request: HttpRequest) -> HttpResponseBase:
    """Tell the web server in front whether to let a telephone through to Asterisk.

    204 for who is on duty in his browser.
    """
    answer = _stands_open(request)
    # The way to sign in is for pages: nginx takes 401 or 403 for a refusal, and anything else for a failure.
    return HttpResponse(status=403) if answer.status_code == 302 else answer


@listeners
@require_safe
def _stands_open(request: HttpRequest) -> HttpResponse:
    duty = duty_of(_who(request), datetime.now(UTC))
    return HttpResponse(status=401 if duty is None or duty.is_own else 204)


def _change_duty(request: HttpRequest, volunteer: UUID, now: datetime) -> str:
    if "off" in request.POST:
        go_off_duty(volunteer)
        return ""
    try:
        go_on_duty(volunteer, _typed(request), signed_in(request).has_role(Role.COORDINATOR), now)
    except ValueError:
        return _("Say which language you speak best.")
    except NoDeskError:
        return _("Every telephone is taken at this moment: try again in a few minutes, or ask a coordinator.")
    return ""


def _typed(request: HttpRequest) -> list[str]:
    """Read which languages somebody ticked, the one he speaks best first."""
    return [request.POST.get("best", ""), *request.POST.getlist("also")]


def _spoken(request: HttpRequest, volunteer: UUID) -> Sequence[str]:
    """Give the languages to begin with: those ticked just now, or those of his own hours."""
    if request.method == "POST":
        return _typed(request)
    own = availability_of(volunteer)
    return own.spoken if own else ("zh",)


def _let_speak(request: HttpRequest, response: HttpResponse) -> None:
    """Let this page, and no other, use the microphone, connect with Asterisk, and frame our pages."""
    options = settings.TUIDANG
    socket = "" if options.https else f" {socket_of(options, request.get_host())}"
    response.headers["Content-Security-Policy"] = content_security(
        connect_src=f"'self'{socket}", frame_src="'self'"
    )
    response.headers["Permissions-Policy"] = permissions("microphone")


def _let_frame(response: HttpResponse) -> None:
    """Let a page that has no telephone in it frame our pages, and use nothing else."""
    response.headers["Content-Security-Policy"] = content_security(frame_src="'self'")


def _who(request: HttpRequest) -> UUID:
    return signed_in(request).pk
