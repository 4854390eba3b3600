"""The whole way: SIPp calls the hotline, volunteers answer in real browsers, and all hear each other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from bridged_cast import ROLES, Hotline, at_pages, come, open_hotline, put_through, until_all_hear
from line_page_cast import Volunteer, open_browser, wait
from playwright.sync_api import Browser, sync_playwright
from seat_cast import on_duty
from sip_cast import open_page

from tuidang.phone.asterisk.config import desk_of

ENDS = """
from tuidang.phone.models import Disposition
print(*(f"{one.what} {one.count}" for one in Disposition.objects.all()))
"""


@pytest.fixture(scope="module")
def hotline(kept: Path) -> Iterator[Hotline]:
    """Give a running hotline."""
    with open_hotline(kept) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give a browser with a microphone."""
    with sync_playwright() as playwright, open_browser(playwright) as opened:
        yield opened


@pytest.fixture(scope="module")
def people(hotline: Hotline, browser: Browser) -> Iterator[dict[str, Volunteer]]:
    """Give all three at their pages."""
    with at_pages(hotline, browser, *ROLES) as found:
        yield found


@pytest.fixture
def volunteers(hotline: Hotline, people: dict[str, Volunteer]) -> Iterator[dict[str, Volunteer]]:
    """Give them, of whom maple alone is on duty, and nobody calls."""
    come(people["maple"])
    yield people
    hotline.caller.kill()
    for volunteer in people.values():
        volunteer.go_home()
        assert not volunteer.complaints


def nobody_takes_it_over(hotline: Hotline, maple: Volunteer) -> None:
    """Sign in at maple's telephone, as somebody who stole its secret, while she talks: she talks on."""
    before = hotline.channels()
    with open_page(hotline.setup) as stranger:
        sits = on_duty(hotline.site.data)[1]
        assert stranger.register(desk_of(1, hotline.setup.password, sits)).code == 200
        maple.page.wait_for_timeout(6000)  # the sound is listened for three seconds
        assert hotline.channels() == before
        until_all_hear(hotline, maple)


def test_who_calls_is_answered_heard_held_and_let_go(
    hotline: Hotline, volunteers: dict[str, Volunteer]
) -> None:
    maple, caller = volunteers["maple"], hotline.caller
    assert not volunteers["oak"].faults()  # off duty
    put_through(hotline, maple)
    maple.page.wait_for_selector("#about >> text=Mandarin, hotline")
    assert maple.page.frame_locator("#beside").locator("h1").inner_text() == "People who leave"
    maple.press("Shift+Q")
    maple.page.wait_for_selector("[data-mark=frequent][aria-pressed=true]")
    maple.page.wait_for_selector("#about >> text=calls often")
    assert not maple.faults()
    maple.press("Shift+Q")
    maple.page.wait_for_selector("[data-mark=frequent][aria-pressed=false]")
    wait(lambda: not maple.hears(), "something is heard while nobody speaks")
    caller.is_speaking = True
    maple.press("Shift+H")
    maple.until("held")
    wait(lambda: not maple.hears() and not caller.hears(), "they hear each other on hold")
    maple.press("Shift+H")
    until_all_hear(hotline, maple)
    maple.press("Shift+E")
    maple.until("wrap-up")
    wait(lambda: caller.seen() == ["answered", "they"], "the caller was not let go")
    wait(
        lambda: not maple.page.frame_locator("#beside").locator("[name=what]").count(), "it has buttons still"
    )
    assert not maple.faults()
    maple.press("t")
    maple.until("ready")
    wait(lambda: "thinking 1" in hotline.site.run("manage", "shell", "-c", ENDS), "its end is not counted")


def test_a_call_is_handed_on_to_a_colleague(hotline: Hotline, volunteers: dict[str, Volunteer]) -> None:
    maple, oak = volunteers["maple"], volunteers["oak"]
    put_through(hotline, maple)
    come(oak)
    maple.press("Shift+G")
    maple.page.click("#colleagues >> text=Hand on")
    oak.until("ringing")
    oak.page.wait_for_selector("#says >> text=handed on by a colleague")
    oak.press(" ")
    maple.until("wrap-up")
    until_all_hear(hotline, oak)
    oak.press("Shift+E")
    oak.until("wrap-up")


def test_a_coordinator_is_brought_in_all_three_hear_and_the_others_go_on_when_one_leaves(
    hotline: Hotline, volunteers: dict[str, Volunteer]
) -> None:
    maple, elm = volunteers["maple"], volunteers["elm"]
    come(elm)
    put_through(hotline, maple)
    maple.press("Shift+C")
    elm.until("ringing")
    elm.press(" ")
    until_all_hear(hotline, maple, elm)
    maple.page.wait_for_selector("#together >> text=elm")
    maple.press("Shift+L")
    maple.until("wrap-up")
    until_all_hear(hotline, elm)
    elm.press("Shift+E")
    elm.until("wrap-up")


def test_neither_a_page_that_is_loaded_again_nor_a_network_that_was_lost_takes_the_call_with_it(
    hotline: Hotline, volunteers: dict[str, Volunteer]
) -> None:
    maple = volunteers["maple"]
    put_through(hotline, maple)
    maple.page.reload()
    maple.until("talking")
    until_all_hear(hotline, maple)
    nobody_takes_it_over(hotline, maple)
    hotline.cable.cut()
    maple.page.wait_for_selector("#note >> text=The connection was lost")
    hotline.cable.join()
    maple.page.wait_for_selector("#note", state="hidden")
    until_all_hear(hotline, maple)
    assert hotline.caller.seen() == ["answered"]
    maple.press("Shift+E")
    maple.until("wrap-up")
