"""The way a statement is posted: form, preview, receipt, each one request without script or cookie."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tuidang.base.http import BodyTooLargeError, UnreadableBodyError, came_from_elsewhere, read_form
from tuidang.privacy.receipts import format_digits
from tuidang.register.actions.intake import IntakeClosed, intake_state
from tuidang.register.queries import name_table
from tuidang.register.rules import form as rules
from tuidang.register.rules.form import Form
from tuidang.register.views.appearance import appearance_of
from tuidang.register.views.fields import (
    Typed,
    empty,
    hidden_fields,
    read_typed,
    rows_of,
    sentences_of,
    typed_again,
)
from tuidang.register.views.intake import RETRY_AFTER, take_form
from tuidang.register.views.places import countries, page_language, regions_of_china

FORM_BYTES: Final = (
    400 * 1024
)  # a hundred people and a text ten times too long still come back to be shortened
_ALIAS: Final = re.compile(r"alias\.(\d{1,3})", re.ASCII)


Finish = Callable[[HttpRequest, Form, Typed], HttpResponse]


@csrf_exempt  # there is no session that a foreign page could ride on; what it sends is shown, not taken
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """Take one person's own statement."""
    if request.method != "POST":
        return form_page(request, empty(several=False))
    return walk(request, _post, several=False)


@csrf_exempt  # likewise
@require_http_methods(["GET", "HEAD", "POST"])
def write_for_others(request: HttpRequest) -> HttpResponse:
    """Take the statements of up to a hundred people whom somebody helps."""
    if request.method != "POST":
        return form_page(request, empty(several=True))
    return walk(request, _post, several=True)


def walk(request: HttpRequest, finish: Finish, *, several: bool) -> HttpResponse:
    """Go to the page that the pressed button asks for, or `finish`; what was typed comes along whole."""
    try:
        data = read_form(request, FORM_BYTES)
    except BodyTooLargeError:
        return render(request, "register/posting/too_large.html", status=413)
    except UnreadableBodyError:
        return render(request, "register/posting/unreadable.html", status=415)
    typed = _with_alias(read_typed(data, several=several, page_language=page_language()), data)
    step = data.get("step", "preview")
    if step in {"change", "more"}:
        return form_page(request, typed.with_more_rows() if step == "more" else typed)
    form = rules.read_form(typed.raw)
    if not isinstance(form, Form):
        return form_page(request, typed, sentences_of(form))
    typed = typed_again(form, typed)
    # A page of another site may have a crowd of strangers' browsers send what nobody of them has seen.
    if step == "post" and typed.key and not came_from_elsewhere(request):
        return finish(request, form, typed)
    return preview_page(request, form, typed.with_key())


def _with_alias(typed: Typed, data: QueryDict) -> Typed:
    for field in data:
        if pressed := _ALIAS.fullmatch(field):
            return typed.with_name(int(pressed.group(1)), data.get(field, ""))
    return typed


def form_page(
    request: HttpRequest, typed: Typed, errors: Mapping[str, str] = MappingProxyType({})
) -> HttpResponse:
    """Show the form with what was typed, and a sentence beside each wrong field."""
    language = page_language()
    context = {
        "typed": typed,
        "rows": rows_of(typed, errors),
        "errors": errors,
        "regions_of_china": regions_of_china(language),
        "countries": countries(language, typed.raw.region),
        "intake": intake_state().name,
        "orgs": rules.ORGS,
    }
    return render(request, "register/posting/form.html", context, status=422 if errors else 200)


def preview_page(request: HttpRequest, form: Form, typed: Typed, *, closed: bool = False) -> HttpResponse:
    """Show what will be public; or, if the form was `closed` to it, the same with a way to try again."""
    rare = settings.TUIDANG.rare_name
    preview = rules.preview_form(form, name_table(), threshold=rare)
    context = {
        "typed": typed,
        "hidden": list(hidden_fields(typed)),
        "appearance": appearance_of(form, preview, rare, page_language()),
        "intake": intake_state().name,
        "closed": closed,
    }
    response = render(request, "register/posting/preview.html", context, status=503 if closed else 200)
    if closed:
        response.headers["Retry-After"] = RETRY_AFTER
    return response


def _post(request: HttpRequest, form: Form, typed: Typed) -> HttpResponse:
    try:
        submitted = take_form(request, form, typed.key)
    except IntakeClosed:
        return preview_page(request, form, typed, closed=True)
    receipts = [format_digits(digits) for digits in submitted.receipts]
    if typed.several:
        return render(request, "register/posting/receipts.html", {"receipts": receipts})
    context = {"receipt": receipts[0], "name": form.people[0].name}
    return render(request, "register/posting/receipt.html", context)
