"""A hotline for tests: a real Asterisk, people who call, telephones on desks, and the process in between."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from dialler_cast import WAITS, Carrier, answers, keys, make_sounds
from django.db import connection
from fetched import fetch
from line_cast import Line as Ears
from line_cast import open_line
from sip_cast import OFFER, PLACE, Browser, Message, Wire
from town_cast import free_port, free_range
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from call_back_cast import forms_of
from tuidang.phone.actions import duty
from tuidang.phone.asterisk import install, process
from tuidang.phone.asterisk.config import Line, Ports, Setup, desk_of
from tuidang.phone.hotline_prompts import HOTLINE_PROMPTS
from tuidang.phone.lab.caller import Caller
from tuidang.phone.messages import SAMPLE_MESSAGES
from tuidang.phone.queries import DeskNow, HotlineNow, hotline_now

NUMBER = "13800138077"  # of whoever calls; looked for in every file
PATIENCE = 120.0
# In a page whose sound cannot be reached: Asterisk takes it for one that is heard soon.
_SOUND = OFFER.replace("actpass", "active").replace("0.0.0.0", "127.0.0.1")
LINES = 4
OUT = "out"  # the trunk by which machines call


def wait_for(what: Callable[[], object], why: str = "") -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, why or "it did not come to pass"
        time.sleep(0.05)


class Telephone:
    """A desk telephone in a page that is open; it does with each call what it is told to do."""

    def __init__(self, setup: Setup, number: int, volunteer: uuid.UUID) -> None:
        self.desk = desk_of(number, setup.password, volunteer)
        self.number = number
        self.rings: list[Message] = []
        self.ended = 0  # calls that the other side ended, or rang no more
        self.heard: list[str] = []  # all that came
        self.answers = "200 OK"  # "" lets it ring
        self._setup = setup
        self._open()

    def _open(self) -> None:
        address = f"ws://127.0.0.1:{self._setup.ports.http}/ws"
        sip = [Subprotocol("sip")]
        # A page that is left does not wait for an answer.
        opening = connect(address, subprotocols=sip, origin=Origin("https://desk.example"), close_timeout=0.1)
        self._socket = opening.__enter__()
        self._browser = Browser(cast(Wire, self._socket))
        # The hotline looks twice a second who came on duty, and then Asterisk lets him in.
        wait_for(lambda: self._browser.register(self.desk).code == 200, "nobody lets the telephone in")
        threading.Thread(target=self._listen, args=(self._socket,), daemon=True).start()

    def close(self) -> None:
        """Close the page without a word, as when it is loaded again or the network is gone."""
        self._socket.close()

    def load_again(self) -> None:
        """Open the page anew."""
        self.close()
        self._open()

    def hang_up(self) -> None:
        """End the call that was answered last."""
        call = self.rings[-1]
        self._count = getattr(self, "_count", 0) + 1
        target = re.search(r"<([^>]+)>", call.get("contact"))
        assert target
        lines = [
            f"BYE {target[1]} SIP/2.0",
            f"Via: SIP/2.0/WS {PLACE};rport;branch=z9hG4bKbye{self._count}",
            f"From: {call.get('to')};tag=b",
            f"To: {call.get('from')}",
            f"Call-ID: {call.get('call-id')}",
            f"CSeq: {self._count} BYE",
            "Max-Forwards: 70",
            "Content-Length: 0",
        ]
        self._socket.send("\r\n".join([*lines, "", ""]))

    def _listen(self, opened: Any) -> None:
        try:
            for text in opened:
                self.heard.append(text if isinstance(text, str) else text.decode())
                self._take(Message(self.heard[-1]))
        except ConnectionClosed:
            pass

    def _take(self, message: Message) -> None:
        method = message.first.partition(" ")[0]
        if method == "INVITE" and "tag=" not in message.get("to"):
            self.rings.append(message)
            self._answer(message, "180 Ringing")
            if self.answers:
                self._answer(message, self.answers)
        elif method == "CANCEL":
            self._answer(message, "200 OK", body="")
            self._answer(self.rings[-1], "487 Request Terminated")
            self.ended += 1
        elif method in {"BYE", "OPTIONS", "UPDATE", "INFO", "INVITE"}:
            self.ended += method == "BYE"
            self._answer(message, "200 OK", body=_SOUND if method == "INVITE" else "")

    def _answer(self, request: Message, code: str, body: str | None = None) -> None:
        back = ("via", "from", "call-id", "cseq", "record-route")
        same = [f"{name}: {value}" for name, value in request.headers if name in back]
        to = request.get("to")
        sound = (_SOUND if code == "200 OK" else "") if body is None else body
        more = [
            f"To: {to if 'tag=' in to else f'{to};tag=b'}",
            f"Contact: <sip:page@{PLACE};transport=ws>",
            *(["Content-Type: application/sdp"] if sound else []),
            f"Content-Length: {len(sound)}",
        ]
        self._socket.send("\r\n".join([f"SIP/2.0 {code}", *same, *more, "", sound]))


class House:
    """Everything that stands between callers and volunteers."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.data = Path(tempfile.mkdtemp(prefix="phone-"))
        stack.callback(shutil.rmtree, self.data, ignore_errors=True)
        (self.data / "phone").mkdir(mode=0o700)
        install.root(self.data).symlink_to(install.root(fetch()))
        self._ports = [free_port() for _ in range(LINES)]
        # Somebody who is called by a machine, and asks for a person.
        self.called = Carrier(self.data, answers(keys("8"), WAITS))
        stack.callback(self.called.close)
        out = Line(OUT, f"127.0.0.1:{self.called.port}", channels=10)
        lines = (out, *(Line(f"in{count}", f"127.0.0.1:{port}") for count, port in enumerate(self._ports)))
        low, high = free_range(33000)
        ports = Ports(free_port(socket.SOCK_STREAM), free_port(), low, low + 900)
        self._media = low + 1000
        assert high > self._media + 900
        self.setup = Setup(self.data, lines, ports, desks=4)
        make_sounds(self.data, 0.1, *HOTLINE_PROMPTS)
        make_sounds(self.data)
        # Longer than Asterisk is waited for: what is asked of it while a sound is played must not wait.
        long = ("hotline/zh/connect",)
        make_sounds(self.data, 11, *long, *SAMPLE_MESSAGES, "message/a")
        running = process.start(self.setup)
        stack.callback(process.stop, running)
        process.wait_until_booted(self.setup, running)
        self.ears: Ears = stack.enter_context(open_line(self.setup, "ears"))
        self.callers = [self._caller(count) for count in range(LINES)]
        self.telephones: dict[int, Telephone] = {}
        self.volunteers: dict[int, uuid.UUID] = {}
        self._hotline: subprocess.Popen[bytes] | None = None

    def _caller(self, count: int) -> Caller:
        caller = Caller(
            self.data,
            self._ports[count],
            self.setup.ports.sip,
            media=(self._media + 200 * count, self._media + 200 * count + 99),
            number=NUMBER,
        )
        self._stack.callback(caller.kill)
        return caller

    def start_hotline(self) -> None:
        """Start the process, if it does not run, and wait until it writes what goes on."""
        if self._hotline is not None and self._hotline.poll() is None:
            return
        script = Path(__file__).with_name("hotline_process.py")
        self._hotline = subprocess.Popen(
            [sys.executable, script, str(connection.settings_dict["NAME"])],
            env={**os.environ, "TUIDANG_DATA": str(self.data), "TUIDANG_PHONE_DESKS": "4"},
        )
        wait_for(lambda: self.now is not None, "the hotline does not come up")

    def kill_hotline(self) -> None:
        """Kill it as a power cut would."""
        if self._hotline is not None:
            self._hotline.kill()
            self._hotline.wait()
        (self.data / "phone/live/hotline.json").unlink(missing_ok=True)

    @property
    def now(self) -> HotlineNow | None:
        """Read what goes on."""
        return hotline_now(self.data, datetime.now(UTC))

    def desk(self, number: int) -> DeskNow:
        """Read what a desk does."""
        now = self.now
        return now.desks.get(number, DeskNow("gone")) if now else DeskNow("unknown")

    def waiting(self) -> list[str]:
        """Name the calls that wait, in their order."""
        now = self.now
        return [one.call for one in now.waiting] if now else []

    def channels(self) -> list[dict[str, Any]]:
        """List the channels that Asterisk has."""
        return list(self.ears.request("GET", "channels"))

    def together(self) -> list[int]:
        """Count the channels of each bridge."""
        return sorted(len(one["channels"]) for one in self.ears.request("GET", "bridges"))

    def come(self, *languages: str, coordinator: bool = False) -> Telephone:
        """Let a volunteer come on duty, with a page that is open."""
        volunteer = uuid.uuid4()
        number = duty.go_on_duty(volunteer, languages or ("zh",), coordinator, datetime.now(UTC))
        telephone = self.telephones[number] = Telephone(self.setup, number, volunteer)
        self.volunteers[number] = volunteer
        wait_for(lambda: self.desk(number).state == "ready")
        return telephone

    def order(self, telephone: Telephone, verb: str, argument: str = "") -> None:
        """Press something on a volunteer's page."""
        for volunteer in self.volunteers.values():  # pages that are open are heard of all the time
            duty.keep_on_duty(volunteer, datetime.now(UTC))
        duty.give_order(telephone.number, verb, argument, now=datetime.now(UTC))

    def clear(self) -> None:
        """Let everybody go home."""
        for caller in self.callers:
            caller.kill()
        for telephone in self.telephones.values():
            telephone.close()
        for volunteer in self.volunteers.values():
            duty.go_off_duty(volunteer)
        self.telephones, self.volunteers = {}, {}
        for channel in self.channels():
            with_nobody = f"channels/{channel['id']}"
            try:
                self.ears.request("DELETE", with_nobody)
            except OSError:
                continue
        wait_for(lambda: not self.channels())


@contextmanager
def open_house() -> Iterator[House]:
    """Give a house with nobody in it."""
    with ExitStack() as stack:
        house = House(stack)
        stack.callback(house.kill_hotline)
        yield house


def nothing_is_written(house: House, number: str, *heard: str) -> None:
    """Look for a number in every file, the database's too, and in what a page was sent."""
    paths = [path for path in house.data.rglob("*") if path.is_file() and "/lab/" not in str(path)]
    if connection.vendor == "sqlite":
        paths += Path(connection.settings_dict["NAME"]).parent.glob("*")
    paths = [path for path in paths if "asterisk-root" not in str(path)]
    written = subprocess.run(["cat", *paths], capture_output=True, check=False).stdout
    assert len(written) > 10_000  # there was something to be searched
    assert not any(shape in written for shape in forms_of(number))
    assert not any(number[-8:] in said for said in heard)
