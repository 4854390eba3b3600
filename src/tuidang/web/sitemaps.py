"""The map of the site for search engines: the pages that may be found, each with its other languages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import SitemapIndexItem
from django.core.paginator import InvalidPage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tuidang.base.http import FOR_SHARED_CACHES
from tuidang.library.places import Place, places
from tuidang.web.findable import plain_pages
from tuidang.web.server import public_address

# The desk is for volunteers; the rest is for programs, which take it as files, or leads on to a page at once.
CLOSED: Final = ("/desk/", "/api/", "/log/", "/q/", "/c/")


class _Pages(Sitemap):  # type: ignore[type-arg]  # it has none while it runs
    i18n = True
    alternates = True

    def items(self) -> Sequence[str]:
        return plain_pages()

    def location(self, item: str) -> str:
        return reverse(item)


class _Library(Sitemap):  # type: ignore[type-arg]
    i18n = True
    alternates = True

    def items(self) -> Sequence[Place]:
        return places()

    def get_languages_for_item(self, item: Place) -> list[str]:
        return list(item.languages)

    def location(self, item: Place) -> str:
        return (
            reverse("work", args=[item.name])
            if item.number is None
            else reverse("chapter", args=[item.name, item.number])
        )

    def lastmod(self, item: Place) -> date | None:
        return item.day


class _Site:
    """Where the site is, as Django's maps ask for it."""

    def __init__(self, address: str) -> None:
        self.protocol, self.domain = urlsplit(address)[:2]


_MAPS: Final[dict[str, type[Sitemap[Any]]]] = {"pages": _Pages, "library": _Library}


@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    """Say what search engines need not ask for, and where the map is.

    What must not be found is not named here: whoever is kept from asking never reads that he may not show it.
    """
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED)]
    lines += ["", f"Sitemap: {public_address(settings.TUIDANG)}{reverse('sitemap_index')}", ""]
    return _for_caches(HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8"))


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the maps."""
    site = public_address(settings.TUIDANG)
    found = []
    for name, kind in _MAPS.items():
        address = site + reverse("sitemap", args=[name])
        found.append(SitemapIndexItem(address))
        found += [SitemapIndexItem(f"{address}?p={n}") for n in range(2, kind().paginator.num_pages + 1)]
    return _xml(request, "sitemap_index.xml", {"sitemaps": found})


@require_safe
def sitemap(request: HttpRequest, name: str) -> HttpResponse:
    """List the pages of one map."""
    if name not in _MAPS:
        raise Http404
    site = _Site(public_address(settings.TUIDANG))
    try:
        urls = _MAPS[name]().get_urls(request.GET.get("p", 1), site, site.protocol)  # type: ignore[arg-type]
    except InvalidPage as error:
        raise Http404 from error
    return _xml(request, "sitemap.xml", {"urlset": urls})


def _xml(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    return _for_caches(render(request, template, context, content_type="application/xml"))


def _for_caches(response: HttpResponse) -> HttpResponse:
    response.headers["CDN-Cache-Control"] = FOR_SHARED_CACHES
    return response
