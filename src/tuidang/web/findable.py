"""Which pages search engines may show, and where each is in the other languages.

A list of what may be found, not of what may not: a new page is kept out until it is named here. Statements
are left out on purpose: an erased one must not live on in the copy of a search engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import ResolverMatch, reverse
from django.utils.translation import get_language, override

from tuidang.base.words import LANGUAGES
from tuidang.giving.organisation import asks_for_gifts
from tuidang.library.queries import languages_of
from tuidang.web.server import public_address
from tuidang.web.views import TEXTS

PLAIN: Final = (
    *("home", "write", "own", *TEXTS, "library", "library_news", "tools"),
    *("figures", "figures_regions", "figures_organisations", "figures_channels", "integrity", "counter"),
)
OF_GIVING: Final = ("give", "give_totals")
_OF_WORKS: Final = ("work", "chapter", "chapter_part")
_NAMES: Final = frozenset((*PLAIN, *OF_GIVING, *_OF_WORKS))


@dataclass(frozen=True)
class Here:
    """The page of a request, as others are told of it; templates ask it what they need."""

    request: HttpRequest

    @cached_property
    def findable(self) -> bool:
        """Tell whether others are told of it at all."""
        return may_be_found(self.request) and get_language() in dict(self.languages)

    @cached_property
    def address(self) -> str:
        """Give its one address, whichever name of the site, and size of letters, it was asked for under."""
        return public_address(settings.TUIDANG) + self.request.path

    @cached_property
    def site(self) -> str:
        """Give the address of the site."""
        return public_address(settings.TUIDANG)

    @cached_property
    def languages(self) -> list[tuple[str, str]]:
        """List the languages in which it can be read, each with its address."""
        match = self.request.resolver_match
        if match is None:
            return []
        spoken = _spoken(match)
        return [(code, self.site + address_in(code, match)) for code in LANGUAGES if code in spoken]


def may_be_found(request: HttpRequest) -> bool:
    """Tell whether search engines may show what was asked for. An answer to a form is nobody else's."""
    match = request.resolver_match
    return request.method in {"GET", "HEAD"} and match is not None and match.view_name in _NAMES


def plain_pages() -> tuple[str, ...]:
    """Name the pages that may be found and are always there."""
    return (*PLAIN, *(OF_GIVING if asks_for_gifts() else ()))


def address_in(language: str, match: ResolverMatch) -> str:
    """Give the path of a page in a language."""
    with override(language):
        return reverse(match.view_name, args=match.args, kwargs=match.kwargs)


def _spoken(match: ResolverMatch) -> tuple[str, ...]:
    if match.view_name not in _OF_WORKS:
        return LANGUAGES
    if match.view_name == "chapter_part":  # it is cut elsewhere in another language
        return (get_language() or "",)
    return tuple(languages_of(match.kwargs["name"], match.kwargs.get("number")))
