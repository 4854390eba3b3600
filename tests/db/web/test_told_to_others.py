"""What others are told: feeds, the counter, the map of the site, what may be found, and cards."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import pytest
from django.conf import settings as django_settings
from django.http import HttpResponse
from django.test import Client
from PIL import Image
from pytest_django import Settings

import tuidang.web
from library_cast import publish_all, write_work
from markup import read
from tuidang.register.folder.figures import load_figures
from tuidang.web.findable import plain_pages
from tuidang.web.sitemaps import CLOSED

pytestmark = pytest.mark.usefixtures("sample")

LANGUAGES = [code for code, _name in django_settings.LANGUAGES]
ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"
EVENING = datetime(2026, 11, 28, 20, 0, tzinfo=UTC)  # in China the 29th has begun


@pytest.fixture
def public(settings: Settings) -> str:
    """Give the address under which the site is known; the tests ask under another."""
    settings.TUIDANG = replace(settings.TUIDANG, https=True, hosts=("register.example", "testserver"))
    return "https://register.example"


@pytest.fixture
def shelf(db: None) -> None:
    """Publish a book in Chinese, one in English, and two items of news."""
    publish_all(write_work("a-book", "zh-hans", "一。", "二。"))
    publish_all(write_work("plain", "en", "One.", title="Plain"))
    publish_all(write_work("older", "zh-hans", "旧闻。", title="旧闻", day=date(2026, 10, 1)))
    publish_all(
        write_work("newer", "zh-hans", "新闻。", title="新闻 & <要闻>", day=date(2026, 11, 20)), EVENING
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["news", "days"])
def test_a_foreign_reader_finds_no_fault_in_a_feed(
    client: Client, public: str, shelf: None, name: str, language: str
) -> None:
    response = client.get(f"/{language}/feed/{name}/")
    found = feedparser.parse(response.content, response_headers={"content-type": response["Content-Type"]})
    assert not found.bozo
    assert found.version == "atom10"
    assert found.feed.title
    assert {link.rel: link.href for link in found.feed.links}["self"] == f"{public}/{language}/feed/{name}/"
    assert found.entries or (language, name) == ("en", "news")
    for entry in found.entries:
        assert entry.id.startswith("urn:uuid:")
        assert entry.title
        assert urlsplit(entry.link)[:2] == ("https", "register.example")
        assert client.get(urlsplit(entry.link).path).status_code == 200
    assert len({entry.id for entry in found.entries}) == len(found.entries)


def test_news_are_dated_by_their_day_alone_and_changed_when_published_anew(
    client: Client, shelf: None
) -> None:
    entries = _entries(client.get("/zh-hans/feed/news/"))
    assert [(e.findtext(f"{ATOM}published"), e.findtext(f"{ATOM}updated")) for e in entries] == [
        ("2026-11-20T00:00:00+08:00", "2026-11-29T00:00:00+08:00"),
        ("2026-10-01T00:00:00+08:00", "2026-11-28T00:00:00+08:00"),
    ]
    assert entries[0].findtext(f"{ATOM}title") == "新闻 & <要闻>"


def test_the_days_say_what_the_figures_say(client: Client, settings: Settings) -> None:
    by_day = load_figures(settings.TUIDANG.log).by_day
    entries = _entries(client.get("/en/feed/days/"))
    newest = sorted(by_day, reverse=True)[: len(entries)]
    assert len(entries) == min(30, len(by_day))
    for entry, day in zip(entries, newest, strict=True):
        assert str(entry.findtext(f"{ATOM}title")).endswith(f": {by_day[day]} people")
        assert entry.findtext(f"{ATOM}updated") == f"{day}T00:00:00+08:00"


def test_what_stands_in_a_feed_keeps_its_name_wherever_the_site_is(
    client: Client, shelf: None, settings: Settings
) -> None:
    before = _ids(client.get("/zh-hant/feed/news/"))
    settings.TUIDANG = replace(settings.TUIDANG, https=True, hosts=("elsewhere.example", "testserver"))
    assert _ids(client.get("/zh-hant/feed/news/")) == before
    assert not before & _ids(client.get("/zh-hans/feed/news/"))


def test_a_feed_that_has_not_changed_is_not_sent_again_and_says_the_same_to_everybody(
    client: Client, shelf: None
) -> None:
    first, second = client.get("/en/feed/days/"), Client().get("/en/feed/days/")
    assert first["ETag"].removeprefix("W/") == second["ETag"].removeprefix("W/")
    again = client.get("/en/feed/days/", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/en/feed/days/", headers={"if-none-match": '"another"'}).status_code == 200
    assert not first.cookies
    assert "Last-Modified" not in first.headers


def test_pages_lead_readers_to_their_feeds(client: Client, shelf: None) -> None:
    for path in ("", "figures/", "library/", "library/news/"):
        links = read(client.get(f"/zh-hans/{path}")).find("link", type="application/atom+xml")
        assert links, path
        assert all(client.get(link.attributes["href"]).status_code == 200 for link in links)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_counter_is_a_picture_with_words_that_other_sites_may_show(
    client: Client, settings: Settings, language: str
) -> None:
    response = client.get(f"/{language}/counter.svg")
    drawn = response.content.decode()
    total = load_figures(settings.TUIDANG.log).total
    root = ET.fromstring(drawn)
    assert str(root[0].text).startswith(str(total))
    assert root[1].text
    assert not re.search("<script|href|@import|url\\(", drawn)
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cache-Control"] == "no-store"
    assert "unsafe-inline" not in response["Content-Security-Policy"]
    assert "style-src 'sha256-" in response["Content-Security-Policy"]
    assert not response.cookies
    assert len(response.content) < 2048


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "示例"), ("zh-hant", "樣例"), ("en", "sample")])
def test_the_counter_of_a_sample_says_in_the_picture_that_it_is_one_and_no_other_does(
    client: Client, monkeypatch: pytest.MonkeyPatch, language: str, word: str
) -> None:
    drawn = client.get(f"/{language}/counter.svg").content.decode()
    assert f">{word}</text>" in drawn
    assert f"({word})</title>" in drawn
    monkeypatch.setattr("tuidang.web.counter.log_is_sample", lambda: False)
    assert word not in client.get(f"/{language}/counter.svg").content.decode()
    assert json.loads(client.get("/counter.json").content)["sample"] is False


def test_the_counter_for_programs_says_what_the_figures_say(client: Client, settings: Settings) -> None:
    response = client.get("/counter.json", headers={"origin": "https://elsewhere.example"})
    figures = load_figures(settings.TUIDANG.log)
    told = json.loads(response.content)
    assert told["sample"] is True
    assert (told["total"], told["today"], told["day"]) == (figures.total, figures.today, str(figures.day))
    assert response["Access-Control-Allow-Origin"] == "*"


def test_what_is_copied_for_the_counter_leads_to_the_public_address(client: Client, public: str) -> None:
    copied = [pre.words for pre in read(client.get("/en/counter/")).find("pre")]
    assert len(copied) == 3
    for text, language in zip(copied, LANGUAGES, strict=True):
        assert f'src="{public}/{language}/counter.svg"' in text
        assert "script" not in text


def test_every_page_of_the_map_may_be_found_and_names_its_languages(
    client: Client, public: str, shelf: None
) -> None:
    maps = [str(loc.text) for loc in _xml(client.get("/sitemap.xml")).iter(f"{MAP}loc")]
    listed = [url for address in maps for url in _xml(client.get(_path(address, public)))]
    assert len(listed) > 3 * len(plain_pages())
    for url in listed:
        address = str(url.findtext(f"{MAP}loc"))
        response = client.get(_path(address, public))
        assert response.status_code == 200, address
        assert "X-Robots-Tag" not in response.headers, address
        others = {link.attrib["hreflang"]: link.attrib["href"] for link in url.iter(LINK)}
        page = read(response)
        shown = {
            link.attributes["hreflang"]: link.attributes["href"]
            for link in page.find("link", rel="alternate")
            if "hreflang" in link.attributes
        }
        assert shown == others, address
        assert [link.attributes["href"] for link in page.find("link", rel="canonical")] == [address]
        assert address in others.values()
        assert page.find("meta", property="og:title")[0].attributes["content"] == page.find("title")[0].words
    assert f"{public}/en/library/a-book/" not in {url.findtext(f"{MAP}loc") for url in listed}


@pytest.mark.parametrize(
    "path",
    [
        *("register/", "register/search/", "register/day/2026-11-21/", "statement/7/", "figures/days/2026/"),
        *("write/for-others/", "hide/", "how/", "calendar/", "nothing/", "library/search/", "styleguide/"),
        *("feed/news/", "counter.svg", "library/offline/", "library/a-book/1/pass-on/", "library/plain/"),
    ],
)
def test_what_must_not_stay_in_a_search_engine_says_so(client: Client, shelf: None, path: str) -> None:
    response = client.get(f"/zh-hans/{path}")
    assert "noindex" in response["X-Robots-Tag"]
    assert b'rel="canonical"' not in response.content
    assert b"og:" not in response.content


def test_an_answer_to_a_form_may_not_be_found(client: Client) -> None:
    form = "name=Sun&orgs=league&consent=own&step=preview"
    response = client.post("/en/write/", form, "application/x-www-form-urlencoded")
    assert "noindex" in response["X-Robots-Tag"]
    assert b"og:" not in response.content


def test_the_desk_is_closed_to_search_engines(client: Client) -> None:
    told = client.get("/robots.txt").content.decode()
    assert [line.split()[1] for line in told.splitlines() if line.startswith("Disallow")] == list(CLOSED)
    assert "noindex" in client.get("/desk/sign-in/")["X-Robots-Tag"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_is_sent_an_address_sees_a_card_that_is_the_same_for_everybody(
    client: Client, public: str, shelf: None, language: str
) -> None:
    cards = set()
    for path in ("", "figures/", "library/plain/1/" if language == "en" else "library/newer/1/"):
        page = read(client.get(f"/{language}/{path}"))
        cards.add(page.find("meta", property="og:image")[0].attributes["content"])
        assert page.find("meta", property="og:description")[0].attributes["content"]
    assert cards == {f"{public}/static/web/cards/{language}.png"}
    file = Path(tuidang.web.__file__).parent / f"static/web/cards/{language}.png"
    with Image.open(file) as card:
        assert card.size == (1200, 630)
    assert file.stat().st_size < 40_000


def _entries(response: HttpResponse) -> list[ET.Element]:
    return list(ET.fromstring(response.content).iter(f"{ATOM}entry"))


def _ids(response: HttpResponse) -> set[str]:
    return {str(one.text) for one in ET.fromstring(response.content).iter(f"{ATOM}id")}


def _xml(response: HttpResponse) -> ET.Element:
    assert response.status_code == 200
    return ET.fromstring(response.content)


def _path(address: str, public: str) -> str:
    assert address.startswith(f"{public}/")
    return address.removeprefix(public)
