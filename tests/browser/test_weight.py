"""Every page, with everything it needs, weighs at most 14 KB on the wire."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.urls import LocalePrefixPattern, Resolver404, URLResolver, get_resolver, resolve
from django.utils.translation import override
from playwright.sync_api import Page
from walk import LANGUAGES, Own, go, stations

from conftest import Visit
from library_cast import noise
from served import Served
from tuidang.library.editions.formats import ENDINGS

MOST = 14 * 1024
# What has an address under a language, and is no page: it is taken as a file, or read by a program.
NO_PAGES = {
    *("chapter_file", "offline_worker", "offline_pages", "feed_news", "feed_days", "counter_picture"),
    *("chapter_part",),  # weighed below, in the heaviest chapter
    *("give_thanks", "give_end"),  # of a donor's own; weighed in tests/db/web/test_giving_pages.py
}
EXEMPT = {"for others: receipts"}  # the list to be printed


class Scales:
    """Weighs what comes over the network for a page: every file's head and body, as they were sent."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._newest = ""  # the page that was asked for last
        self._page_of: dict[str, str] = {}  # which page a request that is under way belongs to
        self._weights: Counter[str] = Counter()
        self._icons: set[str] = set()
        self._icon_requests: set[str] = set()
        self._icon_weight = 0
        devtools = page.context.new_cdp_session(page)
        devtools.on("Network.requestWillBeSent", self._begin)
        devtools.on("Network.loadingFinished", self._end)
        devtools.send("Network.enable")
        devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def weigh(self) -> int:
        """Return the bytes of the page that is on the screen, once everything is there, its icon included.

        A busy browser may ask for a page's icon late or not at all; it weighs what it weighed before.
        """
        began = time.monotonic()
        patience = 5 if self._icon_weight else 60  # seconds
        while self._newest in self._page_of.values() or (
            self._newest not in self._icons and time.monotonic() < began + patience
        ):
            assert time.monotonic() < began + 120, "the page is not whole yet"
            self._page.wait_for_timeout(5)
        assert self._icon_weight, "no page has asked for its icon"
        return self._weights[self._newest] + (0 if self._newest in self._icons else self._icon_weight)

    def _begin(self, event: dict[str, str]) -> None:
        if event["type"] == "Document":
            self._newest = event["loaderId"]
        self._page_of[event["requestId"]] = event["loaderId"]
        if "icon" in str(event["request"]):
            self._icons.add(event["loaderId"])
            self._icon_requests.add(event["requestId"])

    def _end(self, event: dict[str, int]) -> None:
        request, weight = str(event["requestId"]), int(event["encodedDataLength"])
        self._weights[self._page_of.pop(request)] += weight
        if request in self._icon_requests:
            self._icon_weight = weight


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_light(visit: Visit, own: Own, language: str) -> None:
    page = visit()
    scales = Scales(page)
    weights, met = {}, set()
    for name in stations(page, language, own):
        weights[name] = scales.weigh()
        met.add(_page_at(page.url, language))
    assert not every_page() - met, "pages that the walk forgets"
    assert not {name: weight for name, weight in weights.items() if weight > MOST and name not in EXEMPT}


def every_page() -> set[str]:
    """Name every page under a language, as the addresses of the site have it."""
    (under_language,) = (
        one for one in get_resolver().url_patterns if isinstance(one.pattern, LocalePrefixPattern)
    )
    return {name for name in _names(under_language) if name not in NO_PAGES}


def _names(resolver: URLResolver) -> Iterator[str]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from _names(one)
        else:
            yield str(one.name)


def _page_at(address: str, language: str) -> str:
    with override(language), suppress(Resolver404):
        return resolve(urlsplit(address).path).view_name
    return ""


def test_every_page_of_the_heaviest_chapter_is_light(visit: Visit, site: Served, tmp_path: Path) -> None:
    folder = tmp_path / "heaviest" / "zh-hans"
    folder.mkdir(parents=True)
    head = f"---\ntitle: {noise(1, 120)}\nauthor: {noise(2, 120)}\n---\n"
    (folder / "about.md").write_text(head + noise(3, 400))
    body = "\n\n".join(noise(n, 500) for n in range(10, 20))
    for number in range(1, 4):
        (folder / f"{number}.md").write_text(f"---\ntitle: {noise(4 + number, 120)}\n---\n{body}")
    site.run("library", "import", str(folder.parent), "--publish")
    for number in ("book", 1, 2, 3):
        for ending in ENDINGS.values():
            for script in ("zh-hans", "zh-hant"):
                file = site.data / f"editions/heaviest/{script}/{number}{ending}"
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(bytes(1_300_000))
    page = visit()
    scales = Scales(page)
    weights = {}
    page.goto("/zh-hant/library/heaviest/2/?type=largest")
    while "/2/" in page.url:
        weights[page.url] = scales.weigh()
        go(page, 'a[rel="next"]')
    for path in ("library/", "library/heaviest/", "library/heaviest/2/pass-on/"):
        page.goto(f"/zh-hans/{path}")
        weights[path] = scales.weigh()
    assert len(weights) > 6
    assert not {name: weight for name, weight in weights.items() if weight > MOST}
