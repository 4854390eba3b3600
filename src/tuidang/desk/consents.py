"""The screens of what takes two people: what waits for a second one, and what was consented to."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from random import SystemRandom
from typing import Final

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tuidang.base.audit import Act, write_audit
from tuidang.base.audit.queries import chain_head, count_entries, entries_from
from tuidang.base.clock import utc_now
from tuidang.desk.forms import Bulk, Move
from tuidang.desk.gifts.giving_back import NotTaken, give_back_as_asked
from tuidang.desk.gifts.year import export_book
from tuidang.desk.noted import open_noted, perform_noted, reviewer_of
from tuidang.phone.actions.personal import drop_list, release_list
from tuidang.register.actions.review import changed_by, masked_content, preview_act
from tuidang.register.rules.screening import Rejection
from tuidang.volunteers.access import role_required, signed_in
from tuidang.volunteers.actions.consents import (
    ROLES,
    Asked,
    Granted,
    Kind,
    NotConsented,
    SamePerson,
    TooNew,
    ask_consent,
    asked_consents,
    carry_out,
    find_consent,
    grant_consent,
    is_too_new,
    refuse_consent,
    use_consent,
)
from tuidang.volunteers.models import Role, User

MOST_ALONE: Final = 100  # statements about which one reviewer decides alone
_SHOWN = 5
_rng = SystemRandom()

pairs = role_required(*ROLES.values())
auditors = role_required(Role.AUDITOR)


@pairs
@require_safe
def consents(request: HttpRequest) -> HttpResponse:
    """List what waits for a second one's word, and what has it."""
    context = {
        "asked": asked_consents(signed_in(request), utc_now()),
        "me": signed_in(request).pseudonym,
        "export": signed_in(request).has_role(Role.AUDITOR),
    }
    return render(request, "desk/consents.html", context)


@pairs
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show what somebody asks consent for; consent, refuse, or do it."""
    volunteer, now = signed_in(request), utc_now()
    found = find_consent(key, volunteer, now)
    if found is None:
        return render(request, "desk/consent_gone.html", status=404)
    asked, order = found
    if request.method != "POST":
        return _show(request, asked, order)
    match request.POST.get("move"):
        case "grant":
            return _grant(request, asked, order, now)
        case "refuse":
            if refuse_consent(key, volunteer, now) and asked.kind is Kind.LOAD_LIST:
                drop_list(uuid.UUID(bytes=order))
            return HttpResponseRedirect(reverse("desk:consents"))
        case "do" if asked.kind is Kind.EXPORT_AUDIT:
            return _export(volunteer, asked, order.decode(), now)
        case "do" if asked.kind is Kind.EXPORT_BOOK:
            return export_book(volunteer, asked, now)
        case _:
            raise Http404


@auditors
@require_http_methods(["POST"])
def ask_export(request: HttpRequest) -> HttpResponse:
    """Ask another auditor whether the whole chain may leave the house as a file."""
    head = (chain_head() or b"").hex()
    asked = ask_consent(
        Kind.EXPORT_AUDIT, head, signed_in(request), utc_now(), count=count_entries(), order=head.encode()
    )
    return HttpResponseRedirect(reverse("desk:consent", args=[asked]))


def takes_two(bulk: Bulk) -> bool:
    """Tell whether a move decides about more statements than one reviewer does alone."""
    if bulk.move is Move.UNDO or len(bulk.ids) <= MOST_ALONE:
        return False
    with transaction.atomic():
        return len(changed_by(bulk.ids, bulk.move.act)) > MOST_ALONE


def ask_second(bulk: Bulk, volunteer: User, now: datetime) -> HttpResponse:
    """Ask another reviewer, and lead to where that waits."""
    order = _write(bulk)
    asked = ask_consent(
        Kind.BULK, order.decode(), volunteer, now, count=len(bulk.ids), detail=bulk.move, order=order
    )
    return HttpResponseRedirect(reverse("desk:consent", args=[asked]))


def _show(request: HttpRequest, asked: Asked, order: bytes, **happened: bool) -> HttpResponse:
    context: dict[str, object] = {
        "asked": asked,
        "me": signed_in(request).pseudonym,
        "too_new": is_too_new(signed_in(request), utc_now()),
        **happened,
    }
    if asked.kind is Kind.BULK:
        bulk = _read(order)
        # Drawn at each look: who asked cannot know which of them the other will read. He himself is shown
        # none, or by asking he would read, look after look, what he has not in hand.
        drawn = () if asked.asked_by == signed_in(request).pseudonym else bulk.ids
        shown = tuple(_rng.sample(drawn, min(_SHOWN, len(drawn))))
        context |= {
            "bulk": bulk,
            "effect": preview_act(bulk.ids, bulk.move.act),
            "examples": [
                masked_content(statement.content, bulk.move.masking)
                for statement in open_noted(shown, reviewer_of(request))
            ],
        }
    return render(request, "desk/consent.html", context)


def _grant(request: HttpRequest, asked: Asked, order: bytes, now: datetime) -> HttpResponse:
    volunteer = signed_in(request)
    at_once = {Kind.BULK: _carry_out, Kind.LOAD_LIST: _release, Kind.GIVE_BACK: _give_back}.get(asked.kind)
    if at_once is not None:
        return at_once(request, asked, order, now)
    match grant_consent(asked.key, volunteer, now):
        case Granted.DONE:
            return HttpResponseRedirect(request.path)
        case Granted.SAME_PERSON:
            return _show(request, asked, order, same_person=True)
        case Granted.TOO_NEW:
            return _show(request, asked, order)
        case Granted.GONE:
            return render(request, "desk/consent_gone.html", status=404)


def _carry_out(request: HttpRequest, asked: Asked, order: bytes, _now: datetime) -> HttpResponse:
    """Do what was asked with many statements, by the same press that consents to it."""
    bulk, at_work = _read(order), reviewer_of(request)
    try:
        with carry_out(asked.key, signed_in(request), at_work.now):
            changed = perform_noted(bulk, at_work)
    except SamePerson:
        return _show(request, asked, order, same_person=True)
    except TooNew:
        return _show(request, asked, order)
    except NotConsented:
        return render(request, "desk/consent_gone.html", status=404)
    context = {"bulk": bulk, "changed": changed, "back": reverse("desk:queue")}
    return render(request, "desk/done.html", {**context, "chosen": " ".join(map(str, bulk.ids))})


def _release(request: HttpRequest, asked: Asked, order: bytes, now: datetime) -> HttpResponse:
    """Let a list be called, by the same press that consents to it."""
    volunteer = signed_in(request)
    try:
        with carry_out(asked.key, volunteer, now):
            release_list(uuid.UUID(bytes=order), volunteer.pseudonym, now)
    except SamePerson:
        return _show(request, asked, order, same_person=True)
    except TooNew:
        return _show(request, asked, order)
    except NotConsented:
        return render(request, "desk/consent_gone.html", status=404)
    return HttpResponseRedirect(reverse("desk:call-lists"))


def _give_back(request: HttpRequest, asked: Asked, order: bytes, now: datetime) -> HttpResponse:
    """Have a provider give money back, by the same press that consents to it."""
    volunteer = signed_in(request)
    try:
        with carry_out(asked.key, volunteer, now):
            entry = give_back_as_asked(order, volunteer.pseudonym, now)
    except SamePerson:
        return _show(request, asked, order, same_person=True)
    except TooNew:
        return _show(request, asked, order)
    except (NotConsented, NotTaken):
        return render(request, "desk/consent_gone.html", status=404)
    return HttpResponseRedirect(reverse("desk:entry", args=[entry]))


def _export(volunteer: User, asked: Asked, head: str, now: datetime) -> HttpResponse:
    try:
        with use_consent(Kind.EXPORT_AUDIT, head, volunteer, now):
            lines = "".join(
                json.dumps(
                    {
                        "ordinal": entry.ordinal,
                        "who": entry.who,
                        "act": entry.act,
                        "hour": f"{entry.hour:%Y-%m-%dT%H:%MZ}",
                        "thing": entry.thing.hex(),
                        "previous": entry.previous.hex(),
                        "hash": entry.hash.hex(),
                    },
                    ensure_ascii=False,
                )
                + "\n"
                for entry in entries_from(0, asked.count)
            )
            write_audit(volunteer.pseudonym, Act.EXPORT, f"audit chain {head}", now)
    except NotConsented:
        return HttpResponseRedirect(reverse("desk:consent", args=[asked.key]))
    headers = {"Content-Disposition": 'attachment; filename="audit.jsonl"'}
    return HttpResponse(lines.encode(), content_type="application/jsonl", headers=headers)


def _write(bulk: Bulk) -> bytes:
    return json.dumps([bulk.move, bulk.rejection, sorted(bulk.ids)]).encode()


def _read(order: bytes) -> Bulk:
    move, rejection, ids = json.loads(order)
    return Bulk(Move(move), tuple(ids), Rejection(rejection) if rejection else None)
