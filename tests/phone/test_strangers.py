"""Strangers who speak SIP to a real Asterisk: only a trunk's own address is it, and browsers get nothing."""

from __future__ import annotations

import re
import secrets
import socket
import subprocess
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from line_cast import TRUNK, Line
from websockets.exceptions import InvalidHandshake, WebSocketException
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from tuidang.phone.asterisk.config import Setup, endpoint_of, render
from tuidang.phone.lab.carrier import Carrier

ELSEWHERE = "127.0.0.2"  # the trunk's carrier is at 127.0.0.1
SDP = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n"


def request(method: str, user: str, via: str = "UDP", port: int = 5060) -> bytes:
    return (
        f"{method} sip:8613812345678@127.0.0.1 SIP/2.0\r\n"
        f"Via: SIP/2.0/{via} {ELSEWHERE}:{port};rport;branch=z9hG4bK{secrets.token_hex(6)}\r\n"
        f"From: <sip:{user}@127.0.0.1>;tag=a\r\nTo: <sip:8613812345678@127.0.0.1>\r\n"
        f"Call-ID: {secrets.token_hex(6)}\r\nCSeq: 1 {method}\r\nMax-Forwards: 70\r\n"
        f"Contact: <sip:x@{ELSEWHERE}:{port}>\r\nContent-Type: application/sdp\r\n"
        f"Content-Length: {len(SDP)}\r\n\r\n{SDP}"
    ).encode()


def open_everywhere(pid: int) -> list[tuple[str, int]]:
    """Return what a process has open on every address of this machine: its protocol and port."""
    links = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            links.add(str(link.readlink()))
    found = []
    for protocol in ("tcp", "tcp6", "udp", "udp6"):
        for row in Path(f"/proc/{pid}/net/{protocol}").read_text().splitlines()[1:]:
            address, port = row.split()[1].split(":")
            if f"socket:[{row.split()[9]}]" in links and not address.strip("0"):
                found.append((protocol, int(port, 16)))
    return found


def test_only_this_machine_reaches_the_telephone_of_a_sample_but_for_the_resolver_of_names(
    setup: Setup, asterisk: subprocess.Popen[bytes], lab: Carrier
) -> None:
    carrier = lab._process
    assert carrier
    assert open_everywhere(carrier.pid) == []
    opened = open_everywhere(asterisk.pid)
    # Where there is a server of names, PJSIP asks it from two ports of its own choice; no setting ends that.
    assert {protocol for protocol, _ in opened} <= {"udp", "udp6"}
    assert len(opened) <= 2
    assert setup.ports.sip not in {port for _, port in opened}


@pytest.mark.parametrize("user", ["anybody", TRUNK, "its endpoint"])
@pytest.mark.parametrize("method", ["INVITE", "OPTIONS", "REGISTER", "MESSAGE", "SUBSCRIBE"])
def test_whoever_only_says_that_he_is_the_trunk_is_told_no_more_than_anybody(
    line: Line, setup: Setup, method: str, user: str
) -> None:
    user = setup.endpoint(setup.lines[0]) if user == "its endpoint" else user
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.bind((ELSEWHERE, 0))
        stranger.settimeout(10)
        port = stranger.getsockname()[1]
        stranger.sendto(request(method, user, port=port), ("127.0.0.1", setup.ports.sip))
        assert stranger.recv(4096).startswith(b"SIP/2.0 401 ")
    # No call of a stranger's comes in, although an application takes calls.
    assert line.request("GET", "channels") == []


def test_no_sip_is_spoken_with_browsers(asterisk: object, setup: Setup) -> None:
    # Any page that is open in a browser on this machine may try: it would come from the trunk's own address.
    with pytest.raises((InvalidHandshake, WebSocketException)):
        connect(
            f"ws://127.0.0.1:{setup.ports.http}/ws",
            subprotocols=[Subprotocol("sip")],
            origin=Origin("http://page.example"),
        )


def test_a_carrier_that_redirects_a_call_cannot_name_the_trunk_by_which_to_call_somebody_else(
    setup: Setup,
) -> None:
    # What he knows: the trunk's name, his own address, whom we show, and this code.
    trunk = setup.lines[0]
    known = {trunk.name, endpoint_of(trunk.name, trunk.host, trunk.caller, "")}
    assert setup.endpoint(trunk) not in known
    text = render(setup)["pjsip.conf"]
    assert re.findall(r"^\[(\S+)\]\ntype = endpoint$", text, re.MULTILINE) == [setup.endpoint(trunk)]
    assert setup.endpoint(trunk) != replace(setup, password="of the next start").endpoint(trunk)
