"""What goes into the queue and comes out of it, and who is in it: plain values, times in steady seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from tuidang.phone.floods.values import Rank

RING_LIMIT: Final = 20.0  # seconds a telephone rings before the next one does
OWN_RING_LIMIT: Final = (
    35.0  # likewise a volunteer's own: it takes a carrier's time, and a key when it is answered
)
UNREACHED: Final = 5.0  # seconds until a telephone that could not be reached is tried again
MISSES: Final = 2  # rings in a row that nobody answers, after which a volunteer is set away
WRAP_UP: Final = 60.0  # seconds after a conversation in which nobody is rung, and as many once more if asked
OFFER_AFTER: Final = 90.0  # seconds of waiting after which a call-back is offered
TELL_EVERY: Final = 45.0  # seconds between two words to somebody who waits
LONGEST_WAIT: Final = 15 * 60.0  # then nobody is rung any more, and a call-back is all there is
TALKS_KNOWN: Final = 5  # conversations from which a wait can honestly be told
_TALKS_KEPT: Final = 30


class Duty(StrEnum):
    """Whether a volunteer wants to be rung."""

    READY = "ready"
    AWAY = "away"
    GONE = "gone"  # off duty, or his page is silent


class Act(StrEnum):
    """What his telephone does."""

    IDLE = "idle"
    RINGING = "ringing"
    TALKING = "talking"
    WRAP_UP = "wrap-up"


class Why(StrEnum):
    """Why somebody who waited is told that nobody comes."""

    NOBODY = "nobody"  # nobody on duty speaks his language
    WAITED = "waited"  # too long


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who waits."""

    call: str
    language: str
    kind: str
    since: float
    patience: float
    challenged: bool = False
    rank: Rank = Rank.NEW
    ringing: int = 0  # the desk that rings for him; 0: none
    missed: frozenset[int] = frozenset()  # desks that rang for him in vain
    refused: frozenset[int] = frozenset()  # desks that would not have him
    tell_at: float = 0.0
    is_offered: bool = False

    @property
    def turn(self) -> tuple[Rank, float]:
        """Give what orders those who wait."""
        return self.rank, self.since


@dataclass(frozen=True, slots=True)
class Volunteer:
    """Somebody at a desk telephone."""

    desk: int
    languages: tuple[str, ...]  # the one he speaks best first
    duty: Duty
    idle_since: float
    coordinator: bool = False
    act: Act = Act.IDLE
    since: float = 0.0  # when the act began
    call: str = ""  # whose he rings for, or talks with
    misses: int = 0  # in a row
    wrap_ends: float = 0.0
    is_prolonged: bool = False
    not_before: float = 0.0  # his telephone could not be reached: it is not tried again until then
    own: bool = False  # he is rung at a telephone of his own, not in a browser

    @property
    def state(self) -> str:
        """Name what a page shows: ready, ringing, talking, wrap-up, away or gone."""
        return self.duty if self.act is Act.IDLE else self.act

    @property
    def is_free(self) -> bool:
        """Tell whether he may be rung now."""
        return self.act is Act.IDLE and self.duty is Duty.READY

    @property
    def ring_limit(self) -> float:
        """Say for how many seconds his telephone rings at most."""
        return OWN_RING_LIMIT if self.own else RING_LIMIT


@dataclass(frozen=True, slots=True)
class Queue:
    """Who waits, in the order of arrival, and who is there."""

    callers: tuple[Caller, ...] = ()
    volunteers: Mapping[int, Volunteer] = field(default_factory=dict)
    talks: tuple[float, ...] = ()  # seconds of the last conversations
    alerted: frozenset[str] = frozenset()  # languages of which it is known that nobody is there


@dataclass(frozen=True, slots=True)
class Arrives:
    """Somebody wants to talk with a person; `since` is earlier than `at` for one who waited before."""

    at: float
    call: str
    language: str
    kind: str
    since: float
    patience: float = LONGEST_WAIT
    challenged: bool = False
    rank: Rank = Rank.NEW  # what the rules against floods say
    passed: frozenset[int] = frozenset()  # desks that are not to ring for him


@dataclass(frozen=True, slots=True)
class Leaves:
    """Somebody who waited is gone, or wants something else."""

    at: float
    call: str


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A volunteer is there, with these languages, to be rung or away."""

    at: float
    desk: int
    languages: tuple[str, ...]
    duty: Duty
    coordinator: bool = False
    own: bool = False


@dataclass(frozen=True, slots=True)
class Answers:
    """A telephone that rang is taken."""

    at: float
    desk: int


@dataclass(frozen=True, slots=True)
class Declines:
    """A telephone that was to ring does not, or is not taken; `refused`: the volunteer said so himself."""

    at: float
    desk: int
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Missed:
    """A telephone was rung in vain: it was busy, or let be, or a machine answered."""

    at: float
    desk: int


@dataclass(frozen=True, slots=True)
class Engages:
    """A volunteer talks, not by the queue's doing: he was handed a call, or called somebody."""

    at: float
    desk: int
    call: str


@dataclass(frozen=True, slots=True)
class Released:
    """What a volunteer was engaged for did not come about: nobody answered."""

    at: float
    desk: int


@dataclass(frozen=True, slots=True)
class Ends:
    """A volunteer's conversation is over."""

    at: float
    desk: int


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A volunteer is done with what follows a conversation."""

    at: float
    desk: int


@dataclass(frozen=True, slots=True)
class MoreTime:
    """A volunteer needs more time after a conversation; once."""

    at: float
    desk: int


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""

    at: float


OfDesk = Answers | Declines | Missed | Engages | Released | Ends | Wrapped | MoreTime
Event = Arrives | Leaves | OnDuty | OfDesk | Tick


@dataclass(frozen=True, slots=True)
class Ring:
    """Let a telephone ring for somebody."""

    desk: int
    call: str


@dataclass(frozen=True, slots=True)
class StopRinging:
    """Let it ring no longer."""

    desk: int
    call: str


@dataclass(frozen=True, slots=True)
class Bridge:
    """Let the two talk."""

    desk: int
    call: str


@dataclass(frozen=True, slots=True)
class TellPosition:
    """Say which one in the queue he is, from 1, and about how many minutes; None: nobody can say."""

    call: str
    position: int
    minutes: int | None


@dataclass(frozen=True, slots=True)
class OfferCallBack:
    """Offer to call him back instead; he may go on waiting."""

    call: str


@dataclass(frozen=True, slots=True)
class ToMessage:
    """Tell him why nobody comes, and offer to call him back. He waits no longer."""

    call: str
    why: Why


@dataclass(frozen=True, slots=True)
class SetAway:
    """Set a volunteer away who did not answer; kindly."""

    desk: int


@dataclass(frozen=True, slots=True)
class AlertNobody:
    """Tell coordinators that somebody called and nobody on duty speaks his language."""

    language: str


OfCall = Ring | StopRinging | Bridge | TellPosition | OfferCallBack | ToMessage
Command = OfCall | SetAway | AlertNobody


def keep_talk(talks: tuple[float, ...], seconds: float) -> tuple[float, ...]:
    """Add a conversation to the last ones."""
    return (*talks, seconds)[-_TALKS_KEPT:]
