"""What the hotline knows of its calls, and the mark by which it knows them again after a crash."""

from __future__ import annotations

from asyncio import TimerHandle
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from tuidang.phone.duty_rules import KINDS, LANGUAGES
from tuidang.phone.floods.challenge import Challenge
from tuidang.phone.floods.values import Caller as Source
from tuidang.phone.floods.values import Challenged, Rank
from tuidang.phone.reception_values import At, Reception

DESK: Final = "desk-"  # begins the names of channels to desk telephones
OWN: Final = "own-"  # begins those of channels to volunteers' own telephones
OUT: Final = "out-"  # begins those of channels to people whom a volunteer calls
TALK: Final = "talk-"  # begins the names of bridges
TRUNK_FAILED: Final = range(500, 600)  # SIP answers that are the carrier's, not the called person's
_PLAYBACKS: Final = 8  # names a call's playbacks have in turn, so that who comes after us can stop them


class Role(StrEnum):
    """What a desk telephone rings for."""

    QUEUE = "queue"  # somebody waits
    JOIN = "join"  # a colleague asks him into a conversation
    TRANSFER = "transfer"  # a colleague hands a conversation on
    BACK = "back"  # to his own conversation, which he lost or handed on in vain
    OUT = "out"  # to call somebody


@dataclass(slots=True)
class Leg:
    """A channel to a desk telephone, or to a volunteer's own in its place."""

    desk: int
    channel: str
    role: Role
    is_up: bool = False
    is_closing: bool = False  # it is we who end it
    contact: str = ""  # the page that answered it

    @property
    def is_own(self) -> bool:
        """Tell whether it leads to a telephone outside."""
        return self.channel.startswith(OWN)


@dataclass(slots=True)
class Conversation:
    """Somebody outside, how he is received, and who talks with him."""

    call: str  # 32 hexadecimal digits, drawn by us
    channel: str  # the other side's
    kind: str
    since: float  # when he came; steady seconds
    caller: Reception
    region: str = ""
    legs: dict[str, Leg] = field(default_factory=dict)  # by channel
    is_bridged: bool = False  # the other side hears who is in the bridge
    enqueued: float | None = None  # counted as arrived, and not yet as anything else
    talks_since: float | None = None
    back: int = 0  # the desk to which it returns when nobody takes it
    until: float = 0.0  # how long a transfer is tried
    lost: dict[int, float] = field(
        default_factory=dict
    )  # desks whose line broke, and until when they may return
    is_frequent: bool = False
    source: Source | None = None  # who calls us, for the rules against floods; in memory only
    asking: Challenge | None = None  # two keys that he is to press first
    challenged: Challenged | None = None  # and what came of it
    rank: Rank = Rank.NEW
    is_heard: bool = False  # he said something to a volunteer
    is_hostile: bool = False  # a volunteer said so
    mark: str = ""  # the name of that mark
    timer: TimerHandle | None = None
    playback: str = ""
    plays: int = 0
    rings: int = 0

    @property
    def bridge(self) -> str:
        """Name the bridge of the conversation."""
        return f"{TALK}{self.call}"

    @property
    def is_outward(self) -> bool:
        """Tell whether a volunteer called him."""
        return self.channel.startswith(OUT)

    @property
    def is_calling(self) -> bool:
        """Tell whether a volunteer calls him, and he has not answered."""
        return self.is_outward and self.talks_since is None

    @property
    def desks(self) -> list[int]:
        """List the desks that are in it."""
        return sorted({leg.desk for leg in self.legs.values() if leg.is_up and not leg.is_closing})

    def leg_of(self, desk: int) -> Leg | None:
        """Give a desk's channel that is not being ended; None without one."""
        return next((one for one in self.legs.values() if one.desk == desk and not one.is_closing), None)

    def next_playback(self) -> str:
        """Name what is played next."""
        self.plays += 1
        self.playback = f"{self.call}-{self.plays % _PLAYBACKS}"
        return self.playback

    def playbacks(self) -> list[str]:
        """Name whatever may be playing."""
        return [f"{self.call}-{number}" for number in range(_PLAYBACKS)]

    def next_ring(self, desk: int, role: Role, *, own: bool) -> Leg:
        """Note a channel to a desk telephone, or to a volunteer's `own`, that is about to be made."""
        self.rings += 1
        channel = f"{OWN if own else DESK}{desk}-{self.call}-{self.rings}"
        self.legs[channel] = Leg(desk, channel, role)
        return self.legs[channel]


@dataclass(slots=True)
class Last:
    """The conversation that a desk had last, and what its volunteer said of how it ended."""

    call: str
    kind: str
    said: str = ""
    day: date | None = None  # under which that was counted


@dataclass(frozen=True)
class Mark:
    """What is written down at the channel of the other side: enough to go on with the call."""

    call: str
    kind: str
    place: str
    language: str
    came: float  # seconds of the machine's clock, in Asterisk's memory only
    region: str
    is_challenged: bool
    is_counted: bool  # what became of his waiting is counted


def mark_of(conversation: Conversation, clock: float) -> str:
    """Write the mark of a call; `clock` is what the machine's clock has over the steady one."""
    caller = conversation.caller
    words = (
        conversation.call,
        conversation.kind,
        caller.at.value,
        caller.language,
        f"{conversation.since + clock:.1f}",
        conversation.region or "-",
        "01"[caller.is_challenged],
        "01"[conversation.enqueued is None],
    )
    return " ".join(words)


def read_mark(text: str) -> Mark | None:
    """Read a mark; None for what is none of the hotline's."""
    words = text.split(" ")
    if len(words) != 8:
        return None
    call, kind, place, language, came, region, challenged, counted = words
    is_ours = len(call) == 32 and kind in KINDS and language in LANGUAGES and place in set(At)
    try:
        return (
            Mark(
                call,
                kind,
                place,
                language,
                float(came),
                region.removeprefix("-"),
                challenged == "1",
                counted == "1",
            )
            if is_ours
            else None
        )
    except ValueError:
        return None


def desk_and_call(channel: str) -> tuple[int, str] | None:
    """Tell of which desk and call a channel to a volunteer's telephone is; None for any other."""
    words = channel.split("-")
    if len(words) != 4 or f"{words[0]}-" not in {DESK, OWN} or not words[1].isdigit():
        return None
    return int(words[1]), words[2]
