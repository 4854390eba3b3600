"""The first page, the pages of text, the way out, and the pages for errors."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.exceptions import BadRequest
from django.db import OperationalError
from django.test import Client, RequestFactory
from pytest_django import Settings

from markup import read
from tuidang.register.actions.head import init_log
from tuidang.register.folder.figures import load_figures
from tuidang.web import views


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-hans"),
        ("zh-TW,zh;q=0.9", "zh-hant"),
        ("zh-HK", "zh-hant"),
        ("en-GB,en;q=0.7", "en"),
        ("", "zh-hans"),
        ("tlh", "zh-hans"),
        ("\N{SNOWMAN},;q=x", "zh-hans"),
    ],
)
def test_the_bare_site_leads_to_the_language_of_the_browser(client: Client, asked: str, given: str) -> None:
    response = client.get("/", headers={"accept-language": asked})
    assert (response.status_code, response.headers["Location"]) == (302, f"/{given}/")
    assert not response.cookies


def test_home_shows_the_count_and_four_doors(client: Client, sample: date, settings: Settings) -> None:
    figures = load_figures(settings.TUIDANG.log)
    page = read(client.get("/zh-hans/"))
    assert page.find("p", class_="count")[0].words.startswith(f"{figures.total} ")
    assert f"今天 {figures.today} 人" in page.find("main")[0].words
    doors = page.find("ul", class_="doors")[0]
    assert [li.children[0].attributes["href"].partition("/zh-hans/")[2] for li in doors.children] == [
        "write/",
        "write/for-others/",
        "library/",
        "register/",
    ]


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
def test_pages_open_before_the_first_statement_and_a_real_register_has_no_ribbon(client: Client) -> None:
    cache.clear()
    init_log("register.example.org/test", date(2026, 11, 21))
    for path in (
        "",
        "register/",
        "register/search/",
        "figures/",
        "figures/regions/",
        "figures/channels/",
        "verify/",
    ):
        response = client.get(f"/en/{path}")
        assert response.status_code == 200
        assert not read(response).find("aside", class_="ribbon")


def test_verify_shows_the_public_key_and_the_checkpoint(
    client: Client, sample: date, settings: Settings
) -> None:
    folder: Path = settings.TUIDANG.log
    for language in ("zh-hans", "zh-hant", "en"):
        shown = [pre.words.strip() for pre in read(client.get(f"/{language}/verify/")).find("pre")]
        vkey = (folder / "vkey").read_text().strip()
        assert shown[0] == vkey
        assert shown[1] == f"tuidang log verify http://testserver/log --vkey '{vkey}'"
        assert shown[2] == (folder / "checkpoint").read_text().strip()


@pytest.mark.usefixtures("sample")
def test_who_answers_for_the_site_is_named_on_the_privacy_page(client: Client, settings: Settings) -> None:
    from dataclasses import replace

    settings.TUIDANG = replace(settings.TUIDANG, operator="The <Office>", contact="mail@example.org")
    for language in ("zh-hans", "zh-hant", "en"):
        words = read(client.get(f"/{language}/privacy/")).find("main")[0].words
        assert "The <Office>" in words
        assert "mail@example.org" in words


def test_the_way_out_shows_a_month_and_nothing_of_ours(client: Client) -> None:
    for language in ("zh-hans", "zh-hant", "en"):
        response = client.get(f"/{language}/calendar/")
        page = read(response)
        assert response.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
        assert not page.find("a")
        assert not [
            word
            for word in ("退", "名册", "名冊", "register", "tuidang")
            if word in page.find("main")[0].words
        ]
        assert "tuidang" not in response.content.decode().replace("web/tuidang.css", "")
        days = [cell.words for cell in page.find("td") if cell.words]
        assert days == [str(n) for n in range(1, len(days) + 1)]
        assert len(page.find("td", **{"aria-current": "date"})) == 1


@pytest.mark.usefixtures("sample")
def test_an_address_that_leads_nowhere_is_answered_in_the_language_of_the_address(client: Client) -> None:
    response = client.get("/zh-hant/nothing/")
    assert response.status_code == 404
    assert "這個網址沒有內容" in read(response).find("h1")[0].words


@pytest.mark.usefixtures("sample")
def test_a_request_that_cannot_be_read_is_answered_on_a_page(rf: RequestFactory) -> None:
    response = views.bad_request(rf.get("/en/"), BadRequest())
    assert response.status_code == 400
    assert read(response).find("h1")


def test_a_database_that_cannot_be_asked_is_answered_with_a_request_to_come_back(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked() -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("tuidang.web.context.log_is_sample", locked)
    client.raise_request_exception = False
    response = client.get("/en/safe/")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "30"
    assert "come back a little later" in read(response).find("h1")[0].words


def test_the_page_for_our_own_faults_stands_when_everything_else_has_fallen(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(views, "load_figures", fall)
    monkeypatch.setattr("tuidang.web.context.log_is_sample", fall)
    client.raise_request_exception = False
    assert client.options("/", PATH_INFO="*").status_code == 500  # OPTIONS * HTTP/1.1
    for language, sentence in (("zh-hans", "我们这边"), ("zh-hant", "我們這邊"), ("en", "our side")):
        response = client.get(f"/{language}/")
        assert response.status_code == 500
        page = read(response)
        assert sentence in page.find("h1")[0].words
        assert page.find("html")[0].attributes["lang"] == language
