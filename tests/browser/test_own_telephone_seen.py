"""Going on duty with one's own telephone, in a real browser: the warning, the page of the line, by keys."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from test_accessibility import COLOURS, RULES, faults
from test_desk import LOCALES
from test_hands_and_eyes import OVERFLOW, TARGETS

from conftest import Visit
from served import Served, serve_bare
from volunteer_cast import Password

LINE = "/desk/line/"
CALL = "5aff" * 8
PATIENCE = 120_000  # milliseconds, however slow the machine
SignIn = Callable[..., Page]
STATES: dict[str, dict[str, Any]] = {
    "ready": {"state": "ready"},
    "ringing": {"state": "ringing", "call": CALL, "kind": "hotline", "language": "zh"},
    "talking": {"state": "talking", "call": CALL, "kind": "hotline", "language": "zh", "region": "CN-HA"},
    "held": {"state": "held", "call": CALL, "kind": "hotline", "language": "zh"},
    "wrap-up": {"state": "wrap-up", "kind": "hotline"},
    "away": {"state": "away", "note": "missed"},
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Give a site that has telephones for volunteers."""
    with serve_bare(tmp_path_factory.mktemp("own"), TUIDANG_PHONE_DESKS="2") as running:
        yield running


@pytest.fixture(scope="module")
def rowan(site: Served) -> Password:
    """Give the password of a listener."""
    return site.add_volunteer("rowan", "listener")


@pytest.fixture
def sign_in(site: Served, visit: Visit, rowan: Password) -> Iterator[SignIn]:
    """Give a function that opens the telephone in a fresh browser profile."""

    def open_desk(language: str = "en", **more: object) -> Page:
        page = visit(locale=LOCALES[language], script=True, **more)
        page.set_default_timeout(PATIENCE)
        site.enter(page, "rowan", rowan)
        page.goto(LINE)
        return page

    yield open_desk
    (site.data / "phone" / "live" / "hotline.json").unlink(missing_ok=True)


def say(site: Served, page: Page, desk: int, state: str) -> None:
    """Let the hotline say for the next hour what the line does, and wait until the page does."""
    live = site.data / "phone" / "live"
    live.mkdir(parents=True, exist_ok=True)
    common = {"call": "", "kind": "", "language": "", "region": "", "seconds": 9, "with": []}
    mine = {**common, "frequent": False, "note": "", "marked": "", **STATES[state]}
    hotline = {"waiting": [], "desks": {str(desk): mine}, "level": "", "nobody": False, "free": {}}
    draft = live / "hotline.draft"
    draft.write_text(json.dumps(hotline))
    later = time.time() + 3600
    os.utime(draft, (later, later))
    draft.rename(live / "hotline.json")
    if state == "away":
        page.click("[data-does=away]")
    page.wait_for_selector(f'#line[data-at="{state}"]')


def go_on_duty(page: Page, site: Served) -> int:
    """Press through with a number, and give the line."""
    page.fill("#number", "+1 202 555 0142")
    page.click("[aria-keyshortcuts=d]")
    page.wait_for_selector("#line")
    found = site.run(
        *("manage", "shell", "-c"),
        "from tuidang.phone.models import Duty; print(Duty.objects.get(sealed_on__isnull=False).desk)",
    )
    return int(found.split()[-1])


@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_every_state_of_the_line_can_be_used_by_everybody(
    site: Served, sign_in: SignIn, language: str
) -> None:
    page = sign_in(language, width=390, dark=language == "zh-hant")
    wrong = []

    def look(station: str) -> None:
        assert page.get_attribute("html", "lang") == language
        wrong.extend((station, one) for one in faults(page, COLOURS if language == "zh-hant" else RULES))
        wrong.extend((station, target) for target in page.evaluate(TARGETS))
        for width in (320, 1280, 390):
            page.set_viewport_size({"width": width, "height": 800})
            if (over := page.evaluate(OVERFLOW)) > 0:
                wrong.append((station, f"{over} px too wide at {width}"))

    look("off duty")
    page.keyboard.press("o")
    page.wait_for_selector("#number")
    look("the warning")
    page.fill("#number", "+86 138 3714 5926")
    page.click("[aria-keyshortcuts=d]")
    page.wait_for_selector(".errors")
    assert page.input_value("#number") == ""
    look("refused")
    desk = go_on_duty(page, site)
    for state in STATES:
        say(site, page, desk, state)
        look(state)
    page.click("[name=off]")
    page.wait_for_selector("#best")
    assert not wrong


def test_by_keys_alone_he_holds_notes_and_ends_a_call_and_the_page_holds_nothing(
    site: Served, sign_in: SignIn
) -> None:
    page = sign_in()
    page.keyboard.press("o")
    page.wait_for_selector("#number")
    desk = go_on_duty(page, site)
    say(site, page, desk, "ringing")
    expect(page.locator("#says")).to_have_text(
        "Answer your telephone, and press 1: Mandarin, hotline", timeout=PATIENCE
    )
    assert page.locator("[data-does=answer], #mute, #voice, #loudness").count() == 0
    say(site, page, desk, "talking")
    assert page.frame_locator("#beside").locator("h1").inner_text() == "People who leave"
    for key, verb in (("Shift+H", "hold"), ("Shift+C", "conference"), ("Shift+E", "end")):
        with page.expect_request(lambda asked: asked.url.endswith("/order/")) as sent:
            page.keyboard.press(key)
        assert f"verb={verb}" in str(sent.value.post_data)
    _letters_mean_the_same_wherever_the_focus_is(page)
    say(site, page, desk, "ready")
    expect(page.locator("#aside")).to_be_hidden(timeout=PATIENCE)
    say(site, page, desk, "talking")
    expect(page.locator("#aside")).to_be_visible(timeout=PATIENCE)
    page.goto("/desk/keys/")  # nothing asks whether to leave: the call does not depend on it
    page.goto(LINE)
    page.wait_for_selector('#line[data-at="talking"]')
    say(site, page, desk, "wrap-up")
    page.wait_for_selector("#ends")
    page.click("[name=off]")
    page.wait_for_selector("#best")


def _letters_mean_the_same_wherever_the_focus_is(page: Page) -> None:
    orders: list[str] = []
    page.on("request", lambda asked: orders.append(asked.url) if asked.url.endswith("/order/") else None)
    beside = page.frame_locator("#beside")
    page.keyboard.press("e")  # what to say to who wants to read, and no end of the call
    expect(beside.locator("details[open] summary[aria-keyshortcuts=e]")).to_be_visible(timeout=PATIENCE)
    assert not orders
    beside.locator("summary[aria-keyshortcuts=e]").focus()
    with page.expect_request(lambda asked: asked.url.endswith("/order/")) as sent:
        page.keyboard.press("Shift+H")
    assert "verb=hold" in str(sent.value.post_data)
