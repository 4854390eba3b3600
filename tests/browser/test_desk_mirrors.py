"""Mirror sets and tools in a real browser, at the desk and in public: by everybody, any width, at night."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from looks import wrong_at
from playwright.sync_api import Page
from test_accessibility import COLOURS, faults
from test_desk import LOCALES
from walk import LANGUAGES, go

from conftest import Visit
from served import Served
from volunteer_cast import Password


@pytest.fixture(scope="module")
def password(site: Served, tmp_path_factory: pytest.TempPathFactory) -> Password:
    for n in range(4):
        place = f"https://mirror-{n}.example/" if n else f"http://{'a' * 56}.onion/"
        site.run("source", "save", f"w{n}", "--kind", "mirror", "--title", "A mirror", "--place", place)
    site.run("source", "state", "w3", "blocked")
    site.run("mirror-list", "add-set", "e-mail", "--title", "給來信的人")
    site.run("mirror-list", "add-set", "posters", "--title", "Posters in the south")
    site.run("mirror-list", "hand-out")
    site.run(
        "source",
        "save",
        "w4",
        "--kind",
        "mirror",
        "--title",
        "Not told yet",
        "--place",
        "https://w4.example/",
    )
    site.run("mirror-list", "canary", "e-mail", "--words", "今天下雨，沒有人來找過我們。")
    file: Path = tmp_path_factory.mktemp("measured") / "measured.csv"
    tried = "".join(f"w{n},cn-mobile,2026-11-2{n},{'no' if n == 3 else 'yes'}\n" for n in range(4))
    file.write_text(f"mirror,network,day,works\n{tried}")
    site.run("mirror-list", "load", str(file))
    return site.add_volunteer("rowan", "coordinator")


def look(page: Page) -> Iterator[str]:
    """Lead a page through the screens."""
    for path in ("mirrors/", "mirrors/set/e-mail/", "mirrors/measurements/", "tools/"):
        page.goto(f"/desk/{path}")
        yield path
    page.goto("/desk/tools/new/")
    go(page, "main form.settings button")
    yield "refused"


@pytest.mark.parametrize("language", LANGUAGES)
def test_mirrors_and_tools_can_be_seen_by_everybody(
    site: Served, visit: Visit, password: Password, language: str
) -> None:
    page = visit(locale=LOCALES[language], script=True, width=390)
    site.enter(page, "rowan", password)
    assert not wrong_at(page, look(page), language)
    page.goto(f"/{language}/tools/")
    assert not wrong_at(page, ["public"], language)


def test_mirrors_and_tools_can_be_read_at_night_and_are_handed_out_without_script(
    site: Served, visit: Visit, password: Password
) -> None:
    page = visit(dark=True, script=True)
    site.enter(page, "rowan", password)
    assert not [(station, fault) for station in look(page) for fault in faults(page, COLOURS)]
    plain = visit()
    site.enter(plain, "rowan", password)
    plain.goto("/desk/mirrors/")
    go(plain, "main .warning button")
    assert plain.url.endswith("?handed")
    with plain.expect_download() as fetched:
        plain.goto("/desk/mirrors/set/posters/")
        plain.click("main .actions a[href$='/file/']")
    assert fetched.value.suggested_filename == "posters.json"
