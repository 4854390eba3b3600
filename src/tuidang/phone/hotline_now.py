"""What the hotline is doing at this moment: the file it writes twice a second, and that pages read.

It holds no number, no name and no clock: opaque calls, desks, seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from tuidang.phone.live_files import read_live, write_live

FRESH: Final = timedelta(seconds=5)


@dataclass(frozen=True)
class Waiting:
    """Somebody who waits for a volunteer."""

    call: str  # an opaque name of the call, the same for as long as it lasts
    kind: str  # hotline or key-8
    language: str
    since: int  # seconds
    challenged: bool  # had to show that he is no machine


@dataclass(frozen=True)
class DeskNow:
    """A desk telephone of somebody who is on duty, or who still talks."""

    state: str  # ready, ringing, talking, held, wrap-up, away, gone
    call: str = ""  # opaque; "" without one
    kind: str = ""  # hotline, key-8, call-back, personal, transfer, test
    language: str = ""
    region: str = ""  # ISO 3166-2 of the other side; "" not known
    seconds: int = 0  # since the state is so
    others: tuple[int, ...] = ()  # desks in the same conversation; "with" in the file
    frequent: bool = False  # who calls is marked as calling often
    note: str = ""  # what else a page should tell: lost, nobody-answered, missed, why a call was not made
    marked: str = ""  # how who calls was marked in this call: hostile, frequent


@dataclass(frozen=True)
class HotlineNow:
    """All of it."""

    waiting: tuple[Waiting, ...] = ()
    desks: Mapping[int, DeskNow] = field(default_factory=dict)
    level: str = ""  # of the floods
    nobody: bool = False  # nobody is on duty who could be rung
    free: Mapping[str, int] = field(default_factory=dict)  # who could be reached within seconds, by language
    cut_off: bool = False  # Asterisk is away: nobody hears anybody, and what is said of calls may be past


def path_of(data: Path) -> Path:
    """Name the file."""
    return data / "phone" / "live" / "hotline.json"


def write_now(data: Path, now: HotlineNow) -> None:
    """Put the file in place whole; a crash leaves the one before, perhaps with a draft."""
    content = {
        "waiting": [one.__dict__ for one in now.waiting],
        "desks": {
            str(number): {
                ("with" if name == "others" else name): value for name, value in desk.__dict__.items()
            }
            for number, desk in now.desks.items()
        },
        "level": now.level,
        "nobody": now.nobody,
        "free": dict(now.free),
        "cut_off": now.cut_off,
    }
    write_live(path_of(data), content)


def hotline_now(data: Path, now: datetime) -> HotlineNow | None:
    """Read what the hotline wrote last; None when it does not run, or cannot be read at this moment."""
    return read_live(path_of(data), FRESH, _read, now)


def _read(content: Any) -> HotlineNow:
    return HotlineNow(
        tuple(
            Waiting(
                str(one["call"]),
                str(one["kind"]),
                str(one["language"]),
                int(one["since"]),
                one["challenged"] is True,
            )
            for one in content["waiting"]
        ),
        {int(number): _desk(one) for number, one in content["desks"].items()},
        str(content["level"]),
        content["nobody"] is True,
        {str(language): int(count) for language, count in content["free"].items()},
        content.get("cut_off") is True,
    )


def _desk(one: Any) -> DeskNow:
    return DeskNow(
        str(one["state"]),
        str(one["call"]),
        str(one["kind"]),
        str(one["language"]),
        str(one["region"]),
        int(one["seconds"]),
        tuple(int(number) for number in one["with"]),
        one["frequent"] is True,
        str(one["note"]),
        str(one["marked"]),
    )
