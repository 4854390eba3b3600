"""The screens of shifts in a real browser: by keys, without script, on a phone, at night."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from icalendar import Calendar
from playwright.sync_api import Browser, Page
from test_accessibility import COLOURS, RULES, faults
from test_desk import LOCALES
from test_desk_calls import OVERLAPS
from test_hands_and_eyes import CUT_OFF, OVERFLOW, TARGETS
from walk import LANGUAGES, go

from conftest import Visit
from served import Served
from volunteer_cast import Password

HOURS, WEEK = "/desk/hours/", "/desk/week/"
SCREENS = (
    HOURS,
    "/desk/hours/about/",
    "/desk/hours/pledge/",
    WEEK,
    f"{WEEK}?ahead=1",
    f"{WEEK}holes/",
    "/desk/keys/",
)

SignIn = Callable[..., Page]


def settle(page: Page, zone: str, *languages: str) -> None:
    """Say by which clock somebody lives."""
    page.goto("/desk/hours/about/")
    page.select_option("#zone", zone)
    for language in languages:
        page.check(f'[name="languages"][value="{language}"]')
    page.select_option("#day", "12")
    page.select_option("#week", "60")
    go(page, "main form .actions button")


def promise(page: Page, begins: str, minutes: str) -> None:
    page.goto("/desk/hours/pledge/")
    page.fill("#begins", begins)
    page.select_option("#minutes", minutes)
    go(page, "main form .actions button")


@pytest.fixture(scope="module")
def people(site: Served, chromium: Browser) -> dict[str, Password]:
    """Give two volunteers, their passwords by pseudonym: one has promised hours and offers one of them."""
    passwords = {
        "hazel": site.add_volunteer("hazel", "listener", "coordinator"),
        "rowan": site.add_volunteer("rowan", "listener"),
    }
    site.run("phone", "trunk", "save", "back", "127.0.0.1:5060")
    site.run("phone", "number", "save", "toronto", "0014165550123", "--trunk", "back")
    for name, zone, begins in (("rowan", "Asia/Taipei", "09:00"), ("hazel", "America/Toronto", "13:30")):
        context = chromium.new_context(base_url=site.address, java_script_enabled=False, locale="en-GB")
        page = context.new_page()
        site.enter(page, name, passwords[name])
        settle(page, zone, "zh", "yue")
        promise(page, begins, "180")
        go(page, 'main [value="offer"] >> nth=1')
        context.close()
    return passwords


@pytest.fixture
def sign_in(site: Served, visit: Visit, people: dict[str, Password]) -> SignIn:
    """Give a function that opens the desk in a fresh browser profile."""

    def open_desk(language: str = "en", name: str = "hazel", **more: object) -> Page:
        page = visit(locale=LOCALES[language], **more)
        site.enter(page, name, people[name])
        return page

    return open_desk


def stations(page: Page) -> Iterator[str]:
    """Lead a page through the screens, and through the answers to what was pressed."""
    for screen in SCREENS:
        page.goto(screen)
        yield screen
    page.goto(HOURS)
    page.click("main a.stop >> nth=0")
    yield "asks before a shift is cancelled"
    page.goto("/desk/hours/pledge/")
    for box in page.locator('[name="weekdays"]').all():
        box.uncheck()
    go(page, "main form .actions button")
    yield "mistakes"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_of_shifts_can_be_used_by_everybody(sign_in: SignIn, language: str) -> None:
    page = sign_in(language, script=True, width=390)
    wrong = []
    for station in stations(page):
        assert page.get_attribute("html", "lang") == language
        page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
        wrong += [(station, fault) for fault in faults(page, RULES)]
        wrong += [(station, target) for target in page.evaluate(TARGETS)]
        for width in (320, 390, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            wrong += [(station, width, pair) for pair in page.evaluate(OVERLAPS)]
            if (over := page.evaluate(OVERFLOW)) > 0:
                wrong.append((station, f"{over} px too wide at {width}"))
        page.set_viewport_size({"width": 390, "height": 800})
    assert not wrong


def test_every_screen_of_shifts_can_be_read_at_night(sign_in: SignIn) -> None:
    page = sign_in(script=True, dark=True)
    assert not [(station, fault) for station in stations(page) for fault in faults(page, COLOURS)]


def test_letters_of_twice_the_size_lose_nothing_of_shifts(sign_in: SignIn, large_letters: Browser) -> None:
    page = sign_in("zh-hans", browser=large_letters, width=640)
    lost = []
    for station in stations(page):
        over = page.evaluate(OVERFLOW)
        lost += [(station, what) for what in page.evaluate(CUT_OFF)]
        lost += [(station, f"{over} px")] if over > 0 else []
    assert not lost


def test_hours_are_promised_and_a_shift_offered_by_keys_alone(sign_in: SignIn) -> None:
    page = sign_in(script=True)
    for key, where in (
        ("8", WEEK),
        ("h", "/desk/week/holes/"),
        ("b", WEEK),
        ("7", HOURS),
        ("n", "/desk/hours/pledge/"),
    ):
        with page.expect_navigation():
            page.keyboard.press(key)
        assert page.url.endswith(where)
    page.fill("#begins", "07:30")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "07:30" in page.locator("main").inner_text()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.closest('.row') !== null")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("main .notice").is_visible()


def test_a_shift_is_swapped_without_script_on_a_phone(sign_in: SignIn) -> None:
    rowan, hazel = sign_in(name="rowan", width=390), sign_in(width=390)
    rowan.goto(HOURS)
    offered = rowan.locator("section:last-child .row").first
    assert "hazel" not in rowan.content()
    time = offered.locator(".time").inner_text()
    go(rowan, 'main section:last-child [value="agree"] >> nth=0')
    assert "a coordinator may give it to you" in rowan.locator(".notice >> nth=-1").inner_text()
    hazel.goto("/desk/week/holes/")
    go(hazel, "text=Give it to rowan")
    assert "The shift is given" in hazel.locator("main .notice").inner_text()
    rowan.goto(HOURS)
    assert time.splitlines()[0] in rowan.locator("main section >> nth=0").inner_text()


def test_the_calendar_file_is_taken_away(sign_in: SignIn, tmp_path: Path) -> None:
    page = sign_in()
    page.goto(HOURS)
    with page.expect_download() as started:
        page.click("text=Calendar file")
    started.value.save_as(tmp_path / "calendar.ics")
    assert started.value.suggested_filename == "calendar.ics"
    assert Calendar.from_ical((tmp_path / "calendar.ics").read_bytes()).walk("VEVENT")
