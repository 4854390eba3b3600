"""Letters and faxes in a real browser: the scan beside the form, moved from within a name, sent nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from fpdf import FPDF
from looks import wrong_at
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect
from test_desk import LOCALES
from walk import LANGUAGES

from conftest import Visit
from served import Served
from volunteer_cast import Password

PATIENCE = 60_000
SignIn = Callable[..., Page]


def picture(words: str) -> bytes:
    """Draw a sheet of paper, as a scanner makes it."""
    sheet = Image.new("L", (827, 1169), 245)
    ImageDraw.Draw(sheet).text((80, 120), words, fill=30, font_size=60)
    held = BytesIO()
    sheet.save(held, "PNG")
    return held.getvalue()


def pdf() -> bytes:
    document = FPDF()
    document.add_page()
    return bytes(document.output())


SCANS = [
    {"name": "letter-1.png", "mimeType": "image/png", "buffer": picture("letter one")},
    {"name": "letter-2.png", "mimeType": "image/png", "buffer": picture("letter two")},
    {"name": "fax.pdf", "mimeType": "application/pdf", "buffer": pdf()},
    {"name": "fax.tiff", "mimeType": "image/tiff", "buffer": b"II*\0 no browser shows this"},
]


@pytest.fixture(scope="session")
def password(site: Served) -> Password:
    """Give the password of a volunteer who opens letters."""
    return site.add_volunteer("sorrel", "field-lead")


@pytest.fixture
def sign_in(site: Served, visit: Visit, password: Password) -> SignIn:
    """Give a function that opens the desk and begins with a letter."""

    def begin(language: str = "en", **more: object) -> Page:
        page = visit(locale=LOCALES[language], script=True, **more)
        site.enter(page, "sorrel", password)
        page.goto("/desk/people/")
        with page.expect_navigation():
            page.keyboard.press("s")
        page.frame_locator("#beside").locator("input[name='people.0.name']").wait_for(timeout=PATIENCE)
        return page

    return begin


def test_scans_are_read_beside_the_form_by_the_keyboard_and_sent_nowhere(sign_in: SignIn) -> None:
    page = sign_in()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if one.url.startswith("http") else None)
    page.set_input_files("#scans", SCANS)
    expect(page.locator("#which")).to_have_text("1 of 4: letter-1.png")
    expect(page.locator("#sheet img")).to_be_visible()
    assert page.evaluate("document.querySelector('#sheet img').naturalWidth") == 827
    name = page.frame_locator("#beside").locator("input[name='people.0.name']")
    name.focus()
    for _ in range(6):
        page.keyboard.press("PageDown")
    assert "letter-1" not in page.locator("#which").inner_text()
    assert not asked
    page.keyboard.type("金福1")
    expect(page.frame_locator("#beside").locator("#save-state")).to_have_text("Saved", timeout=PATIENCE)
    assert page.locator("#which").inner_text()  # what is sent of the form leaves the scan where it is
    page.keyboard.press("Escape")
    while "fax.tiff" not in page.locator("#which").inner_text():
        page.keyboard.press("Shift+J")
    expect(page.locator("#unread")).to_be_visible()
    page.keyboard.press("Shift+K")
    expect(page.locator("#sheet iframe")).to_have_attribute("title", "fax.pdf")
    page.click("[data-does=close]")
    expect(page.locator("#choose")).to_be_visible()


def test_a_sheet_is_turned_and_made_larger(sign_in: SignIn) -> None:
    page = sign_in()
    page.set_input_files("#scans", SCANS[:1])
    sheet = page.locator("#sheet img")
    expect(sheet).to_be_visible()
    upright = sheet.bounding_box()
    assert upright
    assert upright["height"] > upright["width"]
    page.click("[data-does=turn]")
    lying = sheet.bounding_box()
    assert lying
    assert lying["width"] == pytest.approx(upright["width"], abs=2)
    assert lying["height"] < lying["width"]
    page.click("[data-does=larger]")
    larger = sheet.bounding_box()
    assert larger
    assert larger["width"] == pytest.approx(lying["width"] * 1.25, abs=2)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_screen_can_be_used_by_everybody(sign_in: SignIn, language: str) -> None:
    page = sign_in(language, width=390, dark=language == "zh-hant")

    def stations() -> Iterator[str]:
        yield "to choose"
        page.set_input_files("#scans", SCANS[:1])
        expect(page.locator("#sheet img")).to_be_visible()
        yield "chosen"

    assert not wrong_at(page, stations(), language)
