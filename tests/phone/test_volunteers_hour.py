"""An hour of a volunteer on what `make run` gives him: everything is real but the person who calls."""

from __future__ import annotations

import json
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from dialler_cast import make_sounds
from line_page_cast import Volunteer, open_browser, wait
from playwright.sync_api import FrameLocator, Page, expect, sync_playwright
from up_cast import Terminal, up

from nineteen import NINETEEN
from passkey_cast import give_device
from tuidang.phone.asterisk import install, process
from tuidang.phone.asterisk.config import Ports, Setup
from tuidang.phone.hotline_now import DeskNow, hotline_now
from tuidang.phone.messages import SAMPLE_MESSAGES
from tuidang.phone.prompts import PROMPTS

PATIENCE = 60_000  # milliseconds
ENDS = """
from tuidang.phone.models import Disposition
print(*(f"{one.what} {one.count}" for one in Disposition.objects.all()))
"""


@pytest.fixture
def running(kept: Path) -> Iterator[Terminal]:
    """Give `tuidang up` on a sample; machines call nobody, as at night."""
    with tempfile.TemporaryDirectory(prefix="hour-") as folder:  # a short name, for the control socket
        data = Path(folder) / "var"
        (data / "phone").mkdir(parents=True, mode=0o700)
        install.root(data).symlink_to(install.root(kept))
        make_sounds(data, 0.1, *PROMPTS, *SAMPLE_MESSAGES)  # to speak them all takes long
        with up(data) as terminal:
            begun = ("To be rung, open Telephone there and go on duty", "A simulated carrier listens")
            terminal.hear(*begun, patience=300)  # it speaks what callers hear before
            terminal.run("phone", "campaign", "pause", "sample")
            yield terminal


@pytest.fixture
def linden(running: Terminal) -> Iterator[Volunteer]:
    """Give a newcomer, who has made a passkey at the link of his invitation."""
    link = running.run("volunteer", "invite", "linden", "--role", "listener").split()[-1]
    with sync_playwright() as playwright, open_browser(playwright) as browser:
        host = f"http://localhost:{running.port}"  # a passkey belongs to a host that has a name
        context = browser.new_context(base_url=host, locale="en-GB")

        def join(page: Page) -> None:
            give_device(page)
            page.goto(urllib.parse.urlsplit(link).path)
            page.fill("#label", "blue laptop")
            page.click("[data-passkey] button")
            page.wait_for_selector(".codes")
            assert page.locator(".codes li").count() == 10
            page.click("text=I have them: to the desk")

        volunteer = Volunteer(context, join)
        yield volunteer
        assert not volunteer.complaints
        context.close()


def desk(running: Terminal) -> DeskNow:
    """Read what the only desk does."""
    now = hotline_now(running.folder, datetime.now(UTC))
    return now.desks.get(1, DeskNow("")) if now else DeskNow("")


def break_connection(running: Terminal) -> None:
    """Let Asterisk hang up on hotline and dialler, and wait until both are back."""
    before = running.said.count("connected with Asterisk")
    process.tell(Setup(running.folder, (), Ports(0, 0, 0, 0)), "ari shutdown websocket sessions")
    running.hear("connected with Asterisk", times=before + 2)


def miss_once(running: Terminal, linden: Volunteer) -> None:
    """Let it ring to the end once, until it rings again for the same call."""
    while (now := desk(running)).state != "ringing" or now.kind != "hotline":
        linden.until("ringing")
        if now.kind == "key-8":  # of a machine's call that was in the air: he does not wait as long
            linden.press("Shift+R")
        time.sleep(0.2)
    wait(lambda: desk(running).seconds >= 15, "it does not ring as long as it should")
    wait(lambda: desk(running).seconds < 15, "it rings for ever")
    assert (desk(running).state, desk(running).call) == ("ringing", now.call)


def read_receipts(page: Page, beside: FrameLocator) -> list[str]:
    """Read all receipts, each followed by Enter: the button is in focus."""
    read: list[str] = []
    for number in range(1, len(NINETEEN) + 1):
        expect(beside.locator(".now-read .whose")).to_have_text(f"Person {number} of 19", timeout=PATIENCE)
        read.append("".join(beside.locator(".now-read .digits").all_inner_texts()))
        expect(beside.locator(".now-read [autofocus]")).to_be_focused(timeout=PATIENCE)
        page.keyboard.press("Enter")
    expect(beside.locator(".now-read")).to_have_count(0, timeout=PATIENCE)
    return read


def state_of(running: Terminal, receipt: str, name: str) -> str:
    """Ask as its owner would what became of a statement."""
    request = urllib.request.Request(
        f"{running.address}api/v1/receipts",
        json.dumps({"receipt": receipt, "name": name}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return str(json.load(answer)["state"])


def test_a_newcomer_is_rung_answers_and_takes_nineteen_people_down_by_the_keyboard_alone(
    running: Terminal, linden: Volunteer
) -> None:
    page = linden.page
    page.keyboard.press("d")
    linden.until("ready")
    break_connection(running)
    miss_once(running, linden)
    linden.press(" ")
    linden.until("talking")
    linden.until_hears()
    beside = page.frame_locator("#beside")
    beside.locator("h1 >> text=People who leave").wait_for()
    page.keyboard.press("Shift+N")
    for number, name in enumerate(NINETEEN):
        page.keyboard.type(f"{name}{number % 4 + 1}")
        page.keyboard.press("Enter")
    expect(beside.locator("#save-state")).to_have_text("Saved", timeout=PATIENCE)
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    page.keyboard.press("v")
    expect(beside.locator(".seen > li")).to_have_count(19, timeout=PATIENCE)
    page.keyboard.press("y")
    receipts = read_receipts(page, beside)
    assert len(set(receipts)) == 19
    assert beside.locator("ol.receipts:not(.paper) li").count() == 19
    for place in (0, 18):
        assert state_of(running, receipts[place], NINETEEN[place]) in {"accepted", "published"}
    page.keyboard.press("Escape")  # out of the frame: the keys are the telephone's again
    page.keyboard.press("Shift+E")
    linden.until("wrap-up")
    page.keyboard.press("l")
    linden.until("ready")
    wait(lambda: "withdrew 1" in running.run("manage", "shell", "-c", ENDS), "its end is not counted")
