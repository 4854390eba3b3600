"""The field app: its pages, its worker, the files it takes along, and the two addresses it sends to.

There is no cookie and no account; whoever knows a team's code may send sealed entries for its site. Of a
request nothing is kept but those, and the day.
"""

from __future__ import annotations

import json
import time
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language_from_request, override, pgettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from tuidang.base.clock import china_today, utc_now
from tuidang.base.http import (
    BodyTooLargeError,
    UnreadableBodyError,
    came_from_elsewhere,
    json_response,
    read_json,
)
from tuidang.base.limits import Budget
from tuidang.base.visitors import visitor_network
from tuidang.base.words import LANGUAGES
from tuidang.field.actions.entries import FieldClosed, keep_entries
from tuidang.field.app_files import MODULES, files_of_app
from tuidang.field.batches import SealedEntry
from tuidang.field.keys import sealing_keys
from tuidang.field.models import TeamCode
from tuidang.field.offline_names import offline_names
from tuidang.field.queries import find_team
from tuidang.field.rules import LONGEST_TEXT
from tuidang.privacy.regions import CHINA, NOT_SAID
from tuidang.privacy.weekly import SEALED_BYTES
from tuidang.register.queries import name_table
from tuidang.register.rules.form import MAX_NAME, ORGS
from tuidang.register.views.places import countries, page_language, regions_of_china

MOST_ENTRIES: Final = 50  # in one request
_BODY_BYTES: Final = MOST_ENTRIES * 3200
# A team may send so many entries at once, and an hour in the long run; a network so many requests: a crowd of
# phones at one site has one address. Both in memory, by the day.
_TEAM: Final = Budget(burst=5000, per_hour=5000)
_REQUESTS: Final = Budget(burst=1200, per_hour=3600)
_WRONG_CODES: Final = Budget(burst=60, per_hour=60)
_LATER: Final = "300"  # seconds
_SOON: Final = "60"


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Lead to the app in the language that the browser asks for."""
    response = HttpResponseRedirect(reverse("field:app", args=[get_language_from_request(request)]))
    response.headers["Vary"] = "Accept-Language"
    return response


@require_safe
def app(request: HttpRequest, language: str) -> HttpResponse:
    """Give the whole app in one language; it asks for nothing further while it is used."""
    with override(_known(language)):
        context = {
            "orgs": ORGS,
            "modules": MODULES,
            "regions_of_china": regions_of_china(page_language()),
            "countries": " ".join(code for code, _ in countries(page_language(), NOT_SAID)),
            "china": CHINA,
            "longest_name": MAX_NAME,
            "longest_text": LONGEST_TEXT,
        }
        return render(request, "field/app.html", context)


@require_safe
def manifest(request: HttpRequest, language: str) -> HttpResponse:  # noqa: ARG001 -- Django gives it
    """Give what a phone needs to put the app on its first screen, under a name that says nothing."""
    with override(_known(language)):
        icons = [
            {"src": static(f"field/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
            for size in (192, 512)
        ]
        described = {
            "name": pgettext("field", "Notes"),
            "short_name": pgettext("field", "Notes"),
            "lang": language,
            "id": reverse("field:choose"),
            "start_url": reverse("field:app", args=[language]),
            "scope": reverse("field:choose"),
            "display": "standalone",
            "background_color": "#fbf9f4",
            "theme_color": "#fbf9f4",
            "icons": [
                {"src": static("field/icon.svg"), "sizes": "any", "type": "image/svg+xml"},
                *icons,
                {**icons[1], "purpose": "maskable"},
            ],
        }
    return json_response(described, content_type="application/manifest+json")


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Give the script that keeps the app on the phone; with any change of a page or a file it is another."""
    home = {"path": reverse("field:choose")}
    home |= {language: reverse("field:app", args=[language]) for language in LANGUAGES}
    pages = b"".join(app(request, language).content for language in LANGUAGES)
    files = [*(home[language] for language in LANGUAGES), *files_of_app()]
    context = {
        "files": json.dumps(files),
        "fresh": json.dumps([reverse("field:names"), reverse("field:keys")]),
        "home": json.dumps(home),
        "version": sha256(pages + " ".join(files).encode()).hexdigest()[:16],
    }
    return render(request, "field/worker.js", context, content_type="text/javascript; charset=utf-8")


@require_safe
def names(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- Django gives it
    """Give the small table of names."""
    return json_response(offline_names(name_table(), settings.TUIDANG.rare_name))


@require_safe
def keys(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- likewise
    """Give the public halves of this week and those to come."""
    found = sealing_keys(settings.TUIDANG.trust, utc_now())
    return json_response({week: b64encode(key).decode() for week, key in found.items()})


@csrf_exempt  # no cookie, so nothing that a foreign page could ride on
@require_POST
def site(request: HttpRequest) -> HttpResponse:
    """Tell whoever knows a team's code which site it is for."""
    team = _team_or_refusal(request)
    if isinstance(team, HttpResponse):
        return team
    found = team.site
    return json_response(
        {"code": found.code, "name": found.name, "region": found.region, "open": found.is_open}
    )


@csrf_exempt  # likewise
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Keep sealed entries, and answer for each: kept, or late. It is on the disk when this is said."""
    team = _team_or_refusal(request)
    if isinstance(team, HttpResponse):
        return team
    try:
        entries = _read_entries(read_json(request, _BODY_BYTES))
    except BodyTooLargeError:
        return _refusal(413)
    except (UnreadableBodyError, ValueError, TypeError, KeyError):
        return _refusal(400)
    if not _TEAM.spend(str(team.pk), time.time(), len(entries)):
        return _refusal(429, later=_LATER)
    try:
        late = keep_entries(team.site, entries, china_today())
    except FieldClosed:
        return _refusal(503, later=_LATER)
    answers = {str(entry.uuid): "late" if entry in late else "kept" for entry in entries}
    return json_response({"entries": answers})


def _known(language: str) -> str:
    if language not in LANGUAGES:
        raise Http404
    return language


def _team_or_refusal(request: HttpRequest) -> TeamCode | HttpResponse:
    """Return the team that sends this, or the answer to whoever is none."""
    network, now = visitor_network(request), time.time()
    if came_from_elsewhere(request):
        return _refusal(403)
    if not _REQUESTS.spend(network, now):
        return _refusal(429, later=_SOON)
    scheme, _, code = request.headers.get("Authorization", "").partition(" ")
    found = find_team(code) if scheme == "Team" else None
    if found is None:
        return _refusal(401) if _WRONG_CODES.spend(network, now) else _refusal(429, later=_LATER)
    return found


def _refusal(status: int, *, later: str = "") -> HttpResponse:
    return json_response({}, status=status, headers={"Retry-After": later} if later else None)


def _read_entries(body: object) -> list[SealedEntry]:
    """Read what a phone sends; raises ValueError, TypeError or KeyError for anything else."""
    listed = body["entries"] if isinstance(body, dict) else None
    if not isinstance(listed, list) or not 1 <= len(listed) <= MOST_ENTRIES:
        raise ValueError("one to fifty entries")
    read = {}
    for one in listed:
        entry = SealedEntry(
            UUID(str(one["uuid"])), str(one["week"]), b64decode(str(one["sealed"]), validate=True)
        )
        if len(entry.sealed) != SEALED_BYTES:
            raise ValueError("an entry has one length")
        read[entry.uuid] = entry
    return list(read.values())
