"""`kill -9` while people talk: the web server and the worker, then Asterisk itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from bridged_cast import MANDARIN, Hotline, at_pages, come, open_hotline, put_through, until_all_hear
from line_page_cast import Volunteer, open_browser, wait
from playwright.sync_api import FrameLocator, expect, sync_playwright

PATIENCE = 60_000  # milliseconds
STATEMENTS = """
from tuidang.register.models import DayChannelCount, Waiting
print(Waiting.objects.count() + sum(one.count for one in DayChannelCount.objects.all()))
"""
# Every microphone that the page opens from now on.
WATCH_MICROPHONES = """() => {
  window.opened = [];
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (...asked) => {
    const stream = await open(...asked);
    window.opened.push(...stream.getTracks());
    return stream;
  };
}"""


@pytest.fixture(scope="module")
def hotline(kept: Path) -> Iterator[Hotline]:
    """Give a running hotline, and the worker beside it."""
    with open_hotline(kept) as running:
        running.site.start("work")
        yield running
        running.site.stop("work")


@pytest.fixture(scope="module")
def maple(hotline: Hotline) -> Iterator[Volunteer]:
    """Give a volunteer on duty."""
    with (
        sync_playwright() as playwright,
        open_browser(playwright) as browser,
        at_pages(hotline, browser, "maple") as found,
    ):
        come(found["maple"])
        yield found["maple"]
        assert not found["maple"].complaints


def beside(maple: Volunteer) -> FrameLocator:
    """Give what stands beside the call."""
    return maple.page.frame_locator("#beside")


def says(maple: Volunteer, words: str) -> None:
    """Wait until the form says whether it is saved."""
    expect(beside(maple).locator("#save-state")).to_have_text(words, timeout=PATIENCE)


def write(maple: Volunteer, *people: str) -> None:
    """Write people down by keys, a row each: the name, and the key of what he leaves."""
    maple.press("Shift+N")
    for person in people:
        maple.page.keyboard.type(person)
        maple.page.keyboard.press("Enter")


def names(maple: Volunteer) -> list[str]:
    """Read the names that stand in the form."""
    fields = beside(maple).locator('input[name$=".name"]')
    fields.first.wait_for()
    return [name for name in fields.evaluate_all("all => all.map((one) => one.value)") if name]


def preview(maple: Volunteer, people: int) -> None:
    """Say that they were asked, and look at what will be public, by keys."""
    maple.page.keyboard.press("Escape")
    if not beside(maple).locator("#consent").is_checked():
        maple.page.keyboard.press("c")
    maple.page.keyboard.press("v")
    expect(beside(maple).locator(".seen > li")).to_have_count(people, timeout=PATIENCE)


def statements(hotline: Hotline) -> int:
    return int(hotline.site.run("manage", "shell", "-c", STATEMENTS).split()[-1])


def receipts(maple: Volunteer) -> int:
    """Count the receipts that the page has."""
    return beside(maple).locator("ol.receipts:not(.paper) li").count()


def confirm_again(maple: Volunteer) -> None:
    """Go on where the kill came: before the press was stored, after it, or when all was done."""
    place = beside(maple)
    place.locator("#people-form").wait_for(timeout=PATIENCE)
    if receipts(maple):
        return
    maple.press("Shift+N")
    if place.locator("[value=finish]").count():
        maple.page.keyboard.press("Escape")
    else:
        assert names(maple) == ["金福", "万顺", "平安"]
        preview(maple, 3)
    maple.page.keyboard.press("y")
    place.locator(".now-read").wait_for(timeout=PATIENCE)


def test_a_killed_web_server_ends_no_conversation_and_nothing_that_was_saved_is_lost(
    hotline: Hotline, maple: Volunteer
) -> None:
    site, stored = hotline.site, statements(hotline)
    put_through(hotline, maple)
    write(maple, "金福1", "万顺2")
    says(maple, "Saved")
    before = hotline.channels()
    site.kill("serve")
    site.kill("work")
    maple.page.keyboard.type("平安3")
    says(maple, "Not saved yet: no connection. It goes on trying.")
    maple.page.wait_for_selector("#note >> text=The server cannot be reached")
    maple.page.keyboard.press("Escape")
    maple.page.keyboard.press("c")
    maple.page.keyboard.press("v")  # waits, and goes on by itself
    until_all_hear(hotline, maple)
    site.start("work")
    site.start("serve")
    expect(beside(maple).locator(".seen > li")).to_have_count(3, timeout=PATIENCE)
    maple.page.wait_for_selector("#note", state="hidden")
    maple.page.keyboard.press("y")
    site.kill("serve")  # whether the press has come through, nobody knows
    wait(lambda: not maple.page.evaluate("document.querySelector('#beside').contentDocument"), "it is there")
    site.start("serve")
    confirm_again(maple)
    assert receipts(maple) == 3
    assert statements(hotline) == stored + 3
    until_all_hear(hotline, maple)
    assert hotline.channels() == before
    assert hotline.caller.seen() == ["answered"]
    maple.press("Shift+E")
    maple.until("wrap-up")
    maple.press("l")
    maple.until("ready")


def test_a_killed_asterisk_leaves_no_ghost_in_the_queue_and_what_was_written_can_be_sent(
    hotline: Hotline, maple: Volunteer
) -> None:
    before = statements(hotline)
    maple.page.evaluate(WATCH_MICROPHONES)
    put_through(hotline, maple)
    hotline.other.call(MANDARIN, stay=300)
    wait(lambda: hotline.waiting == 1, "nobody waits")
    write(maple, "金福1", "万顺2")
    says(maple, "Saved")
    hotline.kill_asterisk()
    maple.until("cut")
    maple.page.wait_for_selector("#says >> text=The telephone system stopped")
    assert not maple.faults()
    write(maple, "平安3")
    says(maple, "Saved")
    hotline.start_asterisk()
    maple.until("wrap-up")
    maple.page.wait_for_selector("#note >> text=ended the call, neither you nor the caller did")
    wait(lambda: hotline.waiting == 0, "a ghost waits")
    wait(
        lambda: maple.page.evaluate("opened.every((one) => one.readyState === 'ended')"), "he is listened to"
    )
    assert names(maple) == ["金福", "万顺", "平安"]
    maple.press("Shift+N")
    preview(maple, 3)
    maple.page.keyboard.press("y")
    beside(maple).locator(".now-read").wait_for(timeout=PATIENCE)
    assert statements(hotline) == before + 3
    maple.press("l")
    maple.until("ready")
    assert hotline.now
    assert (hotline.now.desks[1].state, hotline.now.desks[1].note) == ("ready", "")
    for caller in (hotline.caller, hotline.other):
        caller.kill()
    put_through(hotline, maple)
    maple.press("Shift+E")
    maple.until("wrap-up")
