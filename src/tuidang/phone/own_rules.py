"""A volunteer's own telephone: whose number it may be, and what counts as taking a call: pure decisions.

Whoever answers it may be anybody, or a machine. So he hears that a call waits, and nothing of what it is
about, and only the key 1 takes it. Times in seconds.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumberType

TAKES: Final = "1"  # the one key that takes a call
_TIMES: Final = 3  # that he is asked to press it
_SILENCE: Final = 4.0  # after a question
_LONGEST: Final = 15.0  # after which a question must have been heard
_MOST: Final = 40  # characters of a number as it is typed

_CHINA: Final = 86
_NOWHERE: Final = "001"  # of no country: satellites, and numbers that cost what somebody likes
# Others cost the called money, or us, or are no telephone that somebody holds in his hand.
_ORDINARY: Final = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.VOIP,
    }
)


class Fault(StrEnum):
    """Why a number cannot be a volunteer's own."""

    NO_NUMBER = "no-number"  # nothing that can be dialled from everywhere
    CHINA = "china"  # a telephone there may be listened to
    COSTLY = "costly"  # no ordinary telephone: a paid service, a pager, a satellite
    NEVER = "never"  # asked us never to be called again, or is a number of ours


class NumberRefusedError(ValueError):
    """Say why a number cannot be a volunteer's own; the message does not name it."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def own_number(typed: str) -> str:
    """Give the E.164 digits of a number typed with its country code; raises NumberRefusedError."""
    text = unicodedata.normalize("NFKC", typed).strip()
    if len(text) > _MOST:
        raise NumberRefusedError(Fault.NO_NUMBER)
    try:
        # Without a country: what does not say its own is not guessed.
        number = phonenumbers.parse(f"+{text[2:]}" if text.startswith("00") else text, None)
    except phonenumbers.NumberParseException:
        raise NumberRefusedError(Fault.NO_NUMBER) from None
    if number.country_code == _CHINA:
        raise NumberRefusedError(Fault.CHINA)
    if number.extension or not phonenumbers.is_valid_number(number):
        raise NumberRefusedError(Fault.NO_NUMBER)
    is_somewhere = phonenumbers.region_code_for_number(number) != _NOWHERE
    if phonenumbers.number_type(number) not in _ORDINARY or not is_somewhere:
        raise NumberRefusedError(Fault.COSTLY)
    return f"{number.country_code}{phonenumbers.national_significant_number(number)}"


@dataclass(frozen=True, slots=True)
class Asked:
    """How far somebody is who answered his telephone and is asked to press 1."""

    times: int = 0
    is_heard: bool = False  # the question was played to its end
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """The telephone was answered, by whomever."""


@dataclass(frozen=True, slots=True)
class Played:
    """The question was heard to its end."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key was pressed."""

    digit: str


@dataclass(frozen=True, slots=True)
class Elapsed:
    """The time that was to be waited is over."""


Event = Answered | Played | Pressed | Elapsed


@dataclass(frozen=True, slots=True)
class Ask:
    """Say that a call waits, and which key takes it."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Say so when this time is over, in the place of what was waited for before."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Take:
    """He is there: the telephone is answered only now."""


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Nobody is there who takes calls: it was rung in vain."""


Command = Ask | Wait | Take | GiveUp


def step(asked: Asked, event: Event) -> tuple[Asked, tuple[Command, ...]]:
    """Take an event in, and give what to do, in order."""
    if asked.times == 0:
        return _ask(asked) if isinstance(event, Answered) else (asked, ())
    match event:
        case _ if asked.is_over:
            return asked, ()
        case Pressed(digit) if digit == TAKES:
            return replace(asked, is_over=True), (Take(),)
        case Played() | Elapsed() if not asked.is_heard:
            return replace(asked, is_heard=True), (Wait(_SILENCE),)
        case Elapsed():
            return _ask(asked)
        case _:
            return asked, ()  # another key: he may find the right one yet


def _ask(asked: Asked) -> tuple[Asked, tuple[Command, ...]]:
    if asked.times == _TIMES:
        return replace(asked, is_over=True), (GiveUp(),)
    return Asked(asked.times + 1), (Ask(), Wait(_LONGEST))
