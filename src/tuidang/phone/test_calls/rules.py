"""When a number is tried, and what is heard of a trial. Pure."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

DAY_MINUTES: Final = 24 * 60
CONNECTS_WITHIN: Final = 20.0  # seconds until Asterisk must be reached
ANSWERS_WITHIN: Final = 40.0  # likewise until somebody answers
SPEAKS_WITHIN: Final = 15.0  # and until he says something
SPOKEN: Final = 0.5  # seconds of sound that are a voice, and no click
WANTED: Final = ("StasisStart", "ChannelDestroyed", "ChannelTalkingStarted", "ChannelTalkingFinished")
_BUSY, _NOBODY = 17, {18, 19}  # causes of ITU-T Q.850


class Outcome(StrEnum):
    """What became of a trial."""

    HEARD = "heard"  # it was answered, and a voice was heard
    SILENT = "silent"  # it was answered, and nothing was heard
    BUSY = "busy"
    UNANSWERED = "unanswered"
    REFUSED = "refused"  # the carrier, or Asterisk, did not take the call
    NOT_REACHED = "not-reached"  # Asterisk is away
    NOT_LIVE = "not-live"  # its trunk reaches real people, and live dialling is off


def minute_of(key: bytes, code: str, day: date) -> int:
    """Return the minute of a day at which a number is tried: another each day, the same however often asked.

    Nobody outside can tell it beforehand, who would let the test through and nothing else.
    """
    digest = hmac.digest(key, f"test call {code} {day.isoformat()}".encode(), "sha256")
    return int.from_bytes(digest[:8]) % DAY_MINUTES


class Failures:
    """Numbers that were not heard, told when their day is over: at once it would date a call in a journal."""

    def __init__(self) -> None:
        self._of_days: dict[date, set[str]] = {}

    def note(self, code: str, day: date) -> None:
        """Note that a number was not heard on a day."""
        self._of_days.setdefault(day, set()).add(code)

    def take(self, today: date) -> list[tuple[date, list[str]]]:
        """Give the days that are over, each with its numbers, once."""
        over = sorted(day for day in self._of_days if day < today)
        return [(day, sorted(self._of_days.pop(day))) for day in over]


@dataclass
class Trial:
    """One call to ourselves, and what was heard of it so far; moments are seconds of a steady clock."""

    began: float
    dialled: float | None = None
    answered: float | None = None
    speaks_since: float | None = None
    over: Outcome | None = None

    def dial(self, at: float) -> None:
        """Note that Asterisk was asked to call; asked twice, it was away in between."""
        if self.dialled is not None:
            self.over = self.over or Outcome.NOT_REACHED
        self.dialled = at

    def refuse(self, status: int) -> None:
        """Note that Asterisk did not take the order (status 0: it was away)."""
        self.over = self.over or (Outcome.REFUSED if status else Outcome.NOT_REACHED)

    def hear(self, event: Mapping[str, Any], at: float) -> None:
        """Take one of Asterisk's events about the call."""
        match event["type"]:
            case "StasisStart":
                self.answered = at
            case "ChannelTalkingStarted" if self.answered is not None:
                self.speaks_since = at
            case "ChannelTalkingFinished" if self.answered is not None:
                self.speaks_since = None
                if event["duration"] >= 1000 * SPOKEN:
                    self.over = self.over or Outcome.HEARD
            case "ChannelDestroyed":
                self.over = self.outcome(at) or self._ended(int(event["cause"]))

    def outcome(self, at: float) -> Outcome | None:
        """Tell what became of it by now; None while it goes on."""
        if self.over is not None:
            return self.over
        if self.dialled is None:
            return Outcome.NOT_REACHED if at - self.began > CONNECTS_WITHIN else None
        if self.answered is None:
            return Outcome.UNANSWERED if at - self.dialled > ANSWERS_WITHIN else None
        if self.speaks_since is not None:
            return Outcome.HEARD if at - self.speaks_since >= SPOKEN else None
        return Outcome.SILENT if at - self.answered > SPEAKS_WITHIN else None

    def _ended(self, cause: int) -> Outcome:
        if self.answered is not None:
            return Outcome.SILENT
        if cause == _BUSY:
            return Outcome.BUSY
        return Outcome.UNANSWERED if cause in _NOBODY else Outcome.REFUSED
