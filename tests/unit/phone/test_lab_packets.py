"""What somebody says, and that he is there, as packets in a file."""

from __future__ import annotations

import struct
from itertools import pairwise

from tuidang.phone.lab.packets import packets_of

HELLO = bytes(range(160)) * 3


def test_a_sound_and_the_silence_after_it_are_packets_in_their_time() -> None:
    content, at, packets = packets_of(HELLO, 600), 24, []
    while at < len(content):
        second, micro, length, _ = struct.unpack_from("<IIII", content, at)
        rtp = content[at + 16 + 14 + 20 + 8 : at + 16 + length]
        kind, number, stamp = struct.unpack_from(">xBHI", rtp)
        assert (kind, len(rtp)) == (8, 172)  # A-law, 20 ms
        packets.append((second * 1000 + micro // 1000, number, stamp, rtp[12:]))
        at += 16 + length
    assert b"".join(heard for *_, heard in packets[:3]) == HELLO
    assert {heard for *_, heard in packets[3:]} == {b"\xd5" * 160}
    assert all(time == 20 * number and stamp == 160 * number for time, number, stamp, _ in packets)
    gaps = [after[0] - before[0] for before, after in pairwise(packets)]
    assert set(gaps[:70]) == {20}
    assert max(gaps) == 1000
    assert packets[-1][0] >= 599_000
