"""What goes into the rules against floods, and what comes out: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum


class Verdict(IntEnum):
    """What becomes of an inbound call before anybody is rung; a higher one is harder."""

    PASS = 0  # to the queue
    CHALLENGE = 1  # "press 4 7" first
    MESSAGE_ONLY = 2  # it hears kind words, and is put through only with a PIN
    REFUSE = 3  # busy


class Level(IntEnum):
    """How the whole hotline stands; it rises and falls by itself."""

    CALM = 0
    WATCHFUL = 1  # patterns that hostile calls have in common are challenged
    FLOODED = 2  # everybody who was not heard today is challenged
    STORM = 3  # and who calls more than `limits.REFUSED` times an hour hears busy


class Rank(IntEnum):
    """Who is answered first; within a rank, who came first. Nobody is dropped for his rank."""

    KNOWN = 0  # has a PIN, or talked with a volunteer today
    NEW = 1
    SUSPECT = 2  # has in common with hostile calls what others have not
    LAST = 3  # the same by far, or a volunteer's mark


class Answer(StrEnum):
    """What came of a challenge."""

    PASSED = "passed"
    PIN = "pin"  # pressed a PIN that is good
    WRONG = "wrong"  # pressed something, at each try
    SPOKE = "spoke"  # pressed nothing, and somebody was heard
    SILENT = "silent"


class Mark(StrEnum):
    """What a volunteer may say of a caller, by one key."""

    HOSTILE = "hostile"
    FREQUENT = "frequent"  # calls often, and needs somebody to listen: limits an hour, never a block


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, as far as the network says; what it says can be false."""

    number: str  # E.164 digits; "" withheld: many people, not one
    line: str = ""  # the number of ours that was called


@dataclass(frozen=True, slots=True)
class Hand:
    """How keys were pressed: seconds from the first word of the prompt to the first, and between two."""

    reaction: float
    gap: float


@dataclass(frozen=True, slots=True)
class Challenged:
    """What is known of a call that was challenged."""

    answer: Answer
    hand: Hand | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """What the hotline can take: volunteers on duty, and calls an hour that are usual at this time."""

    desks: int
    usual: float = 0.0  # 0: not known


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call that a volunteer answered went."""

    seconds: float  # the two were connected
    heard: bool  # the caller was heard at all
    marked: bool = False  # hostile, in this call


@dataclass(frozen=True, slots=True)
class MarkNow:
    """A mark of today as a coordinator sees it."""

    id: str
    mark: Mark
    hour: datetime  # whole
    undone: bool


@dataclass(slots=True)
class Counts:
    """Calls of today, and what became of them."""

    calls: int = 0
    challenged: int = 0
    passed: int = 0  # the challenge, or with a PIN
    failed: int = 0  # pressed wrong keys, or only spoke: they waited all the same
    silent: int = 0  # and were given a message, if they were for the first time
    message: int = 0  # by their own doing, or that of who shows their number
    refused: int = 0
