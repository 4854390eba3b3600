"""Whatever happens in whatever order: a call ends, keeps what was confirmed, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from random import Random

from hypothesis import event, given, settings
from hypothesis import strategies as st

from call_cast import PIN, SCRIPT, receipt_of
from tuidang.phone.call import (
    LONGEST,
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
    NeverStored,
    PinMade,
    Play,
    Played,
    Script,
    StoreCallBack,
    StoreNever,
    TooLong,
    Wait,
    Withdraw,
    Withdrawn,
    begin,
    step,
)
from tuidang.phone.call_table import ROWS
from tuidang.phone.prompts import PROMPTS

ORGS = ("party", "league", "pioneers")
SCRIPTS = st.builds(
    Script,
    messages=st.sampled_from([("message/a",), SCRIPT.messages, ("message/a", "message/b", "message/c")]),
    aliases=st.integers(1, 25).map(lambda count: SCRIPT.aliases[:count]),
    region=st.sampled_from(["", "CN-HA", "CN-XZ", "TW"]),
    call_back=st.booleans(),
    pin=st.booleans(),
    hotline=st.sampled_from(["", SCRIPT.hotline]),
)
KEYS = "0123456789*#"


class Witness:
    """Somebody who writes down what is read aloud, what is confirmed, and what is stored."""

    def __init__(self, script: Script) -> None:
        self.call = begin(script)
        self.read: list[tuple[str, tuple[str, ...]]] = []  # heard to the end since the reading began
        self.confirmed: list[Withdraw] = []
        self.answered = 0
        self.answers: list[str] = []
        self.outstanding = 0
        self.digits: set[str] = set()
        self.hung_up = False
        self.never = False

    def send(self, happens: Event) -> tuple[Command, ...]:
        before = self.call
        if isinstance(happens, Withdrawn):
            self.note_receipts(before, happens)
        if isinstance(happens, PinMade):
            self.digits.add(happens.pin)
        self.call, commands = step(before, happens)
        assert self.call.events == before.events + 1
        if isinstance(happens, Played) and before.at is At.READ_BACK and before.playing:
            self.read.append(before.people[before.person])
        self.check_withdrawing(before, happens, commands)
        self.check_never(before, happens, commands)
        self.check_sounds(commands)
        self.check_ending(before, happens, commands)
        return commands

    def note_receipts(self, before: Call, happens: Withdrawn) -> None:
        waited_for = len(self.confirmed) > self.answered
        if waited_for and len(happens.receipts) == len(self.confirmed[-1].people):
            self.answered += 1
            self.digits.update(happens.receipts)

    def check_withdrawing(self, before: Call, happens: Event, commands: tuple[Command, ...]) -> None:
        given_ = [command for command in commands if isinstance(command, Withdraw)]
        assert len(given_) <= 1
        if before.at is At.CONFIRM and self.call.at is At.STORING:
            assert happens == Key("1")
            (command,) = given_
            assert command.round == len(self.confirmed)
            # What is stored is what was read aloud to its end, and nothing that was changed since.
            assert command.people == tuple(self.read)
            assert 1 <= len(command.people) <= 20
            assert len({alias for alias, _ in command.people}) == len(command.people)
            assert command.region in {"", before.script.region}
            self.confirmed.append(command)
        elif given_:  # the same once more, as long as nobody said that it is stored
            assert given_ == [self.confirmed[-1]]
            assert len(self.confirmed) == self.answered + 1
        if self.call.at is At.READ_BACK and (before.at is not At.READ_BACK or self.call.person == 0):
            del self.read[self.call.person :]
        if self.call.at is At.STORED and before.at is not At.STORED:
            self.read.clear()
        assert self.call.withdrawn == sum(len(command.people) for command in self.confirmed[: self.answered])

    def check_never(self, before: Call, happens: Event, commands: tuple[Command, ...]) -> None:
        if StoreNever() in commands:
            assert self.never or before.at is At.NEVER_SURE  # nobody is taken at his first press
            self.never = True

    def check_sounds(self, commands: tuple[Command, ...]) -> None:
        for command in commands:
            if isinstance(command, Play):
                assert command.sounds
                for sound in command.sounds:
                    assert sound in PROMPTS or sound in self.call.script.messages, sound
                self.check_digits(command.sounds)

    def check_digits(self, sounds: tuple[str, ...]) -> None:
        """Only what was given to us is ever read as digits, and no receipt before it was."""
        for is_digit, run in groupby(sounds, lambda sound: sound.startswith("digit/")):
            if is_digit:
                text = "".join(sound.removeprefix("digit/") for sound in run)
                assert any(text in known for known in {*self.digits, self.call.script.hotline})

    def check_ending(self, before: Call, happens: Event, commands: tuple[Command, ...]) -> None:
        if before.ended:
            assert self.call.ended
            assert not [c for c in commands if isinstance(c, Play | HangUp | Wait)]
        elif self.call.ended:
            assert isinstance(happens, HungUp) or commands[-1] == HangUp()
            assert not [c for c in commands if isinstance(c, Play | Wait)]
        elif commands and self.call.at is not At.RINGING:
            assert isinstance(commands[-1], Wait)  # somebody is never left without an end in sight
            assert commands[-1].seconds > 0


_LEADS_AWAY = {"0", "8", "silence", "unanswered"}


def some_event(dice: Random, witness: Witness) -> Event:
    """Choose mostly what makes sense at this place and leads on, and else anything."""
    call = witness.call
    known = [on for at, on in ROWS if at is call.at and (on not in _LEADS_AWAY or dice.random() < 0.05)]
    if known and dice.random() < 0.85:
        on = dice.choice(sorted(known))
        if len(on) == 1:
            return Key(on)
        if on in {"played", "silence", "unanswered"}:
            return Played() if call.playing and dice.random() < 0.97 else Elapsed()
        if on in {"failed", "withdrawn", "never stored", "call-back stored", "pin made"}:
            return answer_of(call, failed=on == "failed")
    anything: list[Event] = [
        Key(dice.choice(KEYS + "A")),
        Played(),
        Elapsed(),
        Elapsed(),
        Failed(),
        Answered(),
    ]
    anything += [TooLong()] if dice.random() < 0.02 else []
    anything += [NeverStored(), CallBackStored(), PinMade(PIN)]
    anything.append(Withdrawn(tuple(receipt_of(row) for row in range(dice.randrange(4)))))
    return dice.choice(anything)


def answer_of(call: Call, *, failed: bool) -> Event:
    """Give what a line answers to what is pending."""
    if failed or not call.pending:
        return Failed()
    match call.pending[-1]:
        case Withdraw(people, _, round_):
            return Withdrawn(tuple(receipt_of(100 * round_ + row) for row in range(len(people))))
        case StoreNever():
            return NeverStored()
        case StoreCallBack():
            return CallBackStored()
        case _:
            return PinMade(PIN)


@st.composite
def calls(draw: st.DrawFn) -> Witness:
    """Let up to six hundred things happen in a call; sometimes stop where something is being stored."""
    witness = Witness(draw(SCRIPTS))
    dice = Random(draw(st.integers(0, 2**32)))
    if draw(st.integers(0, 9)):
        witness.send(Answered())
    stops = draw(st.booleans())
    for _ in range(draw(st.integers(0, 600))):
        if witness.call.ended or (stops and witness.call.pending and dice.random() < 0.2):
            break
        witness.send(some_event(dice, witness))
    return witness


@settings(max_examples=300)
@given(calls(), st.booleans())
def test_a_call_left_alone_ends_and_the_line_may_be_dead_or_alive(witness: Witness, alive: bool) -> None:
    if witness.call.at is At.RINGING:
        witness.send(HungUp())
    for _ in range(60):
        if witness.call.ended:
            break
        call = witness.call
        if alive and call.pending and call.at in {At.STORING, At.NEVER, At.CALL_BACK, At.PIN}:
            witness.send(answer_of(call, failed=False))
        else:
            witness.send(Played() if call.playing else Elapsed())
    else:
        reading = {At.RECEIPT, At.STORED, At.READ_BACK}
        assert witness.call.at in reading or witness.call.receipts or witness.call.people
        while not witness.call.ended:
            witness.send(Played() if witness.call.playing else Elapsed())
            assert witness.call.events < LONGEST + 100
    event(f"confirmations: {len(witness.confirmed)}")


@settings(max_examples=300)
@given(calls())
def test_hanging_up_at_any_moment_keeps_every_confirmation_and_nothing_else(witness: Witness) -> None:
    witness.send(HungUp())
    assert witness.call.ended
    waiting = len(witness.confirmed) - witness.answered
    assert waiting in {0, 1}
    # A line that fails for a while gets the same command again until it holds.
    for _ in range(3):
        failed = witness.send(Failed())
        assert len([c for c in failed if isinstance(c, Withdraw)]) == waiting
    while witness.call.pending:
        witness.send(answer_of(witness.call, failed=False))
    assert witness.answered == len(witness.confirmed)
    assert witness.send(Failed()) == ()
    if witness.never:
        assert "0" in witness.call.keys
    event(f"stored after hanging up: {waiting}")


@settings(max_examples=60)
@given(calls(), st.sampled_from([*(Key(key) for key in KEYS), Played(), Elapsed(), Failed()]))
def test_one_event_for_ever_ends_every_call(witness: Witness, again: Event) -> None:
    for _ in range(LONGEST + 100):
        witness.send(again)
        if witness.call.ended:
            break
    assert witness.call.ended


@settings(max_examples=20)
@given(st.integers(0, 2**32), calls())
def test_nobody_can_hold_a_line_for_ever_by_pressing_keys(seed: int, witness: Witness) -> None:
    for key in Random(seed).choices(KEYS, k=LONGEST + 100):
        witness.send(Key(key))
    assert witness.call.ended


def test_the_same_events_give_the_same_call() -> None:
    events = [Answered(), Key("9"), Key("4"), Elapsed(), Key("1"), Elapsed(), Key("2"), Played(), Key("1")]
    calls_ = []
    for _ in range(2):
        call = begin(replace(SCRIPT))
        heard = []
        for happens in events:
            call, commands = step(call, happens)
            heard.append(commands)
        calls_.append((call, heard))
    assert calls_[0] == calls_[1]
