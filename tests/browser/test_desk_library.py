"""The editors' screens in a real browser: a chapter is written, looked at, published and read, on a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from test_accessibility import COLOURS, RULES, faults
from test_desk import LOCALES
from test_desk_calls import OVERLAPS
from test_hands_and_eyes import OVERFLOW, TARGETS
from walk import go

from conftest import Visit
from served import Served
from volunteer_cast import Password

BODY = "# 小标题\n\n这一段**很要紧**。\n\n> 有人说过。\n\n1. 一\n2. 二"


@pytest.fixture(scope="module")
def password(site: Served) -> Password:
    return site.add_volunteer("poplar", "editor")


def stations(page: Page, name: str) -> Iterator[str]:
    """Lead an editor through a work of his, from its beginning to what readers have."""
    page.goto("/desk/library/")
    yield "list"
    go(page, 'main a[href="/desk/library/phrases/"]')
    yield "phrases"
    page.goto("/desk/library/new/")
    go(page, "main form button")
    yield "new: everything missing"
    page.fill("#name", name)
    page.fill("#title", "书名")
    go(page, "main form button")
    yield "work"
    go(page, "main .actions a")
    yield "chapter"
    page.fill("#title", "第一章")
    page.fill("#body", BODY)
    go(page, '[value="preview"]')
    yield "preview"
    go(page, '[value="schedule"]')
    yield "no time given"
    go(page, '[value="publish"]')
    yield "published"


@pytest.mark.parametrize(("language", "dark"), [("zh-hans", False), ("en", True)])
def test_a_chapter_is_written_and_published_by_everybody(
    site: Served, visit: Visit, password: Password, language: str, dark: bool
) -> None:
    page = visit(locale=LOCALES[language], script=True, width=390, dark=dark)
    site.enter(page, "poplar", password)
    wrong: list[tuple[str, object]] = []
    for station in stations(page, f"by-willow-{language}"):
        assert page.get_attribute("html", "lang") == language
        wrong += [(station, fault) for fault in faults(page, COLOURS if dark else RULES)]
        wrong += [(station, target) for target in page.evaluate(TARGETS)]
        wrong += [(station, pair) for pair in page.evaluate(OVERLAPS)]
        if (over := page.evaluate(OVERFLOW)) > 0:
            wrong.append((station, over))
    assert not wrong
    page.goto(f"/zh-hant/library/by-willow-{language}/1/")
    assert "這一段很要緊。" in page.locator("article").inner_text()
