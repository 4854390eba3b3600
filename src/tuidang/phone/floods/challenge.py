"""Two keys to press before any volunteer is rung: an event goes in, commands come out. No clock, no network.

The first try is in early media, so it costs the caller nothing. Not every carrier lets keys through before a
call is taken up, so the second try takes it up first: nobody fails for his carrier. Pressed may be slowly,
twice by mistake, or the six digits of a PIN instead.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Final

from tuidang.phone.duty_rules import LANGUAGES
from tuidang.phone.floods.values import Answer, Challenged, Hand

TRIES: Final = 2
FIRST_KEY: Final = 8.0  # seconds to wait for it after the words
NEXT_KEY: Final = 5.0  # for another one
ENOUGH: Final = 1.5  # when what was asked for was pressed: a PIN may begin with the same keys
PIN_KEYS: Final = 6

_KEYS = "23456789"  # one and nought have two names each in Mandarin


@dataclass(frozen=True, slots=True)
class Spoken:
    """The words were heard to their end."""

    at: float


@dataclass(frozen=True, slots=True)
class Pressed:
    """One key: 0 to 9, * or #."""

    key: str
    at: float


@dataclass(frozen=True, slots=True)
class Voice:
    """The caller was heard."""

    at: float


@dataclass(frozen=True, slots=True)
class TimeUp:
    """The time of the last Listen has passed; never sent for one that was replaced."""

    at: float


@dataclass(frozen=True, slots=True)
class PinChecked:
    """Whether the keys of the last CheckPin are a PIN."""

    good: bool
    at: float


Event = Spoken | Pressed | Voice | TimeUp | PinChecked


@dataclass(frozen=True, slots=True)
class Say:
    """Play these sounds; Spoken follows."""

    sounds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StopSaying:
    """Stop what is played; no Spoken follows."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Send TimeUp after so many seconds; replaces the Listen before."""

    seconds: float


@dataclass(frozen=True, slots=True)
class TakeUp:
    """Answer the call, which was in early media so far."""


@dataclass(frozen=True, slots=True)
class CheckPin:
    """Look whether these six digits are a PIN; PinChecked follows."""

    keys: str


@dataclass(frozen=True, slots=True)
class Done:
    """The challenge is over."""

    challenged: Challenged


Command = Say | StopSaying | Listen | TakeUp | CheckPin | Done


@dataclass(frozen=True, slots=True)
class Challenge:
    """All that is known of one challenge; `step` gives the next."""

    digits: str
    tries: int = 1
    asked_at: float = 0.0  # when the words of this try began
    is_spoken: bool = False  # they were heard to their end
    keys: str = ""  # of this try
    pressed: tuple[float, ...] = ()  # when, of this try
    any_key: bool = False
    voice: bool = False
    checking: bool = False
    done: bool = False


def begin(rng: Random, at: float) -> tuple[Challenge, tuple[Command, ...]]:
    """Draw two keys, and ask for them."""
    challenge = Challenge("".join(rng.sample(_KEYS, 2)), asked_at=at)
    return challenge, (Say(_words(challenge, "challenge")),)


def step(challenge: Challenge, event: Event) -> tuple[Challenge, tuple[Command, ...]]:
    """Take an event in, and give what to do, in order."""
    if challenge.done:
        return challenge, ()
    if challenge.checking:
        return _pin(challenge, event) if isinstance(event, PinChecked) else (challenge, ())
    match event:
        case Pressed(key, at):
            return _press(challenge, key, at)
        case TimeUp(at):
            return _judge(challenge, at)
        case Spoken() if not challenge.keys:
            return replace(challenge, is_spoken=True), (Listen(FIRST_KEY),)
        case _:
            heard = challenge.voice or isinstance(event, Voice)
            return replace(challenge, voice=heard), ()


def _words(challenge: Challenge, first: str) -> tuple[str, ...]:
    """Ask for the keys in each language, as nobody has chosen one yet; more is said in the first only."""
    return (
        f"hotline/{LANGUAGES[0]}/{first}",
        *(
            f"hotline/{language}/{name}"
            for language in LANGUAGES
            for name in ("challenge-press", *(f"digit-{digit}" for digit in challenge.digits))
        ),
    )


def _press(challenge: Challenge, key: str, at: float) -> tuple[Challenge, tuple[Command, ...]]:
    first = not challenge.keys
    challenge = replace(challenge, keys=challenge.keys + key, pressed=(*challenge.pressed, at), any_key=True)
    stop: tuple[Command, ...] = (StopSaying(),) if first and not challenge.is_spoken else ()
    if key == "#" or len(challenge.keys) >= PIN_KEYS:
        judged, commands = _judge(challenge, at)
        return judged, stop + commands
    return challenge, (*stop, Listen(ENOUGH if _is_right(challenge) else NEXT_KEY))


def _judge(challenge: Challenge, at: float) -> tuple[Challenge, tuple[Command, ...]]:
    """Look at the keys of this try, now that no more are waited for."""
    if _is_right(challenge):
        return _finish(challenge, Answer.PASSED)
    if len(challenge.keys) == PIN_KEYS and challenge.keys.isdecimal():
        return replace(challenge, checking=True), (CheckPin(challenge.keys),)
    return _fail(challenge, at)


def _pin(challenge: Challenge, event: PinChecked) -> tuple[Challenge, tuple[Command, ...]]:
    challenge = replace(challenge, checking=False)
    return _finish(challenge, Answer.PIN) if event.good else _fail(challenge, event.at)


def _fail(challenge: Challenge, at: float) -> tuple[Challenge, tuple[Command, ...]]:
    if challenge.tries < TRIES:
        again = replace(
            challenge, tries=challenge.tries + 1, keys="", pressed=(), asked_at=at, is_spoken=False
        )
        return again, (TakeUp(), Say(_words(again, "challenge-again")))
    if challenge.any_key:
        return _finish(challenge, Answer.WRONG)
    return _finish(challenge, Answer.SPOKE if challenge.voice else Answer.SILENT)


def _finish(challenge: Challenge, answer: Answer) -> tuple[Challenge, tuple[Command, ...]]:
    return replace(challenge, done=True), (Done(Challenged(answer, _hand(challenge))),)


def _is_right(challenge: Challenge) -> bool:
    """Tell whether the keys end with what was asked for; a key pressed twice counts once."""
    keys = challenge.keys.removesuffix("#")
    single = "".join(key for n, key in enumerate(keys) if n == 0 or keys[n - 1] != key)
    return single.endswith(challenge.digits)


def _hand(challenge: Challenge) -> Hand | None:
    """Give how the keys of this try were pressed, if there were two."""
    if len(challenge.pressed) < 2:
        return None
    gaps = [late - early for early, late in zip(challenge.pressed, challenge.pressed[1:], strict=False)]
    return Hand(challenge.pressed[0] - challenge.asked_at, sum(gaps) / len(gaps))
