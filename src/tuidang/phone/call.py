"""One call: an event goes in, commands come out. No clock, no chance, no network: `call_table` is followed.

A key works at any time, also into what is being played. The second press of a key within a moment of the one
that led somewhere is taken for the same press (old hands tremble, and carriers send a key twice). All that is
asked is asked a bounded number of times, a lost Played or Elapsed is survived, and a call has a last event.
"""

from __future__ import annotations

from dataclasses import replace

from tuidang.phone.call_sounds import awaits, prompts, says
from tuidang.phone.call_table import ROWS, Row, place
from tuidang.phone.call_values import (
    Answered,
    At,
    Call,
    CallBackStored,
    Command,
    Elapsed,
    Event,
    Failed,
    HangUp,
    HungUp,
    Key,
    MakePin,
    NeverStored,
    NobodyFree,
    Org,
    PersonReached,
    PinMade,
    Play,
    Played,
    ReachPerson,
    Script,
    StopPlaying,
    StoreCallBack,
    StoreNever,
    Storing,
    TooLong,
    Wait,
    Withdraw,
    Withdrawn,
)
from tuidang.phone.prompts import PROMPTS

__all__ = [
    "LONGEST",
    "LONGEST_SECONDS",
    "Answered",
    "At",
    "Call",
    "CallBackStored",
    "Command",
    "Elapsed",
    "Event",
    "Failed",
    "HangUp",
    "HungUp",
    "Key",
    "MakePin",
    "NeverStored",
    "NobodyFree",
    "Org",
    "PersonReached",
    "PinMade",
    "Play",
    "Played",
    "ReachPerson",
    "Script",
    "StopPlaying",
    "StoreCallBack",
    "StoreNever",
    "TooLong",
    "Wait",
    "Withdraw",
    "Withdrawn",
    "begin",
    "step",
]

# Events before a call is closed, and seconds from the answer after which whoever has a clock sends TooLong:
# twenty people who hear everything as often as they may stay below both.
LONGEST = 3000
LONGEST_SECONDS = 90 * 60
_CLOSED = LONGEST + 50
_SAME_PRESS = 0.6  # seconds
_KEYS = frozenset("0123456789*#")
_NAMES: dict[type[Event], str] = {
    Answered: "answered",
    Withdrawn: "withdrawn",
    NeverStored: "never stored",
    CallBackStored: "call-back stored",
    PinMade: "pin made",
    PersonReached: "person reached",
    NobodyFree: "nobody free",
    Failed: "failed",
    HungUp: "hung up",
    TooLong: "too long",
}

_Step = tuple[Call, tuple[Command, ...]]


def begin(script: Script) -> Call:
    """Begin a call that rings; raises ValueError for a script without a message or an alias.

    A region that has no sound cannot be read back, so it is not written either.
    """
    if not script.messages or not script.aliases:
        raise ValueError("a call needs a message to play and an alias to propose")
    return Call(script if f"province/{script.region}" in PROMPTS else replace(script, region=""))


def step(call: Call, event: Event) -> _Step:
    """Take an event in, and give what to do, in order. An ended call does no more than store."""
    call = replace(call, events=call.events + 1)
    if isinstance(event, Failed):
        call = replace(call, overdue=bool(call.pending))
    else:
        received = _receive(call, event)
        if received is None:
            return call, ()
        call = received
    if call.ended:
        return _store_on(call) if isinstance(event, Failed) else (call, ())
    if isinstance(event, HungUp):
        return _end(*_do(call, _row(call, "hung up")))
    if call.events > _CLOSED:
        return _hang_up(call, ())
    # Who talks with a person is not cut short.
    if call.at not in {At.CLOSING, At.WITH_PERSON} and (isinstance(event, TooLong) or call.events > LONGEST):
        row = _row(call, "too long")
        return _arrive(*_do(call, row), row.to if row else At.CLOSING)
    return _follow(call, event)


def _follow(call: Call, event: Event) -> _Step:
    match event:
        case Key(digit):
            return _key(call, digit)
        case Played():
            return _played(call) if call.playing else (call, ())
        case Elapsed():
            return _elapsed(call)
        case _:
            return _take(call, _NAMES[type(event)])


def _receive(call: Call, event: Event) -> Call | None:
    """Note what was stored; None when it is not what is waited for."""
    match event:
        case Withdrawn(receipts):
            if not awaits(call, Withdraw) or len(receipts) != len(call.people):
                return None
            aliases = tuple(alias for alias, _ in call.people)
            return replace(
                _stored(call, Withdraw),
                withdrawn=call.withdrawn + len(aliases),
                taken=(*call.taken, *aliases),
                receipts=tuple(zip(aliases, receipts, strict=True)),
                people=(),
                round=call.round + 1,
                readings=0,
            )
        case NeverStored():
            return _stored(call, StoreNever) if awaits(call, StoreNever) else None
        case CallBackStored():
            return _stored(call, StoreCallBack) if awaits(call, StoreCallBack) else None
        case PinMade(pin):
            return replace(_stored(call, MakePin), pin=pin) if awaits(call, MakePin) else None
        case _:
            return call


def _stored(call: Call, what: type[Storing]) -> Call:
    pending = tuple(command for command in call.pending if not isinstance(command, what))
    return replace(call, pending=pending, overdue=call.overdue and bool(pending))


def _row(call: Call, on: str) -> Row | None:
    rows = ROWS.get((call.at, on), ())
    return next((row for row in rows if row.when is None or row.when(call)), None)


def _do(call: Call, row: Row | None) -> _Step:
    return row.do(call) if row and row.do else (call, ())


def _take(call: Call, on: str, key: str = "") -> _Step:
    """Follow the row of an event, if there is one."""
    row = _row(call, on)
    if row is None or row.to is At.STAY:
        return call, ()
    return _arrive(*_do(call, row), row.to, key)


def _key(call: Call, digit: str) -> _Step:
    if digit not in _KEYS or digit == call.held:
        return call, ()
    for on in (digit, "other key"):
        if _row(call, on):
            return _take(call, on, digit)
    if not place(call.at).strict:
        return call, ()
    return _ask_again(replace(call, held=digit), "wrong")


def _played(call: Call) -> _Step:
    call = replace(call, playing=False, held="", heard=True)
    if _row(call, "played"):
        return _take(call, "played")
    return call, (Wait(place(call.at).silence),)


def _elapsed(call: Call) -> _Step:
    if call.playing and call.held:  # the moment of the double press is over
        return replace(call, held=""), (Wait(place(call.at).longest),)
    call = replace(call, held="")
    if call.playing:  # Played is overdue: whatever happened to the sound, the call goes on
        return _take(call, "unplayed") if _row(call, "unplayed") else _played(call)
    if _row(call, "silence"):
        return _take(call, "silence")
    return _ask_again(call, "again") if _row(call, "unanswered") else (call, ())


def _ask_again(call: Call, how: str) -> _Step:
    call = replace(call, tries=call.tries + 1)
    if call.tries >= place(call.at).times:
        return _take(call, "unanswered", call.held)
    return _say(call, (*prompts(how), *says(call)), ())


def _arrive(call: Call, commands: tuple[Command, ...], to: At, key: str = "") -> _Step:
    """Go to a place, and say or wait for what is said or waited for there."""
    if to is At.ENDED:
        return _hang_up(call, commands)
    at = call.back if to is At.BACK else to
    call = replace(call, at=at, tries=0, heard=False, held=key or call.held)
    return _say(call, says(call), commands)


def _say(call: Call, sounds: tuple[str, ...], commands: tuple[Command, ...]) -> _Step:
    stop = (StopPlaying(),) if call.playing else ()
    call = replace(call, playing=bool(sounds))
    if not sounds:
        return call, (*commands, *stop, Wait(place(call.at).silence))
    wait = Wait(_SAME_PRESS if call.held else place(call.at).longest)
    return call, (*commands, *stop, Play(sounds), wait)


def _hang_up(call: Call, commands: tuple[Command, ...]) -> _Step:
    call, commands = _end(call, commands)
    return call, (*commands, HangUp())


def _end(call: Call, commands: tuple[Command, ...]) -> _Step:
    call = replace(call, ended=True, playing=False)
    if not call.overdue:
        return call, commands
    call, again = _store_on(call)
    return call, (*commands, *(command for command in again if command not in commands))


def _store_on(call: Call) -> tuple[Call, tuple[Storing, ...]]:
    """Command once more what failed; a PIN helps nobody any more."""
    pending = tuple(command for command in call.pending if not isinstance(command, MakePin))
    return replace(call, pending=pending, overdue=False), pending
