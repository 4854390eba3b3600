"""A country of a hundred thousand different people, made from a seed and stated shares; pure.

Whoever has a number is found by its last five digits, so any number that is dialled reaches somebody, and
every dialler meets the same person. The first of the five tells how many of a block's numbers are in use, so
that blocks differ as they do in life. The shares are assumptions, not measurements; how many answer is of the
size that was published (27%).
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from tuidang.phone.lab.scenario import CONTROL

_SAID = 7000  # ms that an announcement or a machine's greeting takes
_RFC_4733 = 1000  # ms until a key by RFC 4733 has been heard whole
# Who has a number that is not in the table: the first two lines, of which SIPp can name the second.
_NOBODY = "nobody;100:U,;unallocated;;;;0\n" * 2
_TWICE = 150  # ms between two presses of a trembling finger


class Kind(StrEnum):
    """Say what becomes of a call to somebody: the truth that outcomes are compared with."""

    ANSWERS = "answers"
    MACHINE = "machine"  # a greeting, a beep, silence
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    REJECTS = "rejects"
    OFF = "switched-off"  # said in early media, then 480
    OFF_CHARGED = "switched-off-charged"  # said in early media, then answered
    UNALLOCATED = "unallocated"  # 404
    UNALLOCATED_SAID = "unallocated-said"  # said in early media, then 404
    UNALLOCATED_LIED = "unallocated-lied"  # 480, as if somebody were away
    UNALLOCATED_RINGS = "unallocated-rings"  # rings, and nobody is there


# Of a hundred numbers in use, and of a hundred that are not.
IN_USE = {
    Kind.ANSWERS: 48,
    Kind.MACHINE: 4,
    Kind.BUSY: 6,
    Kind.NO_ANSWER: 24,
    Kind.REJECTS: 6,
    Kind.OFF: 8,
    Kind.OFF_CHARGED: 4,
}
NOT_IN_USE = {
    Kind.UNALLOCATED: 55,
    Kind.UNALLOCATED_SAID: 20,
    Kind.UNALLOCATED_LIED: 15,
    Kind.UNALLOCATED_RINGS: 10,
}
# How many of a hundred numbers are in use, by the first of the last five digits.
BLOCKS_IN_USE = (85, 80, 75, 70, 65, 60, 50, 30, 5, 0)

# What those who answer do, of a hundred. Far more than in life press a key, so that every key is soon seen.
HABITS = {
    "listens": 60,  # and hangs up somewhere along the curve
    "silent": 5,  # stays on to the end
    "leaves": 8,  # 9, one person
    "leaves-many": 2,  # 9, three people
    "leaves-half": 3,  # 9, hangs up before the confirmation
    "person": 4,  # 8, to be called back
    "pin": 1,  # 8, will call
    "never": 5,  # 0
    "more": 5,  # 1
    "early": 2,  # a key before anything was said
    "double": 2,  # the same key twice in a moment
    "wrong": 3,  # keys that mean nothing here
}


@dataclass(frozen=True)
class Person:
    """Hold who has a number: what becomes of a call, which keys are pressed and how, and the whole script."""

    kind: Kind
    script: str
    habit: str = ""
    keys: str = ""  # all that are pressed if nobody hangs up before
    by: str = ""  # rfc4733 or info
    ring: int = 0  # ms until it is answered or refused


def people(seed: int, *, rfc4733: bool = True) -> Iterator[tuple[str, Person]]:
    """Yield every number's last five digits, and who has it. Without `rfc4733` all keys go by SIP INFO."""
    for number in range(100_000):
        digits = f"{number:05}"
        if digits == CONTROL:
            continue
        chance = random.Random(f"{seed} {digits}")  # noqa: S311 -- a country to play with
        person = _person(chance, in_use=chance.random() * 100 < BLOCKS_IN_USE[int(digits[0])])
        yield digits, person if rfc4733 else by_info(person)


def by_info(person: Person) -> Person:
    """Return the same person with a telephone that sends its keys by SIP INFO."""
    if person.by != "rfc4733":
        return person
    script, kept = "", 0
    for delay, act in (part.split(":") for part in person.script.rstrip(",").split(",")):
        kept += int(delay)
        if act != "+":
            script += _press("info", kept, act) if act[0] in "0123456789*#" else f"{kept}:{act},"
            kept = 0
    return replace(person, script=script, by="info")


def write_people(path: Path, country: Mapping[str, Person] | Iterator[tuple[str, Person]]) -> None:
    """Write the table that SIPp looks people up in."""
    rows = country.items() if isinstance(country, Mapping) else country
    with path.open("w", encoding="utf-8") as file:
        file.write("SEQUENTIAL\n" + _NOBODY)
        file.writelines(
            f"{digits};{who.script};{who.kind};{who.habit};{who.keys};{who.by};{who.ring}\n"
            for digits, who in rows
        )


def read_people(path: Path) -> dict[str, Person]:
    """Read the truth back: the last five digits of each number, and who has it."""
    with path.open(encoding="utf-8", newline="") as file:
        file.seek(len("SEQUENTIAL\n" + _NOBODY))
        return {
            digits: Person(Kind(kind), script, habit, keys, by, int(ring))
            for digits, script, kind, habit, keys, by, ring in csv.reader(file, delimiter=";")
        }


def _person(chance: random.Random, *, in_use: bool) -> Person:
    shares = IN_USE if in_use else NOT_IN_USE
    kind = chance.choices(list(shares), list(shares.values()))[0]
    begun = chance.randint(300, 2500)
    # People take their time to answer: most within three rings of five seconds, a few after half a minute.
    answer = min(int(chance.gammavariate(2.5, 3000)), 38_000) + 500
    if kind is Kind.ANSWERS:
        return _answers(chance, begun, answer)
    script, ring = {
        Kind.MACHINE: (f"{begun}:r,{answer + 15_000}:a,20:g,{_SAID + 20_000}:H,", begun + answer + 15_000),
        Kind.BUSY: (f"{begun}:B,", begun),
        Kind.REJECTS: (f"{begun}:r,{answer}:J,", begun + answer),
        Kind.NO_ANSWER: (f"{begun}:r,1:W,", 0),
        Kind.OFF: (f"{begun}:e,20:o,{_SAID}:X,", begun + _SAID),
        Kind.OFF_CHARGED: (f"{begun}:e,20:o,{_SAID // 2}:a,{_SAID}:H,", begun + _SAID // 2),
        Kind.UNALLOCATED: (f"{begun}:U,", begun),
        Kind.UNALLOCATED_SAID: (f"{begun}:e,20:q,{_SAID}:U,", begun + _SAID),
        Kind.UNALLOCATED_LIED: (f"{begun}:X,", begun),
        Kind.UNALLOCATED_RINGS: (f"{begun}:r,1:W,", 0),
    }[kind]
    return Person(kind, script, ring=ring)


def _answers(chance: random.Random, begun: int, answer: int) -> Person:
    habit = chance.choices(list(HABITS), list(HABITS.values()))[0]
    by = chance.choices(("rfc4733", "info"), (85, 15))[0]
    # Half of all who listen are gone after some ten seconds, and whoever stays longer stays ever longer.
    patience = int(chance.weibullvariate(16_000, 0.7)) + 800
    presses = _presses(chance, habit, min(patience, 40_000))
    hello = chance.choice(("20:h,900:s,", "20:s,"))
    script = f"{begun}:r,{answer}:a,{hello}" + "".join(_press(by, delay, keys) for delay, keys in presses)
    last = {"listens": patience, "silent": 0, "leaves": 60_000, "leaves-many": 15_000}.get(habit, 9_000)
    script += f"{last}:H," if last else "1:W,"
    return Person(Kind.ANSWERS, script, habit, "".join(keys for _, keys in presses), by, begun + answer)


def _press(by: str, delay: int, keys: str) -> str:
    if by == "rfc4733":
        return f"{delay}:{keys},{_RFC_4733 * len(keys)}:+,"
    return "".join(f"{delay if i == 0 else _TWICE}:i{key}," for i, key in enumerate(keys))


def _presses(chance: random.Random, habit: str, waited: int) -> list[tuple[int, str]]:
    """Return which keys somebody presses and the time before each, in the order in which the call asks."""
    pause = chance.randint(2500, 6000)
    org, hours, key, wrong = (
        chance.choice("123"),
        chance.choice("1234"),
        chance.choice("198"),
        chance.choice("34567"),
    )
    # Which, that is all, by this name.
    himself = [(waited, "9"), (pause, org), (pause, "#"), (pause, "1")]
    # All three, by another name; somebody else too.
    three = [
        (waited, "9"),
        (pause, "4"),
        (pause, "2"),
        (pause, "1"),
        (pause, "1"),
        (pause, "1"),
        (pause, "#"),
    ]
    return {
        # Nobody else; all is right; let me hear the receipt.
        "leaves": [*himself, (pause, "2"), (16_000, "1"), (pause + 2000, "1")],
        # A third, and nobody else; all is right; do not read the receipts aloud.
        "leaves-many": [*three, *((pause, k) for k in "113#12"), (35_000, "1"), (pause + 2000, "2")],
        "leaves-half": himself,
        "person": [(waited, "8"), (pause, "1"), (pause, hours)],
        "pin": [(waited, "8"), (pause, "2")],
        "never": [(waited, "0")],
        "more": [(waited, "1")],
        "early": [(150, chance.choice("1980"))],
        "double": [(waited, key * 2)],
        "wrong": [(waited, wrong), (pause, chance.choice("*#"))],
    }.get(habit, [])
