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

import pytest
from line_cast import TRUNK, Line, open_line
from sip_cast import AGENT, PLACE, Browser, open_packets, open_page
from town_cast import CALLER, PREFIX, free_port, free_range

from tuidang.phone.asterisk import install, process
from tuidang.phone.asterisk.config import DESK_APPLICATION, Desk, Ports, Setup, desk_of
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
    trunk = Trunk(TRUNK, f"127.0.0.1:{lab.port}", caller=CALLER, channels=0)
    low, high = free_range(49000)
    ports = Ports(free_port(socket.SOCK_STREAM), free_port(), low, high)
    setup = Setup(folder, (trunk,), ports, desks=2)
    running = process.start(setup)
    process.wait_until_booted(setup, running)
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
    """Give our application, to which comes what desk telephones dial."""
    with open_line(desks, DESK_APPLICATION) as opened:
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
        "app": DESK_APPLICATION,
        "callerId": OUTSIDE,
        "formats": "alaw",
    }
    return str(line.request("POST", "channels", **whole)["id"])


def contacts(setup: Setup, desk: Desk) -> int:
    return process.tell(setup, f"pjsip show aor {desk.name}").stdout.count(f"{desk.name}/sip:")


def reached(lab: Carrier, number: str) -> bool:
    return any(call.number == number for call in lab.calls())


def test_all_that_desk_telephones_need_is_loaded(desks: Setup) -> None:
    assert "res_pjsip_transport_websocket" in needed(desks)
    assert process.not_loaded(desks) == []


def test_who_knows_the_secret_signs_in_and_the_page_that_was_loaded_last_counts(
    desks: Setup, page: Browser
) -> None:
    desk = desks.desk_lines[0]
    first = page.register(desk)
    assert first.code == 200
    assert re.search(r"expires=1[12]\d", first.get("contact"))
    with open_page(desks) as again:
        assert again.register(desk).code == 200
        assert contacts(desks, desk) == 1


@pytest.mark.parametrize(
    "who", ["with a wrong secret", "with another's secret", "of another start", "a trunk"]
)
def test_nobody_else_signs_in(desks: Setup, page: Browser, who: str) -> None:
    first, second = desks.desk_lines
    liar = {
        "with a wrong secret": replace(first, secret="a guess"),
        "with another's secret": replace(first, secret=second.secret),
        "of another start": desk_of(1, "the password of another start"),
        "a trunk": replace(first, name=desks.endpoint(desks.lines[0])),
    }[who]
    assert page.register(liar).code == 401
    assert PLACE not in process.tell(desks, "pjsip show contacts").stdout


def test_a_desk_telephone_cannot_sign_in_by_the_way_that_carriers_take(desks: Setup) -> None:
    with open_packets(desks) as stranger:
        assert stranger.register(desks.desk_lines[0]).code in {401, 403}
        assert stranger.dial(OUTSIDE, desks.desk_lines[0]).code in {401, 403}


@pytest.mark.parametrize("who", ["anybody", "the trunk", "its endpoint", "a desk"])
def test_a_page_without_the_secret_calls_nobody_though_it_comes_from_the_trunks_own_address(
    desks: Setup, line: Line, lab: Carrier, who: str
) -> None:
    names = {
        "the trunk": TRUNK,
        "its endpoint": desks.endpoint(desks.lines[0]),
        "a desk": desks.desk_lines[0].name,
    }
    number = PREFIX + "00005"
    with open_page(desks, origin="http://page.example") as page:
        stranger = Desk(names.get(who, who), "")
        for method in ("INVITE", "OPTIONS", "MESSAGE", "SUBSCRIBE"):
            assert page.ask(method, f"sip:{number}@desk.invalid", stranger).code == 401
    assert line.request("GET", "channels") == []
    assert not reached(lab, number)


def test_what_a_desk_telephone_dials_is_nobodys_while_our_application_is_away(
    desks: Setup, page: Browser, lab: Carrier
) -> None:
    desk = desks.desk_lines[0]
    assert page.register(desk).code == 200
    assert page.dial(OUTSIDE, desk).code >= 400
    assert not reached(lab, OUTSIDE)


def test_what_a_desk_telephone_dials_comes_to_our_application_and_to_no_trunk(
    desks: Setup, page: Browser, line: Line, lab: Carrier
) -> None:
    desk, number = desks.desk_lines[0], PREFIX + "00004"
    assert page.register(desk).code == 200
    asked = page.begin("INVITE", f"sip:{number}@desk.invalid", desk)
    begun = line.first("StasisStart", 20)
    assert begun["application"] == DESK_APPLICATION
    assert begun["channel"]["dialplan"]["exten"] == number
    assert begun["channel"]["name"].startswith(f"PJSIP/{desk.name}-")
    assert [channel["id"] for channel in line.request("GET", "channels")] == [begun["channel"]["id"]]
    line.request("POST", f"channels/{begun['channel']['id']}/answer")
    answer = page.ended(asked)
    assert answer.code == 200
    assert "a=fingerprint:SHA-256" in answer.body
    assert "a=rtcp-mux" in answer.body
    assert re.search(r"m=audio \d+ UDP/TLS/RTP/SAVPF 111", answer.body)  # Opus first
    assert not reached(lab, number)


def test_a_desk_telephone_is_rung_with_sealed_sound_and_what_it_answers_is_heard(
    desks: Setup, page: Browser, line: Line
) -> None:
    desk = desks.desk_lines[0]
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
    desk, number = desks.desk_lines[0], PREFIX + "00007"
    assert page.register(desk).code == 200
    for target in (
        f"<sip:PJSIP%2F{number}%40{TRUNK}@desk.invalid>",
        f"<sip:{number}@{desks.lines[0].host}>",
        f"<sip:{number}@desk.invalid>",
    ):
        channel = ring(line, desk)
        page.answer(page.called(), "302 Moved Temporarily", f"Contact: {target}")
        line.ended(channel)
    assert not reached(lab, number)


def test_more_calls_than_there_are_channels_and_telephones_are_refused_but_not_ours(
    desks: Setup, page: Browser, line: Line
) -> None:
    desk = desks.desk_lines[0]
    assert page.register(desk).code == 200
    ours = ring(line, desk)
    ringing = page.called()
    held = [page.begin("INVITE", f"sip:{number}@desk.invalid", desk) for number in (1, 2)]
    assert len(held) == desks.calls
    for _ in held:
        began = line.first("StasisStart", 20)
        line.seen.remove(began)
    assert page.dial("3", desk).code == 503
    page.answer(ringing, "486 Busy Here")
    line.ended(ours)


def test_nothing_of_a_volunteers_browser_and_nothing_dialled_is_in_any_file(
    desks: Setup, page: Browser, line: Line
) -> None:
    desk, number = desks.desk_lines[1], "8613877712345"
    assert page.register(replace(desk, secret="a guess")).code == 401
    assert page.register(desk).code == 200
    assert contacts(desks, desk) == 1
    page.begin("INVITE", f"sip:{number}@desk.invalid", desk)
    channel = line.first("StasisStart", 20)["channel"]["id"]
    line.request("DELETE", f"channels/{channel}")
    line.hear(channel, lambda event: event["type"] == "StasisEnd", 20)
    looked_at = 0
    for path in (*desks.run.rglob("*"), *desks.folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            looked_at += 1
            held = path.read_bytes()
            assert not any(mark.encode() in held for mark in (AGENT, PLACE, number[-8:])), path
    assert looked_at > 10
