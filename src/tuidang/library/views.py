"""The library as people read it. Nothing is noted of who reads what: no log, no cookie, no script."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Concatenate, Final, ParamSpec

import segno
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import get_template, render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_from_request, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from tuidang.base.http import (
    FOR_SHARED_CACHES,
    BodyTooLargeError,
    UnreadableBodyError,
    content_security,
    read_form,
)
from tuidang.base.weights import take_within
from tuidang.library import queries
from tuidang.library.audio.queries import edition_of, sound_of
from tuidang.library.edition_views import editions_of, shelf_of
from tuidang.library.rules import CODE_LENGTH, CODE_LETTERS
from tuidang.library.search import LONGEST_QUERY, read_query

SIZES: Final = ("", "larger", "largest")  # of the letters; said in the address, kept nowhere
_NEWS_FIRST: Final = 3  # on the first page of the library
_FORM_BYTES: Final = 4096
LIST_BYTES: Final = 3_500  # compressed; these pages have a stylesheet more than others
_BEYOND_ANY: Final = 10_000

_CODE_LETTERS: Final = frozenset(CODE_LETTERS)
_PLAYS: Final = content_security(media_src="'self'")

P = ParamSpec("P")
_View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def _for_everybody(view: _View[P]) -> _View[P]:
    """Let caches on the way keep what a view shows. The browser is told to keep nothing, as everywhere."""

    @wraps(view)
    def shown(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code == 200:
            response.headers["CDN-Cache-Control"] = FOR_SHARED_CACHES
        return response

    return require_safe(shown)


@_for_everybody
def library(request: HttpRequest) -> HttpResponse:
    """Show the books, and the newest items of news."""
    language = _language()
    first = first_of(request)
    listed = queries.books(language, first)
    items = cut("library/item.html", listed)
    context = {
        "items": items,
        "next": first + len(items) if len(items) < len(listed) else None,
        "news": queries.news(language, limit=_NEWS_FIRST) if not first else [],
        "first": first,
        "shelf": None if first else shelf_of(language),
    }
    return render(request, "library/library.html", context)


@_for_everybody
def news(request: HttpRequest) -> HttpResponse:
    """Show the items of news, the newest first."""
    first = first_of(request)
    listed = queries.news(_language(), first)
    items = cut("library/item.html", listed, level=2)
    context = {"items": items, "next": first + len(items) if len(items) < len(listed) else None}
    return render(request, "library/news.html", context)


@_for_everybody
def work(request: HttpRequest, name: str) -> HttpResponse:
    """Show what a work is, and its chapters; an item of news leads on to its one chapter."""
    found = queries.find_work(name, _language())
    if found is None:
        return _elsewhere(request, name)
    if found.is_news:
        return HttpResponseRedirect(reverse("chapter", args=[name, 1]))
    first = first_of(request)
    listed = queries.contents(name, _language())[first:]
    items = cut("library/entry.html", ((name, *entry) for entry in listed))
    context = {
        "work": found,
        "editions": [] if first else editions_of(name, _language()),
        "items": items,
        "next": first + len(items) if len(items) < len(listed) else None,
        "sound": None if first else edition_of(name, _language()),
    }
    return _with_sound(render(request, "library/work.html", context))


@_for_everybody
def chapter(request: HttpRequest, name: str, number: int, part: int = 1) -> HttpResponse:
    """Show one part of a chapter."""
    page = _find_page(name, number, part)
    if page is None:
        return _elsewhere(request, name, number)
    size = request.GET.get("type", "")
    context = {
        "page": page,
        "html": mark_safe(page.html),  # noqa: S308 -- written by `flow.as_html`, which escapes
        "size": size if size in SIZES else "",
        "sizes": SIZES,
        "sound": sound_of(name, _language(), number) if part == 1 else None,
        "editions": editions_of(name, _language(), number),
    }
    return _with_sound(render(request, "library/chapter.html", context))


@_for_everybody
def pass_on(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Show how to pass a chapter on: a code to photograph, a short link, a file."""
    page = _find_page(name, number, 1)
    if page is None:
        return _elsewhere(request, name, number)
    address = _short_link(request, page)
    context = {
        "page": page,
        "address": address,
        "shown": address.partition("://")[2],
        "picture": _picture(address),
        "bytes": len(_whole(request, name, number)),
    }
    return render(request, "library/pass_on.html", context)


@_for_everybody
def file(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Give a chapter as one file that needs nothing else. Its name says nothing of what it is."""
    page = _find_page(name, number, 1)
    if page is None:
        return _elsewhere(request, name, number)
    response = HttpResponse(_whole(request, name, number))
    response.headers["Content-Disposition"] = f'attachment; filename="{page.code}.html"'
    return response


@require_safe
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """Lead from a short link to its chapter, in the script that the browser asks for if it is read in it."""
    typed = code.lower()
    found = queries.find_code(typed) if len(typed) == CODE_LENGTH and set(typed) <= _CODE_LETTERS else None
    if found is None or not found[2]:
        raise Http404
    name, number, languages = found
    asked = get_language_from_request(request)
    with override(asked if asked in languages else languages[0]):
        response = HttpResponseRedirect(reverse("chapter", args=[name, number]))
    response.headers["Vary"] = "Accept-Language"
    return response


@csrf_exempt  # a public form: there is no session that a foreign page could ride on
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Find chapters by words; sent by POST, so that what was looked for is in no address and no history."""
    if request.method != "POST":
        return render(request, "library/search.html")
    try:
        form = read_form(request, _FORM_BYTES)
    except (BodyTooLargeError, UnreadableBodyError) as error:
        raise BadRequest from error
    typed = form.get("words", "").strip()
    words = read_query(typed) if len(typed) <= LONGEST_QUERY else ()
    if not words:
        return render(request, "library/search.html", {"typed": typed, "wrong": True}, status=400)
    listed = queries.search(words, _language())
    first = _number(form.get("first", ""))
    items = cut("library/found.html", ((hit, *queries.excerpt_of(hit, words)) for hit in listed[first:]))
    seen = first + len(items)
    context = {
        "typed": typed,
        "items": items,
        "count": len(listed),
        "many": len(listed) == queries.MOST_FOUND,
        "next": seen if seen < len(listed) else None,
    }
    return render(request, "library/search.html", context)


def _with_sound(response: HttpResponse) -> HttpResponse:
    """Let the browser's own player play what lies here."""
    response.headers["Content-Security-Policy"] = _PLAYS
    return response


def _language() -> str:
    return get_language() or "zh-hans"


def first_of(request: HttpRequest) -> int:
    """Read from which item of a list on the page begins."""
    return _number(request.GET.get("from", ""))


def _number(typed: str) -> int:
    return min(int(typed), _BEYOND_ANY) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0


def cut(template: str, items: Iterable[object], budget: int = LIST_BYTES, **more: object) -> Sequence[str]:
    """Write of a list what one page's weight allows."""
    written = get_template(template)
    return take_within((written.render({"item": item, **more}) for item in items), budget)


def _find_page(name: str, number: int, part: int) -> queries.Page | None:
    if not (0 < number < _BEYOND_ANY and 0 < part < _BEYOND_ANY):
        return None
    return queries.find_page(name, _language(), number, part)


def _elsewhere(request: HttpRequest, name: str, number: int | None = None) -> HttpResponse:
    """Say in which other languages a work, or a chapter, can be read; raises Http404 where it is in none."""
    within = number if number is not None and number < _BEYOND_ANY else None
    languages = queries.languages_of(name, within)
    if not languages or _language() in languages:
        raise Http404
    places = []
    for language in languages:
        with override(language):
            places.append((language, reverse("chapter", args=[name, number or 1])))
    response = render(request, "library/elsewhere.html", {"places": places})
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _short_link(request: HttpRequest, page: queries.Page) -> str:
    return request.build_absolute_uri(reverse("short_link", args=[page.code]))


def _picture(address: str) -> SafeString:
    """Draw a code to be photographed, dark on light whatever the colours of the page."""
    drawn = segno.make(address, error="m").svg_inline(
        border=3, dark="#000", light="#fff", svgclass=None, lineclass=None, omitsize=True
    )
    return mark_safe(drawn)  # noqa: S308 -- drawn by the library, of digits alone


def _whole(request: HttpRequest, name: str, number: int) -> bytes:
    """Write a chapter as one page that stands alone."""
    found = queries.whole_chapter(name, _language(), number)
    if found is None:  # it was taken down a moment ago
        raise Http404
    page, html = found
    context = {
        "page": page,
        "html": mark_safe(html),  # noqa: S308 -- written by `flow.as_html`, which escapes
        "address": _short_link(request, page),
        "language": _language(),
    }
    return render_to_string("library/file.html", context).encode()
