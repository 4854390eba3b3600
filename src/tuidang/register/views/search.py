"""Search in the register: by name with region and days, by words of a text, by number."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tuidang.base.http import BodyTooLargeError, UnreadableBodyError, read_form
from tuidang.privacy.regions import CHINA, NOT_SAID, PROVINCES
from tuidang.register.folder.figures import load_figures
from tuidang.register.folder.search import NoWords, Page
from tuidang.register.views.reading import MOST_HITS, cut, read_day, read_leaf, reader

ANY_REGION = "any"
_FORM_BYTES = 16 * 1024
_LONGEST_QUERY = 100  # characters


@dataclass(frozen=True)
class Query:
    """Hold what was asked for, as it was typed, so that the form can show it again."""

    by: str = "name"
    name: str = ""
    region: str = ANY_REGION
    first: str = ""
    last: str = ""
    words: str = ""
    number: str = ""
    before: str = ""


@csrf_exempt  # it changes nothing and knows nobody: there is no cookie that a foreign page could ride on
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Ask for a name, or words; sent by POST, so that what was looked for is in no address and no history."""
    if request.method != "POST":
        return _ask(request, Query(), {})
    try:
        query = _read(read_form(request, _FORM_BYTES))
    except (BodyTooLargeError, UnreadableBodyError) as error:
        raise BadRequest from error
    errors = _check(query)
    if errors:
        return _ask(request, query, errors)
    if query.by == "number":
        return HttpResponseRedirect(reverse("statement", args=[read_leaf(query.number)]))
    try:
        page = _find(query)
    except NoWords:
        return _ask(request, query, {"words": _("Give at least one word of two characters or more.")})
    return render(request, "register/reading/found.html", {"query": query, "page": cut(page)})


def _read(form: QueryDict) -> Query:
    return Query(**{field: form.get(field, default) or default for field, default in vars(Query()).items()})


def _check(query: Query) -> dict[str, str]:
    """Return for each wrong field a sentence that says how to mend it."""
    errors = {}
    if query.by == "number":
        if read_leaf(query.number) is None:
            errors["number"] = _("Give the statement’s number: digits only.")
    elif query.by == "words":
        if not query.words.strip() or len(query.words) > _LONGEST_QUERY:
            errors["words"] = _("Give at least one word of two characters or more.")
    else:
        if not query.name.strip() or len(query.name) > _LONGEST_QUERY:
            errors["name"] = _("Give the name as it stands in the register.")
        for field in ("first", "last"):
            value = getattr(query, field)
            if value and read_day(value) is None:
                errors[field] = _("Give the day as year-month-day, for example 2026-11-20.")
        if not errors and query.first and query.last and query.first > query.last:
            errors["last"] = _("The last day lies before the first.")
    return errors


def _find(query: Query) -> Page:
    before = read_leaf(query.before)
    if query.by == "words":
        return reader().by_words(query.words, before=before, limit=MOST_HITS)
    return reader().by_name(
        query.name,
        region=None if query.region == ANY_REGION else query.region,
        first=read_day(query.first),
        last=read_day(query.last),
        before=before,
        limit=MOST_HITS,
    )


def _ask(request: HttpRequest, query: Query, errors: dict[str, str]) -> HttpResponse:
    context = {"query": query, "errors": errors, "regions": _regions(), "any": ANY_REGION}
    return render(request, "register/reading/search.html", context, status=400 if errors else 200)


def _regions() -> list[str]:
    """Return the codes of the regions that occur: not said, China, the provinces in their order, others."""
    present = load_figures(settings.TUIDANG.log).by_region
    ordered = [NOT_SAID, CHINA, *(province.code for province in PROVINCES)]
    return [code for code in ordered if code in present] + sorted(present.keys() - set(ordered))
