"""The screens of mirror sets: who is told which mirrors, their canaries, and where they were last tried."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuidang.base.audit import Act, noted
from tuidang.base.clock import china_today, utc_now
from tuidang.reach.lists.actions import (
    CANARY_DAYS,
    LONGEST_CANARY,
    close_set,
    create_set,
    even_out_sets,
    hand_out_mirrors,
    keep_measured,
    moves_to_even_out,
    renew_canary,
)
from tuidang.reach.lists.document import Listed
from tuidang.reach.lists.measured import MOST, Unreadable, read_measured
from tuidang.reach.lists.queries import Set, all_sets, assigned, find_set, list_bytes
from tuidang.reach.lists.words import NETWORKS, measured_words
from tuidang.reach.rules import Mistake
from tuidang.reach.words import STATES
from tuidang.volunteers.access import role_required, signed_in
from tuidang.volunteers.models import Role

_USUAL_DAYS = 14
_DONE = ("begun", "handed", "evened", "closed", "loaded")
keepers = role_required(Role.COORDINATOR, Role.OPERATOR)


@dataclass(frozen=True)
class Shown:
    """A mirror on the screen."""

    listed: Listed
    title: str
    state: str
    look: str
    tests: list[tuple[str, str]]  # in words, and whether it is good or bad


@keepers
@require_http_methods(["GET", "HEAD", "POST"])
def mirror_lists(request: HttpRequest) -> HttpResponse:
    """List the sets; take a new one."""
    errors: dict[str, str] = {}
    typed = {name: request.POST.get(name, "").strip() for name in ("name", "title")}
    if request.method == "POST":
        try:
            with noted(_who(request), Act.CHANGE_MIRRORS, f"set {typed['name']}", utc_now()):
                create_set(typed["name"], typed["title"])
            return _back("begun")
        except Mistake as mistake:
            errors = {mistake.field: str(mistake)}
    _names, mirrors, places = assigned()
    today = china_today()
    context = {
        "sets": [(one, _canary_look(one, today)) for one in all_sets()],
        "in_none": len(set(mirrors) - set(places)),
        "moves": moves_to_even_out(),
        "mirrors": len(mirrors),
        "errors": errors,
        "typed": typed,
        "done": next((word for word in _DONE if word in request.GET), ""),
    }
    return render(request, "desk/mirrors/lists.html", context, status=422 if errors else 200)


@keepers
@require_http_methods(["GET", "HEAD", "POST"])
def mirror_set(request: HttpRequest, name: str) -> HttpResponse:
    """Show a set; renew its canary, or close it."""
    found = find_set(name)
    if found is None:
        raise Http404
    errors: dict[str, str] = {}
    words, days = request.POST.get("words", "").strip(), request.POST.get("days", str(_USUAL_DAYS)).strip()
    if request.method == "POST":
        try:
            if "close" in request.POST:
                with noted(_who(request), Act.CHANGE_MIRRORS, f"set {name}", utc_now()):
                    close_set(name)
                return _back("closed")
            with noted(_who(request), Act.RENEW_CANARY, f"set {name}", utc_now()):
                renew_canary(name, words, int(days) if days.isdecimal() else 0, china_today())
            return HttpResponseRedirect(f"{reverse('desk:mirror-set', args=[name])}?renewed")
        except Mistake as mistake:
            errors = {mistake.field: str(mistake)}
    today = china_today()
    context = {
        "set": found,
        "look": _canary_look(found, today),
        "mirrors": [
            Shown(
                one.listed,
                one.title,
                str(STATES[one.state][0]),
                STATES[one.state][1],
                [(measured_words(test, today), "good" if test.works else "bad") for test in one.listed.tests],
            )
            for one in found.mirrors
        ],
        "errors": errors,
        "typed": {"words": words, "days": days},
        "most_days": CANARY_DAYS,
        "longest": LONGEST_CANARY,
        "renewed": "renewed" in request.GET,
    }
    return render(request, "desk/mirrors/set.html", context, status=422 if errors else 200)


@keepers
@require_safe
def mirror_list_file(_request: HttpRequest, name: str) -> HttpResponse:
    """Give the list of a set as the file that is signed."""
    found = find_set(name)
    if found is None:
        raise Http404
    response = HttpResponse(list_bytes(found), content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return response


@keepers
@require_POST
def hand_out(request: HttpRequest) -> HttpResponse:
    """Put mirrors that are in no set into the smallest, or even all sets out."""
    evens = "even" in request.POST
    with noted(_who(request), Act.CHANGE_MIRRORS, "sets", utc_now()):
        if evens:
            even_out_sets()
        else:
            hand_out_mirrors()
    return _back("evened" if evens else "handed")


@keepers
@require_http_methods(["GET", "HEAD", "POST"])
def measurements(request: HttpRequest) -> HttpResponse:
    """Take in what volunteers measured."""
    typed, errors = request.POST.get("file", ""), dict[str, str]()
    if request.method == "POST":
        try:
            with noted(_who(request), Act.CHANGE_MIRRORS, "measurements", utc_now()):
                keep_measured(read_measured(typed, china_today()))
            return _back("loaded")
        except Unreadable as error:
            errors = {"file": _("This cannot be taken in.") + f" {error}"}
        except Mistake as mistake:
            errors = {mistake.field: str(mistake)}
    context = {"typed": typed, "errors": errors, "networks": NETWORKS.items(), "most": MOST}
    return render(request, "desk/mirrors/measurements.html", context, status=422 if errors else 200)


def _canary_look(one: Set, today: date) -> str:
    if one.canary is None:
        return "none"
    return "over" if one.canary.until < today else "lives"


def _who(request: HttpRequest) -> str:
    return signed_in(request).pseudonym


def _back(word: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('desk:mirror-lists')}?{word}")
