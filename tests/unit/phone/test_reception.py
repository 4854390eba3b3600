"""How callers are received: what they hear and what is done, by examples and in any order."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.phone.hotline_prompts import HOTLINE_PROMPTS, minutes_sound, place_sound
from tuidang.phone.messages import SAMPLE_MESSAGES
from tuidang.phone.reception import digits_of, step
from tuidang.phone.reception_values import (
    Answer,
    At,
    CheckPin,
    Come,
    Command,
    Dequeue,
    Elapsed,
    Enqueue,
    Event,
    GiveBack,
    HangUp,
    HungUp,
    Key,
    NobodyComes,
    NotNow,
    NotStored,
    Offered,
    PinChecked,
    Play,
    Played,
    PutAside,
    Reception,
    Requeued,
    Store,
    Stored,
    Taken,
    Wait,
    Word,
)

CALLER = Reception(number="8613800138000")
PLAYED, SILENCE = Played(), Elapsed()


def play(caller: Reception, *events: Event) -> tuple[Reception, list[Command]]:
    """Let events happen, and give all that was commanded."""
    given: list[Command] = []
    for event in events:
        caller, commands = step(caller, event)
        given += commands
    return caller, given


def keys(digits: str) -> list[Event]:
    return [Key(digit) for digit in digits]


def said(commands: list[Command]) -> list[str]:
    return [sound for command in commands if isinstance(command, Play) for sound in command.sounds]


@pytest.mark.parametrize(("digits", "language"), [("", "zh"), ("1", "zh"), ("2", "yue"), ("3", "en")])
def test_one_key_chooses_a_language_and_silence_is_mandarin(digits: str, language: str) -> None:
    caller, given = play(CALLER, Come(), *([] if digits else [PLAYED]), *keys(digits), SILENCE)
    assert given[0] == Answer()
    assert (caller.at, caller.language) == (At.WAITING, language)
    assert given[-1] == Enqueue()
    assert said(given)[-1] == f"hotline/{language}/connect"


def test_six_digits_are_a_pin_which_may_be_tried_three_times() -> None:
    caller, given = play(CALLER, Come(), *keys("246810"))
    assert CheckPin("246810") in given
    right, _ = play(caller, PinChecked(is_right=True), PLAYED, SILENCE)
    assert (right.at, right.is_known) == (At.WAITING, True)
    for _ in range(3):
        caller, _ = play(caller, PinChecked(is_right=False), *keys("111111"))
    assert not any(isinstance(one, CheckPin) for one in play(caller, *keys("222222"))[1])


def test_a_pin_that_nobody_looks_at_lets_him_wait_as_all_do() -> None:
    caller, _ = play(CALLER, Come(), *keys("246810"))
    waits, given = play(caller, PinChecked(is_right=None))
    assert (waits.at, waits.is_known, waits.pins) == (At.WAITING, False, 0)
    assert said(given) == ["hotline/zh/connect"]


def test_who_waits_hears_his_place_that_lines_are_overheard_and_recordings() -> None:
    waiting = play(CALLER, Come(), PLAYED, SILENCE)[0]
    _, given = play(waiting, Word(3, 4), PLAYED, SILENCE, PLAYED, SILENCE)
    assert said(given) == [
        *("hotline/zh/place-3", "hotline/zh/minutes-5", "hotline/zh/wait"),
        "hotline/zh/listened",
        *("hotline/zh/library", "message/sample-1"),
    ]


def test_who_would_rather_be_called_leaves_the_queue_and_his_number() -> None:
    waiting = play(CALLER, Come(), PLAYED, SILENCE, Offered())[0]
    caller, given = play(waiting, *keys("1"), *keys("1"), *keys("2"))
    assert Dequeue() in given
    assert Store("8613800138000", "afternoon") in given
    caller, given = play(caller, Stored(), PLAYED)
    assert said(given) == ["hotline/zh/stored", "hotline/zh/goodbye"]
    assert given[-1] == HangUp()


def test_who_typed_a_number_that_is_not_taken_now_is_told_what_he_can_do() -> None:
    storing = play(CALLER, Come(), PLAYED, SILENCE, NobodyComes("nobody"), *keys("114"))[0]
    caller, given = play(storing, NotNow(), PLAYED)
    assert said(given) == ["hotline/zh/number-not-now", "hotline/zh/goodbye"]
    assert given[-1] == HangUp()
    assert play(caller, NotNow()) == (caller, [])


def test_a_number_may_be_typed_and_is_read_back() -> None:
    nobody = play(CALLER, Come(), PLAYED, SILENCE, NobodyComes("nobody"))[0]
    caller, given = play(nobody, *keys("12"), *keys("13912345678#"))
    assert said(given)[-13:] == [
        "hotline/zh/number-read",
        *(f"hotline/zh/digit-{digit}" for digit in "13912345678"),
        "hotline/zh/number-sure",
    ]
    assert Store("8613912345678", "any") in play(caller, *keys("14"))[1]
    assert caller.at is At.SURE
    assert play(nobody, *keys("12"), *keys("123#"))[0].at is At.NUMBER


def test_without_a_number_of_the_carrier_it_is_typed() -> None:
    caller, given = play(Reception(), Come(), PLAYED, SILENCE, NobodyComes("nobody"), *keys("1"))
    assert caller.at is At.NUMBER
    assert said(given)[-1] == "hotline/zh/number-type"


@pytest.mark.parametrize("how", ["flooding", "frequent"])
def test_who_is_kept_out_hears_kind_words_and_waits_only_with_a_pin(
    how: Literal["flooding", "frequent"],
) -> None:
    caller, given = play(CALLER, Come(how), *keys("2"), SILENCE)
    assert (caller.at, said(given)[-2:]) == (At.ENDING, [f"hotline/yue/{how}", "hotline/yue/goodbye"])
    assert Enqueue() not in given
    assert play(caller, PLAYED)[1][-1] == HangUp()
    caller, given = play(CALLER, Come(how), *keys("246810"), PinChecked(is_right=True), PLAYED, SILENCE)
    assert (caller.at, given[-1]) == (At.WAITING, Enqueue())


@pytest.mark.parametrize("how", ["silent", "withheld"])
def test_who_pressed_no_key_is_told_what_to_do_unless_he_presses_one_now(
    how: Literal["silent", "withheld"],
) -> None:
    caller, given = play(CALLER, Come(how), PLAYED, SILENCE)
    assert (caller.at, said(given)[-2]) == (At.ENDING, f"hotline/zh/challenge-{how}")
    caller, given = play(CALLER, Come(how), *keys("1"), SILENCE)
    assert (caller.at, given[-1]) == (At.WAITING, Enqueue())


def test_key_8_goes_back_where_it_came_from_when_nobody_comes() -> None:
    caller, given = play(Reception(kind="key-8"), Come())
    assert given[-1] == Enqueue()
    assert Answer() not in given
    assert play(caller, NobodyComes("waited"))[1][-1] == GiveBack()


def test_every_sound_that_is_said_has_words() -> None:
    for place in range(1, 40):
        assert f"hotline/en/{place_sound(place)}" in HOTLINE_PROMPTS
    for minutes in (None, *range(1, 40)):
        assert f"hotline/yue/{minutes_sound(minutes)}" in HOTLINE_PROMPTS
    words = {name.partition("/")[2].partition("/")[0]: 0 for name in HOTLINE_PROMPTS}
    for name in HOTLINE_PROMPTS:
        words[name.split("/")[1]] += 1
    assert len(set(words.values())) == 1  # each language says the same


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("13800138000", "8613800138000"),
        ("+8613800138000", "8613800138000"),
        ("008613800138000", "8613800138000"),
        ("8613800138000", "8613800138000"),
        ("+12025550100", "12025550100"),
        ("0012025550123", "12025550123"),
        ("anonymous", ""),
        ("", ""),
        ("110", ""),
    ],
)
def test_a_number_is_understood_as_carriers_and_callers_write_it(text: str, digits: str) -> None:
    assert digits_of(text) == digits


EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.sampled_from("0123456789*#x").map(Key),
    st.sampled_from([Come(), Come("flooding"), Come("silent"), PLAYED, SILENCE, Taken(), Offered()]),
    st.sampled_from(
        [
            PinChecked(is_right=True),
            PinChecked(is_right=False),
            PinChecked(None),
            Stored(),
            NotStored(),
            HungUp(),
        ]
    ),
    st.sampled_from([PutAside("held"), PutAside("lost"), Requeued("yue"), Requeued(), NobodyComes("waited")]),
    st.builds(Word, st.integers(1, 30), st.none() | st.integers(1, 30)),
)


@given(st.sampled_from(["hotline", "key-8"]), st.lists(EVENTS, max_size=60))
def test_whatever_happens_silence_ends_kindly_in_sounds_that_are_there(
    kind: str, events: list[Event]
) -> None:
    caller, given = play(Reception(kind=kind, number="8613800138000"), *events)
    for _ in range(30):
        if caller.at in {At.NEW, At.ENDED, At.TALKING, At.WAITING, At.HELD}:
            break
        caller, more = play(caller, PLAYED, SILENCE)
        given += more
    assert caller.at in {At.NEW, At.ENDED, At.TALKING, At.WAITING, At.HELD}
    assert set(said(given)) <= {*HOTLINE_PROMPTS, *SAMPLE_MESSAGES}
    assert all(command.seconds > 0 for command in given if isinstance(command, Wait))
    stored = [command for command in given if isinstance(command, Store)]
    assert all(command.number.isdigit() for command in stored)
