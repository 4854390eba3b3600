"""Machines that dial by one trunk divide its limits among them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tuidang.phone.actions.shares import Share, leave_shares, take_shares
from tuidang.phone.models import Trunk, TrunkShare

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house")]


@pytest.fixture(autouse=True)
def trunk() -> None:
    Trunk.objects.create(name="lab", host="127.0.0.1:5070")


class Fleet:
    """Machines that look in turn, each using all that it may, and no call lasting."""

    def __init__(self, *names: str, limit: Share) -> None:
        self.limit = limit
        self.shares = dict.fromkeys(names, Share())

    def look(self, name: str, dead: frozenset[str] = frozenset()) -> Share:
        def find_dead(marks: Mapping[str, int]) -> frozenset[str]:
            assert name not in marks
            return dead & marks.keys()

        held = {"lab": self.shares[name]}
        self.shares[name] = take_shares(name, {"lab": self.limit}, held, find_dead)["lab"]
        return self.shares[name]

    def settle(self) -> dict[str, Share]:
        for _ in range(4):
            for name in self.shares:
                self.look(name)
        return self.shares


def test_a_machine_alone_has_everything_at_once() -> None:
    assert Fleet("m1", limit=Share(10, 100)).look("m1") == Share(10, 100)


def test_one_that_joins_waits_until_the_other_has_given_up_a_half() -> None:
    fleet = Fleet("m1", "m2", limit=Share(10, 100))
    assert fleet.look("m1") == Share(10, 100)
    assert fleet.look("m2") == Share(0, 0)
    assert fleet.look("m1") == Share(5, 50)
    assert fleet.look("m2") == Share(0, 0)  # the other may still be using it
    assert fleet.look("m1") == Share(5, 50)
    assert fleet.look("m2") == Share(5, 50)


def test_what_cannot_be_divided_is_not_lost() -> None:
    fleet = Fleet("m1", "m2", "m3", limit=Share(5, 7))
    assert fleet.settle() == {"m1": Share(2, 3), "m2": Share(2, 2), "m3": Share(1, 2)}


def test_a_trunk_of_one_call_a_second_is_one_machine_s_with_all_its_channels() -> None:
    fleet = Fleet("m1", "m2", limit=Share(1, 10))
    assert fleet.settle() == {"m1": Share(1, 10), "m2": Share(0, 0)}


def test_what_a_machine_leaves_or_a_dead_one_had_is_the_others() -> None:
    fleet = Fleet("m1", "m2", "m3", limit=Share(9, 90))
    fleet.settle()
    del fleet.shares["m3"]
    leave_shares("m3")
    assert fleet.settle() == {"m1": Share(5, 45), "m2": Share(4, 45)}
    del fleet.shares["m2"]
    assert fleet.settle() == {"m1": Share(5, 45)}
    assert fleet.look("m1", frozenset({"m2"})) == Share(9, 90)
    assert [row.machine for row in TrunkShare.objects.all()] == ["m1"]


def test_calls_that_are_up_are_nobody_else_s_channels_and_a_trunk_that_is_left_keeps_those_only() -> None:
    def nobody(marks: Mapping[str, int]) -> set[str]:
        return set()

    limit = {"lab": Share(10, 100)}
    take_shares("m1", limit, {}, nobody)
    assert take_shares("m1", {}, {"lab": Share(0, 80)}, nobody) == {}
    assert take_shares("m2", limit, {}, nobody)["lab"] == Share(5, 20)
    take_shares("m1", {}, {"lab": Share(0, 0)}, nobody)
    assert take_shares("m2", limit, {}, nobody)["lab"] == Share(10, 100)


def test_a_machine_that_starts_again_under_its_name_goes_on_with_its_part(house: Path) -> None:
    fleet = Fleet("m1", "m2", limit=Share(10, 100))
    fleet.settle()
    fleet.shares["m2"] = Share()  # it was killed, and remembers nothing
    assert fleet.look("m2") == Share(5, 50)
