"""The challenge: two keys, two tries, slow fingers, PINs, and carriers that let no key through early."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tuidang.phone.floods.challenge import (
    FIRST_KEY,
    NEXT_KEY,
    Challenge,
    CheckPin,
    Command,
    Done,
    Event,
    Listen,
    PinChecked,
    Pressed,
    Say,
    Spoken,
    StopSaying,
    TakeUp,
    TimeUp,
    Voice,
    begin,
    step,
)
from tuidang.phone.floods.values import Answer, Challenged, Hand
from tuidang.phone.hotline_prompts import HOTLINE_PROMPTS


def play(*events: Event, seed: int = 1) -> tuple[Challenge, list[Command]]:
    """Play events, and give all that was commanded."""
    challenge, commands = begin(Random(seed), 1.0)
    said = list(commands)
    for event in events:
        challenge, commands = step(challenge, event)
        said += commands
    return challenge, said


DIGITS = begin(Random(1), 1.0)[0].digits


def keys(digits: str, at: float = 11.0, gap: float = 0.5) -> list[Event]:
    """Press some keys, one after the other."""
    return [Pressed(key, at + n * gap) for n, key in enumerate(digits)]


def answer(commands: list[Command]) -> Answer | None:
    """Find how it ended."""
    return next((one.challenged.answer for one in commands if isinstance(one, Done)), None)


def test_right_keys_pass_before_the_call_is_taken_up() -> None:
    _, said = play(Spoken(10), *keys(DIGITS), TimeUp(13))
    assert said[-1] == Done(Challenged(Answer.PASSED, Hand(10.0, 0.5)))
    assert TakeUp() not in said


def test_keys_may_be_pressed_while_the_words_are_said_which_stops_them() -> None:
    _, said = play(*keys(DIGITS, at=5), TimeUp(8))
    assert said.count(StopSaying()) == 1
    assert answer(said) is Answer.PASSED


def test_slow_fingers_and_a_key_pressed_twice_pass() -> None:
    first, second = list(DIGITS)
    _, said = play(Spoken(10), Pressed(first, 17.5), Pressed(first, 18), Pressed(second, 22.5), TimeUp(24))
    assert Listen(NEXT_KEY) in said
    assert answer(said) is Answer.PASSED


def test_a_wrong_key_and_then_the_right_ones_pass_in_the_same_try() -> None:
    _, said = play(Spoken(10), *keys("0" + DIGITS), TimeUp(13))
    assert answer(said) is Answer.PASSED
    assert TakeUp() not in said


def test_the_second_try_takes_the_call_up_first_and_asks_for_the_same_keys() -> None:
    _, said = play(Spoken(10), TimeUp(18))
    assert said[-2:][0] == TakeUp()
    again = said[-1]
    assert isinstance(again, Say)
    assert again.sounds[0] == "hotline/zh/challenge-again"
    for language in ("zh", "yue", "en"):
        digits = [sound for sound in again.sounds if sound.startswith(f"hotline/{language}/digit-")]
        assert digits == [f"hotline/{language}/digit-{digit}" for digit in DIGITS]
    _, said = play(Spoken(10), TimeUp(18), Spoken(25), *keys(DIGITS, at=27), TimeUp(30))
    assert said[-1] == Done(Challenged(Answer.PASSED, Hand(9.0, 0.5)))


def test_how_it_is_failed_is_told_apart() -> None:
    nothing = (Spoken(10), TimeUp(10 + FIRST_KEY), Spoken(25), TimeUp(25 + FIRST_KEY))
    assert answer(play(*nothing)[1]) is Answer.SILENT
    assert answer(play(nothing[0], Voice(12), *nothing[1:])[1]) is Answer.SPOKE
    assert answer(play(nothing[0], Pressed("0", 12), *nothing[1:])[1]) is Answer.WRONG


def test_a_pin_passes_even_if_it_begins_with_the_two_keys() -> None:
    pin = DIGITS + "1234"
    _, said = play(Spoken(10), *keys(pin))
    assert said[-1] == CheckPin(pin)
    assert answer(play(Spoken(10), *keys(pin), PinChecked(good=True, at=14))[1]) is Answer.PIN


def test_a_wrong_pin_is_a_wrong_answer_and_pins_can_be_tried_no_oftener_than_keys() -> None:
    wrong = (*keys("111213"), PinChecked(good=False, at=14))
    _, said = play(Spoken(10), *wrong, Spoken(20), *wrong)
    assert answer(said) is Answer.WRONG
    assert sum(isinstance(one, CheckPin) for one in said) == 2


@given(st.integers(0, 10_000))
def test_the_two_keys_differ_and_none_has_two_names(seed: int) -> None:
    digits = begin(Random(seed), 1.0)[0].digits
    assert len(set(digits)) == 2
    assert not set(digits) & set("01")


EVENTS = st.one_of(
    st.builds(Spoken, st.floats(0, 60)),
    st.builds(Pressed, st.sampled_from("0123456789*#"), st.floats(0, 60)),
    st.builds(Voice, st.floats(0, 60)),
    st.builds(TimeUp, st.floats(0, 60)),
    st.builds(PinChecked, st.booleans(), st.floats(0, 60)),
)


@given(st.lists(EVENTS, max_size=40))
def test_it_ends_once_in_whatever_order_things_happen_and_says_only_what_has_a_sound(
    events: list[Event],
) -> None:
    challenge, said = play(*events)
    ends = [one for one in said if isinstance(one, Done)]
    assert len(ends) == challenge.done
    assert len([one for one in said if isinstance(one, TakeUp)]) <= 1
    for one in said:
        if isinstance(one, Say):
            assert all(sound in HOTLINE_PROMPTS for sound in one.sounds)


@given(st.lists(EVENTS, max_size=20))
def test_time_always_ends_it(events: list[Event]) -> None:
    _, said = play(*events, PinChecked(good=False, at=99), *[TimeUp(100)] * 2)
    assert answer(said) is not None
