"""A one-file edition opened from the disk of a phone: no network, no script, and good to read."""

from __future__ import annotations

from pathlib import Path

import pytest
from looks import wrong_at
from playwright.sync_api import Browser

from editions_cast import LONG_WORD, a_book
from tuidang.library.editions.page import write_page


@pytest.mark.parametrize(("language", "alone"), [("zh-hans", False), ("en", True)])
def test_a_page_opens_from_the_disk_asks_for_nothing_and_is_well_to_read(
    chromium: Browser, tmp_path: Path, language: str, alone: bool
) -> None:
    book = a_book(language)
    file = tmp_path / "3.html"
    file.write_bytes(write_page(book.only(2) if alone else book))
    for dark in (False, True):
        context = chromium.new_context(
            viewport={"width": 360, "height": 740},
            offline=True,
            color_scheme="dark" if dark else "light",
        )
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto(file.as_uri())
        assert asked == [file.as_uri()]
        assert not wrong_at(page, ["file"], language)
        assert page.locator("h1").count() == 1
        if not alone:
            page.locator("nav a").nth(2).click()
            assert page.evaluate("document.querySelector('#c3').getBoundingClientRect().top") < 400
            assert LONG_WORD in page.locator("#c1").inner_text()
        context.close()
