"""The message, the menu and key 0: who calls, what keys do at any time, and how a call ends."""

from __future__ import annotations

import pytest

from call_cast import SCRIPT, Line, Script
from tuidang.phone.call import (
    Answered,
    At,
    Elapsed,
    Failed,
    HangUp,
    HungUp,
    Key,
    NeverStored,
    Play,
    Played,
    StopPlaying,
    StoreNever,
    TooLong,
    Wait,
    begin,
    step,
)
from tuidang.phone.prompts import PROMPTS


def test_the_voice_says_first_who_is_calling_then_the_message() -> None:
    assert Line().answer().sounds == ["prompt/who", "message/news"]


def test_nothing_is_said_before_somebody_answers() -> None:
    line = Line().send(Key("9"), Key("0"), Played(), Elapsed(), Failed())
    assert line.commands == []
    assert line.answer().sounds == ["prompt/who", "message/news"]


def test_a_call_nobody_answers_ends_without_a_word() -> None:
    line = Line().hang_up()
    assert line.call.ended
    assert line.commands == []


def test_a_call_that_rings_for_ever_ends_without_a_word() -> None:
    line = Line().send(TooLong())
    assert line.call.ended
    assert line.commands == [HangUp()]


def test_after_the_message_comes_the_menu_and_after_two_silences_a_goodbye() -> None:
    line = Line().answer().listen()
    assert line.call.at is At.MENU
    assert line.now_playing[0] == "prompt/menu"
    line.stay_silent()
    assert line.now_playing[:2] == ("prompt/again", "prompt/menu")
    line.stay_silent()
    assert line.now_playing == ("prompt/goodbye",)
    line.listen()
    assert line.call.ended
    assert line.commands[-1] == HangUp()
    assert line.storing == []


@pytest.mark.parametrize("again", [False, True])
def test_the_menu_says_that_a_phone_can_be_listened_to_before_it_offers_key_9(again: bool) -> None:
    line = Line().answer().listen()
    if again:
        line.stay_silent()
    words = "".join(PROMPTS[sound] for sound in line.now_playing)
    assert 0 < words.index("有人在听") < words.index("我们的网站") < words.index("按九")


def test_key_1_plays_the_next_message_without_the_greeting_until_there_is_no_other() -> None:
    line = Line().answer().press("1")
    assert line.now_playing == ("message/history",)
    assert "prompt/menu-more" not in line.listen().now_playing
    line.press("1")
    assert line.now_playing == ("prompt/no-more",)
    assert line.listen().call.at is At.MENU
    assert line.call.keys == "1"


@pytest.mark.parametrize(("key", "at"), [("9", At.ORGS), ("8", At.PERSON), ("0", At.NEVER_SURE)])
@pytest.mark.parametrize("when", ["in the greeting", "in the menu", "after the menu", "in the goodbye"])
def test_a_key_of_the_menu_works_at_any_time(key: str, at: At, when: str) -> None:
    line = Line().answer()
    if when != "in the greeting":
        line.send(Played())
    if when in {"after the menu", "in the goodbye"}:
        line.send(Played())
    if when == "in the goodbye":
        line.send(Elapsed(), Played(), Elapsed())
        assert line.call.at is At.GOODBYE
    line.press(key)
    assert line.call.at is at
    assert line.call.keys == key.strip("0")  # a 0 counts when it is confirmed


def test_what_is_playing_stops_before_the_answer_to_a_key_begins() -> None:
    line = Line().answer()
    _, commands = step(line.call, Key("9"))
    assert [type(command) for command in commands] == [StopPlaying, Play, Wait]


def test_a_key_without_meaning_does_not_disturb_the_message() -> None:
    line = Line().answer()
    before = line.call.at, len(line.commands)
    line.press("2345*#7")
    assert (line.call.at, len(line.commands)) == before


def test_a_wrong_key_in_the_menu_is_answered_and_asked_again_once() -> None:
    line = Line().answer().listen().press("5")
    assert line.now_playing[:2] == ("prompt/wrong", "prompt/menu")
    line.press("#")
    assert line.now_playing == ("prompt/goodbye",)


def test_what_is_no_key_at_all_is_passed_over() -> None:
    line = Line().answer().listen()
    assert step(line.call, Key("A"))[1] == ()
    assert step(line.call, Key(""))[1] == ()


def test_one_press_of_0_is_asked_about_and_another_key_takes_it_back() -> None:
    line = Line().answer().press("0")
    assert line.now_playing == ("prompt/never-sure",)
    assert line.storing == []
    line.press("5")
    assert line.call.at is At.MENU
    line.hang_up()
    assert line.storing == []
    assert line.call.keys == ""


def test_a_0_that_trembles_is_one_press() -> None:
    line = Line().answer().send(Key("0"), Key("0"))
    assert line.call.at is At.NEVER_SURE
    assert line.storing == []


@pytest.mark.parametrize("how", ["0", "silence", "hanging up", "a call that lasts too long"])
def test_whoever_meant_the_0_needs_no_second_press(how: str) -> None:
    line = Line().answer().press("0")
    if how == "0":
        line.press("0")
    elif how == "silence":
        line.stay_silent()
    else:
        line.send(HungUp() if how == "hanging up" else TooLong())
    assert line.storing == [StoreNever()]
    assert line.call.keys == "0"


def test_key_0_is_stored_before_the_voice_says_so_and_then_it_hangs_up() -> None:
    line = Line().answer().press("0")
    call, commands = step(line.call, Key("0"))
    assert StoreNever() in commands
    assert not any(isinstance(command, Play) for command in commands)
    call, commands = step(call, NeverStored())
    assert Play(("prompt/never-done",)) in commands
    call, commands = step(call, Played())
    assert call.ended
    assert commands == (HangUp(),)
    assert call.keys == "0"


def test_key_0_and_hanging_up_at_once_is_enough() -> None:
    line = Line().answer().send(Key("0"), HungUp())
    assert line.storing == [StoreNever()]
    assert line.call.keys == "0"


def test_somebody_whose_0_could_not_be_stored_is_told_the_truth_and_it_is_tried_again() -> None:
    line = Line(broken=True).answer().press("00")
    assert line.now_playing == ("prompt/late",)
    line.stay_silent()
    assert line.storing == [StoreNever()] * 2
    for _ in range(10):
        line.stay_silent()
    assert line.call.ended
    assert line.now_playing == ("prompt/never-unsure",)
    assert line.storing == [StoreNever()] * 7  # five with the caller waiting, one after, one at the end


def test_an_ended_call_goes_on_storing_what_failed_until_it_is_stored() -> None:
    call, _ = step(begin(SCRIPT), Answered())
    call, _ = step(call, Key("0"))
    call, commands = step(call, HungUp())
    assert commands == (StoreNever(),)
    for _ in range(3):
        call, commands = step(call, Failed())
        assert commands == (StoreNever(),)
    call, commands = step(call, NeverStored())
    assert commands == ()
    assert not call.pending
    assert step(call, Failed())[1] == ()


def test_an_ended_call_says_nothing_more() -> None:
    call = Line().answer().hang_up().call
    for event in (Answered(), Key("9"), Played(), Elapsed(), HungUp(), NeverStored()):
        call, commands = step(call, event)
        assert commands == ()


def test_a_lost_end_of_playing_is_survived() -> None:
    line = Line().answer().send(Elapsed())
    assert line.call.at is At.MENU
    line.send(Elapsed(), Elapsed(), Elapsed(), Elapsed(), Elapsed())
    assert line.call.ended


def test_an_end_of_playing_that_comes_late_is_passed_over() -> None:
    line = Line().answer().listen()
    assert step(line.call, Played())[1] == ()


def test_the_keys_pressed_first_are_kept_each_once_in_order() -> None:
    line = Line().answer().press("181").listen().press("3").listen().press("9").hang_up()
    assert line.call.keys == "189"


@pytest.mark.parametrize(
    "script", [Script((), ("金福",), "", True, True), Script(("m",), (), "", True, True)]
)
def test_a_script_with_nothing_to_say_is_refused(script: Script) -> None:
    with pytest.raises(ValueError, match="a message to play and an alias to propose"):
        begin(script)
