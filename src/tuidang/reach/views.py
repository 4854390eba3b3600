"""The short address of a source, and "how did you find us": each counts one, and keeps nobody."""

from __future__ import annotations

import logging
import time
from typing import Final

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, get_language_from_request, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from tuidang.base.clock import china_today
from tuidang.base.http import BodyTooLargeError, UnreadableBodyError, came_from_elsewhere, read_form
from tuidang.base.limits import Budget
from tuidang.base.visitors import visitor_network
from tuidang.reach.actions import keep_counts
from tuidang.reach.lists.measured import Thing
from tuidang.reach.lists.queries import last_measured
from tuidang.reach.lists.words import measured_words
from tuidang.reach.queries import Known, find_source
from tuidang.reach.rules import Door, How, Way, is_code
from tuidang.reach.tally import Tally
from tuidang.reach.tools.queries import shown_tools
from tuidang.reach.tools.rules import size_words

TALLY: Final = Tally()  # of this process
_BUDGET: Final = Budget(burst=30, per_hour=30)  # what a network may count; beyond it nothing is counted
_MOST = 1024  # bytes of a press
_log = logging.getLogger(__name__)


@require_safe
def short(request: HttpRequest, code: str) -> HttpResponse:
    """Lead from a printed address to the page it stands for, and count the source.

    A redirect stands in no browser's history. A code that we do not know leads to the home page all the same:
    who mistyped it is none the wiser, and still arrives.
    """
    found = _find(code)
    if found and request.method == "GET" and "Sec-Purpose" not in request.headers:  # a browser's guess ahead
        _count(request, How.OPENED, code)
    page = "write" if found and found.entry.door is Door.WRITE else "home"
    with override(get_language_from_request(request)):
        response = HttpResponseRedirect(reverse(page))
    response.headers["Vary"] = "Accept-Language"
    return response


@csrf_exempt  # there is no session that a foreign page could ride on
@require_http_methods(["GET", "HEAD", "POST"])
def tell(request: HttpRequest) -> HttpResponse:
    """Count how somebody found us, and thank him; opened by itself the page asks."""
    way = _way_of(request) if request.method == "POST" else None
    if way and not came_from_elsewhere(request):
        _count(request, How.TOLD, way)
    return render(request, "reach/tell.html", {"told": way is not None})


@require_safe
def tools(request: HttpRequest) -> HttpResponse:
    """Show the ways past the firewall: what each does, and what it does not. Nothing notes who reads it."""
    language, today, tests = get_language() or "en", china_today(), last_measured(Thing.TOOL)
    rows = [
        {
            "tool": one,
            "does": one.does[language],
            "risk": one.risk[language],
            "size": size_words(one.size) if one.size else "",
            "tests": [(measured_words(test, today), test.works) for test in tests.get(one.code, ())],
        }
        for one in shown_tools()
    ]
    return render(request, "reach/tools.html", {"rows": rows, "options": settings.TUIDANG})


def _find(code: str) -> Known | None:
    try:
        return find_source(code) if is_code(code) else None
    except Error:  # whoever scanned it is led on, whatever our database does
        return None


def _way_of(request: HttpRequest) -> Way | None:
    try:
        return Way(read_form(request, _MOST).get("way", ""))
    except (BodyTooLargeError, UnreadableBodyError, ValueError):
        return None


def _count(request: HttpRequest, how: How, what: str) -> None:
    today = china_today()
    if finished := TALLY.take(today):
        try:
            keep_counts(finished)
        except Error:
            _log.exception("what brought people here could not be kept")
    if _BUDGET.spend(visitor_network(request), time.time()):
        TALLY.count(how, what, today)
