"""The screens for calls: campaigns, how one goes right now, its messages beside each other, its settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuidang.base.audit import Act, noted
from tuidang.base.clock import china_today, utc_now
from tuidang.desk import calls
from tuidang.desk.campaign_form import CampaignForm
from tuidang.desk.library_words import LANGUAGES
from tuidang.phone.actions.campaigns import (
    CannotStart,
    Mistake,
    clone_campaign,
    find_campaign,
    pause_campaign,
    start_campaign,
    stop_campaign,
)
from tuidang.phone.actions.complaints import note_complaint, take_back_complaint
from tuidang.phone.asterisk.sounds import ENDING
from tuidang.phone.asterisk.wave import as_wave
from tuidang.phone.models import Campaign
from tuidang.phone.queries import (
    Machine,
    all_campaigns,
    all_trunks,
    machines,
    obstacles,
    standings,
    unassigned_complaints,
)
from tuidang.volunteers.access import role_required, signed_in
from tuidang.volunteers.models import Role

callers = role_required(Role.OPERATOR)


@callers
@require_safe
def campaigns(request: HttpRequest) -> HttpResponse:
    """List campaigns and dialling machines."""
    found = _machines()
    context = {
        "campaigns": [(one, calls.now_of(found, one.name)) for one in all_campaigns()],
        "machines": found,
        "trunks": all_trunks(),
    }
    return render(request, "desk/campaigns.html", context)


@callers
@require_safe
def campaign(request: HttpRequest, name: str) -> HttpResponse:
    """Show how a campaign goes: calls in the air, today's funnel, provinces, refusals, trunks."""
    found = _find(name)
    return render(request, "desk/campaign.html", _context(request, found))


@callers
@require_safe
def messages(request: HttpRequest, name: str) -> HttpResponse:
    """Show the messages of a campaign beside each other, over all its days."""
    return render(request, "desk/campaign_messages.html", _compared(_find(name)))


@callers
@require_POST
def complaint(request: HttpRequest, name: str) -> HttpResponse:
    """Count a complaint about a message, or take one back, and show the messages again."""
    found = _find(name)
    count = take_back_complaint if "take-back" in request.POST else note_complaint
    try:
        count(name, request.POST.get("message", ""))
    except Mistake as error:
        context = {**_compared(found), "complaint_error": str(error)}
        return render(request, "desk/campaign_messages.html", context, status=422)
    return HttpResponseRedirect(reverse("desk:campaign-messages", args=[name]) + "#complaints")


@callers
@require_POST
def move(request: HttpRequest, name: str) -> HttpResponse:
    """Start, pause, stop or clone a campaign, and show it again; what stands in the way is said there.

    What cannot be taken back, or rings real people, is asked about first.
    """
    found = _find(name)
    if "confirmed" not in request.POST and (asks := _question(request.POST.get("move", ""), found)):
        return render(request, "desk/campaign.html", {**_context(request, found), "asks": asks})
    try:
        _move(request, found)
    except CannotStart as error:
        context = {**_context(request, found), "reasons": error.reasons, "obstacles": ()}
        return render(request, "desk/campaign.html", context, status=422)
    except Mistake as error:
        context = {**_context(request, _find(name)), "copy": request.POST.get("copy", "")}
        context["copy_error" if error.field == "name" else "reasons"] = (str(error),)
        return render(request, "desk/campaign.html", context, status=422)
    shown = _copy(request) if request.POST.get("move") == "clone" else name
    again = "?again" if "again" in request.POST else ""
    return HttpResponseRedirect(reverse("desk:campaign", args=[shown]) + again)


@callers
@require_http_methods(["GET", "HEAD", "POST"])
def settings_of(request: HttpRequest, name: str = "") -> HttpResponse:
    """Take a new campaign, or what one keeps to, plays and calls by; a mistake loses nothing else."""
    found = _find(name) if name else None
    if found is not None and found.state == Campaign.State.STOPPED:
        return HttpResponseRedirect(reverse("desk:campaign", args=[name]))
    sounds = _phone() / "sounds"
    is_sent = request.method == "POST"
    form = CampaignForm.read(request.POST, name) if is_sent else CampaignForm.of(found, sounds)
    if is_sent and form.save(sounds, is_new=found is None, by=signed_in(request).pseudonym, now=utc_now()):
        return HttpResponseRedirect(reverse("desk:campaign", args=[form.name]))
    context = {
        "campaign": found,
        "form": form,
        "trunks": all_trunks(),
        "provinces": calls.provinces(),
        "sounds": calls.message_sounds(sounds),
        "chapters": calls.library_sounds(sounds, form.language if form.language in LANGUAGES else "zh-hans"),
        "languages": LANGUAGES,
    }
    return render(request, "desk/campaign_settings.html", context, status=422 if form.errors else 200)


@callers
@require_safe
def sound(request: HttpRequest, name: str, folder: str = "message") -> HttpResponse:  # noqa: ARG001 -- a view
    """Play a message, or a chapter of the library, as people will hear it."""
    try:
        heard = as_wave((_phone() / "sounds" / folder / f"{name}{ENDING}").read_bytes())
    except FileNotFoundError:
        raise Http404 from None
    # The browser's own player is the page, and plays what it was sent.
    headers = {"Content-Security-Policy": "default-src 'none'; media-src 'self'; frame-ancestors 'none'"}
    return HttpResponse(heard, content_type="audio/wav", headers=headers)


def _question(move: str, found: Campaign) -> str:
    """Say what is asked before a move: "stop", "live" where real people are called, or "" for nothing."""
    if move == "stop":
        return "stop"
    if move == "start" and not _obstacles(found) and found.trunks.filter(live=True).exists():
        return "live"
    return ""


def _copy(request: HttpRequest) -> str:
    return request.POST.get("copy", "").strip()


def _move(request: HttpRequest, found: Campaign) -> None:
    copy = _copy(request)
    moves: dict[str, tuple[Callable[[], None], Act, str]] = {
        "start": (partial(_start, found), Act.START_CAMPAIGN, found.name),
        "pause": (partial(pause_campaign, found.name), Act.STOP_CAMPAIGN, found.name),
        "stop": (partial(stop_campaign, found.name), Act.STOP_CAMPAIGN, found.name),
        "clone": (partial(clone_campaign, found.name, copy), Act.CHANGE_CAMPAIGN, copy),
    }
    wanted = request.POST.get("move", "")
    if wanted not in moves:
        raise Http404
    do, act, name = moves[wanted]
    with noted(signed_in(request).pseudonym, act, f"campaign {name}", utc_now()):
        do()


def _compared(found: Campaign) -> dict[str, object]:
    compared = standings(_phone() / "records", found)
    return {
        "campaign": found,
        "messages": [(one, calls.verdict_words(one)) for one in compared],
        "charts": calls.messages_charts(compared),
        "unassigned": unassigned_complaints(found),
    }


def _start(found: Campaign) -> None:
    start_campaign(found.name, phone_live=settings.TUIDANG.phone_live, warnings=_warnings(found))


def _context(request: HttpRequest, found: Campaign) -> dict[str, object]:
    running = _machines()
    today = calls.Day.read(_phone() / "records", found.name, china_today())
    names = dict(calls.provinces())
    between = pgettext("between reasons", ", ")
    return {
        "campaign": found,
        "regions": between.join(names.get(code, code) for code in found.regions.split()),
        "now": calls.now_of(running, found.name),
        "day": today,
        "dialled_chart": calls.funnel_chart("dialled", today.of_dialled()),
        "answered_chart": calls.funnel_chart("answered", today.of_answered()),
        "map_chart": calls.map_chart(today),
        "refusals": today.refusals(),
        "held": calls.held_of(running, found.name),
        "trunks": calls.trunks_of(running, found.trunks.order_by("name")),
        "obstacles": _obstacles(found) if "start" in _MOVES[Campaign.State(found.state)] else (),
        "again": "again" in request.GET,
        "moves": _MOVES[Campaign.State(found.state)],
    }


def _obstacles(found: Campaign) -> list[str]:
    return obstacles(found, phone_live=settings.TUIDANG.phone_live, warnings=_warnings(found))


def _warnings(found: Campaign) -> int:
    """Ask the doctor, as the shell and the diallers do; not for simulated people, who need none."""
    if not (settings.TUIDANG.phone_live and found.trunks.filter(live=True).exists()):
        return 0
    count: Callable[[], int] = import_string(settings.COUNT_WARNINGS)
    return count()


_MOVES = {
    Campaign.State.DRAFT: ("start", "stop"),
    Campaign.State.RUNNING: ("pause", "stop"),
    Campaign.State.PAUSED: ("start", "stop"),
    Campaign.State.STOPPED: (),
}


def _find(name: str) -> Campaign:
    try:
        return find_campaign(name)
    except Mistake:
        raise Http404 from None


def _phone() -> Path:
    folder: Path = settings.TUIDANG.data / "phone"
    return folder


def _machines() -> list[Machine]:
    return machines(_phone() / "live", datetime.now(UTC))
