"""What goes into the reception of a caller and comes out of it: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Hours = Literal["morning", "afternoon", "evening", "any"]

How = Literal["pass", "silent", "withheld", "flooding", "frequent"]


class At(StrEnum):
    """Where a caller stands."""

    NEW = "new"
    LANGUAGE = "language"  # or a PIN
    WAITING = "waiting"
    TALKING = "talking"
    HELD = "held"  # the volunteer will be back, or is being connected again
    CHOICE = "choice"  # whether to be called back
    WHICH = "which"  # number: the one he calls from, or another
    NUMBER = "number"
    SURE = "sure"  # of the number that was typed
    HOURS = "hours"
    STORING = "storing"
    ENDING = "ending"  # hears the last words
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Come:
    """Somebody calls; how he is received."""

    how: How = "pass"


@dataclass(frozen=True, slots=True)
class Key:
    """One key was pressed."""

    digit: str


@dataclass(frozen=True, slots=True)
class Played:
    """All of the last Play was heard."""


@dataclass(frozen=True, slots=True)
class Elapsed:
    """The time of the last Wait has passed."""


@dataclass(frozen=True, slots=True)
class PinChecked:
    """Whether the digits are a PIN that was given out; None: too many were wrong lately, nobody looks."""

    is_right: bool | None


@dataclass(frozen=True, slots=True)
class Word:
    """His place in the queue, and about how many minutes."""

    place: int
    minutes: int | None


@dataclass(frozen=True, slots=True)
class Offered:
    """It takes long; a call-back may be offered."""


@dataclass(frozen=True, slots=True)
class NobodyComes:
    """Nobody will talk with him now."""

    why: str  # nobody, waited, busy


@dataclass(frozen=True, slots=True)
class Taken:
    """A volunteer talks with him."""


@dataclass(frozen=True, slots=True)
class PutAside:
    """The volunteer holds the call, hands it on, or is lost for a while; `why` names what is said."""

    why: Literal["held", "transfer", "lost"]


@dataclass(frozen=True, slots=True)
class Requeued:
    """He waits again, for somebody else."""

    language: str = ""  # another one than before


@dataclass(frozen=True, slots=True)
class Stored:
    """The wish to be called back is on the disk."""


@dataclass(frozen=True, slots=True)
class NotStored:
    """It is not, as far as we know; it is tried on."""


@dataclass(frozen=True, slots=True)
class NotNow:
    """It is not taken: at this time only the number that he calls from would be."""


@dataclass(frozen=True, slots=True)
class HungUp:
    """The caller is gone."""


Event = (
    Come
    | Key
    | Played
    | Elapsed
    | PinChecked
    | Word
    | Offered
    | NobodyComes
    | Taken
    | PutAside
    | Requeued
    | Stored
    | NotStored
    | NotNow
    | HungUp
)


@dataclass(frozen=True, slots=True)
class Answer:
    """Take the call."""


@dataclass(frozen=True, slots=True)
class Play:
    """Play these sounds, one after the other."""

    sounds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StopPlaying:
    """Stop what is played; no Played follows."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Send Elapsed after so many seconds; replaces the Wait before."""

    seconds: float


@dataclass(frozen=True, slots=True)
class CheckPin:
    """Tell whether these digits are a PIN."""

    pin: str


@dataclass(frozen=True, slots=True)
class Enqueue:
    """Put him into the queue."""


@dataclass(frozen=True, slots=True)
class Dequeue:
    """Take him out of it: he wants to be called back."""


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Give the call back to the machine it came from, which tells the truth and offers what there is."""


@dataclass(frozen=True, slots=True)
class Store:
    """Store the wish to be called back at this number (E.164 digits); Stored, NotStored or NotNow follows."""

    number: str
    hours: Hours


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call."""


Command = Answer | Play | StopPlaying | Wait | CheckPin | Enqueue | Dequeue | GiveBack | Store | HangUp


@dataclass(frozen=True, slots=True)
class Reception:
    """All that is known of how a caller is received; `reception.step` gives the next."""

    kind: str = "hotline"
    at: At = At.NEW
    language: str = "zh"
    number: str = ""  # given by the carrier, E.164 digits; "" is not known
    typed: str = ""
    buffer: str = ""  # keys that belong together
    is_challenged: bool = False  # he was asked for two keys, in a flood
    is_known: bool = False  # by a PIN
    kept_out: str = ""  # why he is not let into the queue without a PIN
    pins: int = 0  # wrong ones
    tries: int = 0  # silences and wrong keys at this place
    info: int = 0  # what was played last while he waits
    playing: bool = False
