"""A small town behind the simulated carrier, of people who lose no time, and ports that nobody else has."""

from __future__ import annotations

import os
import socket

from tuidang.phone.lab.people import Kind, Person

CALLER = "85230000000"
PREFIX = "86138001"  # of every number that is called here

# People who lose no time, by the last five digits of their numbers.
TOWN = {
    "00001": Person(Kind.ANSWERS, "200:r,300:a,20:s,900:9,1000:+,900:12,2000:+,900:H,", "", "912", "rfc4733"),
    "00002": Person(Kind.ANSWERS, "200:r,300:a,20:s,700:i9,700:i1,150:i1,700:H,", "", "911", "info"),
    "00003": Person(Kind.BUSY, "200:r,200:B,"),
    "00004": Person(Kind.UNALLOCATED, "200:U,"),
    "00005": Person(Kind.UNALLOCATED_SAID, "200:e,20:q,1500:U,"),
    "00006": Person(Kind.OFF_CHARGED, "200:e,20:o,1500:a,1000:H,"),
    "00007": Person(Kind.REJECTS, "200:r,200:J,"),
    "00008": Person(Kind.NO_ANSWER, "200:r,1:W,"),
    "00009": Person(Kind.ANSWERS, "200:r,300:a,20:h,900:s,1:W,", "silent"),
    "00010": Person(Kind.MACHINE, "200:r,300:a,20:g,9000:H,"),
    "00011": Person(Kind.UNALLOCATED_LIED, "200:X,"),
    "00012": Person(Kind.OFF, "200:e,20:o,1500:X,"),
    # After five seconds Asterisk hears a call from one port only.
    "00013": Person(
        Kind.ANSWERS, "200:r,300:a,20:h,900:s,6500:9,1000:+,900:1,1000:+,900:H,", "", "91", "rfc4733"
    ),
}


def free_port(kind: int = socket.SOCK_DGRAM) -> int:
    """Return a port that nobody has now."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def free_range(base: int) -> tuple[int, int]:
    """Return a range of ports for media that no other test process takes."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    low = base + worker % 8 * 2000
    return low, low + 1999
