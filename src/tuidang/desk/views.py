"""The reviewers' screens for statements that are held, or were decided and can still be undone."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuidang.desk.consents import ask_second, takes_two
from tuidang.desk.forms import BEYOND_ANY_KEY, Bulk, MaskForm, Move, Pile, page_of, read_rejection
from tuidang.desk.menu import menu_of
from tuidang.desk.noted import AtWork, mask_noted, open_noted, open_one, perform_noted, reviewer_of
from tuidang.desk.queries import asked, held_piles
from tuidang.desk.scripts import read_scripts
from tuidang.desk.words import END_KEYS, REASONS, REJECTIONS
from tuidang.register.actions.leases import IN_HAND, give_back, in_other_hands, lease_statements
from tuidang.register.actions.review import (
    Act,
    OpenStatement,
    changed_by,
    decided_ids,
    masked_content,
    preview_act,
)
from tuidang.register.views.places import page_language
from tuidang.volunteers.access import own_account, role_required, signed_in
from tuidang.volunteers.models import Role

ON_A_PAGE = 25
KEYS_OFF = "keys_off"  # a cookie
SHOWN_IN_PREVIEW = 5

reviewers = role_required(Role.REVIEWER)

# Where who does not review begins: the first of these that is his.
FIRST_SCREENS = (
    ("desk:line", (Role.LISTENER, Role.COORDINATOR)),
    ("desk:begin-people", (Role.FIELD_LEAD,)),
    ("desk:campaigns", (Role.OPERATOR,)),
    ("desk:gifts", (Role.TREASURER,)),
    ("desk:library", (Role.EDITOR,)),
    ("desk:audit", (Role.AUDITOR,)),
)


@own_account
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Show what waits: piles of held statements, and what is asked about published ones.

    Who has other work is led to his own first screen.
    """
    volunteer = signed_in(request)
    if not volunteer.has_role(Role.REVIEWER):
        first = next((name for name, roles in FIRST_SCREENS if volunteer.has_role(*roles)), "account")
        return HttpResponseRedirect(reverse(first))
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
    at_work = reviewer_of(request)
    ids = pile.ids()
    leased = lease_statements(ids, ON_A_PAGE, at_work.key, at_work.now)
    context = {
        "pile": pile,
        "reasons": [REASONS[reason] for reason in pile.reasons],
        "count": len(ids),
        "statements": open_noted(leased.mine, at_work),
        "leased": leased,
        "most": IN_HAND,
        "rejections": REJECTIONS,
    }
    return render(request, "desk/held.html", context)


@reviewers
@require_POST
def give_back_all(request: HttpRequest) -> HttpResponse:
    """Give back what the reviewer has in hand, for others to be shown."""
    give_back(reviewer_of(request).key)
    return HttpResponseRedirect(reverse("desk:queue"))


@reviewers
@require_safe
def decided(request: HttpRequest) -> HttpResponse:
    """Show what was decided and is not published yet, to be ticked and undone."""
    number = _page_number(request)
    ids = decided_ids()
    shown, more = page_of(ids, number, ON_A_PAGE)
    context = {
        "count": len(ids),
        "statements": open_noted(shown, reviewer_of(request)),
        "page": number,
        "more": more,
    }
    return render(request, "desk/decided.html", context)


@reviewers
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Show what a move would do to the chosen statements; done at the second press, with a way back."""
    wanted = Bulk.read(request.POST)
    context: dict[str, object] = {"bulk": wanted, "back": _back(request)}
    if wanted is None or not wanted.ids or (wanted.move is Move.REJECT and wanted.rejection is None):
        return render(request, "desk/incomplete.html", context, status=422)
    at_work = reviewer_of(request)
    elsewhere = in_other_hands(wanted.ids, at_work.key, at_work.now) if wanted.move is not Move.UNDO else ()
    wanted = wanted.without(elsewhere)
    context |= {"bulk": wanted, "chosen": " ".join(map(str, wanted.ids)), "elsewhere": len(elsewhere)}
    context["takes_two"] = takes_two(wanted)
    if "confirmed" in request.POST:
        if context["takes_two"]:
            return ask_second(wanted, signed_in(request), at_work.now)
        context["changed"] = perform_noted(wanted, at_work)
        return render(request, "desk/done.html", context)
    context["effect"] = preview_act(wanted.ids, wanted.move.act)
    context["examples"] = [
        masked_content(statement.content, wanted.move.masking)
        for statement in open_noted(_examples(wanted, at_work), at_work)
    ]
    return render(request, "desk/preview.html", context)


def _examples(wanted: Bulk, at_work: AtWork) -> tuple[int, ...]:
    """Name some to be shown, in hand as all that one is shown: else whoever asks often reads all."""
    if wanted.move is Move.UNDO:
        with transaction.atomic():
            return changed_by(wanted.ids, Act.UNDO)[:SHOWN_IN_PREVIEW]
    return lease_statements(wanted.ids, SHOWN_IN_PREVIEW, at_work.key, at_work.now).mine


@reviewers
@require_http_methods(["GET", "HEAD", "POST"])
def statement(request: HttpRequest, key: int) -> HttpResponse:
    """Show one statement as it would be published, and take the decision about it."""
    at_work = reviewer_of(request)
    opened, leased = open_one(key, at_work) if key < BEYOND_ANY_KEY else (None, None)
    if opened is None:
        busy = leased is not None and bool(leased.elsewhere or leased.full)
        context = {"back": _back(request), "busy": busy, "leased": leased, "most": IN_HAND}
        return render(request, "desk/gone.html", context, status=409 if busy else 404)
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


@own_account
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """List the keys, and switch them on or off until the browser is closed."""
    if request.method != "POST":
        context = {
            "menu": [item for group in menu_of(signed_in(request)) for item in group],
            "scripts": read_scripts(page_language()),
            "end_keys": END_KEYS.values(),
        }
        return render(request, "desk/keys.html", context)
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
    return _done(request, wanted, perform_noted(wanted, reviewer_of(request)))


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
    changed = mask_noted(opened.id, form.masking, reviewer_of(request))
    return _done(request, Bulk(Move.HIDE_NAME, (opened.id,), None), changed)


def _done(request: HttpRequest, bulk: Bulk, changed: int) -> HttpResponse:
    context = {"bulk": bulk, "changed": changed, "chosen": " ".join(map(str, bulk.ids))}
    return render(request, "desk/done.html", {**context, "back": _back(request)})


def _names(opened: OpenStatement) -> list[str]:
    text = opened.content.text
    return list(dict.fromkeys(text[mark.start : mark.end] for mark in opened.names))


def _back(request: HttpRequest) -> str:
    """Give the list one came from: our own screens only."""
    asked_for = request.POST.get("back") or request.GET.get("back") or ""
    if asked_for.startswith("/desk/") and url_has_allowed_host_and_scheme(asked_for, allowed_hosts=None):
        return asked_for
    return reverse("desk:queue")


def _page_number(request: HttpRequest) -> int:
    typed = request.GET.get("page", "1")
    return max(1, int(typed)) if typed.isdecimal() and len(typed) < 5 else 1
