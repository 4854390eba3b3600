"""A running hotline as operators have one: site, Asterisk, hotline, browsers, SIPp as callers."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from dialler_cast import make_sounds
from line_page_cast import Cable, Volunteer, wait
from playwright.sync_api import Browser, Page
from speaker_cast import Speaker
from town_cast import free_port, free_range

from served import Served, serve_bare
from tuidang.phone.asterisk import install, process
from tuidang.phone.asterisk.config import Line, Ports, Setup
from tuidang.phone.hotline_now import HotlineNow, hotline_now
from tuidang.phone.hotline_prompts import HOTLINE_PROMPTS
from tuidang.phone.lab.caller import Caller
from volunteer_cast import Password

ROLES = {"maple": "listener", "oak": "listener", "elm": "coordinator"}
DESKS = 3
MANDARIN = ((0.3, "1"),)


class Hotline:
    """A running hotline with its site, Asterisk, a cable to the browsers, and two who may call."""

    def __init__(self, stack: ExitStack, site: Served, kept: Path, cable: Cable, http: int) -> None:
        self.site, self.cable = site, cable
        (site.data / "phone").mkdir(mode=0o700, exist_ok=True)
        install.root(site.data).symlink_to(install.root(kept))
        make_sounds(site.data, 0.1, *HOTLINE_PROMPTS)
        sip, trunks = free_port(), (free_port(), free_port())
        self._lines = tuple(Line(f"in{port}", f"127.0.0.1:{port}") for port in trunks)
        self._ports = Ports(http, sip, *free_range(55000))
        self.asterisk = self._start_asterisk()
        stack.callback(lambda: process.stop(self.asterisk))
        site.start("phone", "hotline")
        stack.callback(site.stop, "hotline")
        wait(lambda: self.now, "the hotline does not come up")
        self.caller = Speaker(site.data, trunks[0], sip)
        stack.callback(self.caller.close)
        self.other = Caller(site.data, trunks[1], sip)  # who waits
        stack.callback(self.other.kill)
        self._passwords: dict[str, Password] = {}

    def _start_asterisk(self) -> subprocess.Popen[bytes]:
        self.setup = Setup(self.site.data, self._lines, self._ports, desks=DESKS)  # each has its own password
        started = process.start(self.setup)
        process.wait_until_booted(self.setup, started)
        return started

    def enter(self, name: str) -> Callable[[Page], None]:
        """Give what lets a browser in as one of the volunteers."""
        if name not in self._passwords:
            self._passwords[name] = self.site.add_volunteer(name, ROLES[name])
        return partial(self.site.enter, pseudonym=name, password=self._passwords[name])

    def kill_asterisk(self) -> None:
        """Kill it as a power cut would."""
        self.asterisk.kill()
        self.asterisk.wait()

    def start_asterisk(self) -> None:
        """Start it anew, as whoever looks after it does."""
        self.asterisk = self._start_asterisk()

    @property
    def now(self) -> HotlineNow | None:
        """Read what goes on."""
        return hotline_now(self.site.data, datetime.now(UTC))

    @property
    def waiting(self) -> int:
        """Count who waits; -1 while the hotline does not say."""
        return len(self.now.waiting) if self.now else -1

    def channels(self) -> set[str]:
        """Name the calls' channels that Asterisk has."""
        listed = process.tell(self.setup, "core show channels concise").stdout
        return {line.split("!")[0] for line in listed.splitlines() if line.startswith("PJSIP/")}


@contextmanager
def open_hotline(kept: Path) -> Iterator[Hotline]:
    """Give a running hotline; Asterisk is in the folder `kept`."""
    folder = Path(tempfile.mkdtemp(prefix="line-"))  # a short name, for the control socket
    http = free_port(socket.SOCK_STREAM)
    cable = Cable(http)
    settings = {"TUIDANG_PHONE_DESKS": str(DESKS), "TUIDANG_PHONE_HTTP": str(cable.port)}
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        site = stack.enter_context(serve_bare(folder, **settings))
        stack.callback(cable.close)
        yield Hotline(stack, site, kept, cable, http)


@contextmanager
def at_pages(hotline: Hotline, browser: Browser, *names: str) -> Iterator[dict[str, Volunteer]]:
    """Give volunteers, each at a page of his own."""
    found = {}
    for name in names:
        context = browser.new_context(base_url=hotline.site.address, locale="en-GB")
        found[name] = Volunteer(context, hotline.enter(name))
    yield found
    for volunteer in found.values():
        volunteer.context.close()


def come(volunteer: Volunteer) -> None:
    """Let a volunteer be on duty."""
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
