"""How people find us, in a real browser: by everybody, at any width, at night; and a sheet that is seen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from looks import wrong_at
from playwright.sync_api import Page
from test_accessibility import COLOURS, faults
from test_desk import LOCALES
from walk import LANGUAGES, go

from conftest import Visit
from served import Served
from volunteer_cast import Password

SAVED = (
    ("toronto", "number", "Toronto, day and night", "001 416 555 0123"),
    ("tp26", "print", "台北車站，春天", "Taipei main station"),
    ("m1", "mirror", "A mirror", "https://mirror.example/"),
)


@pytest.fixture(scope="module")
def password(site: Served) -> Password:
    for code, kind, title, place in SAVED:
        site.run("source", "save", code, "--kind", kind, "--title", title, "--place", place)
    return site.add_volunteer("alder", "coordinator")


def look(page: Page) -> Iterator[str]:
    """Lead a page through the screens."""
    for path in (
        "sources/",
        "sources/brought/",
        "source/toronto/",
        "source/tp26/print/?sheet=a4&number=toronto",
    ):
        page.goto(f"/desk/{path}")
        yield path
    page.goto("/desk/sources/new/")
    go(page, "main form button")
    yield "refused"


@pytest.mark.parametrize("language", LANGUAGES)
def test_sources_can_be_seen_by_everybody(
    site: Served, visit: Visit, password: Password, language: str
) -> None:
    page = visit(locale=LOCALES[language], script=True, width=390)
    site.enter(page, "alder", password)
    assert not wrong_at(page, look(page), language)


def test_sources_can_be_read_at_night_and_a_sheet_is_seen_and_fetched_without_script(
    site: Served, visit: Visit, password: Password
) -> None:
    page = visit(dark=True, script=True)
    site.enter(page, "alder", password)
    assert not [(station, fault) for station in look(page) for fault in faults(page, COLOURS)]
    plain = visit()
    site.enter(plain, "alder", password)
    plain.goto("/desk/source/tp26/print/")
    plain.check("input[name=sheet][value=a6]")
    go(plain, "main form[method=get] button")
    seen = plain.locator("main img").evaluate("image => [image.naturalWidth, image.naturalHeight]")
    assert seen[0] > 0
    assert seen[0] / seen[1] == pytest.approx(105 / 148, rel=0.02)
    with plain.expect_download() as fetched:
        plain.click("main form[method=post] button")
    assert fetched.value.suggested_filename == "tp26-a6-zh-hans.pdf"


def test_whoever_scans_a_sheet_arrives_and_the_code_is_not_in_his_history(site: Served, visit: Visit) -> None:
    page = visit(locale="zh-CN")
    page.goto("/zh-hans/safe/")
    page.goto("/q/tp26/")
    assert page.url == f"{site.address}/zh-hans/"
    assert not page.context.cookies()
    page.go_back()
    assert page.url == f"{site.address}/zh-hans/safe/"
