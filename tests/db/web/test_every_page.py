"""What holds for every page a reader can open, in each language."""

from __future__ import annotations

import itertools
import re
from datetime import date

import pytest
from django.conf import settings
from django.test import Client

from markup import Element, loaded_by, read, weight

pytestmark = pytest.mark.usefixtures("sample")

LANGUAGES = [code for code, _name in settings.LANGUAGES]
TEXTS = ["safe/", "verify/", "about/", "privacy/", "found/"]
REGISTER = ["register/", "register/day/2026-11-21/", "register/search/", "statement/7/", "statement/1000/"]
FIGURES = ["", "days/2026/", "regions/", "organisations/", "channels/"]
PAGES = ["", "integrity/", *TEXTS, *REGISTER, *(f"figures/{name}" for name in FIGURES)]
POSTING = ["how/", "tools/", "write/", "write/for-others/", "my-statement/", "hide/"]
HEAVIEST = 14 * 1024

every_page = pytest.mark.parametrize("path", [*PAGES, *POSTING, "styleguide/", "nothing/here/"])


@pytest.mark.parametrize("language", LANGUAGES)
@every_page
def test_a_page_weighs_at_most_fourteen_kilobytes_with_all_it_loads(
    client: Client, language: str, path: str
) -> None:
    assert weight(client.get(f"/{language}/{path}")) <= HEAVIEST


@pytest.mark.parametrize("language", LANGUAGES)
@every_page
def test_a_page_says_its_language_and_marks_other_languages_in_it(
    client: Client, language: str, path: str
) -> None:
    page = read(client.get(f"/{language}/{path}"))
    assert page.find("html")[0].attributes["lang"] == language
    assert page.find("title")[0].words.strip()
    if language == "en":
        foreign = [e for e in page.all if re.search("[\u3400-\u9fff]", _own_words(e)) and e.lang() == "en"]
        assert not [(e.tag, _own_words(e)) for e in foreign]


@pytest.mark.parametrize("language", LANGUAGES)
@every_page
def test_a_page_can_be_heard(client: Client, language: str, path: str) -> None:
    page = read(client.get(f"/{language}/{path}"))
    assert [len(page.find(tag)) for tag in ("h1", "main", "header")].count(0) == 0
    assert len(page.find("h1")) == len(page.find("main")) == 1
    assert page.find("a")[0].attributes["href"] == "#main"
    levels = [int(e.tag[1]) for e in page.all if re.fullmatch("h[1-6]", e.tag)]
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    ids = [e.attributes["id"] for e in page.all if "id" in e.attributes]
    assert len(ids) == len(set(ids))
    for e in page.all:
        for name in ("for", "aria-labelledby", "aria-describedby"):
            assert set(e.attributes.get(name, "").split()) <= set(ids)
        assert not e.attributes.get("href", "").startswith("#") or e.attributes["href"][1:] in ids
    for e in page.all:
        if e.tag in {"input", "textarea", "select"} and e.attributes.get("type") != "hidden":
            assert _is_labelled(e, page.find("label")), e.attributes
        if e.tag in {"a", "button"}:
            assert e.words.strip() or e.attributes.get("aria-label"), e.attributes
        if e.tag == "nav":
            assert e.attributes["aria-label"]


@pytest.mark.parametrize("language", LANGUAGES)
@every_page
def test_a_page_runs_no_script_wears_no_inline_style_and_asks_no_other_site(
    client: Client, language: str, path: str
) -> None:
    response = client.get(f"/{language}/{path}")
    page = read(response)
    assert not page.find("script")
    assert not page.find("style")
    assert not [e.tag for e in page.all for name in e.attributes if name == "style" or name.startswith("on")]
    assert all(address.startswith(settings.STATIC_URL) for address in loaded_by(page))
    assert "unsafe" not in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("language", LANGUAGES)
@every_page
def test_a_page_leaves_nothing_in_the_browser(client: Client, language: str, path: str) -> None:
    response = client.get(f"/{language}/{path}")
    assert not response.cookies
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    for form in read(response).find("form"):
        assert form.attributes["autocomplete"] == "off"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_link_leads_nowhere(client: Client, language: str) -> None:
    seen, waiting = set[str](), [f"/{language}/"]
    while waiting and len(seen) < 150:
        address = waiting.pop(0)
        seen.add(address)
        response = client.get(address)
        assert response.status_code == 200, address
        if not response.headers["Content-Type"].startswith("text/html"):
            continue
        for link in read(response).find("a"):
            target = re.sub(r"#.*", "", link.attributes["href"])
            if target.startswith("?"):
                target = address.partition("?")[0] + target
            if target.startswith(f"/{language}/") and target not in seen and target not in waiting:
                waiting.append(target)
    assert {
        f"/{language}/{path}" for path in PAGES if path not in {"statement/7/", "statement/1000/"}
    } <= seen


@every_page
def test_the_language_can_be_changed_on_the_very_page(client: Client, path: str) -> None:
    page = read(client.get(f"/en/{path}"))
    links = {e.attributes["hreflang"]: e for e in page.find("a") if "hreflang" in e.attributes}
    assert {code: link.attributes["href"] for code, link in links.items()} == {
        code: f"/{code}/{path}" for code in LANGUAGES
    }
    assert [link.words for link in links.values()] == ["简体", "繁體", "English"]
    assert all(link.attributes["lang"] == code for code, link in links.items())


@every_page
def test_a_sample_says_on_every_page_that_it_is_one(client: Client, path: str) -> None:
    assert read(client.get(f"/en/{path}")).find("aside", class_="ribbon")


def test_every_page_of_the_posting_way_lets_one_leave_quickly(client: Client) -> None:
    for path in POSTING:
        bar = read(client.get(f"/zh-hans/{path}")).find("aside", class_="exit")
        assert [e.attributes["href"] for e in bar[0].children[0].children if e.tag == "a"] == [
            "/zh-hans/calendar/"
        ]


def _own_words(element: Element) -> str:
    words = element.words
    for child in element.children:
        words = words.replace(child.words, "", 1)
    return words


def _is_labelled(control: Element, labels: list[Element]) -> bool:
    inside = control.parent
    while inside and inside.tag != "label":
        inside = inside.parent
    named = {label.attributes.get("for") for label in labels}
    return bool(inside) or control.attributes.get("id") in named or "aria-label" in control.attributes


def test_dates_of_the_sample_are_where_these_tests_look(sample: date) -> None:
    assert sample.isoformat() in "".join(PAGES)
