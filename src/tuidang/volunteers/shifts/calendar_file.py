"""A calendar file (RFC 5545) of somebody's shifts that says nothing about what they are. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Final

from tuidang.volunteers.shifts.rules import Span

_LINE: Final = 75  # octets in a line, without its end


def calendar_file(shifts: Iterable[tuple[str, Span]], title: str, day: date) -> bytes:
    """Write shifts, each with a key of its own that stays the same, under one neutral title.

    Times are in UTC, so that no calendar needs rules of zones. The stamp that the standard asks for is the
    day's midnight: when the file was downloaded is nobody's business.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Calendar//Calendar//EN"]
    for key, span in shifts:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{key}",
            f"DTSTAMP:{day:%Y%m%d}T000000Z",
            f"DTSTART:{_moment(span.start)}",
            f"DTEND:{_moment(span.end)}",
            f"SUMMARY:{_escaped(title)}",
            "CLASS:PRIVATE",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) + b"\r\n" for line in lines)


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    text = text.replace("\\", "\\\\").replace("\n", "\\n")
    return text.replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> bytes:
    """Break a line that is too long, never within a character."""
    folded, room = bytearray(), _LINE
    for character in line:
        octets = character.encode()
        if len(octets) > room:
            folded += b"\r\n "
            room = _LINE - 1
        folded += octets
        room -= len(octets)
    return bytes(folded)
