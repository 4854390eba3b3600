"""Key 8, as long as nobody can answer: the truth, a call-back with consent and safe hours, or a PIN."""

from __future__ import annotations

from dataclasses import replace

import pytest

from call_cast import PIN, SCRIPT, Line, at_confirmation
from tuidang.phone.call import (
    At,
    Elapsed,
    Event,
    Failed,
    Key,
    MakePin,
    NobodyFree,
    PersonReached,
    PinMade,
    Played,
    ReachPerson,
    StoreCallBack,
    TooLong,
    Wait,
    Withdraw,
    step,
)

PERSON = ("prompt/person", "prompt/person-call-back", "prompt/person-pin", "prompt/person-back")


def breaths(*digits: str) -> list[tuple[str, ...]]:
    return [tuple(f"digit/{digit}" for digit in group) for group in digits]


def test_the_truth_is_told_and_both_ways_are_offered() -> None:
    assert Line().answer().press("8").now_playing == PERSON


def test_only_what_there_is_is_offered() -> None:
    only_call = Line(replace(SCRIPT, pin=False)).answer().press("8")
    assert only_call.now_playing == (PERSON[0], PERSON[1], PERSON[3])
    assert only_call.press("2").now_playing[0] == "prompt/wrong"
    only_pin = Line(replace(SCRIPT, call_back=False)).answer().press("8")
    assert only_pin.now_playing == (PERSON[0], PERSON[2], PERSON[3])
    assert only_pin.press("1").now_playing[0] == "prompt/wrong"


def test_a_pin_without_a_number_to_call_is_not_offered() -> None:
    line = Line(replace(SCRIPT, call_back=False, hotline="")).answer().press("8")
    assert line.now_playing == ("prompt/nobody",)
    assert line.listen().call.at is At.MENU
    assert line.call.keys == "8"


@pytest.mark.parametrize(
    ("key", "hours"), [("1", "morning"), ("2", "afternoon"), ("3", "evening"), ("4", "any")]
)
def test_naming_the_safe_hours_is_the_consent_to_be_called_back(key: str, hours: str) -> None:
    line = Line().answer().press("81")
    assert line.now_playing == ("prompt/hours",)
    assert line.storing == []
    line.press(key)
    assert line.storing == [StoreCallBack(hours)]  # type: ignore[arg-type]
    assert line.now_playing == ("prompt/call-back-done",)
    assert line.listen().call.at is At.MENU


@pytest.mark.parametrize("key", ["5", "silence", "hanging up"])
def test_without_hours_there_is_no_consent(key: str) -> None:
    line = Line().answer().press("81")
    if key == "5":
        line.press("5")
    elif key == "silence":
        line.stay_silent().stay_silent().stay_silent()
    else:
        line.hang_up()
    assert line.storing == []
    assert key == "hanging up" or line.call.at is At.MENU


def test_a_pin_and_the_number_to_call_are_read_twice_and_slowly() -> None:
    line = Line().answer().press("82")
    assert line.storing == [MakePin()]
    played = []
    while line.call.at is At.PIN_READ:
        played.append(line.now_playing)
        line.send(Played())
        assert line.commands[-1] == Wait(1.5)
        line.send(Elapsed())
    once = [*breaths("480", "213"), ("prompt/pin-call",), *breaths("001", "202", "555", "0123")]
    assert played == [("prompt/pin",), *once, ("prompt/pin-again",), *once, ("prompt/pin-how",)]
    assert line.call.at is At.MENU


def test_a_pin_that_is_asked_for_again_is_read_from_its_beginning() -> None:
    line = Line().answer().press("82").send(Played(), Elapsed(), Played(), Elapsed())
    line.press("0").press("5").press("82")
    assert line.now_playing == ("prompt/pin",)


def test_a_pin_read_in_the_middle_of_a_receipt_does_not_lose_its_place() -> None:
    line = at_confirmation().press("11").send(Played(), Elapsed())
    piece = line.call.piece
    line.press("82")
    while line.call.at is At.PIN_READ:
        line.send(Played(), Elapsed())
    assert (line.call.at, line.call.piece) == (At.RECEIPT, piece)


def test_a_pin_that_comes_late_is_still_read() -> None:
    call = Line(broken=True).answer().press("82").call
    assert call.at is At.PIN_LATE
    assert step(call, PinMade(PIN))[0].at is At.PIN_READ


def test_what_cannot_be_stored_ends_with_the_truth_and_the_menu() -> None:
    for keys, last in (("814", "prompt/call-back-unsure"), ("82", "prompt/pin-unsure")):
        line = Line(broken=True).answer().press(keys)
        assert line.now_playing == ("prompt/late",)
        for _ in range(10):
            line.stay_silent()
            if line.now_playing == (last,):
                break
        assert line.now_playing == (last,)
        assert line.listen().call.at is At.MENU


def test_a_call_back_that_failed_is_stored_after_the_call_and_a_pin_is_not_made() -> None:
    call = Line(broken=True).answer().press("814").hang_up().call
    assert step(call, Failed())[1] == (StoreCallBack("any"),)
    call = Line(broken=True).answer().press("82").hang_up().call
    assert step(call, Failed())[1] == ()


def test_two_things_that_failed_are_both_stored_after_the_call() -> None:
    line = Line(broken=True).answer().press("814")
    while line.call.at is not At.MENU:
        line.stay_silent()
    call, _ = step(line.press("0").call, Key("0"))
    line.hang_up()
    assert StoreCallBack("any") in step(line.call, Failed())[1]
    assert len(step(call, Failed())[0].pending) == 2


def test_somebody_in_the_middle_of_a_statement_goes_on_after_asking_for_a_person() -> None:
    line = at_confirmation().press("8").press("14").listen()
    assert line.call.at is At.CONFIRM
    line.press("1")
    assert [type(command) for command in line.storing] == [StoreCallBack, Withdraw]
    assert line.call.keys == "98"


@pytest.mark.parametrize("keys", ["83", "8", "88"])
def test_who_lets_it_be_is_back_in_the_menu(keys: str) -> None:
    line = Line().answer().press(keys)
    if line.call.at is At.PERSON:
        line.stay_silent().stay_silent().stay_silent()
    assert line.call.at is At.MENU
    assert line.storing == []


REACHABLE = replace(SCRIPT, persons=True)


def test_who_asks_for_a_person_is_put_through_when_somebody_is_free() -> None:
    line = Line(REACHABLE).answer().press("8")
    assert line.commands.count(ReachPerson()) == 1
    assert (line.call.at, line.call.keys) == (At.REACHING, "8")
    line.send(PersonReached())
    assert line.call.at is At.WITH_PERSON
    assert line.press("0").call.at is At.WITH_PERSON  # keys are between the two now
    line.send(TooLong())
    assert not line.call.ended  # nor is anybody cut short


@pytest.mark.parametrize("event", [NobodyFree(), Elapsed()])
def test_when_nobody_is_free_the_truth_is_told(event: Event) -> None:
    line = Line(REACHABLE).answer().press("8")
    line.send(event)
    assert line.now_playing == PERSON


def test_a_call_that_is_given_back_goes_on_with_the_truth() -> None:
    line = Line(REACHABLE).answer().press("92").stay_silent().press("12").listen().press("8")
    line.send(PersonReached())
    line.send(NobodyFree())
    assert line.now_playing == PERSON
    assert line.press("3").call.at is At.CONFIRM  # and where it was before
