"""People of the simulated carrier reach what they want: their scripts are played against the call machine."""

from __future__ import annotations

import heapq
from collections import Counter
from itertools import count, islice

from tuidang.phone.call import (
    Answered,
    Call,
    CallBackStored,
    Command,
    Elapsed,
    Event,
    HangUp,
    HungUp,
    Key,
    MakePin,
    NeverStored,
    PinMade,
    Play,
    Played,
    Script,
    StopPlaying,
    StoreCallBack,
    StoreNever,
    Wait,
    Withdraw,
    Withdrawn,
    begin,
    step,
)
from tuidang.phone.lab.people import HABITS, Kind, Person, people
from tuidang.phone.messages import SAMPLE_MESSAGES
from tuidang.phone.prompts import PROMPTS, SPOKEN_ALIASES

A_CHARACTER = 0.3  # seconds in which espeak-ng speaks one, as measured on the samples
WORDS = {**PROMPTS, **SAMPLE_MESSAGES}
SCRIPT = Script(
    tuple(SAMPLE_MESSAGES), SPOKEN_ALIASES[:30], "CN-HA", call_back=True, pin=True, hotline="85230000000"
)


class Meeting:
    """One call between a person and the call machine, in a time that takes no time."""

    def __init__(self, person: Person) -> None:
        self.call: Call = begin(SCRIPT)
        self.did: list[Command] = []
        self._order = count()
        self._due: list[tuple[float, int, str, Event]] = []
        self._latest: dict[str, int] = {}
        now = answered = None
        for delay, act in (part.split(":") for part in person.script.rstrip(",").split(",")):
            now = (now or 0) + int(delay) / 1000
            if act == "a":
                answered = now
                self._at(now, "person", Answered())
            elif answered and act.removeprefix("i")[:1] in "0123456789*#":
                for key in act.removeprefix("i"):
                    self._at(now + 0.5, "person", Key(key))
            elif act == "H":
                self._at(now, "person", HungUp())
        while self._due and not self.call.ended:
            now, mark, kind, event = heapq.heappop(self._due)
            if kind == "person" or self._latest.get(kind) == mark:
                self._take(now, event)

    def _at(self, when: float, kind: str, event: Event) -> None:
        mark = next(self._order)
        self._latest[kind] = mark  # there is one timer, and one thing that is played
        heapq.heappush(self._due, (when, mark, kind, event))

    def _take(self, now: float, event: Event) -> None:
        self.call, commands = step(self.call, event)
        for command in commands:
            self.did.append(command)
            match command:
                case Play(sounds):
                    self._at(now + sum(len(WORDS[name]) for name in sounds) * A_CHARACTER, "played", Played())
                case StopPlaying():
                    self._latest.pop("played", None)
                case Wait(seconds):
                    self._at(now + seconds, "timer", Elapsed())
                case Withdraw(people=chosen):
                    receipts = tuple("1234567812345678" for _ in chosen)
                    self._at(now + 0.2, "person", Withdrawn(receipts))
                case StoreNever():
                    self._at(now + 0.1, "person", NeverStored())
                case StoreCallBack():
                    self._at(now + 0.1, "person", CallBackStored())
                case MakePin():
                    self._at(now + 0.1, "person", PinMade("123456"))
                case HangUp():
                    pass


def of_habit(habit: str, number: int = 25) -> list[Person]:
    found = (who for _, who in people(19) if who.habit == habit)
    return list(islice(found, number))


def test_whoever_wants_to_leave_has_left_when_he_hangs_up() -> None:
    assert [Meeting(person).call.withdrawn for person in of_habit("leaves")] == [1] * 25


def test_whoever_leaves_with_two_more_has_three_statements() -> None:
    assert [Meeting(person).call.withdrawn for person in of_habit("leaves-many")] == [3] * 25


def test_whoever_hangs_up_before_he_confirms_has_none() -> None:
    assert [Meeting(person).call.withdrawn for person in of_habit("leaves-half")] == [0] * 25


def test_keys_8_and_0_reach_what_they_are_for() -> None:
    for habit, command in (("person", StoreCallBack), ("pin", MakePin), ("never", StoreNever)):
        for person in of_habit(habit):
            assert any(isinstance(done, command) for done in Meeting(person).did), habit


def test_every_habit_comes_to_an_end_and_only_those_who_leave_withdraw() -> None:
    for habit in HABITS:
        met = [Meeting(person) for person in of_habit(habit, 10)]
        withdrawn = Counter(meeting.call.withdrawn for meeting in met)
        assert all(meeting.call.ended for meeting in met), habit
        if habit not in {"leaves", "leaves-many"}:
            assert set(withdrawn) == {0}, habit
    assert all(who.habit in HABITS for _, who in islice(people(19), 2000) if who.kind is Kind.ANSWERS)
