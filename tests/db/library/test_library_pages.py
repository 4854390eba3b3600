"""The library as a reader meets it: light pages, whole chapters, nothing left behind."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode, urljoin

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from library_cast import NOW, publish_all, publish_heaviest, write_work
from markup import Markup, read, weight
from tuidang.base.audit.models import AuditEntry
from tuidang.library.hanzi import HANT, convert
from tuidang.library.models import Chapter, Reading, Work
from tuidang.library.queries import search
from tuidang.library.sample import stock_sample
from tuidang.library.search import read_query
from tuidang.privacy.keys import KeyFolder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stocked")]

LANGUAGES = [code for code, _name in settings.LANGUAGES]
BOOK = "library/taking-back-an-oath/"
PAGES = [
    *("library/", "library/news/", "library/search/", BOOK, f"{BOOK}1/", f"{BOOK}9/?type=largest"),
    *(f"{BOOK}6/pass-on/", "library/sample-news/1/", "library/sample-news/1/pass-on/"),
]
HEAVIEST = 14 * 1024


@pytest.fixture(scope="module")
def stock(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Stock the library with its sample, once for all of these tests."""
    data = tmp_path_factory.mktemp("stocked")
    KeyFolder(data / "keys").ensure()
    with django_db_blocker.unblock(), override_settings(TUIDANG=replace(settings.TUIDANG, data=data)):
        stock_sample(NOW)
    yield
    with django_db_blocker.unblock():
        Work.objects.all().delete()
        AuditEntry.objects.all().delete()


@pytest.fixture
def stocked(stock: None, house: object) -> None:
    """Give the stocked library in a house that has no register yet."""
    cache.clear()


def ask(client: Client, language: str, words: str, **more: str) -> HttpResponse:
    """Send the search as a browser sends it."""
    kind = "application/x-www-form-urlencoded"
    return client.post(f"/{language}/library/search/", urlencode({"words": words, **more}), content_type=kind)


def hits(response: HttpResponse) -> list[str]:
    """Return where the hits of a page lead."""
    page = read(response)
    return [e.attributes["href"] for e in page.find("a") if e.parent and e.parent.tag == "h2"]


def walk(client: Client, address: str) -> list[Markup]:
    """Follow a page's `next` to the end; each page is light."""
    pages = []
    while address:
        response = client.get(address)
        assert weight(response) <= HEAVIEST
        pages.append(read(response))
        onward = pages[-1].find("a", rel="next")
        address = urljoin(address, onward[0].attributes["href"]) if onward else ""
    return pages


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_light_plain_and_leaves_nothing_behind(client: Client, language: str) -> None:
    for path in PAGES:
        response = client.get(f"/{language}/{path}")
        assert response.status_code == 200, path
        assert weight(response) <= HEAVIEST, path
        assert not response.cookies, path
        assert response.headers["Cache-Control"] == "no-store", path
        page = read(response)
        assert page.find("html")[0].attributes["lang"] == language, path
        assert [len(page.find(tag)) for tag in ("h1", "main")] == [1, 1], path
        assert not [*page.find("script"), *page.find("style")], path
        assert not [e.tag for e in page.all for name in e.attributes if name == "style"], path
        levels = [int(e.tag[1]) for e in page.all if re.fullmatch("h[1-6]", e.tag)]
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), path
        ids = [e.attributes["id"] for e in page.all if "id" in e.attributes]
        assert len(ids) == len(set(ids)), path


def test_no_link_leads_nowhere(client: Client) -> None:
    home = "/zh-hant/library/"
    seen, waiting = set[str](), {home}
    while waiting:
        address = waiting.pop()
        seen.add(address)
        response = client.get(address)
        assert response.status_code == 200, address
        found = {urljoin(address, e.attributes["href"]).partition("?")[0] for e in read(response).find("a")}
        waiting |= {link for link in found if link.startswith(home) and "#" not in link} - seen
    assert (
        len(seen) == 4 + 3 * 10
    )  # the lists, and what a device keeps; of each chapter, how to pass it on, its file


def test_what_everybody_reads_may_lie_in_a_cache_on_the_way_and_not_in_a_phone(client: Client) -> None:
    page = client.get(f"/en/{BOOK}1/")
    assert page.headers["CDN-Cache-Control"] == "public, max-age=300"
    assert page.headers["Cache-Control"] == "no-store"
    for response in (ask(client, "en", "oath"), client.get("/en/library/nothing/")):
        assert "CDN-Cache-Control" not in response.headers


def test_a_sample_says_so_wherever_it_is_read(client: Client) -> None:
    for path in ("library/", BOOK, f"{BOOK}3/", "library/sample-news/1/"):
        assert "ample" in read(client.get(f"/en/{path}")).find("main")[0].words


def test_the_heaviest_book_is_read_on_light_pages_and_whole(client: Client) -> None:
    _text, body = publish_heaviest()
    chapter = walk(client, "/zh-hans/library/heaviest/1/")
    words = ""
    for page in chapter[:-29]:  # the pages of its other chapters follow
        words += page.find("article")[0].words
    assert "".join(words.split()) == "".join(body.split())
    contents = walk(client, "/zh-hans/library/heaviest/")
    entries = [e for page in contents for ol in page.find("ol", class_="contents") for e in ol.children]
    assert [e.attributes["value"] for e in entries] == [str(n) for n in range(1, 31)]
    for path in ("library/", "library/heaviest/1/pass-on/", "library/heaviest/1/2/?type=largest"):
        assert weight(client.get(f"/zh-hans/{path}")) <= HEAVIEST
    assert weight(ask(client, "zh-hans", "短 第")) <= HEAVIEST


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_search_that_finds_very_much_is_light_and_goes_on(client: Client, language: str) -> None:
    text = write_work("much", "en", *["the oath"] * 60) if language == "en" else None
    publish_all(text or write_work("much", "zh-hans", *["这句誓言"] * 60))
    words, found = ("oath" if language == "en" else "誓言"), list[str]()
    first: str | None = "0"
    while first is not None:
        response = ask(client, language, words, first=first)
        assert weight(response) <= HEAVIEST
        found += hits(response)
        onward = read(response).find("input", name="first")
        first = onward[0].attributes["value"] if onward else None
    assert len(set(found)) == len(found) > 60


def test_every_chapter_is_found_by_any_two_characters_in_it(client: Client) -> None:
    choose = random.Random(5)
    for reading in Reading.objects.select_related("work"):
        pairs = [pair for pair in map("".join, itertools.pairwise(reading.plain)) if pair.isalnum()]
        for pair in choose.sample(pairs, 6):
            found = [(hit.name, hit.number) for hit in search(read_query(pair), reading.language)]
            assert (reading.work.name, reading.number) in found, pair


def test_a_search_shows_the_words_and_does_not_mind_the_script(client: Client) -> None:
    for words in ("誓词里还有", "誓詞裡還有"):
        response = ask(client, "zh-hans", words)
        assert hits(response) == [f"/zh-hans/{BOOK}2/"]
        assert read(response).find("mark")[0].words == "誓词里还有"
    assert read(ask(client, "zh-hant", "誓词里还有")).find("mark")[0].words == "誓詞裡還有"


def test_what_is_searched_stands_in_no_address_and_nothing_is_asked_again(
    client: Client,
) -> None:
    forms = read(client.get("/en/library/")).find("form")
    assert [(f.attributes["method"], f.attributes["autocomplete"]) for f in forms] == [("post", "off")]
    for words in ("", "退", "，。", "x" * 61, "\x00"):
        response = ask(client, "en", words)
        assert response.status_code == 400
        assert read(response).find("p", class_="error")
    assert client.post("/en/library/search/", {"words": "many parts"}).status_code == 400
    for words in ("zzqq", "zzq%%", "zq_\x00zqz", "𠀀𠀁", "' OR 1=11"):
        assert "Nothing was found" in ask(client, "en", words).content.decode()


def test_nothing_is_written_when_something_is_read(client: Client) -> None:
    with CaptureQueriesContext(connection) as asked:
        for path in PAGES:
            client.get(f"/zh-hant/{path}")
        ask(client, "zh-hans", "退出")
    assert asked.captured_queries
    assert all(query["sql"].startswith("SELECT") for query in asked.captured_queries)


def test_the_letters_keep_their_size_from_page_to_page(client: Client) -> None:
    page = read(client.get(f"/en/{BOOK}2/?type=larger"))
    assert "larger" in page.find("article")[0].attributes["class"].split()
    assert {a.attributes["href"] for rel in ("next", "prev") for a in page.find("a", rel=rel)} == {
        f"/en/{BOOK}3/?type=larger",
        f"/en/{BOOK}1/?type=larger",
    }
    assert read(client.get(f"/en/{BOOK}2/?type=<x>")).find("article")[0].attributes["class"] == "chapter"


def test_a_short_link_leads_to_the_chapter_in_a_script_that_the_browser_reads(client: Client) -> None:
    code = Chapter.objects.get(text__language="zh-hans", text__title="收回一句誓言", number=4).code
    for asked, language in (("zh-TW", "zh-hant"), ("zh-CN", "zh-hans"), ("en", "zh-hans")):
        response = client.get(f"/c/{code.upper()}", headers={"Accept-Language": asked})
        assert (response.status_code, response.headers["Location"]) == (302, f"/{language}/{BOOK}4/")
        assert response.headers["Vary"] == "Accept-Language"
    for wrong in ("aaaaa", "x" * 500, "收回", "%00%00%00%00%00", "İİİİİ"):
        assert client.get(f"/c/{wrong}").status_code == 404


def test_passing_on_offers_a_picture_an_address_and_a_file(client: Client) -> None:
    page = read(client.get(f"/en/{BOOK}5/pass-on/"))
    code = Chapter.objects.get(text__language="en", text__title="Taking Back an Oath", number=5).code
    assert page.find("p", class_="address")[0].words == f"testserver/c/{code}"
    assert page.find("figure")[0].children[0].tag == "svg"
    file = client.get(page.find("a", download=f"{code}.html")[0].attributes["href"])
    assert file.headers["Content-Disposition"] == f'attachment; filename="{code}.html"'
    alone = read(file)
    assert not [e for e in alone.all if e.tag in {"link", "script", "img"}]
    assert "Old Sun" in alone.find("main")[0].words
    assert f"/c/{code}" in alone.find("main")[0].words


def test_a_work_that_is_not_in_a_language_says_where_it_is(client: Client) -> None:
    publish_all(write_work("only-chinese"))
    for path in ("library/only-chinese/", "library/only-chinese/1/"):
        page = read(client.get(f"/en/{path}"))
        links = [a.attributes["href"] for a in page.find("ul", class_="after")[0].children[0].children]
        links += [a.attributes["href"] for a in page.find("ul", class_="after")[0].children[1].children]
        assert links == ["/zh-hant/library/only-chinese/1/", "/zh-hans/library/only-chinese/1/"]
    assert "only-chinese" not in client.get("/en/library/").content.decode()


@pytest.mark.parametrize(
    "path",
    ["nothing/", "nothing/1/", f"{BOOK[8:]}10/", f"{BOOK[8:]}1/2/", f"{BOOK[8:]}0/", f"{BOOK[8:]}{10**30}/"],
)
def test_what_is_not_there_leads_nowhere(client: Client, path: str) -> None:
    assert client.get(f"/zh-hans/library/{path}").status_code == 404


@pytest.mark.parametrize("first", ["", "x", "-1", "9" * 400, "99", "\0", "١٢"])
def test_a_damaged_place_in_a_list_is_no_error(client: Client, first: str) -> None:
    for path in ("library/", "library/news/", BOOK):
        assert client.get(f"/en/{path}", {"from": first}).status_code == 200


def test_the_other_script_is_made_of_the_one_that_was_written() -> None:
    for hans in Reading.objects.filter(language="zh-hans"):
        hant = Reading.objects.get(work=hans.work, number=hans.number, language="zh-hant")
        assert hant.title == convert(hans.title, HANT)
        assert len(hant.plain.split("\n")) == len(hans.plain.split("\n"))


def test_news_stand_with_their_days_the_newest_first(client: Client) -> None:
    for day in (3, 27, 12):
        publish_all(
            write_work(f"news-{day}", "en", "Words.", title=f"Of the {day}th", day=date(2026, 11, day))
        )
    page = read(client.get("/en/library/news/"))
    assert [e.words.split()[0] for e in page.find("time")] == ["28", "27", "12", "3"]
    assert len(read(client.get("/en/library/")).find("time")) == 3
