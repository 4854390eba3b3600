"""Who calls the hotline in the simulation of floods: honest people, and those who want nobody to be heard.

All of it is assumed, and stands in docs/explanation/floods.md. It was fixed before the rules were tuned:
whoever makes the rules look better by changing these people measures nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

HOUR = 3600.0
QUIET = HOUR  # honest people only, before the flood begins
FLOOD = 6 * HOUR
PROMPT = 9.0  # seconds that the challenge is spoken
KEY_WAIT = 8.0  # seconds it then waits for keys
HONEST_WRAP, HOSTILE_WRAP = 30.0, 5.0  # seconds before a volunteer is rung again
LINES = ("line-1", "line-2", "line-3", "line-4")  # the numbers we publish
LINE_SHARES = (0.4, 0.3, 0.2, 0.1)  # of honest calls


class Keyed(StrEnum):
    """What comes of a challenge: how it is passed, or how it is not."""

    PASSED = "passed"
    PIN = "pin"  # pressed the six digits he was given before
    WRONG = "wrong"  # pressed something, twice
    SPOKE = "spoke"  # pressed nothing, and was heard
    SILENT = "silent"
    GONE = "gone"  # hung up


@dataclass(frozen=True, slots=True)
class Try:
    """One call: what its caller does, if it comes to that."""

    pause: float  # seconds after the last call ended
    keyed: Keyed
    second: bool  # needs both tries of the challenge to pass it
    reaction: float  # seconds from the end of the prompt to the first key
    gap: float  # seconds between two keys
    patience: float  # seconds in the queue
    talk: float  # seconds of a volunteer
    marked: bool = False  # a volunteer who hears him marks him hostile
    silent: bool = False  # says nothing to the volunteer
    drops: bool = False  # hangs up at the moment a volunteer answers


@dataclass(frozen=True, slots=True)
class Need:
    """An honest person who wants to talk now; met when one of his calls reaches a person."""

    number: str  # "" withheld
    line: str
    begins: float
    kind: str
    tries: tuple[Try, ...]
    has_pin: bool = False
    goes_on: bool = False  # calls again although he was heard


@dataclass(frozen=True)
class Town:
    """The honest people of a hotline, and how many volunteers there are."""

    name: str
    desks: int
    an_hour: float  # new people
    lonely: int = 2  # people who call about ten times an hour, all the time
    regulars: int = 6  # people who call about three times an hour, all the time
    withheld: float = 0.2
    pin: float = 0.15
    elderly: float = 0.15
    redials: float = 0.5  # share who call again after a call that reached nobody, twice at most
    talk: float = 330.0  # seconds, mean
    patience: float = 240.0  # seconds in the queue, mean
    clumsy: float = 1.0  # how many times as often people fail the challenge as assumed


DAY_TEAM = Town("10 volunteers, 60 people an hour", 10, 60)
NIGHT_TEAM = Town("3 volunteers, 8 people an hour", 3, 8, lonely=1, regulars=1)


def mobile(rng: Random) -> str:
    """Draw a Chinese mobile number as anybody may have it."""
    return f"861{rng.choice('356789')}{rng.randrange(10**9):09d}"


def honest_people(town: Town, rng: Random) -> list[Need]:
    """Draw everybody who wants to talk from the quiet hour to the end of the flood."""
    needs: list[Need] = []
    at = 0.0
    while (at := at + rng.expovariate(town.an_hour / HOUR)) < QUIET + FLOOD:
        has_pin = rng.random() < town.pin
        kind = "PIN" if has_pin else "first"
        number = mobile(rng)
        if rng.random() < town.withheld:
            number, kind = "", "withheld"
        elderly = rng.random() < town.elderly
        kind = "elderly" if elderly else kind
        needs.append(_need(town, rng, number, at, kind, has_pin=has_pin, elderly=elderly))
    for often, count in ((10, town.lonely), (3, town.regulars)):
        for _ in range(count):
            needs += _frequent(town, rng, often)
    return sorted(needs, key=lambda need: need.begins)


def _frequent(town: Town, rng: Random, an_hour: int) -> Iterator[Need]:
    """Let one person need to talk in every hour, `an_hour` times whether he was heard or not."""
    number, line = mobile(rng), rng.choices(LINES, LINE_SHARES)[0]
    for hour in range(int((QUIET + FLOOD) / HOUR)):
        tries = tuple(
            replace(_honest_try(town, rng, pin=False, elderly=False), pause=rng.expovariate(an_hour / HOUR))
            for _ in range(an_hour)
        )
        tries = tuple(replace(t, talk=rng.expovariate(1 / 120)) for t in tries) if an_hour > 5 else tries
        yield Need(number, line, hour * HOUR + rng.random() * 600, "frequent", tries, goes_on=True)


def _need(
    town: Town, rng: Random, number: str, at: float, kind: str, *, has_pin: bool, elderly: bool
) -> Need:
    calls = 1
    while calls < 3 and rng.random() < town.redials:
        calls += 1
    tries = tuple(_honest_try(town, rng, pin=has_pin, elderly=elderly) for _ in range(calls))
    return Need(number, rng.choices(LINES, LINE_SHARES)[0], at, kind, tries, has_pin)


def _honest_try(town: Town, rng: Random, *, pin: bool, elderly: bool) -> Try:
    """Draw one honest call. Who has a PIN presses it in four of five calls."""
    gone, wrong, spoke, silent = (0.015, 0.09, 0.05, 0.01) if elderly else (0.005, 0.02, 0.008, 0.002)
    shares = [gone, wrong * town.clumsy, spoke * town.clumsy, silent * town.clumsy]
    fails = (Keyed.GONE, Keyed.WRONG, Keyed.SPOKE, Keyed.SILENT)
    keyed = rng.choices((*fails, Keyed.PASSED), [*shares, 1 - sum(shares)])[0]
    if keyed == Keyed.PASSED and pin and rng.random() < 0.8:
        keyed = Keyed.PIN
    reaction, gap = human_keys(rng)
    return Try(
        pause=rng.expovariate(1 / 300),
        keyed=keyed,
        second=rng.random() < (0.3 if elderly else 0.06),
        reaction=reaction * (1.7 if elderly else 1),
        gap=gap * (1.7 if elderly else 1),
        patience=rng.expovariate(1 / town.patience),
        talk=max(20.0, rng.expovariate(1 / town.talk)),
        marked=rng.random() < 0.003,  # by mistake
    )


def human_keys(rng: Random) -> tuple[float, float]:
    """Draw the seconds to the first key and between two."""
    return rng.lognormvariate(0.7, 0.5), rng.lognormvariate(-0.5, 0.5)


def machine_keys(rng: Random) -> tuple[float, float]:
    """Draw the same for a program that does not care to look like a person."""
    return rng.gauss(0.5, 0.02), rng.gauss(0.2, 0.01)


def _fresh(rng: Random, caller: int) -> str:  # noqa: ARG001 - another number for each call
    return mobile(rng)


def _one(rng: Random, caller: int) -> str:  # noqa: ARG001 - always the same
    return "8613800000001"


def _withheld(rng: Random, caller: int) -> str:  # noqa: ARG001
    return ""


def _near(rng: Random, caller: int) -> str:  # noqa: ARG001 - one of two blocks of ten thousand
    return f"86139{rng.choice(('10020', '10021'))}{rng.randrange(1_000):03d}"


def _own(rng: Random, caller: int) -> str:  # noqa: ARG001 - a telephone of his own
    return mobile(Random(f"own {caller}"))


def _twice(rng: Random, caller: int) -> str:
    """Give each number two calls, some minutes apart, as people who did not get through call again."""
    return mobile(Random(f"twice {caller if rng.random() < 0.5 else caller - 200}"))


@dataclass(frozen=True)
class Attack:
    """One attacker: how many calls, from which numbers, and what they do."""

    name: str
    an_hour: float = 3_000  # calls, whatever becomes of them; or
    people: int = 0  # so many who call, one call after the other, each `pause` seconds after the last
    pause: float = 20.0
    number: Callable[[Random, int], str] = _fresh
    spread: bool = False  # over our numbers as honest people are; else all on the most published one
    keyed: tuple[tuple[Keyed, float], ...] = ((Keyed.SILENT, 1.0),)
    keys: Callable[[Random], tuple[float, float]] = machine_keys
    patience: float = 90.0  # mean
    talk: float = 12.0  # until the volunteer has understood
    marked: float = 0.6
    silent: bool = True
    drops: float = 0.0
    on: float = 0.0  # seconds of each pulse, and of the silence after it; 0: without pulses
    off: float = 0.0
    borrows: bool = False  # shows numbers of the honest people who call

    def call(self, rng: Random, caller: int) -> tuple[str, str, Try]:
        """Draw one hostile call: its number, our number, and what it does."""
        keyed = rng.choices([k for k, _ in self.keyed], [share for _, share in self.keyed])[0]
        reaction, gap = self.keys(rng)
        line = rng.choices(LINES, LINE_SHARES)[0] if self.spread else LINES[0]
        one = Try(
            pause=rng.expovariate(1 / self.pause),
            keyed=keyed,
            second=False,
            reaction=max(0.05, reaction),
            gap=max(0.05, gap),
            patience=rng.expovariate(1 / self.patience),
            talk=self.talk * rng.uniform(0.5, 1.5),
            marked=rng.random() < self.marked,
            silent=self.silent,
            drops=rng.random() < self.drops,
        )
        return self.number(rng, caller), line, one


def _listens(share: float) -> tuple[tuple[Keyed, float], ...]:
    return ((Keyed.PASSED, share), (Keyed.SILENT, 1 - share))


_HIRED = Attack(
    "", people=20, keyed=_listens(0.98), keys=human_keys, patience=300, talk=60, marked=0.7, silent=False
)
ATTACKS = (
    Attack("one number", number=_one),
    Attack("a number for each call, never pressing a key"),
    Attack("withheld, never pressing a key", number=_withheld),
    Attack("withheld, three in ten pass", number=_withheld, keyed=_listens(0.3)),
    Attack("numbers near each other, three in ten pass", number=_near, keyed=_listens(0.3)),
    Attack("a number for each call, three in ten pass", keyed=_listens(0.3)),
    Attack("a number for each call, all pass, like a machine", keyed=_listens(1), drops=0.3),
    Attack(
        "a number for each call, all press something wrong", keyed=((Keyed.WRONG, 1.0),), keys=human_keys
    ),
    replace(_HIRED, name="20 people hired, each with a telephone", number=_own),
    replace(_HIRED, name="100 people hired, each with a telephone", people=100, number=_own),
    replace(_HIRED, name="5 people hired, a number for each call", people=5),
    replace(_HIRED, name="20 people hired, a number for each call", people=20),
    replace(_HIRED, name="100 people hired, a number for each call", people=100),
    Attack("slow: 40 an hour that talk", an_hour=40, keyed=_listens(1), keys=human_keys, patience=240,
           talk=90, marked=0.3, silent=False, spread=True),
    Attack("in pulses: ten minutes on, twenty off", on=600, off=1_200, keyed=_listens(0.3)),
    Attack("has read the rules, 500 an hour", an_hour=500, number=_twice, keyed=_listens(1),
           keys=human_keys, patience=240, talk=25, silent=False, spread=True),
    Attack("has read the rules, 3,000 an hour", an_hour=3_000, number=_twice, keyed=_listens(1),
           keys=human_keys, patience=240, talk=25, silent=False, spread=True),
    Attack("shows the numbers of honest callers", keyed=_listens(0.3), borrows=True),
)  # fmt: skip
