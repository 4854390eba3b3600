"""Whatever people press in real calls: what is stored of it, what they hear, and what the record says."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from dialler_cast import (
    HANGS_UP,
    WAITS,
    answers,
    country,
    dialling,
    keys,
    make_campaign,
    make_sounds,
    pause,
    records,
    stored_contents,
    written,
)
from django.conf import settings

from tuidang.phone.call_table import PLACES
from tuidang.phone.call_values import At, Call
from tuidang.phone.sample import HOTLINE
from tuidang.privacy.keys import KeyFolder

pytestmark = pytest.mark.django_db(transaction=True)

QUICK = 0.2  # seconds between two breaths of a PIN: those of the call itself are in tests/unit/phone
LONGER = 0.6  # seconds of what plays while a trembling finger presses once more


def presses(pressed: str, *then: str) -> str:
    """Let somebody answer, press keys, wait a moment, and hang up or do something else."""
    return answers(keys(pressed), *(then or (pause(2), HANGS_UP)))


def trembles(pressed: str) -> str:
    """Press each key twice."""
    return "".join(keys(2 * key, after=0.8, apart=0.25) for key in pressed)


@dataclass(frozen=True)
class Habit:
    """What somebody does, and what the record of his call says."""

    does: str
    keys: str = ""
    people: int = 0
    reason: str = "key"


HABITS = {
    "family": Habit(presses("94111#113#12", pause(4), keys("12"), pause(2), HANGS_UP), "9", 3),
    "another": Habit(presses("91#212", pause(3), keys("1"), pause(2), HANGS_UP), "9", 1),
    "early": Habit(
        answers(keys("9", after=0.02), keys("1#12"), pause(3), keys("1"), pause(2), HANGS_UP), "9", 1
    ),
    "trembling": Habit(answers(trembles("91#12"), pause(3), trembles("1"), pause(2), HANGS_UP), "9", 1),
    "halfway": Habit(presses("93#12"), "9"),
    "call-back": Habit(presses("814"), "8"),
    "pin": Habit(presses("82", pause(12), HANGS_UP), "8"),
    "never": Habit(presses("0", WAITS), "0"),
    "slipped": Habit(presses("05"), ""),
    "wrong": Habit(answers(keys("5#", after=2), WAITS), ""),
    "silent": Habit(answers(WAITS), "", reason="silence"),
}


@dataclass
class Town:
    """What came of each habit's call."""

    numbers: dict[str, str] = field(default_factory=dict)
    lines: dict[str, Any] = field(default_factory=dict)
    sounds: dict[str, list[str]] = field(default_factory=dict)

    def call(self, habit: str) -> Call:
        """Give where the call ended."""
        call: Call = self.lines[habit].call
        return call

    async def live(self, dialler: Any) -> None:
        """See what is asked of Asterisk, until every call is over."""
        ask, ended = dialler._exchange._ari.request, dialler._exchange._ended

        async def request(method: str, path: str, body: Mapping[str, Any] | None = None, **more: str) -> Any:
            call = dialler._calls.get(path.split("/")[1]) if "/play/" in path else None
            if call is not None and body is not None:
                heard = self.sounds.setdefault(call.trunk.name, [])
                heard += [media.partition("/sounds/")[2] for media in body["media"]]
            return await ask(method, path, body, **more)

        def end(line: Any) -> None:
            call = dialler._calls[line.channel]
            self.lines[call.trunk.name], self.numbers[call.trunk.name] = line, call.drawn.number
            ended(line)

        dialler._exchange._ari.request, dialler._exchange._ended = request, end
        while len(self.lines) < len(HABITS):
            await asyncio.sleep(0.05)


def test_whatever_people_press_is_stored_once_said_and_recorded(
    house: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from tuidang.phone.models import Trunk

    monkeypatch.setitem(PLACES, At.PIN_READ, replace(PLACES[At.PIN_READ], silence=QUICK))
    town = Town()
    with country(house, **{name: habit.does for name, habit in HABITS.items()}) as switch:
        make_campaign(house, switch, calls=len(HABITS))
        make_sounds(house, LONGER, "prompt/more", "prompt/read-back", "prompt/stored")
        Trunk.objects.update(channels=1)  # one call each
        dialling(house, town.live, hotline=HOTLINE)
        there = written(house, switch)
    there += [text.encode() for text in capfd.readouterr()]
    recorded = {
        row["trunk"]: (row["outcome"], row["reason"], row["keys"], row["people"]) for row in records(house)
    }
    assert recorded == {
        name: ("answered", habit.reason, habit.keys, habit.people) for name, habit in HABITS.items()
    }
    statements_are_found_by_their_own_receipts(town)
    a_call_back_is_sealed_and_a_pin_is_hashed(town)
    only_who_meant_the_0_is_never_called_again(town)
    everybody_heard_what_belongs_to_his_keys(town)
    assert len(set(town.numbers.values())) == len(HABITS)
    secrets = [*(number[2:] for number in town.numbers.values()), town.call("pin").pin]
    assert not [secret for secret in secrets for data in there if secret.encode() in data]


def statements_are_found_by_their_own_receipts(town: Town) -> None:
    from tuidang.register.actions.owner import find_statement

    receipts = [receipt for name in HABITS for receipt in town.call(name).receipts]
    assert len({digits for _, digits in receipts}) == len(receipts) == 6
    for alias, digits in receipts:
        assert find_statement(digits, alias) is not None
        assert not [other for other, _ in receipts if other != alias and find_statement(digits, other)]
    stored = [(content.name, content.orgs) for content in stored_contents()]
    assert len(stored) == 6
    family = [alias for alias, _ in town.call("family").receipts]
    chosen = (("party", "league", "pioneers"), ("party",), ("pioneers",))
    assert set(zip(family, chosen, strict=True)) <= set(stored)
    ((another, _),) = town.call("another").receipts
    sounds = town.sounds["another"]
    assert sounds[sounds.index("prompt/alias-another") + 1] == f"alias/{another}"


def a_call_back_is_sealed_and_a_pin_is_hashed(town: Town) -> None:
    from tuidang.phone.actions.choices import call_back_keys
    from tuidang.phone.models import CallBack, Pin
    from tuidang.privacy.calls import pin_hash
    from tuidang.privacy.sealing import open_sealed_to

    wish = CallBack.objects.get()
    assert wish.hours == "any"
    opened = open_sealed_to(call_back_keys().private_key(wish.day), bytes(wish.sealed))
    assert opened == town.numbers["call-back"]
    sounds = town.sounds["pin"]
    reading = sounds[sounds.index("prompt/pin") : sounds.index("prompt/pin-how")]
    digits = "".join(sound.removeprefix("digit/") for sound in reading if sound.startswith("digit/"))
    pin = town.call("pin").pin
    assert len(pin) == 6
    assert digits == (pin + HOTLINE) * 2
    assert bytes(Pin.objects.get().hash) == pin_hash(KeyFolder(settings.TUIDANG.keys).call_key(), pin)


def only_who_meant_the_0_is_never_called_again(town: Town) -> None:
    from tuidang.phone.actions.never import is_never
    from tuidang.phone.models import DoNotCall

    assert is_never(list(town.numbers.values())) == {town.numbers["never"]}
    assert DoNotCall.objects.count() == 1


def everybody_heard_what_belongs_to_his_keys(town: Town) -> None:
    last = {name: sounds[-1] for name, sounds in town.sounds.items()}
    assert (last["never"], last["silent"], last["wrong"]) == (
        "prompt/never-done",
        "prompt/goodbye",
        "prompt/goodbye",
    )
    assert "prompt/read-back-many" in town.sounds["family"]
    assert town.sounds["call-back"].count("prompt/call-back-done") == 1
    assert "prompt/wrong" in town.sounds["wrong"]
    assert town.sounds["silent"].count("prompt/menu-listened") == 2
    assert town.sounds["slipped"][-1] == "prompt/menu-none"
    assert "prompt/confirm" in town.sounds["halfway"]
