"""The register as people read it: the newest statements, a day's, and one by its number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.views.decorators.http import require_safe

from tuidang.base.weights import take_within
from tuidang.register.folder.figures import load_figures
from tuidang.register.folder.search import Entry, Notice, Page, Reader
from tuidang.register.views.paging import split_text

MOST_HITS = 30  # read for one page; their weight decides how many it carries


@dataclass(frozen=True)
class Listed:
    """Hold the statements of one page, written out, and the number before which the next page begins."""

    items: Sequence[str]
    next: int | None


@require_safe
def newest(request: HttpRequest) -> HttpResponse:
    """Show the newest statements, and the ways to find others."""
    before = read_leaf(request.GET.get("before", ""))
    page = reader().newest(before=before, limit=MOST_HITS)
    newest = page.hits[0].day if page.hits else None
    context = {"page": cut(page), "newest": newest, "is_first": before is None}
    return render(request, "register/reading/newest.html", context)


@require_safe
def day(request: HttpRequest, day: str) -> HttpResponse:
    """Show the statements published on one day."""
    when = read_day(day)
    if when is None:
        raise Http404
    counts = load_figures(settings.TUIDANG.log).by_day
    before = read_leaf(request.GET.get("before", ""))
    context = {
        "day": when,
        "page": cut(reader().by_day(when, before=before, limit=MOST_HITS)),
        "count": counts.get(when, 0),
        "earlier": max((other for other in counts if other < when), default=None),
        "later": min((other for other in counts if other > when), default=None),
        "in_year": any(other.year == when.year for other in counts),
    }
    return render(request, "register/reading/day.html", context)


@require_safe
def statement(request: HttpRequest, leaf: int, part: int = 1) -> HttpResponse:
    """Show what stands at one number: a statement, a part of a long one, or a notice about another."""
    found = reader().by_leaf(leaf) if leaf < 2**53 else None
    if found is None:
        raise Http404
    if isinstance(found, Notice):
        return render(request, "register/reading/notice.html", {"notice": found})
    parts = split_text(found.text)
    if not 1 <= part <= len(parts):
        raise Http404
    context = {
        "entry": found,
        "letter": _letter(found, parts[part - 1]),
        "part": part,
        "parts": len(parts),
        "earlier": leaf - 1 if leaf else None,
        "later": leaf + 1 if leaf + 1 < reader().size else None,
    }
    return render(request, "register/reading/statement.html", context)


def reader() -> Reader:
    """Give the look-up in the public folder that the settings name."""
    return _reader(settings.TUIDANG.log)


@cache
def _reader(folder: Path) -> Reader:
    return Reader(folder)


def cut(page: Page) -> Listed:
    """Write of a page of hits what its weight allows; the rest begins the next page."""
    template = get_template("register/reading/hit.html")
    items = take_within(template.render({"hit": hit}) for hit in page.hits)
    return Listed(items, page.next if len(items) == len(page.hits) else page.hits[len(items) - 1].leaf)


def read_leaf(text: str) -> int | None:
    """Read a statement's number; None when it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def read_day(text: str) -> date | None:
    """Read a day as ISO 8601 writes it; None when it is none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None  # one day, one address


def _letter(entry: Entry, words: str) -> dict[str, object]:
    return {
        "name": entry.name,
        "place": entry.place,
        "region": entry.region,
        "orgs": entry.orgs,
        "lang": entry.lang,
        "text": words,
        "day": entry.day,
    }
