"""The desk in a real browser: by keys, without script, on a phone, in three languages."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
from playwright.sync_api import Page
from test_accessibility import COLOURS, RULES, faults
from test_hands_and_eyes import OVERFLOW, TARGETS
from walk import LANGUAGES, go, post_by_program

from conftest import Visit
from served import Served
from volunteer_cast import Password

ADVERTISING = "代开发票，找李秀英，量大从优。"
LOCALES = {"zh-hans": "zh-CN", "zh-hant": "zh-TW", "en": "en-GB"}

SignIn = Callable[..., Page]
_numbers = count()


@pytest.fixture(scope="session")
def reviewer(site: Served) -> tuple[str, Password]:
    """Give a reviewer's pseudonym and password."""
    return "linden", site.add_volunteer("linden", "reviewer")


@pytest.fixture
def sign_in(site: Served, visit: Visit, reviewer: tuple[str, Password]) -> SignIn:
    """Give a function that opens the desk in a fresh browser profile."""

    def open_desk(language: str = "en", **more: object) -> Page:
        page = visit(locale=LOCALES[language], **more)
        site.enter(page, *reviewer)
        return page

    return open_desk


def hold(site: Served, name: str, text: str = ADVERTISING) -> None:
    """Post what screening holds; each text is another, so that it stands alone."""
    post_by_program(site, name, f"{text}{'啊' * next(_numbers)}")


def screens(page: Page) -> list[str]:
    """Name the desk's screens that lead to no change."""
    page.goto("/desk/held/advertising/")
    one = str(page.locator(".row a").first.get_attribute("href"))
    lists = ["/desk/", "/desk/held/advertising/", "/desk/decided/", "/desk/requests/", "/desk/keys/"]
    return [*lists, one, "/desk/published/5/", "/desk/password/"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_can_be_used_by_everybody(site: Served, sign_in: SignIn, language: str) -> None:
    hold(site, "金福")
    page = sign_in(language, script=True, width=360)
    wrong = []
    for screen in screens(page):
        page.goto(screen)
        assert page.get_attribute("html", "lang") == language
        wrong += [(screen, fault) for fault in faults(page, RULES)]
        wrong += [(screen, target) for target in page.evaluate(TARGETS)]
        if (over := page.evaluate(OVERFLOW)) > 0:
            wrong.append((screen, f"{over} px too wide"))
    assert not wrong


def test_every_screen_can_be_read_at_night(site: Served, sign_in: SignIn) -> None:
    hold(site, "金福")
    page = sign_in(script=True, dark=True)
    for screen in screens(page):
        page.goto(screen)
        assert not faults(page, COLOURS), screen


def test_a_statement_is_masked_by_keys_alone(site: Served, sign_in: SignIn) -> None:
    hold(site, "万顺")
    page = sign_in(script=True)
    page.goto("/desk/held/advertising/")
    while not page.locator('a:focus:has-text("万顺")').count():
        page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    _select(page, "李秀英")
    page.keyboard.press("m")
    assert page.input_value("#passages") == "李秀英"
    page.keyboard.press("m")
    assert page.evaluate("document.activeElement.id") == "passages"
    with page.expect_navigation():
        page.locator('[value="mask"]').click()
    assert "找〔…〕，" in page.locator(".letter").inner_text()
    with page.expect_navigation():
        page.keyboard.press("y")
    with page.expect_navigation():
        page.keyboard.press("u")
    assert "Undone · 1" in page.locator("h1").inner_text()


def test_statements_are_ticked_and_rejected_by_keys_alone(site: Served, sign_in: SignIn) -> None:
    hold(site, "如意")
    page = sign_in(script=True)
    with page.expect_navigation():
        page.keyboard.press("?")
    with page.expect_navigation():
        page.keyboard.press("1")
    page.goto("/desk/held/advertising/")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator("[name=id]:checked").count() == 1
    page.keyboard.press("r")
    assert page.evaluate("document.activeElement.id") == "rejection"
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.locator('[value="reject"]').press("Enter")
    with page.expect_navigation():
        page.keyboard.press("y")
    assert "Rejected · 1" in page.locator("h1").inner_text()


def test_keys_do_nothing_while_one_types_and_can_be_switched_off(site: Served, sign_in: SignIn) -> None:
    hold(site, "平安")
    page = sign_in(script=True)
    page.goto("/desk/requests/")
    page.locator("#number").press_sequentially("?123ab")
    assert page.input_value("#number") == "?123ab"
    page.goto("/desk/keys/")
    go(page, '[name="off"]')
    page.keyboard.press("1")
    page.wait_for_timeout(200)
    assert page.url.endswith("/desk/keys/")
    go(page, '[name="on"]')
    with page.expect_navigation():
        page.keyboard.press("1")


def test_everything_works_without_script_and_on_a_phone(site: Served, sign_in: SignIn) -> None:
    hold(site, "思源")
    page = sign_in(width=360)
    page.goto("/desk/held/advertising/")
    go(page, '.row a:has-text("思源")')
    page.check('[name=names][value="李秀英"]')
    go(page, '[value="mask"]')
    assert "〔…〕" in page.locator(".letter").inner_text()
    go(page, '[name="again"]')
    assert page.locator('[name=names][value="李秀英"]').is_checked()
    go(page, '[value="mask"]')
    go(page, '[name="confirmed"]')
    assert "Masked and accepted · 1" in page.locator("h1").inner_text()
    go(page, "a.button")
    assert page.url.endswith("/desk/held/advertising/")


def test_the_language_is_chosen_at_the_desk_and_kept_there_alone(sign_in: SignIn) -> None:
    page = sign_in("en")
    go(page, '[name=language][value="zh-hant"]')
    assert page.get_attribute("html", "lang") == "zh-hant"
    assert {cookie["path"] for cookie in page.context.cookies()} == {"/desk/"}
    page.goto("/en/")
    assert page.get_attribute("html", "lang") == "en"


def test_signing_out_leaves_no_cookie_and_the_back_button_shows_nothing(
    site: Served, sign_in: SignIn
) -> None:
    hold(site, "长青")
    page = sign_in(script=True)
    page.goto("/desk/held/advertising/")
    go(page, ".menu form button")
    assert not [cookie for cookie in page.context.cookies() if cookie["name"] == "sessionid"]
    page.go_back()
    page.wait_for_load_state()
    assert "长青" not in page.content()
    assert page.locator("#password").count() == 1


def _select(page: Page, words: str) -> None:
    """Select words in the letter, as a mouse does."""
    page.evaluate(
        """(words) => {
          const text = document.querySelector(".letter .words").firstChild, start = text.data.indexOf(words);
          getSelection().setBaseAndExtent(text, start, text, start + words.length);
        }""",
        words,
    )
