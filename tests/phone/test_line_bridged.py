"""The whole way: SIPp calls the hotline, volunteers answer in real browsers, and all hear each other."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from dialler_cast import make_sounds
from line_page_cast import Cable, Volunteer, open_browser, wait
from playwright.sync_api import Browser, sync_playwright
from seat_cast import on_duty
from sip_cast import open_page
from speaker_cast import Speaker
from town_cast import free_port, free_range

from served import Served, serve_bare
from tuidang.phone.asterisk import install, process
from tuidang.phone.asterisk.config import Line, Ports, Setup, desk_of
from tuidang.phone.hotline_now import hotline_now
from tuidang.phone.hotline_prompts import HOTLINE_PROMPTS

ROLES = {"maple": "listener", "oak": "listener", "elm": "coordinator"}
ENDS = """
from tuidang.phone.models import Disposition
print(*(f"{one.what} {one.count}" for one in Disposition.objects.all()))
"""
MANDARIN = ((0.3, "1"),)


class Hotline:
    """A running hotline with its site, Asterisk, a cable to the browsers, and somebody who may call."""

    def __init__(self, site: Served, setup: Setup, cable: Cable, caller: Speaker) -> None:
        self.site, self.setup, self.cable, self.caller = site, setup, cable, caller
        self.passwords = {name: site.add_volunteer(name, role) for name, role in ROLES.items()}


@pytest.fixture(scope="module")
def hotline(kept: Path) -> Iterator[Hotline]:
    """Give a running hotline."""
    folder = Path(tempfile.mkdtemp(prefix="line-"))
    http, sip, trunk = free_port(socket.SOCK_STREAM), free_port(), free_port()
    cable, low_high = Cable(http), free_range(55000)
    settings = {"TUIDANG_PHONE_DESKS": "3", "TUIDANG_PHONE_HTTP": str(cable.port)}
    with serve_bare(folder, **settings) as site:
        (site.data / "phone").mkdir(mode=0o700, exist_ok=True)
        install.root(site.data).symlink_to(install.root(kept))
        make_sounds(site.data, 0.1, *HOTLINE_PROMPTS)
        lines = (Line("in", f"127.0.0.1:{trunk}"),)
        setup = Setup(site.data, lines, Ports(http, sip, *low_high), desks=3)
        asterisk = process.start(setup)
        process.wait_until_booted(setup, asterisk)
        with site.output.open("ab") as output:
            command = [sys.executable, "-m", "tuidang", "phone", "hotline"]
            service = subprocess.Popen(command, env=site.environ, stdout=output, stderr=subprocess.STDOUT)
        wait(lambda: hotline_now(site.data, datetime.now(UTC)), "the hotline does not come up")
        caller = Speaker(site.data, trunk, sip)
        yield Hotline(site, setup, cable, caller)
        caller.close()
        service.terminate()
        service.wait(30)
        process.stop(asterisk)
        cable.close()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give a browser with a microphone."""
    with sync_playwright() as playwright, open_browser(playwright) as opened:
        yield opened


@pytest.fixture(scope="module")
def people(hotline: Hotline, browser: Browser) -> Iterator[dict[str, Volunteer]]:
    """Give all three at their pages."""
    found = {}
    for name, password in hotline.passwords.items():
        context = browser.new_context(base_url=hotline.site.address, locale="en-GB")
        found[name] = Volunteer(context, partial(hotline.site.enter, pseudonym=name, password=password))
    yield found
    for volunteer in found.values():
        volunteer.context.close()


@pytest.fixture
def volunteers(hotline: Hotline, people: dict[str, Volunteer]) -> Iterator[dict[str, Volunteer]]:
    """Give them, of whom maple alone is on duty, and nobody calls."""
    come(people["maple"])
    yield people
    hotline.caller.kill()
    for volunteer in people.values():
        volunteer.go_home()
        assert not volunteer.complaints


def come(volunteer: Volunteer) -> None:
    volunteer.go_on_duty()
    volunteer.until("ready")


def until_all_hear(hotline: Hotline, *volunteers: Volunteer) -> None:
    """Wait until each volunteer hears, and the caller: while he is silent, lest it be taken for an echo."""
    hotline.caller.is_speaking = True
    for volunteer in volunteers:
        volunteer.until("talking")
        volunteer.until_hears()
    hotline.caller.is_speaking = False
    wait(hotline.caller.hears, "the caller hears nothing")


def put_through(hotline: Hotline, maple: Volunteer) -> None:
    """Let somebody call, and maple answer."""
    hotline.caller.call(MANDARIN, stay=300)
    maple.until("ringing")
    maple.press(" ")
    until_all_hear(hotline, maple)


def nobody_takes_it_over(hotline: Hotline, maple: Volunteer) -> None:
    """Sign in at maple's telephone, as somebody who stole its secret, while she talks: she talks on."""
    before = channels(hotline)
    with open_page(hotline.setup) as stranger:
        sits = on_duty(hotline.site.data)[1]
        assert stranger.register(desk_of(1, hotline.setup.password, sits)).code == 200
        maple.page.wait_for_timeout(6000)  # the sound is listened for three seconds
        assert channels(hotline) == before
        until_all_hear(hotline, maple)


def channels(hotline: Hotline) -> set[str]:
    listed = process.tell(hotline.setup, "core show channels concise").stdout
    return {line.split("!")[0] for line in listed.splitlines() if line.startswith("PJSIP/")}


def test_who_calls_is_answered_heard_held_and_let_go(
    hotline: Hotline, volunteers: dict[str, Volunteer]
) -> None:
    maple, caller = volunteers["maple"], hotline.caller
    assert not volunteers["oak"].faults()  # off duty
    put_through(hotline, maple)
    maple.page.wait_for_selector("#about >> text=Mandarin, hotline")
    assert maple.page.frame_locator("#beside").locator("h1").inner_text() == "People who leave"
    maple.press("q")
    maple.page.wait_for_selector("[data-mark=frequent][aria-pressed=true]")
    maple.page.wait_for_selector("#about >> text=calls often")
    assert not maple.faults()
    maple.press("q")
    maple.page.wait_for_selector("[data-mark=frequent][aria-pressed=false]")
    wait(lambda: not maple.hears(), "something is heard while nobody speaks")
    caller.is_speaking = True
    maple.press("h")
    maple.until("held")
    wait(lambda: not maple.hears() and not caller.hears(), "they hear each other on hold")
    maple.press("h")
    until_all_hear(hotline, maple)
    maple.press("e")
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
    maple.press("g")
    maple.page.click("#colleagues >> text=Hand on")
    oak.until("ringing")
    oak.page.wait_for_selector("#says >> text=handed on by a colleague")
    oak.press(" ")
    maple.until("wrap-up")
    until_all_hear(hotline, oak)
    oak.press("e")
    oak.until("wrap-up")


def test_a_coordinator_is_brought_in_all_three_hear_and_the_others_go_on_when_one_leaves(
    hotline: Hotline, volunteers: dict[str, Volunteer]
) -> None:
    maple, elm = volunteers["maple"], volunteers["elm"]
    come(elm)
    put_through(hotline, maple)
    maple.press("c")
    elm.until("ringing")
    elm.press(" ")
    until_all_hear(hotline, maple, elm)
    maple.page.wait_for_selector("#together >> text=elm")
    maple.press("l")
    maple.until("wrap-up")
    until_all_hear(hotline, elm)
    elm.press("e")
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
    maple.press("e")
    maple.until("wrap-up")
