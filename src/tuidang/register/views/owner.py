"""What a person does with receipt and name: see the statement, correct or take it back, have it erased.

Everything is sent by POST, and nothing stands in an address: a browser's history shows no number.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from types import MappingProxyType

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tuidang.base.clock import china_today
from tuidang.base.http import BodyTooLargeError, UnreadableBodyError, came_from_elsewhere, read_form
from tuidang.privacy.receipts import is_wellformed
from tuidang.register.actions.intake import IntakeClosed
from tuidang.register.actions.owner import (
    Outcome,
    OwnStatement,
    ask_to_hide,
    correct_statement,
    find_statement,
    request_erasure,
    withdraw_statement,
)
from tuidang.register.folder.search import Entry
from tuidang.register.rules.form import Form
from tuidang.register.views.fields import Typed
from tuidang.register.views.intake import may_ask_to_hide
from tuidang.register.views.lookup import NotNow, ask, look_up
from tuidang.register.views.paging import split_text
from tuidang.register.views.posting import form_page, preview_page, walk
from tuidang.register.views.reading import read_leaf, reader

_FORM_BYTES = 16 * 1024
_NO_ERRORS: Mapping[str, str] = MappingProxyType({})


@csrf_exempt  # there is no session that a foreign page could ride on: who sends this holds receipt and name
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """Ask for receipt and name, show the statement they find, and do what its owner wishes."""
    if request.method != "POST":
        return _ask(request)
    try:
        data = read_form(request, _FORM_BYTES)
    except (BodyTooLargeError, UnreadableBodyError):
        return _ask(request, errors={"receipt": _("This could not be read. Please type it again.")})
    receipt, name = data.get("receipt", ""), data.get("name", "")
    errors = _mistyped(receipt, name)
    if errors:
        return _ask(request, data, errors)
    try:
        return _do(request, data, receipt, name)
    except NotNow as later:
        response = _ask(request, data, {"receipt": later.sentence}, status=later.status)
        response.headers["Retry-After"] = str(later.seconds)
        return response


@csrf_exempt  # likewise
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest) -> HttpResponse:
    """Let the owner write a statement anew that is not published yet: form, preview, done."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("own"))
    return walk(request, _correct, several=False)


@csrf_exempt  # anybody may ask
@require_http_methods(["GET", "HEAD", "POST"])
def hide(request: HttpRequest) -> HttpResponse:
    """Take anybody's request that the name on a published statement be hidden."""
    number = ""
    with suppress(BodyTooLargeError, UnreadableBodyError):
        number = read_form(request, _FORM_BYTES).get("number", "") if request.method == "POST" else ""
    # What another site's page has a browser ask is shown first, and pressed by the person himself.
    if request.method != "POST" or came_from_elsewhere(request):
        return render(request, "register/owner/hide.html", {"number": number, "error": ""})
    leaf = read_leaf("".join(number.split()))
    if leaf is None or not isinstance(reader().by_leaf(leaf), Entry):
        return _refuse_hiding(
            request, number, _("There is no statement of this number. Digits only, please.")
        )
    if not may_ask_to_hide(request):
        sentence = _("Many names were asked about from your network just now. Please come again in an hour.")
        return _refuse_hiding(request, number, sentence, status=429)
    try:
        outcome = ask(lambda: ask_to_hide(leaf, china_today()))
    except NotNow as later:
        return _refuse_hiding(request, number, later.sentence, status=later.status)
    if outcome is not Outcome.REVIEWED:
        sentence = _("So many requests are waiting that we cannot take another today. Please come again.")
        return _refuse_hiding(request, number, sentence)
    return render(request, "register/owner/hide_asked.html", {"leaf": leaf})


def _refuse_hiding(request: HttpRequest, number: str, sentence: str, *, status: int = 422) -> HttpResponse:
    return render(request, "register/owner/hide.html", {"number": number, "error": sentence}, status=status)


def _do(request: HttpRequest, data: QueryDict, receipt: str, name: str) -> HttpResponse:
    step = data.get("step", "find")
    outcome = None
    if step == "withdraw":
        outcome = look_up(request, name, lambda: withdraw_statement(receipt, name), _is_found)
    elif step == "erase":
        outcome = look_up(request, name, lambda: request_erasure(receipt, name, china_today()), _is_found)
    statement = look_up(request, name, lambda: find_statement(receipt, name), bool)
    if statement is None:
        return _ask(request, data, {"receipt": _not_found()}, status=404)
    if step == "before_erasure" and statement.leaf is not None:
        return render(request, "register/owner/before_erasure.html", {"receipt": receipt, "name": name})
    return _show(request, data, statement, outcome)


def _show(
    request: HttpRequest, data: Mapping[str, str], statement: OwnStatement, outcome: Outcome | None
) -> HttpResponse:
    entry = None if statement.leaf is None else reader().by_leaf(statement.leaf)
    parts = split_text(entry.text) if isinstance(entry, Entry) else [""]
    part = min(max(read_leaf(data.get("part", "1")) or 1, 1), len(parts))
    context = {
        "receipt": data.get("receipt", ""),
        "name": data.get("name", ""),
        "statement": statement,
        "outcome": outcome.name if outcome else "",
        "letter": replace(entry, text=parts[part - 1]) if isinstance(entry, Entry) else None,
        "part": part,
        "parts": len(parts),
    }
    return render(request, "register/owner/statement.html", context)


def _correct(request: HttpRequest, form: Form, typed: Typed) -> HttpResponse:
    name = form.people[0].name
    try:
        outcome = look_up(request, name, lambda: correct_statement(typed.receipt, name, form), _is_found)
    except NotNow as later:
        return form_page(request, typed, {"name": later.sentence})
    except IntakeClosed:
        return preview_page(request, form, typed, closed=True)
    if outcome is Outcome.NOT_FOUND:
        return form_page(request, typed, {"name": _not_found()})
    return render(request, "register/owner/corrected.html", {"outcome": outcome.name})


def _ask(
    request: HttpRequest,
    data: Mapping[str, str] = _NO_ERRORS,
    errors: Mapping[str, str] = _NO_ERRORS,
    *,
    status: int = 422,
) -> HttpResponse:
    context = {"receipt": data.get("receipt", ""), "name": data.get("name", ""), "errors": errors}
    return render(request, "register/owner/ask.html", context, status=status if errors else 200)


def _mistyped(receipt: str, name: str) -> dict[str, str]:
    errors = {}
    if is_wellformed(receipt) is None:
        errors["receipt"] = _("A receipt has sixteen digits, and these are not a whole one. Look once more.")
    if not name.strip():
        errors["name"] = _("Give the name under which it was written.")
    return errors


def _is_found(outcome: Outcome) -> bool:
    return outcome is not Outcome.NOT_FOUND


def _not_found() -> str:
    return _("No statement has this receipt together with this name. Look at both once more.")
