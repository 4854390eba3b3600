"""The reviewers' screens for published statements: hiding on request, erasure with a second one's consent."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tuidang.base.audit import Act
from tuidang.base.clock import utc_now
from tuidang.desk.noted import AtWork, reviewer_of
from tuidang.desk.queries import asked, published_entry
from tuidang.register.actions.removal import (
    Consent,
    ask_erasure,
    asked_of,
    consent_erasure,
    refuse_erasure,
    refuse_hide,
)
from tuidang.volunteers.access import role_required, signed_in
from tuidang.volunteers.actions.consents import is_too_new
from tuidang.volunteers.models import Role

_BEYOND_ANY_LOG = 2**53
_NOTED = {
    "ask": Act.ASK_ERASURE,
    "consent": Act.CONSENT_ERASURE,
    "refuse": Act.REFUSE_ERASURE,
    "refuse-hide": Act.REFUSE_HIDE,
}

_REFUSALS = {
    Consent.DONE: "refused",
    Consent.TAKEN_BACK: "taken-back",
    Consent.NOTED: "noted",
    Consent.SAME_PERSON: "refused-twice",
    Consent.NOT_ASKED: "decided",
}

reviewers = role_required(Role.REVIEWER)


@reviewers
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """List what is asked about published statements; a number leads to any other of them."""
    number = request.GET.get("number", "").replace(" ", "")
    if number.isdecimal() and len(number) < 16:
        return HttpResponseRedirect(reverse("desk:published", args=[int(number)]))
    return render(request, "desk/requests.html", {"asked": asked(), "me": str(signed_in(request).pk)})


@reviewers
@require_http_methods(["GET", "HEAD", "POST"])
def published(request: HttpRequest, leaf: int) -> HttpResponse:
    """Show a published statement, what is asked about it, and take a reviewer's word on it."""
    entry = published_entry(leaf) if leaf < _BEYOND_ANY_LOG else None
    if entry is None:
        raise Http404
    reviewer = str(signed_in(request).pk)
    too_new, done = is_too_new(signed_in(request), utc_now()), ""
    if request.method == "POST":
        move = request.POST.get("move", "")
        is_second = move == "consent" or (move != "ask" and _other_refuses(leaf, reviewer))
        done = "too-new" if is_second and too_new else _act(move, leaf, reviewer_of(request))
    erasure, hide = asked_of(leaf)
    context = {
        "entry": entry,
        "erasure": erasure,
        "hide": hide,
        "me": reviewer,
        "too_new": too_new,
        "done": done,
    }
    return render(request, "desk/published.html", context)


def _other_refuses(leaf: int, reviewer: str) -> bool:
    """Tell whether another reviewer would refuse what is asked: the next refusal is the second word."""
    return any(one is not None and one.refused_by not in {"", reviewer} for one in asked_of(leaf))


def _act(move: str, leaf: int, at_work: AtWork) -> str:
    """Do what a button says, and note it; give a word for what came of it, for the page."""
    with transaction.atomic():
        done = _decide(move, leaf, at_work.key, at_work.today)
        if done in {"asked", "consented", "refused", "taken-back", "noted"}:
            at_work.note(_NOTED[move], [f"leaf {leaf}"])
    return done


def _decide(move: str, leaf: int, reviewer: str, today: date) -> str:
    match move:
        case "ask":
            return "asked" if ask_erasure(leaf, reviewer, today) else "decided"
        case "consent":
            consent = consent_erasure(leaf, reviewer, today)
            return {Consent.DONE: "consented", Consent.SAME_PERSON: "same-person"}.get(consent, "decided")
        case "refuse":
            return _REFUSALS[refuse_erasure(leaf, reviewer, today)]
        case "refuse-hide":
            return _REFUSALS[refuse_hide(leaf, reviewer, today)]
        case _:
            raise Http404
