"""The reviewers' screens for statements that are held, or were decided and can still be undone."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuidang.base.clock import china_today
from tuidang.desk.forms import BEYOND_ANY_KEY, Bulk, MaskForm, Move, Pile, page_of, read_rejection
from tuidang.desk.queries import asked, held_piles
from tuidang.desk.words import REASONS, REJECTIONS
from tuidang.register.actions.review import (
    OpenStatement,
    decided_ids,
    mask_statements,
    masked_content,
    open_statements,
    preview_act,
)
from tuidang.volunteers.access import role_required, signed_in
from tuidang.volunteers.models import Role

ON_A_PAGE = 25
KEYS_OFF = "keys_off"  # a cookie
SHOWN_IN_PREVIEW = 5

reviewers = role_required(Role.REVIEWER)
volunteers = role_required(Role.REVIEWER, Role.CAMPAIGNS)


@volunteers
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Show what waits: piles of held statements, and what is asked about published ones.

    Who only starts and stops calls is led to his own first screen.
    """
    if not signed_in(request).has_role(Role.REVIEWER):
        return HttpResponseRedirect(reverse("desk:campaigns"))
    piles = held_piles()
    context = {"piles": piles, "held": sum(pile.count for pile in piles), "asked": asked()}
    return render(request, "desk/queue.html", context)


@reviewers
@require_safe
def held(request: HttpRequest, reasons: str, group: str = "") -> HttpResponse:
    """Show the statements of one pile, to be opened, or ticked and decided together."""
    pile = Pile.read(reasons, group)
    if pile is None:
        raise Http404
    number = _page_number(request)
    ids = pile.ids()
    shown, more = page_of(ids, number, ON_A_PAGE)
    context = {
        "pile": pile,
        "reasons": [REASONS[reason] for reason in pile.reasons],
        "count": len(ids),
        "statements": _open(request, shown),
        "page": number,
        "more": more,
        "rejections": REJECTIONS,
    }
    return render(request, "desk/held.html", context)


@reviewers
@require_safe
def decided(request: HttpRequest) -> HttpResponse:
    """Show what was decided and is not published yet, to be ticked and undone."""
    number = _page_number(request)
    ids = decided_ids()
    shown, more = page_of(ids, number, ON_A_PAGE)
    context = {"count": len(ids), "statements": _open(request, shown), "page": number, "more": more}
    return render(request, "desk/decided.html", context)


@reviewers
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Show what a move would do to the chosen statements; done at the second press, with a way back."""
    wanted = Bulk.read(request.POST)
    context: dict[str, object] = {"bulk": wanted, "back": _back(request)}
    if wanted is None or not wanted.ids or (wanted.move is Move.REJECT and wanted.rejection is None):
        return render(request, "desk/incomplete.html", context, status=422)
    context["chosen"] = " ".join(map(str, wanted.ids))
    if "confirmed" in request.POST:
        context["changed"] = wanted.perform(_reviewer(request), china_today())
        return render(request, "desk/done.html", context)
    context["effect"] = preview_act(wanted.ids, wanted.move.act)
    context["examples"] = [
        masked_content(statement.content, wanted.move.masking)
        for statement in _open(request, wanted.ids[:SHOWN_IN_PREVIEW])
    ]
    return render(request, "desk/preview.html", context)


@reviewers
@require_http_methods(["GET", "HEAD", "POST"])
def statement(request: HttpRequest, key: int) -> HttpResponse:
    """Show one statement as it would be published, and take the decision about it."""
    opened = next(iter(_open(request, (key,))), None) if key < BEYOND_ANY_KEY else None
    if opened is None:
        return render(request, "desk/gone.html", {"back": _back(request)}, status=404)
    context = {
        "statement": opened,
        "back": _back(request),
        "reasons": [REASONS[reason] for reason in opened.reasons],
        "rejections": REJECTIONS,
        "names": _names(opened),
    }
    if request.method != "POST":
        return render(request, "desk/statement.html", context)
    return _decide(request, opened, context)


@volunteers
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """List the keys, and switch them on or off until the browser is closed."""
    if request.method != "POST":
        return render(request, "desk/keys.html")
    response = HttpResponseRedirect(reverse("desk:keys"))
    # In a cookie of its own: what is written into the session signs it anew, for another eight hours, and
    # whoever has copied it could go on for ever.
    if "off" in request.POST:
        response.set_cookie(
            KEYS_OFF,
            "yes",
            path=settings.SESSION_COOKIE_PATH,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Strict",
        )
    else:
        response.delete_cookie(KEYS_OFF, path=settings.SESSION_COOKIE_PATH, samesite="Strict")
    return response


def _decide(request: HttpRequest, opened: OpenStatement, context: dict[str, object]) -> HttpResponse:
    if request.POST.get("move") == "mask":
        return _mask(request, opened, context)
    wanted = Bulk.read(request.POST)
    if wanted is None or (wanted.move is Move.REJECT and read_rejection(request.POST) is None):
        return render(request, "desk/statement.html", {**context, "no_reason": True}, status=422)
    wanted = Bulk(wanted.move, (opened.id,), wanted.rejection)
    return _done(request, wanted, wanted.perform(_reviewer(request), china_today()))


def _mask(request: HttpRequest, opened: OpenStatement, context: dict[str, object]) -> HttpResponse:
    form = MaskForm.read(request.POST, opened.content.text)
    context = {**context, "mask": form}
    if form.missing or not form.hides:
        return render(request, "desk/statement.html", {**context, "not_masked": True}, status=422)
    if "again" in request.POST:
        return render(request, "desk/statement.html", context)
    if "confirmed" not in request.POST:
        masked = masked_content(opened.content, form.masking)
        return render(request, "desk/mask.html", {**context, "masked": masked})
    changed = mask_statements((opened.id,), form.masking, _reviewer(request), china_today())
    return _done(request, Bulk(Move.HIDE_NAME, (opened.id,), None), changed)


def _done(request: HttpRequest, bulk: Bulk, changed: int) -> HttpResponse:
    context = {"bulk": bulk, "changed": changed, "chosen": " ".join(map(str, bulk.ids))}
    return render(request, "desk/done.html", {**context, "back": _back(request)})


def _open(request: HttpRequest, ids: tuple[int, ...]) -> tuple[OpenStatement, ...]:
    return open_statements(ids, _reviewer(request), china_today())


def _names(opened: OpenStatement) -> list[str]:
    text = opened.content.text
    return list(dict.fromkeys(text[mark.start : mark.end] for mark in opened.names))


def _reviewer(request: HttpRequest) -> str:
    return str(signed_in(request).pk)


def _back(request: HttpRequest) -> str:
    """Give the list one came from: our own screens only."""
    asked_for = request.POST.get("back") or request.GET.get("back") or ""
    if asked_for.startswith("/desk/") and url_has_allowed_host_and_scheme(asked_for, allowed_hosts=None):
        return asked_for
    return reverse("desk:queue")


def _page_number(request: HttpRequest) -> int:
    typed = request.GET.get("page", "1")
    return max(1, int(typed)) if typed.isdecimal() and len(typed) < 5 else 1
