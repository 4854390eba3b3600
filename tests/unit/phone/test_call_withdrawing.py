"""Key 9: what is chosen, proposed, read back, confirmed, stored, and read aloud; and what is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from call_cast import SCRIPT, Line, at_alias, at_confirmation, receipt_of
from tuidang.phone.call import (
    LONGEST,
    At,
    Elapsed,
    Failed,
    HangUp,
    HungUp,
    Key,
    Play,
    Played,
    StoreNever,
    TooLong,
    Wait,
    Withdraw,
    Withdrawn,
    step,
)
from tuidang.phone.call_acts import MAX_PEOPLE
from tuidang.phone.prompts import SPOKEN_ALIASES

FIRST, SECOND, THIRD = SPOKEN_ALIASES[:3]
LEFT = Withdraw(((FIRST, ("league",)),), "CN-HA", 0)


def groups(receipt: str) -> list[tuple[str, ...]]:
    """Give the four groups in which a receipt is read."""
    return [tuple(f"digit/{digit}" for digit in receipt[start : start + 4]) for start in range(0, 16, 4)]


def test_the_voice_says_that_phones_are_listened_to_before_it_asks_anything() -> None:
    line = Line().answer().press("9")
    assert line.now_playing == ("prompt/warning", "prompt/orgs")


def test_who_knows_the_way_presses_on_through_the_warning() -> None:
    line = Line().answer().send(Key("9"), Key("2"))
    assert line.now_playing == ("prompt/league",)


def test_pressing_9_again_in_impatience_does_not_cut_the_warning_off() -> None:
    line = Line().answer().press("9")
    before = len(line.commands)
    line.press("999")
    assert len(line.commands) == before


@pytest.mark.parametrize(
    ("keys", "orgs"),
    [
        ("1#", ("party",)),
        ("2#", ("league",)),
        ("3#", ("pioneers",)),
        ("4", ("party", "league", "pioneers")),
        ("32#", ("league", "pioneers")),
        ("31#", ("party", "pioneers")),
        ("321", ("party", "league", "pioneers")),
        ("132", ("party", "league", "pioneers")),
        ("213", ("party", "league", "pioneers")),
        ("24", ("party", "league", "pioneers")),
        ("2222#", ("league",)),
    ],
)
def test_several_organisations_are_chosen_in_a_row(keys: str, orgs: tuple[str, ...]) -> None:
    line = Line().answer().press("9" + keys)
    assert line.call.at is At.ALIAS
    spoken = tuple(f"prompt/{org}" for org in orgs)
    assert line.now_playing == (
        "prompt/leaving",
        *spoken,
        "prompt/alias",
        f"alias/{FIRST}",
        "prompt/alias-keys",
    )


def test_each_choice_is_echoed_and_silence_ends_the_choosing() -> None:
    line = Line().answer().press("93")
    assert line.now_playing == ("prompt/pioneers",)
    line.send(Played())
    assert line.commands[-1] == Wait(3)
    line.send(Elapsed())
    assert line.call.at is At.ALIAS


def test_the_hash_key_with_nothing_chosen_asks_again_and_three_silences_end_it() -> None:
    line = Line().answer().press("9#")
    assert line.now_playing == ("prompt/wrong", "prompt/warning", "prompt/orgs")
    line.stay_silent()
    assert line.now_playing == ("prompt/again", "prompt/orgs")
    line.stay_silent()
    assert line.now_playing == ("prompt/unfinished", "prompt/goodbye")
    line.listen()
    assert line.call.ended
    assert line.storing == []


def test_another_name_is_proposed_on_request_and_after_the_last_the_first_again() -> None:
    line = at_alias().press("2")
    assert line.now_playing == ("prompt/alias-another", f"alias/{SECOND}", "prompt/alias-keys")
    heard = {FIRST, SECOND}
    for _ in range(len(SPOKEN_ALIASES) - 1):
        line.press("2")
        heard.add(line.now_playing[1].removeprefix("alias/"))
    assert heard == set(SPOKEN_ALIASES)
    assert line.now_playing[1] == f"alias/{FIRST}"


def test_who_chose_a_wrong_organisation_chooses_anew() -> None:
    line = at_alias().press("3")
    assert line.call.at is At.ORGS
    line.press("4")
    assert line.now_playing[:4] == ("prompt/leaving", "prompt/party", "prompt/league", "prompt/pioneers")


def test_everything_is_read_back_before_it_can_be_confirmed() -> None:
    line = at_alias().press("12")
    assert line.now_playing == ("prompt/read-back", f"alias/{FIRST}", "prompt/leaves", "prompt/league")
    line.press("1")
    assert line.call.at is At.READ_BACK
    line.listen()
    assert line.call.at is At.CONFIRM
    assert line.sounds[-4:] == ["prompt/region", "province/CN-HA", "prompt/region-keys", "prompt/confirm"]


def test_what_may_not_have_been_heard_cannot_be_confirmed() -> None:
    line = at_alias().press("12").send(Elapsed())
    assert line.now_playing == ("prompt/unfinished", "prompt/goodbye")
    assert line.press("1").storing == []


def test_what_was_confirmed_is_stored_once_and_then_its_receipt_is_read_twice_in_groups_of_four() -> None:
    line = at_confirmation()
    assert line.storing == []
    line.press("1")
    assert line.storing == [LEFT]
    assert line.now_playing == ("prompt/stored",)
    line.press("1")
    begun = len(line.sounds) - 2
    while line.call.at is At.RECEIPT:
        line.send(Played())
        assert line.commands[-1] == Wait(1.5)
        line.send(Elapsed())
    receipt = [sound for group in groups(receipt_of(0)) for sound in group]
    assert line.sounds[begun:] == [
        f"alias/{FIRST}",
        "prompt/receipt",
        *receipt,
        "prompt/receipt-again",
        *receipt,
        "prompt/receipts-end",
    ]
    assert line.call.withdrawn == 1
    assert line.call.keys == "9"


def test_each_group_of_digits_is_one_breath() -> None:
    line = at_confirmation().press("11")
    played = []
    while line.call.at is At.RECEIPT:
        played.append(line.now_playing)
        line.send(Played(), Elapsed())
    assert [sounds for sounds in played if sounds[0].startswith("digit/")] == groups(receipt_of(0)) * 2


def test_the_receipt_is_offered_again_and_read_four_times_at_most() -> None:
    line = at_confirmation().press("1").press("1")
    for _ in range(3):
        while line.call.at is At.RECEIPT:
            line.send(Played(), Elapsed())
        assert line.call.at is At.RECEIPTS_END
        line.press("1")
    while line.call.at is At.RECEIPT:
        line.send(Played(), Elapsed())
    line.press("1")
    assert line.call.at is At.RECEIPTS_END
    assert line.now_playing == ("prompt/wrong", "prompt/receipts-end")


def test_key_1_within_a_receipt_reads_it_from_its_beginning() -> None:
    line = at_confirmation().press("11").send(Played(), Elapsed(), Played(), Elapsed()).press("1")
    assert line.now_playing == (f"alias/{FIRST}", "prompt/receipt")


def test_who_wants_no_receipt_aloud_hears_none() -> None:
    line = at_confirmation().press("1").press("2")
    assert line.call.at is At.MENU
    assert not [sound for sound in line.sounds if sound.startswith("digit/")]


def test_without_a_key_the_receipt_is_read_after_a_while() -> None:
    assert at_confirmation().press("1").stay_silent().call.at is At.RECEIPT


def test_no_receipt_is_read_before_the_statement_is_stored() -> None:
    line = at_confirmation()
    call, commands = step(line.call, Key("1"))
    assert commands[0] == LEFT
    for event in (Elapsed(), Played(), Elapsed(), Key("1"), Key("2"), Failed(), Played(), Elapsed()):
        call, commands = step(call, event)
        assert not [c for c in commands if isinstance(c, Play) and any("digit/" in s for s in c.sounds)]
    call, commands = step(call, Withdrawn((receipt_of(0),)))
    assert call.at is At.STORED


def test_receipts_that_nobody_waits_for_are_passed_over() -> None:
    line = at_confirmation()
    call, commands = step(line.call, Withdrawn((receipt_of(0),)))
    assert (call.at, call.withdrawn, commands) == (At.CONFIRM, 0, ())
    confirmed, _ = step(line.call, Key("1"))
    call, _ = step(confirmed, Withdrawn((receipt_of(0), receipt_of(1))))
    assert call.at is At.STORING
    stored, _ = step(confirmed, Withdrawn((receipt_of(0),)))
    call, commands = step(stored, Withdrawn((receipt_of(0),)))
    assert (call.withdrawn, commands) == (1, ())


@pytest.mark.parametrize("keys", ["", "9", "92", "92#", "92#1", "92#12", "92#132#1"])
def test_hanging_up_before_the_confirmation_leaves_no_statement(keys: str) -> None:
    line = Line().answer().press(keys).hang_up()
    assert line.call.ended
    assert line.storing == []


def test_hanging_up_at_the_very_question_leaves_no_statement() -> None:
    assert at_confirmation().hang_up().storing == []


def test_hanging_up_right_after_the_confirmation_loses_nothing() -> None:
    line = at_confirmation()
    confirmed, commands = step(line.call, Key("1"))
    assert LEFT in commands
    gone, commands = step(confirmed, HungUp())
    assert commands == ()
    failed, commands = step(gone, Failed())
    assert commands == (LEFT,)
    stored, commands = step(failed, Withdrawn((receipt_of(0),)))
    assert (stored.withdrawn, stored.pending, commands) == (1, (), ())


def test_hanging_up_between_a_failure_and_the_next_try_loses_nothing() -> None:
    line = at_confirmation()
    confirmed, _ = step(line.call, Key("1"))
    failed, commands = step(confirmed, Failed())
    assert Play(("prompt/late",)) in commands
    _, commands = step(failed, HungUp())
    assert commands == (LEFT,)


def test_a_store_that_fails_is_told_and_tried_again_until_it_holds() -> None:
    line = at_confirmation()
    line.broken = True
    line.press("1")
    assert line.now_playing == ("prompt/late",)
    line.stay_silent()
    assert line.storing == [LEFT] * 2
    line.broken = False
    line.stay_silent()
    assert line.call.at is At.STORED
    assert line.call.withdrawn == 1
    assert line.storing == [LEFT] * 3


def test_a_store_that_never_answers_is_tried_again_and_ends_with_the_truth() -> None:
    line = at_confirmation()
    line.broken = True
    line.press("1")
    for _ in range(12):
        line.stay_silent()
    assert line.call.ended
    assert line.now_playing == ("prompt/unsure", "prompt/goodbye")
    assert set(line.storing) == {LEFT}
    assert line.commands[-1] == HangUp()
    _, commands = step(line.call, Failed())
    assert commands == (LEFT,)


def test_a_store_that_holds_while_the_caller_hears_that_it_is_late_goes_on_to_the_receipt() -> None:
    line = at_confirmation()
    call, _ = step(line.call, Key("1"))
    call, _ = step(call, Elapsed())
    assert call.at is At.STORING_LATE
    call, _ = step(call, Withdrawn((receipt_of(0),)))
    assert call.at is At.STORED


def test_a_trembling_hand_that_presses_twice_neither_adds_a_person_nor_skips_a_question() -> None:
    line = at_alias().listen().send(Key("1"), Key("1"))
    assert line.call.at is At.MORE
    line.send(Elapsed()).press("2").listen()
    line.send(Key("1"), Key("1"))
    assert line.storing == [LEFT]
    assert line.call.at is At.STORED
    assert line.now_playing == ("prompt/stored",)


def test_a_key_that_the_carrier_sends_twice_counts_once_until_the_moment_is_over() -> None:
    line = Line().answer().send(Key("9"), Key("9"))
    assert line.call.at is At.ORGS
    assert line.count(Play) == 2
    line = at_alias().send(Key("2"), Key("2"), Elapsed(), Key("2"))
    assert line.now_playing[1] == f"alias/{THIRD}"


def test_no_confirmation_three_times_leaves_nothing_and_says_so() -> None:
    line = at_confirmation().stay_silent().stay_silent().press("7")
    assert line.now_playing == ("prompt/unfinished", "prompt/goodbye")
    line.listen()
    assert line.call.ended
    assert line.storing == []


def test_one_person_who_says_no_chooses_anew_and_is_read_back_anew() -> None:
    line = at_confirmation().press("2")
    assert line.call.at is At.ORGS
    line.press("4").press("2").press("1")
    assert line.now_playing[0] == "prompt/read-back"
    line.listen().press("1")
    assert line.storing == [Withdraw(((SECOND, ("party", "league", "pioneers")),), "CN-HA", 0)]


def test_who_wants_no_region_gets_none() -> None:
    line = at_confirmation().press("3")
    assert line.now_playing == ("prompt/confirm",)
    line.press("3")
    assert line.now_playing == ("prompt/wrong", "prompt/confirm")
    line.press("1")
    assert line.storing == [replace(LEFT, region="")]


@pytest.mark.parametrize("region", ["", "CN", "CN-ZZ", "US"])
def test_a_region_that_is_unknown_or_cannot_be_said_is_not_written(region: str) -> None:
    line = Line(replace(SCRIPT, region=region)).answer().press("94").press("12").listen()
    assert line.sounds[-1] == "prompt/confirm"
    assert "prompt/region" not in line.sounds
    line.press("1")
    assert line.stored[0].region == ""


def several(count: int) -> Line:
    """Bring as many people to the confirmation, each leaving the Pioneers."""
    line = Line().answer().press("93#1")
    for _ in range(count - 1):
        line.press("13#1")
    if line.call.at is At.MORE:
        line.press("2")
    return line


def test_a_family_is_read_back_one_by_one_and_confirmed_together() -> None:
    line = several(3).listen()
    read = [s for s in line.sounds[line.sounds.index("prompt/read-back-many") :] if s.startswith("alias/")]
    assert read == [f"alias/{FIRST}", f"alias/{SECOND}", f"alias/{THIRD}"]
    line.press("1")
    (command,) = line.storing
    assert command == Withdraw(tuple((name, ("pioneers",)) for name in (FIRST, SECOND, THIRD)), "CN-HA", 0)
    assert line.call.withdrawn == 3


@pytest.mark.parametrize("keys", ["1", "13#"])
def test_a_further_person_who_does_not_choose_does_not_undo_the_others(keys: str) -> None:
    line = Line().answer().press("93#1" + keys)
    for _ in range(3):
        line.stay_silent()
    assert line.call.at is At.READ_BACK
    line.listen().press("1")
    assert line.storing == [Withdraw(((FIRST, ("pioneers",)),), "CN-HA", 0)]


def test_somebody_who_is_read_back_wrongly_is_mended_alone() -> None:
    line = several(3).send(Played())
    assert line.now_playing[0] == f"alias/{SECOND}"
    line.press("2").press("1#").press("1").listen().press("1")
    (command,) = line.storing
    assert isinstance(command, Withdraw)
    assert [orgs for _, orgs in command.people] == [("pioneers",), ("party",), ("pioneers",)]


def test_a_family_that_is_not_right_is_read_again() -> None:
    line = several(2).listen().press("2")
    assert line.now_playing[0] == "prompt/read-back-many"


def test_twenty_people_fit_into_a_call_and_no_more() -> None:
    line = several(MAX_PEOPLE)
    assert line.call.at is At.READ_BACK
    line.listen().press("1")
    assert line.call.withdrawn == 20
    names = {name for name, _ in line.stored[0].people}
    assert len(names) == 20
    line.press("2").press("9")
    assert line.now_playing == ("prompt/full",)
    assert line.listen().call.at is At.MENU


def test_twenty_people_who_hear_everything_as_often_as_they_may_are_not_cut_off() -> None:
    line = several(MAX_PEOPLE).listen().press("1")
    for _ in range(4):
        line.press("1")
        while line.call.at is At.RECEIPT:
            line.send(Played(), Elapsed())
    line.stay_silent().stay_silent().listen()
    assert line.call.ended
    assert "prompt/too-long" not in line.sounds
    assert line.call.events < LONGEST * 0.8
    for number in range(MAX_PEOPLE):
        assert len([s for s in line.sounds if s == f"alias/{SPOKEN_ALIASES[number]}"]) >= 6


def test_few_names_mean_few_people() -> None:
    line = Line(replace(SCRIPT, aliases=(FIRST,))).answer().press("94").press("1")
    assert line.call.at is At.READ_BACK


def test_somebody_who_comes_to_the_phone_afterwards_is_a_confirmation_of_its_own() -> None:
    line = at_confirmation().press("1").press("2").press("9")
    assert line.now_playing == ("prompt/orgs-next",)
    line.press("4").press("1").press("2").listen().press("1")
    assert line.storing == [
        LEFT,
        Withdraw(((SECOND, ("party", "league", "pioneers")),), "CN-HA", 1),
    ]
    assert line.call.withdrawn == 2
    line.press("1")
    assert line.now_playing == (f"alias/{SECOND}", "prompt/receipt")


def test_breaking_off_after_somebody_was_stored_does_not_say_that_nothing_was() -> None:
    line = at_confirmation().press("1").press("2").press("9")
    for _ in range(3):
        line.stay_silent()
    assert line.now_playing == ("prompt/unfinished-rest", "prompt/goodbye")


def test_a_0_within_a_statement_is_asked_about_because_it_lies_beside_the_other_keys() -> None:
    line = at_confirmation().press("0")
    assert line.now_playing == ("prompt/never-sure",)
    assert line.storing == []
    line.press("5")
    assert line.call.at is At.CONFIRM
    line.press("1")
    assert line.storing == [LEFT]


@pytest.mark.parametrize("how", ["0", "silence", "hanging up"])
def test_who_meant_the_0_within_a_statement_is_never_called_again_and_nothing_else_is_kept(how: str) -> None:
    line = at_confirmation().press("0")
    if how == "0":
        line.press("0")
    elif how == "silence":
        line.stay_silent()
    else:
        line.hang_up()
    assert line.storing == [StoreNever()]
    assert line.call.keys == "90"
    assert line.call.withdrawn == 0


def test_a_call_that_has_lasted_too_long_is_closed_kindly_and_keeps_what_was_confirmed() -> None:
    line = at_confirmation().send(TooLong())
    assert line.now_playing == ("prompt/too-long", "prompt/goodbye")
    assert line.press("1").listen().call.ended
    assert line.storing == []
    confirmed, _ = step(at_confirmation().call, Key("1"))
    call, commands = step(confirmed, TooLong())
    assert Play(("prompt/too-long", "prompt/unsure", "prompt/goodbye")) in commands
    call, _ = step(call, Failed())
    call, commands = step(call, Played())
    assert commands == (LEFT, HangUp())
    call, _ = step(call, Withdrawn((receipt_of(0),)))
    assert (call.withdrawn, call.pending) == (1, ())


def test_a_call_that_goes_on_for_ever_is_closed_kindly() -> None:
    line = Line().answer().press("92#")
    while "prompt/too-long" not in line.sounds:
        line.press("23#")
    assert line.now_playing == ("prompt/too-long", "prompt/goodbye")
    line.listen()
    assert line.call.ended
