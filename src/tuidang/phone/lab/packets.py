"""Sound as a file of packets (pcap), which SIPp sends from the port from which it sends keys by RFC 4733.

Its other way to play, a stream, has a port of its own, and after five seconds Asterisk hears a call from one
port only (strict RTP): every later key would be lost.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

_PACKET = 160  # octets of A-law: 20 ms
_DENSE = 75  # packets of silence, by which a voice is heard to have ended
_SPARSE = 50  # of those that follow, one in so many is sent: enough to show that somebody is there
_SILENT = b"\xd5" * _PACKET
_PORT = 20_000  # written anew when it is sent
_HEAD = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1)  # Ethernet


def packets_of(sound: bytes, seconds: int) -> bytes:
    """Write a sound in A-law, and silence after it until so many seconds are over, as a pcap file."""
    return _HEAD + b"".join(_framed(number, heard) for number, heard in _heard(sound, seconds))


def _heard(sound: bytes, seconds: int) -> Iterator[tuple[int, bytes]]:
    spoken = len(sound) // _PACKET
    for number in range(spoken):
        yield number, sound[number * _PACKET : (number + 1) * _PACKET]
    for number in range(spoken, seconds * 50):
        if number < spoken + _DENSE or number % _SPARSE == 0:
            yield number, _SILENT


def _framed(number: int, heard: bytes) -> bytes:
    rtp = struct.pack(">BBHII", 0x80, 8, number, number * _PACKET, 1) + heard
    udp = struct.pack(">HHHH", _PORT, _PORT, 8 + len(rtp), 0) + rtp
    here = b"\x7f\x00\x00\x01"
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, here, here) + udp
    ethernet = bytes(12) + b"\x08\x00" + ip
    second, part = divmod(number * 20, 1000)
    return struct.pack("<IIII", second, part * 1000, len(ethernet), len(ethernet)) + ethernet
