"""Reading the register: lists that lose nothing, long texts, erased ones, search without a trace, figures."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta

import pytest
from django.test import Client
from pages_cast import HEAVIEST, ask, walk
from pytest_django import Settings

from markup import read, weight
from tuidang.register.folder.figures import load_figures
from tuidang.register.folder.search import Notice, Reader, State

pytestmark = pytest.mark.usefixtures("sample")


@pytest.fixture
def folder(settings: Settings) -> Reader:
    return Reader(settings.TUIDANG.log)


def test_the_newest_come_first_and_every_statement_is_shown_once(client: Client, folder: Reader) -> None:
    shown = walk(client, "/zh-hans/register/")
    assert shown == sorted(set(shown), reverse=True)
    assert shown == [n for n in range(folder.size - 1, -1, -1) if not isinstance(folder.by_leaf(n), Notice)]


@pytest.mark.parametrize("day", ["2026-13-01", "20261121", "2026-11-21x", "x", "2026-W47-6"])
def test_what_is_no_day_leads_nowhere(client: Client, day: str) -> None:
    assert client.get(f"/en/register/day/{day}/").status_code == 404


def test_a_day_without_statements_says_so_and_leads_to_the_next(client: Client, sample: date) -> None:
    page = read(client.get(f"/en/register/day/{sample + timedelta(days=30)}/"))
    assert "Published on this day: 0." in page.find("main")[0].words
    assert page.find("a", href=f"/en/register/day/{sample}/")
    assert page.find("a", href=f"/en/figures/days/{sample.year}/")


def test_a_day_of_a_year_without_statements_leads_to_no_year(client: Client) -> None:
    page = read(client.get("/en/register/day/1999-01-01/"))
    assert not page.find("a", href="/en/figures/days/1999/")


@pytest.mark.parametrize("before", ["", "x", "-1", "9" * 400, "0", "\0", "١٢"])
def test_a_damaged_place_in_a_list_is_no_error(client: Client, before: str) -> None:
    assert client.get("/en/register/", {"before": before}).status_code == 200


def test_a_number_beyond_the_register_leads_nowhere(client: Client, folder: Reader) -> None:
    for number in (folder.size, 2**53, 10**60):
        assert client.get(f"/en/statement/{number}/").status_code == 404


def test_an_erased_statement_shows_that_it_was_erased_and_still_counts(
    client: Client, folder: Reader
) -> None:
    leaf = next(n for n in range(1000) if getattr(folder.by_leaf(n), "state", None) is State.ERASED)
    page = read(client.get(f"/en/statement/{leaf}/"))
    assert "have been erased" in page.find("main")[0].words
    assert "still counts" in page.find("main")[0].words
    assert "have it erased" not in page.find("main")[0].words
    assert not page.find("article", class_="letter")


def test_a_statement_taken_out_of_the_count_says_so(client: Client, folder: Reader) -> None:
    leaf = next(n for n in range(1000) if getattr(folder.by_leaf(n), "state", None) is State.UNCOUNTED)
    page = read(client.get(f"/en/statement/{leaf}/"))
    assert "is not counted" in page.find("div", class_="warning")[0].words


def test_a_notice_leads_to_the_statement_it_speaks_of(client: Client, folder: Reader) -> None:
    notices = [entry for n in range(1000, folder.size) if isinstance(entry := folder.by_leaf(n), Notice)]
    assert notices
    for notice in notices:
        page = read(client.get(f"/en/statement/{notice.leaf}/"))
        assert page.find("a", href=f"/en/statement/{notice.target}/")


def test_a_number_leads_to_its_statement(client: Client) -> None:
    response = ask(client, {"by": "number", "number": "007"}, "zh-hant")
    assert (response.status_code, response.headers["Location"]) == (302, "/zh-hant/statement/7/")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"by": "name", "name": " "}, {"name"}),
        ({"by": "name", "name": "x" * 101}, {"name"}),
        ({"by": "name", "name": "金福", "first": "yesterday"}, {"first"}),
        ({"by": "name", "name": "金福", "first": "2026-02-02", "last": "2026-02-01"}, {"last"}),
        ({"by": "words", "words": ""}, {"words"}),
        ({"by": "words", "words": "一"}, {"words"}),
        ({"by": "number", "number": "seven"}, {"number"}),
        ({"by": "number", "number": "9" * 30}, {"number"}),
        ({"by": ""}, {"name"}),
        ({"by": "everything", "name": ""}, {"name"}),
    ],
)
def test_a_wrong_field_gets_its_own_sentence_and_nothing_typed_is_lost(
    client: Client, fields: dict[str, str], wrong: set[str]
) -> None:
    response = ask(client, fields)
    page = read(response)
    assert response.status_code == 400
    assert {
        e.attributes["href"][1:]
        for e in page.find("div", class_="errors")[0].children[1].children[0].children
    } == wrong
    for field in wrong:
        control = page.find("input", id=field)[0]
        assert control.attributes["aria-invalid"] == "true"
        assert f"{field}-error" in control.attributes["aria-describedby"]
        assert control.attributes["value"] == fields.get(field, "")


@pytest.mark.parametrize("text", ["\0", "\ud800", "\u202e退", "%", "a" * 5_000, "'; --", "退 " * 49])
def test_hostile_queries_are_answered(client: Client, text: str) -> None:
    body = f"by=words&words={text}".encode("utf-8", "surrogatepass")
    response = client.post("/en/register/search/", body, content_type="application/x-www-form-urlencoded")
    assert response.status_code in {200, 400}


def test_a_body_that_is_no_form_is_refused(client: Client) -> None:
    assert client.post("/en/register/search/", b"{}", content_type="application/json").status_code == 400
    big = b"by=words&words=" + b"x" * 100_000
    kind = "application/x-www-form-urlencoded"
    assert client.post("/en/register/search/", big, content_type=kind).status_code == 400


def test_figures_show_the_same_numbers_as_the_folder(client: Client, settings: Settings) -> None:
    figures = load_figures(settings.TUIDANG.log)

    def table(path: str) -> dict[str, int]:
        rows = [
            row.children
            for body in read(client.get(f"/en/figures/{path}")).find("tbody")
            for row in body.children
        ]
        return {name.words: int(re.sub(r"\D", "", count.words)) for name, count in rows}

    assert sorted(table("regions/").values()) == sorted(figures.by_region.values())
    assert table("organisations/") == {
        "Party": figures.by_organisation["party"],
        "Youth League": figures.by_organisation["league"],
        "Young Pioneers": figures.by_organisation["pioneers"],
    }
    assert sorted(table("channels/").values()) == sorted(figures.by_channel.values())
    this_year, last_year = table("days/2026/"), table("days/2025/")
    assert sum(this_year.values()) + sum(last_year.values()) == sum(figures.by_day.values()) == figures.total
    assert this_year["21 Nov"] == figures.by_day[date(2026, 11, 21)]
    assert client.get("/en/figures/days/1999/").status_code == 404


@pytest.mark.parametrize("path", ["", "days/2026/", "regions/", "organisations/", "channels/"])
def test_figures_of_half_a_billion_are_light(
    client: Client, monkeypatch: pytest.MonkeyPatch, settings: Settings, path: str
) -> None:
    from dataclasses import replace

    from tuidang.privacy.regions import REGIONS
    from tuidang.register.views import figures as view

    rng = random.Random(1)
    day, year = date(2026, 12, 31), [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    huge = replace(
        load_figures(settings.TUIDANG.log),
        day=day,
        total=467_123_456,
        by_day={day: rng.randrange(50_000, 200_000) for day in year},
        by_region={code: rng.randrange(10**8) for code in REGIONS},
    )
    monkeypatch.setattr(view, "load_figures", lambda folder: huge)
    for language in ("zh-hans", "en"):
        assert weight(client.get(f"/{language}/figures/{path}")) <= HEAVIEST
