"""The screen that makes posters and cards of a batch: what to choose, a preview, a file for the printer."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from tuidang.base.audit import Act, write_audit
from tuidang.base.clock import utc_now
from tuidang.reach.posters.values import Order, Sheet
from tuidang.reach.posters.words import WORDS
from tuidang.reach.printing import LONGEST_TITLE, LONGEST_WORDS, Choice, make_sheet, order_of
from tuidang.reach.queries import Known, find_source, places_of
from tuidang.reach.rules import Kind, Mistake
from tuidang.volunteers.access import role_required, signed_in
from tuidang.volunteers.models import Role

coordinators = role_required(Role.COORDINATOR)
SHEETS = {Sheet.CARD: gettext_lazy("card")}  # the others are called by their sizes


@coordinators
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest, code: str) -> HttpResponse:
    """Show what a sheet will look like; asked by POST, give the file for the printer."""
    known = _batch(code)
    choice = _chosen(request)
    order, errors = None, {}
    try:
        order = order_of(code, choice)
        made = make_sheet(order, "pdf" if request.method == "POST" else "check")
        if request.method == "POST":
            return _file(request, order, made)
    except Mistake as mistake:
        order, errors = None, {mistake.field: str(mistake)}
    own = WORDS.get(choice.language, WORDS["zh-hans"])
    context = {
        "known": known,
        "choice": choice,
        "order": order,
        "errors": errors,
        "sheets": [(sheet, SHEETS.get(sheet, sheet.upper()), sheet.size) for sheet in Sheet],
        "languages": [one for one in settings.LANGUAGES if one[0] in WORDS],
        "numbers": places_of(Kind.NUMBER),
        "sites": places_of(Kind.SITE, Kind.MIRROR),
        "usual": own,
        "longest_title": LONGEST_TITLE,
        "longest_words": LONGEST_WORDS,
        "query": request.GET.urlencode(),
    }
    return render(request, "desk/sources/print.html", context, status=422 if errors else 200)


@coordinators
@require_safe
def preview(request: HttpRequest, code: str) -> HttpResponse:
    """Draw a sheet as it is when cut."""
    _batch(code)
    try:
        drawn = make_sheet(order_of(code, _chosen(request)), "svg")
    except Mistake:
        raise Http404 from None
    return HttpResponse(drawn, content_type="image/svg+xml")


def _batch(code: str) -> Known:
    found = find_source(code)
    if found is None or found.entry.kind is not Kind.PRINT:
        raise Http404
    return found


def _chosen(request: HttpRequest) -> Choice:
    """Read what was chosen; opened anew, the page begins with the first live number."""
    chosen = request.GET
    numbers = places_of(Kind.NUMBER)
    first = numbers[0].code if numbers and "number" not in chosen else ""
    usual = Choice()
    return Choice(
        chosen.get("sheet", usual.sheet),
        chosen.get("language", usual.language),
        chosen.get("number", first),
        chosen.get("leads", ""),
        chosen.get("title", "").strip(),
        chosen.get("words", "").strip(),
    )


def _file(request: HttpRequest, order: Order, made: bytes) -> HttpResponse:
    write_audit(signed_in(request).pseudonym, Act.MAKE_PRINT, f"source {order.code}", utc_now())
    name = f"{order.code}-{order.sheet}-{order.language}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(made, content_type="application/pdf", headers=headers)
