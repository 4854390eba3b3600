"""The home page, the pages of text, the page one escapes to, and the pages for errors."""

from __future__ import annotations

import calendar
import sys
from datetime import date

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language, get_language_from_request
from django.views.decorators.http import require_safe

from tuidang.base.clock import china_today
from tuidang.base.options import Options
from tuidang.base.words import LANGUAGES
from tuidang.giving.organisation import asks_for_gifts
from tuidang.register.folder.figures import load_figures
from tuidang.tlog.note import VerifierKey
from tuidang.tlog.policy import find_cosignatures, load_policy
from tuidang.web.trust import shown_root

TEXTS = ("safe", "verify", "about", "privacy", "found")


def choose_language(request: HttpRequest) -> HttpResponse:
    """Send whoever asks for the bare site to the language his browser asks for."""
    response = HttpResponseRedirect(f"/{get_language_from_request(request)}/")
    response.headers["Vary"] = "Accept-Language"
    return response


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the count, today, and the three doors."""
    context = {"figures": load_figures(settings.TUIDANG.log), "asks_for_gifts": asks_for_gifts()}
    return render(request, "web/home.html", context)


@require_safe
def text(request: HttpRequest, name: str) -> HttpResponse:
    """Show one of the longer texts, written in each language by itself."""
    context = {"options": settings.TUIDANG, "address": request.build_absolute_uri("/log"), **_log_head()}
    if name == "verify":
        context |= _cosigned()
        context |= {"root": shown_root(), "trust": request.build_absolute_uri("/trust")}
    return render(request, f"web/texts/{get_language()}/{name}.html", context)


@require_safe
def leave(_request: HttpRequest) -> HttpResponse:
    """Show a calendar that says nothing of us, and have the browser throw away what this site left in it."""
    today = china_today()
    context = {"LANGUAGE_CODE": get_language(), "today": today, "weeks": month_of(today)}
    response = HttpResponse(render_to_string("web/leave.html", context))
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


def _cosigned() -> dict[str, object]:
    """Return the witnesses that we ask, and the names of those that have cosigned the newest checkpoint."""
    options: Options = settings.TUIDANG
    if options.witnesses is None:
        return {}
    try:
        policy = load_policy(options.witnesses)
        log = VerifierKey.parse((options.log / "vkey").read_text())
        cosigned = find_cosignatures((options.log / "checkpoint").read_bytes(), log, policy)
    except (OSError, ValueError):  # the doctor says what is wrong; here nobody has cosigned
        return {}
    lines = [f"log {log.text}", *(f"witness {one.name} {one.key.text}" for one in policy.witnesses.values())]
    lines += [f"group everybody all {' '.join(policy.witnesses)}", "quorum everybody"]
    return {"witnesses": policy.witnesses, "cosigned": sorted(cosigned), "policy": "\n".join(lines)}


def _log_head() -> dict[str, str]:
    """Return the public key and the checkpoint as the public folder has them; nothing before it begins."""
    files = {name: settings.TUIDANG.log / name for name in ("vkey", "checkpoint")}
    return {name: file.read_text().strip() for name, file in files.items() if file.is_file()}


def month_of(day: date) -> list[list[date]]:
    """Return the weeks, Monday first, that hold the month of a day."""
    return calendar.Calendar().monthdatescalendar(day.year, day.month)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django names it
    """Answer a request that cannot be read."""
    return render(request, "web/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django names it
    """Answer a request that is not allowed."""
    return render(request, "web/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django names it
    """Answer for an address that leads nowhere."""
    return render(request, "web/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when something of ours broke; asks neither the database nor the public folder."""
    first = request.path_info.lstrip("/").partition("/")[0]
    language = first if first in LANGUAGES else settings.LANGUAGE_CODE
    busy = isinstance(sys.exc_info()[1], OperationalError)  # a locked or unreachable database: it passes
    page = render_to_string("web/broken.html", {"LANGUAGE_CODE": language, "busy": busy})
    return (
        HttpResponse(page, status=503, headers={"Retry-After": "30"})
        if busy
        else HttpResponse(page, status=500)
    )
