"""Feeds in Atom (RFC 4287): news of the library, and how many people withdrew on each day.

A reader asks again and again; it is told by an ETag, the same for everybody, that nothing is new. Days have
no hour: each entry is dated at the beginning of its day in China.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import wraps
from typing import Final, Protocol

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tuidang.base.clock import CHINA
from tuidang.base.http import FOR_SHARED_CACHES
from tuidang.base.words import counted, day_words
from tuidang.library import queries
from tuidang.library.places import last_published
from tuidang.register.folder.figures import load_figures
from tuidang.web.server import public_address

_NEWS: Final = 30  # entries
_DAYS: Final = 30
_NAMES: Final = uuid.UUID("5b0ff6d2-3a6d-5c0e-9f6e-6d1e2f6f6c55")  # of everything that feeds name
_BEFORE_ALL: Final = datetime(1970, 1, 1, tzinfo=UTC)  # of a feed in which nothing stands yet


@dataclass(frozen=True)
class Entry:
    """What a feed says once."""

    key: str  # alone in the register, for ever
    title: str
    path: str
    said: str
    day: date
    changed: date
    author: str = ""


class _View(Protocol):
    def __call__(self, request: HttpRequest, /) -> HttpResponse: ...


class _Feed(Atom1Feed):
    """As Django writes it, but without the present moment where nothing is dated."""

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else _BEFORE_ALL


def _unchanged(view: _View) -> _View:
    """Answer in a word whoever has what the view shows."""

    @wraps(view)
    def shown(request: HttpRequest, /) -> HttpResponse:
        response = view(request)
        tag = f'"{hashlib.sha256(response.content).hexdigest()[:24]}"'
        answer = get_conditional_response(request, etag=tag, response=response)
        assert answer is not None  # a view's own, where nothing is conditional
        answer.headers["ETag"] = tag
        if not isinstance(answer, HttpResponseNotModified):
            answer.headers["CDN-Cache-Control"] = FOR_SHARED_CACHES
        return answer

    return require_safe(shown)


@_unchanged
def news(_request: HttpRequest) -> HttpResponse:
    """Give the newest items of news, each with a sentence or two, not its whole text."""
    language = _language()
    shown = queries.news(language, limit=_NEWS)
    changed = last_published([item.name for item in shown], language)
    entries = [
        Entry(
            f"news/{item.name}/{language}",
            item.title,
            reverse("chapter", args=[item.name, 1]),
            item.about,
            item.day,
            max(item.day, changed.get(item.name, item.day)),
            item.author,
        )
        for item in shown
        if item.day is not None
    ]
    return _write("news", _("News"), "library_news", entries)


@_unchanged
def days(_request: HttpRequest) -> HttpResponse:
    """Give the count of each of the latest days."""
    language = _language()
    newest = sorted(load_figures(settings.TUIDANG.log).by_day.items(), reverse=True)[:_DAYS]
    entries = [
        Entry(
            f"days/{day}/{language}",
            _("{day}: {count} people").format(day=day_words(day, language), count=counted(count, language)),
            reverse("register_day", args=[day]),
            "",
            day,
            day,
        )
        for day, count in newest
    ]
    return _write("days", _("How many withdrew each day"), "figures", entries)


def _write(name: str, title: str, page: str, entries: Iterable[Entry]) -> HttpResponse:
    site = public_address(settings.TUIDANG)
    house = _("The register of withdrawals")
    feed = _Feed(
        title=f"{title} · {house}",
        link=site + reverse(page),
        description=None,  # Atom asks for none
        language=_tag(_language()),
        author_name=house,
        feed_url=site + reverse(f"feed_{name}"),
        feed_guid=_key(f"{name}/{_language()}"),
    )
    for entry in entries:
        feed.add_item(
            entry.title,
            site + entry.path,
            escape(entry.said or entry.title),  # a summary is HTML
            author_name=entry.author or None,
            unique_id=_key(entry.key),
            pubdate=_midnight(entry.day),
            updateddate=_midnight(entry.changed),
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


def _key(what: str) -> str:
    """Name something for ever, whichever address the site has."""
    return uuid.uuid5(_NAMES, f"{_origin()}/{what}").urn


def _origin() -> str:
    """Give the name of the log, which stays; nothing before it begins."""
    file = settings.TUIDANG.log / "vkey"
    return file.read_text().partition("+")[0] if file.is_file() else ""


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA)


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _tag(language: str) -> str:
    return {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant"}.get(language, language)
