"""Which machines count as dead, by the clock of the one that looks."""

from __future__ import annotations

from tuidang.phone.dialler.roll import LIFE, VALID, Roll


class Clock:
    """A clock that is set by hand."""

    now = 5000.0

    def __call__(self) -> float:
        return self.now


def test_a_machine_whose_mark_stays_is_dead_after_its_life_and_alive_with_a_new_one() -> None:
    clock = Clock()
    roll = Roll(clock)
    for second in range(int(LIFE)):
        clock.now = 5000.0 + second
        assert roll.find_dead({"m2": 7, "m3": second}) == set()
    clock.now = 5000.0 + LIFE
    assert roll.find_dead({"m2": 7, "m3": 99}) == {"m2"}
    assert roll.find_dead({"m2": 8, "m3": 99}) == set()


def test_who_was_away_himself_calls_nobody_dead_yet() -> None:
    clock = Clock()
    roll = Roll(clock)
    roll.find_dead({"m2": 7})
    clock.now += 60  # the database was away
    assert roll.find_dead({"m2": 7}) == set()


def test_a_machine_has_stopped_dialling_long_before_it_is_dead() -> None:
    assert VALID * 2 <= LIFE
