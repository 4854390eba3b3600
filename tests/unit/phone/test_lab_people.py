"""The simulated country: the same from the same seed, of the shares that are stated, and written truly."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tuidang.phone.lab.people import (
    BLOCKS_IN_USE,
    HABITS,
    IN_USE,
    NOT_IN_USE,
    Kind,
    Person,
    by_info,
    people,
    read_people,
    write_people,
)
from tuidang.phone.lab.scenario import CONTROL, render

KEYS = "0123456789*#"


@pytest.fixture(scope="module")
def country() -> dict[str, Person]:
    return dict(people(19))


def test_the_same_seed_makes_the_same_country_and_another_seed_another(country: dict[str, Person]) -> None:
    again = people(19)
    assert all(country[digits] == person for digits, person in (next(again) for _ in range(1000)))
    other = people(20)
    assert any(country[digits] != person for digits, person in (next(other) for _ in range(100)))


def test_kinds_have_the_shares_that_are_stated(country: dict[str, Person]) -> None:
    used = sum(BLOCKS_IN_USE) * 100  # each share is a percentage of ten thousand numbers
    kinds = Counter(person.kind for person in country.values())
    for shares, whole in ((IN_USE, used), (NOT_IN_USE, 100_000 - used)):
        assert sum(shares.values()) == 100
        for kind, percent in shares.items():
            expected = whole * percent / 100
            assert abs(kinds[kind] - expected) < 5 * expected**0.5 + 1, kind


def test_habits_have_the_shares_that_are_stated_and_every_key_is_pressed(country: dict[str, Person]) -> None:
    answering = [person for person in country.values() if person.kind is Kind.ANSWERS]
    habits = Counter(person.habit for person in answering)
    assert sum(HABITS.values()) == 100
    for habit, percent in HABITS.items():
        expected = len(answering) * percent / 100
        assert abs(habits[habit] - expected) < 5 * expected**0.5, habit
    assert set("".join(person.keys for person in answering)) == set(KEYS)
    assert {person.by for person in answering} == {"rfc4733", "info"}


def test_people_hang_up_along_a_curve_many_at_once_and_few_late(country: dict[str, Person]) -> None:
    stayed = [
        int(re.findall(r"(\d+):H", person.script)[-1]) / 1000
        for person in country.values()
        if person.habit == "listens"
    ]
    gone = [sum(1 for seconds in stayed if seconds < bound) / len(stayed) for bound in (5, 10, 30, 60)]
    assert 0.2 < gone[0] < gone[1] < 0.6 < gone[2] < 0.85 < gone[3] < 1


def test_every_script_presses_the_keys_of_the_truth_and_comes_to_an_end(country: dict[str, Person]) -> None:
    for person in country.values():
        acts = [part.split(":") for part in person.script.rstrip(",").split(",")]
        assert all(int(delay) > 0 for delay, _ in acts)  # SIPp waits for ever where it is told to wait 0 ms
        assert acts[-1][1] in {"H", "W", "B", "U", "X", "J"}
        pressed = [act.removeprefix("i") for _, act in acts if act.removeprefix("i")[:1] in KEYS]
        assert "".join(pressed) == person.keys


def test_with_a_telephone_that_sends_info_the_same_person_presses_the_same_at_the_same_time(
    country: dict[str, Person],
) -> None:
    def takes(person: Person) -> int:
        return sum(int(delay) for delay in re.findall(r"(\d+):", person.script))

    for person in list(country.values())[:20_000]:
        other = by_info(person)
        assert (other.kind, other.habit, other.keys) == (person.kind, person.habit, person.keys)
        assert "+" not in other.script
        assert abs(takes(other) - takes(person)) <= 150 * len(person.keys)


def test_the_truth_is_read_back_as_it_was_written(country: dict[str, Person], tmp_path: Path) -> None:
    write_people(tmp_path / "people.csv", country)
    assert read_people(tmp_path / "people.csv") == country
    assert CONTROL not in country


def test_the_scenario_leads_only_to_places_that_are_there() -> None:
    scenario = ET.fromstring(render())
    labels = [label.get("id") for label in scenario.iter("label")]
    assert len(labels) == len(set(labels))
    wanted = {element.get(name) for element in scenario.iter() for name in ("next", "ontimeout")} - {None}
    assert wanted <= set(labels)
