"""A stranger who sends sound to our ports while somebody is called: he is sent none of ours."""

from __future__ import annotations

import asyncio
import socket
import struct
from pathlib import Path
from typing import Any

import pytest
from dialler_cast import WAITS, answers, country, dialling, make_campaign

pytestmark = pytest.mark.django_db(transaction=True)

ELSEWHERE = "127.0.0.2"  # the carrier is at 127.0.0.1
PACKETS = 30  # of twenty milliseconds; Asterisk takes a source for new after four in a row


def packet(number: int) -> bytes:
    """Make a packet of silence in A-law (RFC 3550, RFC 3551)."""
    return struct.pack(">BBHII", 0x80, 8, 1000 + number, 160 * number, 0xABCDEF) + b"\xd5" * 160


def test_who_sends_sound_from_elsewhere_hears_neither_names_nor_receipts(house: Path) -> None:
    async def eavesdropped(dialler: Any) -> list[bytes]:
        while not any(line.evidence.answered for line in dialler._exchange.lines.values()):
            await asyncio.sleep(0.05)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind((ELSEWHERE, 0))
            stranger.setblocking(False)
            ports = switch.setup.ports
            for number in range(PACKETS):
                for port in range(ports.rtp_low, ports.rtp_high, 2):
                    stranger.sendto(packet(number), ("127.0.0.1", port))
                await asyncio.sleep(0.02)
            await asyncio.sleep(0.5)
            try:
                return [stranger.recv(2000)]
            except BlockingIOError:
                return []

    # The carrier's own sound is away: to Asterisk the stranger's is the first that comes.
    with country(house, party=answers(WAITS)) as switch:
        make_campaign(house, switch, calls=1)
        (house / "phone/sounds/message/a.alaw").write_bytes(b"\xd5" * 8000 * 60)
        assert dialling(house, eavesdropped) == []
