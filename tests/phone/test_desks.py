"""Desk telephones at a real Asterisk: who may sign in, and what one that is signed in can reach."""

from __future__ import annotations

import re
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.error import HTTPError
from uuid import UUID

import pytest
from line_cast import TRUNK, Line, open_line
from seat_cast import SITS, desk_at, seat
from sip_cast import AGENT, PLACE, Browser, open_packets, open_page
from town_cast import CALLER, PREFIX, free_port, free_range

from tuidang.phone.asterisk import install, process
from tuidang.phone.asterisk.config import APPLICATION, HOTLINE_APPLICATION, Desk, Ports, Setup, desk_of
from tuidang.phone.asterisk.config import Line as Trunk
from tuidang.phone.asterisk.config.modules import needed
from tuidang.phone.lab.carrier import Carrier

OUTSIDE = PREFIX + "00003"  # somebody who can be reached by the trunk, and is busy


@pytest.fixture(scope="module")
def desks(kept: Path, lab: Carrier) -> Iterator[Setup]:
    """Give a running Asterisk with two desk telephones, and a trunk that allows no call of its own."""
    folder = Path(tempfile.mkdtemp(prefix="phone-"))
    (folder / "phone").mkdir(mode=0o700)
    install.root(folder).symlink_to(install.root(kept))
    trunks = (
        Trunk(TRUNK, f"127.0.0.1:{lab.port}", caller=CALLER, channels=0),
        Trunk("silent", f"127.0.0.1:{free_port()}", channels=0),
    )
    low, high = free_range(49000)
    ports = Ports(free_port(socket.SOCK_STREAM), free_port(), low, high)
    setup = Setup(folder, trunks, ports, desks=2)
    running = process.start(setup)
    process.wait_until_booted(setup, running)
    with open_page(setup) as early:
        assert early.register(desk_at(setup, 1)).code >= 400, "the hotline has not said who sits there"
    for number in (1, 2):
        seat(setup, number)
    yield setup
    process.stop(running)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def page(desks: Setup) -> Iterator[Browser]:
    """Give an open page."""
    with open_page(desks) as opened:
        yield opened


@pytest.fixture
def line(desks: Setup) -> Iterator[Line]:
    """Give an application of ours, by which desk telephones are rung."""
    with open_line(desks, APPLICATION) as opened:
        yield opened
        deadline = time.monotonic() + 30
        while left := opened.request("GET", "channels"):
            assert time.monotonic() < deadline
            for channel in left:
                with suppress(HTTPError):  # it ended meanwhile
                    opened.request("DELETE", f"channels/{channel['id']}")
            time.sleep(0.05)


def ring(line: Line, desk: Desk) -> str:
    """Call a desk telephone as our application does; return the channel's id."""
    whole = {
        "endpoint": f"PJSIP/{desk.name}",
        "app": APPLICATION,
        "callerId": OUTSIDE,
        "formats": "alaw",
    }
    return str(line.request("POST", "channels", **whole)["id"])


def contacts(setup: Setup, desk: Desk) -> int:
    return process.tell(setup, f"pjsip show aor {desk.name}").stdout.count(f"{desk.name}/sip:")


def calls_of(lab: Carrier, number: str) -> int:
    """Count the calls that reached a number; other tests of this module call it too."""
    return sum(call.number == number for call in lab.calls())


def test_all_that_desk_telephones_need_is_loaded(desks: Setup) -> None:
    assert "res_pjsip_transport_websocket" in needed(desks)
    assert process.not_loaded(desks) == []


def test_who_knows_the_secret_signs_in_and_the_page_that_was_loaded_last_counts(
    desks: Setup, page: Browser
) -> None:
    desk = desk_at(desks, 1)
    first = page.register(desk)
    assert first.code == 200
    assert re.search(r"expires=1[12]\d", first.get("contact"))
    with open_page(desks) as again:
        assert again.register(desk).code == 200
        assert contacts(desks, desk) == 1


@pytest.mark.parametrize(
    "who",
    [
        *("with a wrong secret", "with another's secret", "of who sat there before"),
        *("of another start", "a trunk"),
    ],
)
def test_nobody_else_signs_in(desks: Setup, page: Browser, who: str) -> None:
    first, second = desk_at(desks, 1), desk_at(desks, 2)
    liar = {
        "with a wrong secret": replace(first, secret="a guess"),
        "with another's secret": replace(first, secret=second.secret),
        "of who sat there before": desk_of(1, desks.password, UUID(int=8)),
        "of another start": desk_of(1, "the password of another start", SITS),
        "a trunk": replace(first, name=desks.endpoint(desks.lines[0])),
    }[who]
    assert page.register(liar).code == 401
    assert PLACE not in process.tell(desks, "pjsip show contacts").stdout


def test_a_desk_telephone_cannot_sign_in_by_the_way_that_carriers_take(desks: Setup) -> None:
    with open_packets(desks) as stranger:
        assert stranger.register(desk_at(desks, 1)).code in {401, 403}
        assert stranger.dial(OUTSIDE, desk_at(desks, 1)).code in {401, 403}


@pytest.mark.parametrize("who", ["anybody", "the trunk", "its endpoint", "a desk"])
def test_a_page_without_the_secret_calls_nobody_though_it_comes_from_the_trunks_own_address(
    desks: Setup, line: Line, lab: Carrier, who: str
) -> None:
    names = {
        "the trunk": TRUNK,
        "its endpoint": desks.endpoint(desks.lines[0]),
        "a desk": desk_at(desks, 1).name,
    }
    number = PREFIX + "00005"
    before = calls_of(lab, number)
    with open_page(desks, origin="http://page.example") as page:
        stranger = Desk(names.get(who, who), "")
        for method in ("INVITE", "OPTIONS", "MESSAGE", "SUBSCRIBE"):
            assert page.ask(method, f"sip:{number}@desk.invalid", stranger).code == 401
    assert line.request("GET", "channels") == []
    assert calls_of(lab, number) == before


def test_what_a_desk_telephone_dials_reaches_nothing_and_takes_no_channel(
    desks: Setup, page: Browser, line: Line, lab: Carrier
) -> None:
    desk, number = desk_at(desks, 1), PREFIX + "00004"
    before = calls_of(lab, number)
    assert page.register(desk).code == 200
    for _ in range(desks.calls + 2):
        assert page.dial(number, desk).code == 404
    assert {page.dial(word, desk).code for word in ("s", "h", "i", "8", APPLICATION)} == {404}
    assert line.request("GET", "channels") == []
    assert not any(event["type"] == "ChannelCreated" for event in line.seen)
    assert calls_of(lab, number) == before


def test_a_desk_telephone_is_rung_with_sealed_sound_and_what_it_answers_is_heard(
    desks: Setup, page: Browser, line: Line
) -> None:
    desk = desk_at(desks, 1)
    assert page.register(desk).code == 200
    channel = ring(line, desk)
    call = page.called()
    assert "UDP/TLS/RTP/SAVPF" in call.body
    assert "a=setup:actpass" in call.body
    page.answer(call, "486 Busy Here")
    assert line.ended(channel)["tech_cause"] == 486


def test_a_desk_telephone_that_redirects_a_call_calls_nobody(
    desks: Setup, page: Browser, line: Line, lab: Carrier
) -> None:
    desk, number = desk_at(desks, 1), PREFIX + "00007"
    before = calls_of(lab, number)
    assert page.register(desk).code == 200
    for target in (
        f"<sip:PJSIP%2F{number}%40{TRUNK}@desk.invalid>",
        f"<sip:{number}@{desks.lines[0].host}>",
        f"<sip:{number}@desk.invalid>",
    ):
        channel = ring(line, desk)
        page.answer(page.called(), "302 Moved Temporarily", f"Contact: {target}")
        line.ended(channel)
    assert calls_of(lab, number) == before


def test_more_callers_than_there_are_lines_are_refused_and_a_telephone_that_dials_takes_none_of_them(
    desks: Setup, page: Browser
) -> None:
    desk, port = desk_at(desks, 1), int(desks.lines[1].host.rpartition(":")[2])
    assert page.register(desk).code == 200
    with open_line(desks, HOTLINE_APPLICATION) as hotline, open_packets(desks, "127.0.0.1", port) as carrier:
        for number in range(desks.calls):
            page.begin("INVITE", f"sip:{number}@desk.invalid", desk)
            carrier.call_in("12345678")
            hotline.seen.remove(hotline.first("StasisStart", 20))
        came = [channel["id"] for channel in hotline.request("GET", "channels")]
        assert len(came) == desks.calls
        assert carrier.ended(carrier.call_in("12345678")).code == 503
        ours = ring(hotline, desk)  # what we begin ourselves is not bounded by Asterisk
        page.answer(page.called(), "486 Busy Here")
        for channel in came:
            hotline.request("DELETE", f"channels/{channel}")
        assert ours not in came


def test_nothing_of_a_volunteers_browser_and_nothing_dialled_is_in_any_file(
    desks: Setup, page: Browser, line: Line
) -> None:
    desk, number = desk_at(desks, 2), "8613877712345"
    assert page.register(replace(desk, secret="a guess")).code == 401
    assert page.register(desk).code == 200
    assert contacts(desks, desk) == 1
    assert page.dial(number, desk).code == 404
    channel = ring(line, desk)
    page.answer(page.called(), "486 Busy Here")
    line.ended(channel)
    looked_at = 0
    for path in (*desks.run.rglob("*"), *desks.folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            looked_at += 1
            held = path.read_bytes()
            assert not any(mark.encode() in held for mark in (AGENT, PLACE, number[-8:])), path
    assert looked_at > 10
