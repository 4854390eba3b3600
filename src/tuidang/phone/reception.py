"""How somebody who calls is received: an event goes in, commands come out. No clock, no chance, no network.

Greeting and language, six digits for who was given a PIN, then the queue, and while he waits what is worth
hearing. Who gets nobody is told so and may leave his wish to be called back, by keys: nothing is recorded.
Every question is asked a bounded number of times, and silence ends kindly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import phonenumbers

from tuidang.phone.duty_rules import LANGUAGES
from tuidang.phone.hotline_prompts import minutes_sound, place_sound
from tuidang.phone.messages import SAMPLE_MESSAGES
from tuidang.phone.reception_values import (
    Answer,
    At,
    CheckPin,
    Come,
    Command,
    Dequeue,
    Elapsed,
    Enqueue,
    Event,
    GiveBack,
    HangUp,
    Hours,
    HungUp,
    Key,
    NobodyComes,
    NotNow,
    NotStored,
    Offered,
    PinChecked,
    Play,
    Played,
    PutAside,
    Reception,
    Requeued,
    StopPlaying,
    Store,
    Stored,
    Taken,
    Wait,
    Word,
)

PIN_DIGITS: Final = 6
PIN_TRIES: Final = 3  # wrong PINs in a call; more are not looked at
TRIES: Final = 3  # times that a question is asked
_SILENCE: Final = 7.0  # seconds after a question
_LANGUAGE_SILENCE: Final = 4.0  # who does not know what to press is not kept long
_TOGETHER: Final = 2.5  # seconds within which keys belong together: a language has one, a PIN six
_TYPING: Final = 12.0  # seconds between two keys of a number
_PAUSE: Final = 3.0  # seconds between two sounds for who waits
_STORING: Final = 10.0
_LONGEST: Final = 120.0  # seconds after which a sound must have been heard
_LONGEST_NUMBER: Final = 20
_HOURS: Final[dict[str, Hours]] = {"1": "morning", "2": "afternoon", "3": "evening", "4": "any"}
_KEYS: Final = frozenset("0123456789*#")

_Step = tuple[Reception, tuple[Command, ...]]


def step(caller: Reception, event: Event) -> _Step:
    """Take an event in, and give what to do, in order."""
    if caller.at is At.ENDED:
        return caller, ()
    if isinstance(event, HungUp):
        return replace(caller, at=At.ENDED, playing=False), ()
    if isinstance(event, Key | Played | Elapsed | PinChecked):
        return _of_caller(caller, event)
    if isinstance(event, Word | Offered) and caller.at is At.WAITING:
        return _say(caller, *_words(event))
    if isinstance(event, Stored | NotStored | NotNow) and caller.at is At.STORING:
        return _say(replace(caller, at=At.ENDING), _STORED[type(event)], "goodbye")
    return _of_queue(caller, event)


def _of_caller(caller: Reception, event: Key | Played | Elapsed | PinChecked) -> _Step:
    match event:
        case Key(digit) if digit in _KEYS:
            return _key(caller, digit)
        case Played() if caller.playing:
            return _heard(replace(caller, playing=False))
        case Elapsed():
            return _silent(caller)
        case PinChecked(is_right) if caller.at is At.LANGUAGE:
            return _pin(caller, is_right)
        case _:
            return caller, ()


def _of_queue(caller: Reception, event: Event) -> _Step:
    match event:
        case Come(how) if caller.at is At.NEW:
            return _come(caller, how)
        case Taken():
            return replace(caller, at=At.TALKING, playing=False), _stop(caller)
        case PutAside(why):
            return _say(replace(caller, at=At.HELD, info=0), why)
        case Requeued(language):
            caller = replace(caller, at=At.WAITING, language=language or caller.language, info=0)
            return _say(caller, "transfer")
        case NobodyComes(why) if caller.at in {At.WAITING, At.HELD, At.TALKING}:
            return _nobody(caller, why)
        case _:
            return caller, ()


def _words(event: Word | Offered) -> tuple[str, ...]:
    if isinstance(event, Offered):
        return ("offer",)
    return place_sound(event.place), minutes_sound(event.minutes), "wait"


def digits_of(text: str) -> str:
    """Give a number as E.164 digits, as a carrier or a caller in China writes it; "" for what is none."""
    for tried in (text, f"+{text}"):
        try:
            number = phonenumbers.parse(tried, "CN")
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return f"{number.country_code}{phonenumbers.national_significant_number(number)}"
    return ""


def _come(caller: Reception, how: str) -> _Step:
    if caller.kind != "hotline":  # handed over in the middle of a call: he has been greeted
        return _queue(caller)
    caller, commands = _ask(replace(caller, at=At.LANGUAGE, kept_out=how if how != "pass" else ""))
    return caller, (Answer(), *commands)


def _queue(caller: Reception) -> _Step:
    if caller.kept_out and not caller.is_known:
        # No call-back is offered: the number may be a stranger's, and a flood would ring him by our hand.
        return _say(replace(caller, at=At.ENDING), _KEPT_OUT[caller.kept_out], "goodbye")
    caller, commands = _say(replace(caller, at=At.WAITING, info=0), "connect")
    return caller, (*commands, Enqueue())


def _nobody(caller: Reception, why: str) -> _Step:
    if caller.kind == "key-8":
        return replace(caller, at=At.ENDED, playing=False), (*_stop(caller), GiveBack())
    return _say(replace(caller, at=At.CHOICE, tries=0), why, "choice")


def _key(caller: Reception, digit: str) -> _Step:
    if caller.at is At.LANGUAGE:
        return _gather(caller, digit)
    if caller.at is At.NUMBER:
        return _type(caller, digit)
    if caller.at is At.HOURS and digit in _HOURS:
        number = digits_of(caller.typed) or caller.number
        stored = Store(number, _HOURS[digit])
        return replace(caller, at=At.STORING, playing=False), (*_stop(caller), stored, Wait(_STORING))
    if act := _ACTS.get((caller.at, digit)):
        return act(caller)
    return _again(caller, "wrong") if caller.at in _QUESTIONS else (caller, ())


def _would_rather_be_called(caller: Reception) -> _Step:
    caller, commands = _which(caller)
    return caller, (Dequeue(), *commands)


def _this_number(caller: Reception) -> _Step:
    return _go(replace(caller, typed=caller.number), At.HOURS)


def _type_anew(caller: Reception) -> _Step:
    return _go(replace(caller, typed=""), At.NUMBER)


def _number_is_right(caller: Reception) -> _Step:
    return _go(caller, At.HOURS)


def _gather(caller: Reception, digit: str) -> _Step:
    """Take a key of several that belong together: the rest may follow, so what is said stops."""
    buffer = caller.buffer + digit
    stopped = replace(caller, buffer=buffer, playing=False)
    if len(buffer) == PIN_DIGITS:
        # Who guesses learns nothing after the third.
        looked_at = (CheckPin(buffer),) if caller.pins < PIN_TRIES else ()
        return stopped, (*_stop(caller), *looked_at, Wait(_TOGETHER))
    return stopped, (*_stop(caller), Wait(_TOGETHER))


def _pin(caller: Reception, is_right: bool | None) -> _Step:
    if is_right is None:
        return _queue(replace(caller, buffer=""))  # he waits as all do, and hears nothing that is not so
    caller = replace(caller, buffer="", pins=caller.pins + (not is_right), is_known=is_right)
    return _say(caller, "pin-right" if is_right else "pin-wrong", *_languages())


def _type(caller: Reception, digit: str) -> _Step:
    if digit == "*":
        return _type_anew(caller)
    if digit != "#" and len(caller.typed) < _LONGEST_NUMBER:
        return replace(caller, typed=caller.typed + digit, playing=False), (*_stop(caller), Wait(_TYPING))
    if digits_of(caller.typed):
        return _go(caller, At.SURE)
    return _again(replace(caller, typed=""), "number-wrong")


def _which(caller: Reception) -> _Step:
    return _go(caller, At.WHICH if caller.number else At.NUMBER)


def _heard(caller: Reception) -> _Step:
    if caller.at is At.ENDING:
        return replace(caller, at=At.ENDED), (HangUp(),)
    return caller, (Wait(_SILENCES.get(caller.at, _SILENCE)),)


def _silent(caller: Reception) -> _Step:
    if caller.playing:  # Played is overdue, whatever became of the sound
        return _heard(replace(caller, playing=False))
    match caller.at:
        case At.LANGUAGE:
            return _choose_language(caller)
        case At.WAITING | At.HELD:
            return _inform(caller)
        case At.NUMBER if caller.typed:
            return _type(caller, "#")
        case At.STORING:
            return _say(replace(caller, at=At.ENDING), "unsure", "goodbye")
        case _:
            is_question = caller.at in _QUESTIONS or caller.at is At.NUMBER
            return _again(replace(caller, buffer="")) if is_question else (caller, ())


def _choose_language(caller: Reception) -> _Step:
    number = caller.buffer
    if number in {"1", "2", "3"}:
        if caller.kept_out in {"silent", "withheld"}:  # he can press keys after all
            caller = replace(caller, kept_out="")
        return _queue(replace(caller, language=LANGUAGES[int(number) - 1]))
    if not number or caller.tries + 1 >= TRIES:
        return _queue(caller)
    return _again(replace(caller, buffer=""), "wrong")


def _inform(caller: Reception) -> _Step:
    """Play what comes next to somebody who waits: how safe the line is, then recordings, one after the other.

    Recordings are in Mandarin; who chose another language hears the words of his own, and quiet between.
    """
    info = caller.info + 1
    if caller.language != "zh":
        return _say(replace(caller, info=info), "listened" if info % 4 == 1 else "wait")
    if info % 3 == 1:
        return _say(replace(caller, info=info), "listened")
    messages = tuple(SAMPLE_MESSAGES)
    return _say(replace(caller, info=info), "library", messages[info % len(messages)])


def _go(caller: Reception, at: At) -> _Step:
    """Go to a place, and ask what is asked there."""
    return _ask(replace(caller, at=at, tries=0))


def _ask(caller: Reception, *first: str) -> _Step:
    return _say(caller, *first, *_asks(caller))


def _asks(caller: Reception) -> tuple[str, ...]:
    match caller.at:
        case At.LANGUAGE:
            return _languages()
        case At.SURE:
            return "number-read", *_read(caller.typed), "number-sure"
        case _:
            return (_QUESTIONS.get(caller.at, "number-type"),)


def _again(caller: Reception, *first: str) -> _Step:
    caller = replace(caller, tries=caller.tries + 1)
    return _ask(caller, *first) if caller.tries < TRIES else _bye(caller)


def _bye(caller: Reception) -> _Step:
    return _say(replace(caller, at=At.ENDING), "goodbye")


def _languages() -> tuple[str, ...]:
    """Name what is said before anybody has chosen, each in its own language."""
    return tuple(f"hotline/{language}/{name}" for language in LANGUAGES for name in ("greeting", "choose"))


def _read(digits: str) -> tuple[str, ...]:
    return tuple(f"digit-{digit}" for digit in digits if digit.isdigit())


def _say(caller: Reception, *names: str) -> _Step:
    sounds = tuple(_sound(caller.language, name) for name in names)
    # It is waited for that long, should nobody ever say that it was heard.
    return replace(caller, playing=True), (*_stop(caller), Play(sounds), Wait(_LONGEST))


def _stop(caller: Reception) -> tuple[Command, ...]:
    return (StopPlaying(),) if caller.playing else ()


def _sound(language: str, name: str) -> str:
    return name if "/" in name else f"hotline/{language}/{name}"


_KEPT_OUT: Final = {
    "silent": "challenge-silent",
    "withheld": "challenge-withheld",
    "flooding": "flooding",
    "frequent": "frequent",
}
_STORED: Final = {Stored: "stored", NotStored: "unsure", NotNow: "number-not-now"}
_QUESTIONS: Final = {
    At.CHOICE: "choice",
    At.WHICH: "number-known",
    At.SURE: "number-sure",
    At.HOURS: "hours",
}
_SILENCES: Final = {
    At.LANGUAGE: _LANGUAGE_SILENCE,
    At.WAITING: _PAUSE,
    At.HELD: _PAUSE,
    At.NUMBER: _TYPING,
}
_ACTS: Final[dict[tuple[At, str], Callable[[Reception], _Step]]] = {
    (At.WAITING, "1"): _would_rather_be_called,
    (At.CHOICE, "1"): _which,
    (At.CHOICE, "2"): _bye,
    (At.WHICH, "1"): _this_number,
    (At.WHICH, "2"): _type_anew,
    (At.SURE, "1"): _number_is_right,
    (At.SURE, "2"): _type_anew,
    (At.HOURS, "5"): _bye,
}
