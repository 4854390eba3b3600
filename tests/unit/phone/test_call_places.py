"""Keys that mean the same in many places, tried in each of them, and answers that come late."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from call_cast import PIN, SCRIPT, Line, at_alias, at_confirmation, receipt_of
from tuidang.phone.call import (
    At,
    CallBackStored,
    Command,
    Elapsed,
    Event,
    Failed,
    Key,
    MakePin,
    NeverStored,
    PinMade,
    Play,
    Played,
    StoreCallBack,
    StoreNever,
    TooLong,
    Withdraw,
    Withdrawn,
    step,
)
from tuidang.phone.call_table import OPEN, STATEMENT
from tuidang.phone.prompts import SPOKEN_ALIASES

FIRST, SECOND = SPOKEN_ALIASES[:2]
LEFT = Withdraw(((FIRST, ("league",)),), "CN-HA", 0)


def full() -> Line:
    """Bring a call to where there is no name left for one more."""
    one_name = Line(replace(SCRIPT, aliases=(FIRST,)))
    return one_name.answer().press("94").press("1").listen().press("1").press("2").press("9")


def unfinished() -> Line:
    """Bring a call to where nobody said which organisation."""
    return Line().answer().press("9").stay_silent().stay_silent().stay_silent()


def silent_menu() -> Line:
    """Bring a call to the goodbye."""
    return Line().answer().listen().stay_silent().stay_silent()


WAYS: dict[At, Callable[[], Line]] = {
    At.MESSAGE: lambda: Line().answer(),
    At.NO_MORE: lambda: Line(replace(SCRIPT, messages=("message/news",))).answer().press("1"),
    At.MENU: lambda: Line().answer().listen(),
    At.FULL: full,
    At.UNFINISHED: unfinished,
    At.GOODBYE: silent_menu,
    At.ORGS: lambda: Line().answer().press("9"),
    At.CHOSEN: lambda: Line().answer().press("92"),
    At.ALIAS: at_alias,
    At.MORE: lambda: at_alias().press("1"),
    At.READ_BACK: lambda: at_alias().press("12"),
    At.CONFIRM: at_confirmation,
    At.STORED: lambda: at_confirmation().press("1"),
    At.RECEIPT: lambda: at_confirmation().press("11"),
    At.RECEIPTS_END: lambda: at_confirmation().press("112"),
}


def test_there_is_a_way_to_every_place_of_a_group() -> None:
    assert set(WAYS) == {*OPEN, *STATEMENT}
    assert all(way().call.at is at for at, way in WAYS.items())


@pytest.mark.parametrize("at", OPEN)
def test_where_no_question_is_open_the_keys_of_the_menu_work(at: At) -> None:
    line = WAYS[at]()
    more = line.call.message + 1 < len(line.call.script.messages)
    line.press("1")
    assert line.call.at is (At.MESSAGE if more else At.NO_MORE)
    assert line.now_playing == (("message/history",) if more else ("prompt/no-more",))
    assert line.call.keys.endswith("1")

    assert WAYS[at]().press("8").call.at is At.PERSON
    assert WAYS[at]().press("8").call.keys.endswith("8")
    asked = WAYS[at]().press("8").press("3")
    assert asked.call.at is At.MENU

    line = WAYS[at]().press("9")
    assert line.call.at is (At.FULL if at is At.FULL else At.ORGS)
    assert "9" in line.call.keys

    stored = len(WAYS[at]().storing)
    line = WAYS[at]().press("0")
    assert line.now_playing == ("prompt/never-sure",)
    assert len(line.storing) == stored
    line.press("7")
    assert line.call.at is At.MENU
    assert "0" not in line.call.keys
    line.press("00")
    assert line.storing[stored:] == [StoreNever()]
    assert line.now_playing == ("prompt/never-done",)
    assert line.call.keys.endswith("0")


@pytest.mark.parametrize("at", OPEN)
def test_where_there_is_no_more_to_hear_and_no_room_for_people_it_is_said(at: At) -> None:
    line = WAYS[at]()
    line.call = replace(line.call, message=len(line.call.script.messages) - 1, keys="")
    line.press("1")
    assert line.now_playing == ("prompt/no-more",)
    assert line.call.keys == "1"

    line = WAYS[at]()
    line.call = replace(line.call, withdrawn=20, keys="")
    line.press("9")
    assert line.now_playing == ("prompt/full",)
    assert line.call.keys == "9"


@pytest.mark.parametrize("at", OPEN)
def test_where_there_is_more_to_hear_key_1_plays_it(at: At) -> None:
    line = WAYS[at]()
    line.call = replace(line.call, message=0, script=SCRIPT, keys="")
    line.press("1")
    assert line.now_playing == ("message/history",)
    assert line.call.keys == "1"


@pytest.mark.parametrize("at", OPEN)
def test_where_nothing_can_be_offered_key_8_hears_the_truth_and_the_menu(at: At) -> None:
    line = WAYS[at]()
    line.call = replace(line.call, script=replace(line.call.script, call_back=False, pin=False))
    line.press("8")
    assert line.now_playing == ("prompt/nobody",)
    assert line.call.keys.endswith("8")
    assert line.listen().call.at is At.MENU


@pytest.mark.parametrize("at", STATEMENT)
def test_within_a_statement_8_and_0_lead_aside_and_back(at: At) -> None:
    line = WAYS[at]().press("8")
    assert line.call.at is At.PERSON
    assert line.call.keys == "98"
    assert line.press("3").call.at is at

    line = WAYS[at]()
    line.call = replace(line.call, script=replace(line.call.script, call_back=False, pin=False))
    line.press("8")
    assert line.now_playing == ("prompt/nobody",)
    assert line.call.keys == "98"
    line.send(Played())
    assert line.call.at is at

    line = WAYS[at]().press("0")
    assert line.now_playing == ("prompt/never-sure",)
    assert line.press("7").call.at is at
    line.press("0").press("0")
    assert line.storing[-1] == StoreNever()
    assert line.call.keys == "90"


@pytest.mark.parametrize("keys", ["8", "81"])
def test_key_0_works_where_a_person_was_asked_for(keys: str) -> None:
    line = Line().answer().press(keys).press("0")
    assert line.now_playing == ("prompt/never-sure",)
    assert line.press("0").storing == [StoreNever()]
    assert line.call.keys == "80"


@pytest.mark.parametrize("keys", ["8", "81"])
def test_a_0_that_slipped_where_a_person_was_asked_for_leads_back_to_where_that_was(keys: str) -> None:
    assert Line().answer().press(keys).press("07").call.at is At.MENU
    assert at_confirmation().press(keys).press("07").call.at is At.CONFIRM


def test_a_beginner_who_says_nothing_to_his_alias_is_told_that_nothing_was_stored() -> None:
    line = at_alias().stay_silent().stay_silent().stay_silent()
    assert line.now_playing == ("prompt/unfinished", "prompt/goodbye")


def test_choosing_anew_forgets_what_was_chosen() -> None:
    line = at_alias().press("3").press("1#")
    assert line.now_playing[:3] == ("prompt/leaving", "prompt/party", "prompt/alias")


def test_saying_no_to_the_reading_back_forgets_what_was_chosen() -> None:
    line = at_confirmation().press("2").press("1#")
    assert line.now_playing[:3] == ("prompt/leaving", "prompt/party", "prompt/alias")


def test_silence_about_more_people_means_that_there_are_none() -> None:
    line = WAYS[At.MORE]().stay_silent().stay_silent()
    assert line.now_playing == ("prompt/read-back", f"alias/{FIRST}", "prompt/leaves", "prompt/league")


def test_after_somebody_was_mended_the_reading_goes_on_with_him() -> None:
    line = Line().answer().press("93#1").press("13#1").press("2").send(Played())
    line.press("2").press("4").press("1")
    assert line.now_playing[0] == f"alias/{SECOND}"


def test_a_receipt_that_was_read_without_asking_counts_as_read() -> None:
    line = at_confirmation().press("1").stay_silent()
    assert line.call.readings == 1


def test_who_is_done_with_his_receipt_is_back_in_the_menu() -> None:
    assert WAYS[At.RECEIPTS_END]().press("2").call.at is At.MENU


LATE: list[tuple[Callable[[], Line], str, Command, Event, At]] = [
    (at_confirmation, "1", LEFT, Withdrawn((receipt_of(0),)), At.STORED),
    (lambda: Line().answer().press("0"), "0", StoreNever(), NeverStored(), At.NEVER_DONE),
    (lambda: Line().answer().press("81"), "4", StoreCallBack("any"), CallBackStored(), At.CALL_BACK_DONE),
    (lambda: Line().answer().press("8"), "2", MakePin(), PinMade(PIN), At.PIN_READ),
]


@pytest.mark.parametrize("late", LATE, ids=["statement", "never", "call-back", "pin"])
@pytest.mark.parametrize("fails", [True, False])
def test_what_is_not_stored_is_told_and_commanded_again_six_times(
    late: tuple[Callable[[], Line], str, Command, Event, At], fails: bool
) -> None:
    """Whether it fails or is never answered; and an answer is heard at each of these moments."""
    way, key, command, stored, done = late
    call, commands = step(way().call, Key(key))
    given = [c for c in commands if c == command]
    for number in range(1, 7):
        assert given == [command] * number
        assert step(call, stored)[0].at is done
        if number == 6:
            break
        call, commands = step(call, Failed() if fails else Elapsed())
        assert Play(("prompt/late",)) in commands
        assert step(call, stored)[0].at is done
        call, _ = step(call, Played())
        assert step(call, stored)[0].at is done
        call, commands = step(call, Elapsed())
        given += [c for c in commands if c == command]
    assert any("unsure" in sound for c in commands if isinstance(c, Play) for sound in c.sounds)


def test_who_pressed_0_once_before_the_call_became_too_long_is_never_called_again() -> None:
    line = at_confirmation().press("0").send(TooLong())
    assert line.storing == [StoreNever()]
    assert line.now_playing == ("prompt/too-long", "prompt/goodbye")
