"""What goes into the call machine and comes out of it, and what it remembers of a call: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Org = Literal["party", "league", "pioneers"]
People = tuple[tuple[str, tuple[Org, ...]], ...]  # alias, organisations
ORGS: tuple[Org, ...] = ("party", "league", "pioneers")
Hours = Literal["morning", "afternoon", "evening", "any"]


@dataclass(frozen=True, slots=True)
class Script:
    """What a call may play, fixed before it begins."""

    messages: tuple[str, ...]  # sounds; the first is played, key 1 plays the next: what the library has
    aliases: tuple[str, ...]  # names to propose, in order; each has a sound "alias/<name>"
    region: str  # ISO 3166-2 of the called place; "" unknown
    call_back: bool  # key 8 may offer to call back
    pin: bool  # key 8 may offer a PIN to call us with; needs `hotline`
    hotline: str = ""  # the number to call us at, as it is dialled
    persons: bool = False  # key 8 may reach somebody at once


@dataclass(frozen=True, slots=True)
class Answered:
    """Somebody has answered."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key was pressed: 0 to 9, * or #."""

    digit: str


@dataclass(frozen=True, slots=True)
class Played:
    """All sounds of the last Play were heard; never sent for one that was stopped or replaced."""


@dataclass(frozen=True, slots=True)
class Elapsed:
    """The time of the last Wait has passed; never sent for one that was replaced."""


@dataclass(frozen=True, slots=True)
class HungUp:
    """The other side is gone."""


@dataclass(frozen=True, slots=True)
class TooLong:
    """The call has lasted as long as a call may."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The statements of the last Withdraw are on the disk; one receipt of sixteen digits a person."""

    receipts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NeverStored:
    """The number is on the do-not-call list."""


@dataclass(frozen=True, slots=True)
class CallBackStored:
    """The wish to be called back is on the disk."""


@dataclass(frozen=True, slots=True)
class PinMade:
    """The PIN is on the disk."""

    pin: str


@dataclass(frozen=True, slots=True)
class PersonReached:
    """The call is with the hotline now."""


@dataclass(frozen=True, slots=True)
class NobodyFree:
    """Nobody can talk with him now, or the hotline gave the call back."""


@dataclass(frozen=True, slots=True)
class Failed:
    """What was to be stored is not stored yet, as far as we know.

    An ended call answers it with the same command again: so whoever carries commands out waits a little after
    a failure, sends Failed, and goes on until nothing is pending.
    """


Event = (
    Answered
    | Key
    | Played
    | Elapsed
    | HungUp
    | TooLong
    | Withdrawn
    | NeverStored
    | CallBackStored
    | PinMade
    | PersonReached
    | NobodyFree
    | Failed
)


@dataclass(frozen=True, slots=True)
class Play:
    """Play these sounds, one after the other."""

    sounds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StopPlaying:
    """Stop what is being played; no Played follows."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Send Elapsed after so many seconds; replaces the Wait before."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Store these statements; Withdrawn or Failed follows, whether the call is up or not.

    `round` counts the confirmations of a call from 0: a Withdraw of the same round is the same Withdraw.
    """

    people: People
    region: str
    round: int


@dataclass(frozen=True, slots=True)
class StoreNever:
    """Put the number on the do-not-call list; NeverStored or Failed follows, likewise."""


@dataclass(frozen=True, slots=True)
class StoreCallBack:
    """Store the wish to be called back at these hours; CallBackStored or Failed follows, likewise."""

    hours: Hours


@dataclass(frozen=True, slots=True)
class MakePin:
    """Make a PIN; PinMade or Failed follows, likewise."""


@dataclass(frozen=True, slots=True)
class ReachPerson:
    """Hand the call over to the hotline if somebody is free; PersonReached or NobodyFree follows."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call."""


Storing = Withdraw | StoreNever | StoreCallBack | MakePin
Command = Play | StopPlaying | Wait | ReachPerson | HangUp | Storing


class At(StrEnum):
    """Where a call stands; the values are the names in `docs/reference/call-machine.md`."""

    RINGING = "ringing"
    MESSAGE = "message"
    NO_MORE = "no more"
    MENU = "menu"
    GOODBYE = "goodbye"
    CLOSING = "closing"
    ORGS = "organisations"
    CHOSEN = "chosen"
    ALIAS = "alias"
    MORE = "more people"
    FULL = "full"
    READ_BACK = "read back"
    CONFIRM = "confirm"
    STORING = "storing"
    STORING_LATE = "storing late"
    STORING_UNSURE = "storing unsure"
    STORED = "stored"
    RECEIPT = "receipt"
    RECEIPTS_END = "receipts end"
    UNFINISHED = "unfinished"
    REACHING = "reaching a person"
    WITH_PERSON = "with a person"
    PERSON = "person"
    NOBODY = "nobody"
    HOURS = "hours"
    CALL_BACK = "call-back"
    CALL_BACK_LATE = "call-back late"
    CALL_BACK_DONE = "call-back done"
    CALL_BACK_UNSURE = "call-back unsure"
    PIN = "pin"
    PIN_LATE = "pin late"
    PIN_READ = "pin read"
    PIN_UNSURE = "pin unsure"
    NEVER_SURE = "never sure"
    NEVER = "never"
    NEVER_LATE = "never late"
    NEVER_DONE = "never done"
    NEVER_UNSURE = "never unsure"
    BACK = "back"  # to where 8 or 0 was pressed; no place of its own
    STAY = "stay"  # nothing happens; no place of its own
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Call:
    """All that is known of one call; `step` gives the next."""

    script: Script
    at: At = At.RINGING
    ended: bool = False
    keys: str = ""  # first of each of 1, 8, 9, 0 that was pressed with its meaning of the menu, in order
    withdrawn: int = 0  # people whose statements are stored
    events: int = 0
    playing: bool = False
    held: str = ""  # the key that led here, as long as a second press of it is taken for the same one
    heard: bool = False  # what is said here was heard to its end
    tries: int = 0  # silences and wrong keys since the question was first asked
    message: int = 0  # of the script, played last
    back: At = At.MENU
    region: str = ""  # as it will stand in the statements
    people: People = ()  # spoken for and not stored yet
    orgs: tuple[Org, ...] = ()  # of the person who is choosing
    person: int = 0  # who is choosing, or being read back
    alias: int = 0  # of the script, proposed last
    proposed: int = 0  # aliases to the person who is choosing
    taken: tuple[str, ...] = ()  # aliases of statements stored earlier in this call
    round: int = 0  # confirmations before
    pending: tuple[Storing, ...] = ()  # commanded, and not known to be stored
    overdue: bool = False  # a Failed came, and nothing was commanded again since
    attempts: int = 0  # at storing the same
    receipts: tuple[tuple[str, str], ...] = ()  # alias, digits
    piece: int = 0  # of the receipts' reading
    readings: int = 0  # of the receipts from the beginning
    hours: Hours = "any"
    pin: str = ""
    pin_piece: int = 0  # of the reading of PIN and number
