"""A thumb, a keyboard, large letters, no pictures, no style: the site can be used all the same."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page
from walk import COMMON, Own, stations

from conftest import Visit

TARGETS = """() => {
  const seen = (e) => e.checkVisibility() && e.getBoundingClientRect().width > 1;
  const text = "p, .exit span, li:not(.hits > li), dd, td, th, caption";
  const inText = (e) => e.tagName == "A" && e.closest(text);
  return [...document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea, summary')]
    .filter(seen).filter((e) => !e.closest('.skip') && !inText(e))
    .map((e) => ({ e, box: (e.closest('label') ?? e).getBoundingClientRect() }))
    .filter(({ box }) => box.width < 44 || box.height < 44)
    .map(({ e, box }) => `${e.outerHTML.slice(0, 90)} ${Math.round(box.width)}×${Math.round(box.height)}`);
}"""
CUT_OFF = """() => [...document.querySelectorAll('body *')].filter((e) => {
  const style = getComputedStyle(e);
  return e.checkVisibility() && !e.matches('.hidden, .skip, svg *') && style.overflowX != 'auto'
    && (e.scrollWidth > e.clientWidth + 1) && style.overflowX == 'hidden';
}).map((e) => e.outerHTML.slice(0, 90))"""
COUNT = """() => [...document.querySelectorAll(
  'a, button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
  .filter((e) => e.checkVisibility()).length"""
FOCUSED = """() => {
  const e = document.activeElement, style = getComputedStyle(e);
  return [e.tagName, e.outerHTML.slice(0, 120), style.outlineStyle, parseFloat(style.outlineWidth)];
}"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_every_target_is_large_enough_for_a_thumb(visit: Visit, own: Own) -> None:
    page = visit(width=360)
    small = [(name, target) for name in stations(page, "zh-hans", own) for target in page.evaluate(TARGETS)]
    assert not small


def test_no_page_has_to_be_pushed_sideways(visit: Visit, own: Own) -> None:
    page = visit()
    wide = []
    for name in stations(page, "en", own):
        for width in (320, 360, 768):
            page.set_viewport_size({"width": width, "height": 800})
            if (over := page.evaluate(OVERFLOW)) > 0:
                wide.append((name, width, over))
    assert not wide


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_letters_of_twice_the_size_lose_nothing(
    visit: Visit, large_letters: Browser, own: Own, language: str
) -> None:
    page = visit(browser=large_letters, width=640)
    lost = []
    for name in stations(page, language, own):
        over = page.evaluate(OVERFLOW)
        lost += [(name, what) for what in [*page.evaluate(CUT_OFF), *([f"{over} px"] if over > 0 else [])]]
    assert not lost


def test_a_statement_is_posted_by_keyboard_alone(visit: Visit) -> None:
    page = visit()
    page.goto("/en/write/")
    _tab_to(page, "#name")
    page.keyboard.type(COMMON)
    _tab_to(page, '[value="pioneers"]')
    page.keyboard.press("Space")
    _tab_to(page, "#consent")
    page.keyboard.press("Space")
    _tab_to(page, '[name=step][value="preview"]')
    page.keyboard.press("Enter")
    page.wait_for_selector(".letter")
    _tab_to(page, '[name=step][value="post"]')
    page.keyboard.press("Enter")
    page.wait_for_selector(".receipt")


def test_whoever_tabs_sees_where_he_is_and_meets_everything_once(visit: Visit) -> None:
    page = visit()
    for path in ("/zh-hans/", "/zh-hans/write/", "/zh-hans/register/", "/zh-hans/figures/"):
        page.goto(path)
        met: list[str] = []
        while True:
            page.keyboard.press("Tab")
            here = page.evaluate(FOCUSED)
            if here[0] == "BODY":
                break
            assert here[2] != "none", here[1]
            assert here[3] >= 2, here[1]
            met.append(here[1])
        assert len(met) == page.evaluate(COUNT), path
        page.keyboard.press("Tab")


def test_without_pictures_and_style_the_words_are_all_there(visit: Visit, own: Own) -> None:
    page = visit()
    page.route("**/*.{css,svg}", lambda route: route.fulfill(body=""))
    for name in stations(page, "zh-hant", own):
        assert page.locator("h1").is_visible(), name
        assert page.locator("main").inner_text().strip(), name


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"{selector} is not reached by Tab")
