"""The telephone in the browser: real Chromium and a real Asterisk; the test is in the hotline's place."""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from urllib.error import HTTPError

import pytest
from line_cast import Line, open_line
from line_page_cast import Cable, Volunteer, open_browser, wait
from playwright.sync_api import Browser, sync_playwright
from seat_cast import seat_all
from town_cast import free_port, free_range

from served import Served, serve_bare
from tuidang.phone.asterisk import install, process
from tuidang.phone.asterisk.config import APPLICATION, Ports, Setup
from tuidang.phone.hotline_now import DeskNow, HotlineNow, Waiting, write_now
from volunteer_cast import Password

DESKS = 3
CALL = "0f1e2d"


class Stage:
    """Everything that a telephone in a browser needs, and the hotline's part in it."""

    def __init__(self, site: Served, setup: Setup, cable: Cable) -> None:
        self.site, self.setup, self.cable = site, setup, cable
        self.now = HotlineNow()
        self.asterisk = process.start(setup)
        process.wait_until_booted(setup, self.asterisk)
        self._done = threading.Event()
        threading.Thread(target=self._write, daemon=True).start()

    def restart(self) -> None:
        """Start Asterisk anew, with a password of its own, as it does by itself."""
        process.stop(self.asterisk)
        self.setup = Setup(self.setup.data, (), self.setup.ports, desks=DESKS)
        self.asterisk = process.start(self.setup)
        process.wait_until_booted(self.setup, self.asterisk)

    def close(self) -> None:
        """End it."""
        self._done.set()
        process.stop(self.asterisk)
        self.cable.close()

    def show(self, **states: str) -> None:
        """Say what each desk does, by `desk_1="talking"`; all are in one call."""
        desks = {
            int(name.removeprefix("desk_")): DeskNow(
                state, "" if state in {"ready", "away"} else CALL, "hotline", "zh", "CN-SD", 7
            )
            for name, state in states.items()
        }
        self.now = HotlineNow((Waiting("c0", "key-8", "yue", 61, False),), desks)
        time.sleep(0.7)  # until it is written

    def _write(self) -> None:
        while not self._done.wait(0.2):
            write_now(self.site.data, self.now)
            with suppress(OSError):  # Asterisk is being started
                seat_all(self.setup, self.site.data)


@pytest.fixture(scope="module")
def stage(kept: Path) -> Iterator[Stage]:
    """Give a running site, and Asterisk with telephones behind a cable that can be cut."""
    folder = Path(tempfile.mkdtemp(prefix="line-"))  # a short name, for the control socket
    http, sip = free_port(socket.SOCK_STREAM), free_port()
    cable = Cable(http)
    low, high = free_range(51000)
    settings = {"TUIDANG_PHONE_DESKS": str(DESKS), "TUIDANG_PHONE_HTTP": str(cable.port)}
    with serve_bare(folder, **settings) as site:
        (site.data / "phone").mkdir(mode=0o700, exist_ok=True)
        install.root(site.data).symlink_to(install.root(kept))
        with closing(
            Stage(site, Setup(site.data, (), Ports(http, sip, low, high), desks=DESKS), cable)
        ) as made:
            yield made
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def passwords(stage: Stage) -> dict[str, Password]:
    """Give two volunteers' pseudonyms with their passwords."""
    return {name: stage.site.add_volunteer(name, "listener") for name in ("maple", "oak")}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give a browser with a microphone."""
    with sync_playwright() as playwright, open_browser(playwright) as opened:
        yield opened


@pytest.fixture
def volunteers(stage: Stage, browser: Browser, passwords: dict[str, Password]) -> Iterator[list[Volunteer]]:
    """Give two volunteers on duty, each at a page of his own, whose telephones are connected."""
    stage.now = HotlineNow()
    contexts = [browser.new_context(base_url=stage.site.address, locale="en-GB") for _ in passwords]
    found = [
        Volunteer(context, partial(stage.site.enter, pseudonym=name, password=password))
        for context, (name, password) in zip(contexts, passwords.items(), strict=True)
    ]
    for volunteer in found:
        volunteer.go_on_duty()
        volunteer.until("ready")
    yield found
    for volunteer in found:
        assert not volunteer.complaints
        volunteer.context.close()


@pytest.fixture
def line(stage: Stage) -> Iterator[Line]:
    """Give the hotline's line to Asterisk; nothing is left in it."""
    with open_line(stage.setup, APPLICATION) as opened:
        yield opened
        for kind in ("channels", "bridges"):
            for left in opened.request("GET", kind):
                with suppress(HTTPError):
                    opened.request("DELETE", f"{kind}/{left['id']}")


def ring(stage: Stage, line: Line, number: int) -> str:
    """Ring a telephone; return the channel's id."""
    asked = {"endpoint": f"PJSIP/{stage.setup.desk_names[number - 1]}", "app": APPLICATION, "callerId": "1"}
    return str(line.request("POST", "channels", **asked)["id"])


def answered(line: Line, channel: str) -> None:
    line.hear(channel, lambda event: event["type"] == "StasisStart")


def put_through(stage: Stage, line: Line, volunteers: list[Volunteer]) -> tuple[str, list[str]]:
    """Let both be rung and answer; return the bridge in which they are, and their channels."""
    stage.show(desk_1="ringing", desk_2="ringing")
    channels = [ring(stage, line, number) for number in (1, 2)]
    for volunteer, channel in zip(volunteers, channels, strict=True):
        volunteer.until("ringing")
        volunteer.press(" ")
        answered(line, channel)
    stage.show(desk_1="talking", desk_2="talking")
    bridge = str(line.request("POST", "bridges", type="mixing")["id"])
    line.request("POST", f"bridges/{bridge}/addChannel", channel=",".join(channels))
    for volunteer in volunteers:
        volunteer.until("talking")
        volunteer.until_hears()
    return bridge, channels


def test_two_are_rung_answer_by_a_key_and_hear_each_other_until_one_mutes_himself(
    stage: Stage, line: Line, volunteers: list[Volunteer]
) -> None:
    maple, oak = volunteers
    assert maple.says == "You are on duty: it will ring"
    assert "Cantonese, pressed 8" not in maple.page.inner_text("#waiting")
    stage.show(desk_1="ready", desk_2="ready")
    maple.page.wait_for_selector("#waiting >> text=Cantonese, pressed 8")
    put_through(stage, line, volunteers)
    assert maple.says == "In a call"
    assert maple.page.inner_text("#about") == "Mandarin, hotline · Shandong"
    assert not maple.faults()
    maple.press("Shift+G")
    maple.page.wait_for_selector("#hand-on-to[open]")
    assert not maple.faults()
    maple.page.keyboard.press("Escape")
    maple.press("Shift+M")
    maple.page.wait_for_selector("#mute[aria-pressed=true]")
    wait(lambda: not oak.hears(), "who is muted is heard")
    maple.press("Shift+M")
    oak.until_hears()


def test_what_rings_is_seen_in_the_title_and_can_be_left_to_others(
    stage: Stage, line: Line, volunteers: list[Volunteer]
) -> None:
    maple, _ = volunteers
    stage.show(desk_1="ringing")
    channel = ring(stage, line, 1)
    maple.until("ringing")
    maple.page.wait_for_function("document.querySelector('#says').textContent.includes('Mandarin, hotline')")
    maple.page.wait_for_function("document.title.startsWith('It rings: ')")
    assert not maple.faults()
    maple.press("Shift+R")
    assert line.ended(channel)["tech_cause"] == 486
    stage.show(desk_1="ready")
    maple.until("ready")
    maple.page.wait_for_function("!document.title.startsWith('It rings')")


def test_a_connection_that_is_cut_takes_no_conversation_with_it(
    stage: Stage, line: Line, volunteers: list[Volunteer]
) -> None:
    maple, oak = volunteers
    _, channels = put_through(stage, line, volunteers)
    stage.cable.cut()
    maple.page.wait_for_selector("#note >> text=The connection was lost")
    assert maple.state == "talking"
    stage.cable.join()
    for volunteer in volunteers:
        volunteer.page.wait_for_selector("#note", state="hidden")
        assert volunteer.state == "talking"
    assert {channel["id"] for channel in line.request("GET", "channels")} == set(channels)
    for volunteer in (maple, oak):
        volunteer.until_hears()


def test_a_conversation_that_asterisk_gave_up_while_the_network_was_away_is_come_back_to(
    stage: Stage, line: Line, volunteers: list[Volunteer]
) -> None:
    maple, oak = volunteers
    bridge, (old, _) = put_through(stage, line, volunteers)
    stage.cable.cut()
    maple.page.wait_for_selector("#note >> text=The connection was lost")
    line.request("DELETE", f"channels/{old}")  # as after half a minute without sound
    stage.show(desk_1="gone", desk_2="talking")
    stage.cable.join()
    maple.until("back")
    wait(lambda: process.tell(stage.setup, "pjsip show contacts").stdout.count("desk.1-"), "not signed in")
    wait(lambda: maple.page.evaluate("!document.querySelector('#voice').srcObject"), "it holds on to the old")
    channel = ring(stage, line, 1)
    answered(line, channel)
    line.request("POST", f"bridges/{bridge}/addChannel", channel=channel)
    stage.show(desk_1="talking", desk_2="talking")
    maple.until("talking")
    for volunteer in (maple, oak):
        volunteer.until_hears()


def test_one_page_has_the_telephone_and_hands_it_to_the_next_when_it_is_closed(
    stage: Stage, volunteers: list[Volunteer]
) -> None:
    maple, _ = volunteers
    second = maple.context.new_page()
    second.goto("/desk/line/")
    second.wait_for_function("document.querySelector('#says').textContent.includes('another tab')")
    maple.page.close()
    second.wait_for_selector('#line[data-at="ready"]')


def test_a_telephone_whose_asterisk_was_started_anew_gets_its_new_secret_by_itself(
    stage: Stage, volunteers: list[Volunteer]
) -> None:
    maple, _ = volunteers
    stage.restart()
    maple.until("signing-in")
    maple.until("ready")
    with open_line(stage.setup, APPLICATION) as line:
        stage.show(desk_1="ringing")
        ring(stage, line, 1)
        maple.until("ringing")
