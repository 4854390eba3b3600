"""A volunteer's own telephone: which numbers may be one, and that nothing but a 1 takes a call."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.phone.own_rules import (
    Answered,
    Ask,
    Asked,
    Command,
    Elapsed,
    Event,
    Fault,
    GiveUp,
    NumberRefusedError,
    Played,
    Pressed,
    Take,
    Wait,
    own_number,
    step,
)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+1 202 555 0142", "12025550142"),
        ("0049 30 901820", "4930901820"),
        ("＋８８６ ９１２ ３４５ ６７８", "886912345678"),
        (" +852 9123 4567 ", "85291234567"),
        ("+44 (0)7911 123456", "447911123456"),
    ],
)
def test_a_number_with_its_country_is_read_however_it_is_written(typed: str, number: str) -> None:
    assert own_number(typed) == number


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("+86 138 3714 5926", Fault.CHINA),
        ("008613837145926", Fault.CHINA),
        ("+86 10 6552 9988", Fault.CHINA),
        ("+86 138 3714", Fault.CHINA),
        ("＋８６１３８３７１４５９２６", Fault.CHINA),
        ("13837145926", Fault.NO_NUMBER),  # of a country that it does not say
        ("2025550142", Fault.NO_NUMBER),
        ("+1 202 555 014", Fault.NO_NUMBER),
        ("+1 202 555 0142 ext. 7", Fault.NO_NUMBER),
        ("911", Fault.NO_NUMBER),
        ("", Fault.NO_NUMBER),
        ("tel:+1-202-555-0142;" + "x" * 40, Fault.NO_NUMBER),
        ("+1 900 234 5678", Fault.COSTLY),
        ("+44 909 879 0000", Fault.COSTLY),
        ("+1 800 234 5678", Fault.COSTLY),
        ("+881 6 1234 5678", Fault.COSTLY),
        ("+882 16 1234 5678", Fault.COSTLY),
    ],
)
def test_what_is_not_to_be_rung_is_refused_with_its_reason_and_not_named(typed: str, fault: Fault) -> None:
    with pytest.raises(NumberRefusedError) as refused:
        own_number(typed)
    assert refused.value.fault is fault
    assert str(refused.value) == fault.value


@given(st.from_regex(r"(\+|00)?[0-9 ()\-]{0,20}", fullmatch=True) | st.text(max_size=50))
def test_whatever_is_typed_a_number_that_is_taken_is_whole_and_not_in_china(typed: str) -> None:
    try:
        number = own_number(typed)
    except NumberRefusedError:
        return
    assert number.isascii()
    assert number.isdigit()
    assert not number.startswith("86")
    assert phonenumbers.is_valid_number(phonenumbers.parse(f"+{number}", None))


def play(*events: Event) -> list[Command]:
    """Let events happen, and give all that was commanded."""
    asked, given = Asked(), list[Command]()
    for event in events:
        asked, commands = step(asked, event)
        given += commands
    return given


def test_who_answers_is_asked_three_times_and_then_let_be() -> None:
    once = (Played(), Elapsed())
    given = play(Answered(), *once, *once, *once)
    assert [one for one in given if not isinstance(one, Wait)] == [Ask(), Ask(), Ask(), GiveUp()]


def test_a_one_takes_the_call_at_once_and_only_the_first_counts() -> None:
    assert play(Answered(), Pressed("1"), Pressed("1"), Played(), Elapsed())[2:] == [Take()]
    assert play(Answered(), Pressed("5"), Played(), Pressed("2"), Pressed("1"))[-1] == Take()


EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(Answered), st.builds(Played), st.builds(Elapsed), st.builds(Pressed, st.sampled_from("0123*#"))
)


@given(st.lists(EVENTS, max_size=30))
def test_nothing_but_a_one_after_the_answer_takes_a_call_and_nobody_is_asked_for_ever(
    events: list[Event],
) -> None:
    given = play(*events)
    assert given.count(Ask()) <= 3
    assert sum(isinstance(one, Take | GiveUp) for one in given) <= 1
    if Take() in given:
        assert Pressed("1") in events[events.index(Answered()) :]
    ends = play(*events, Answered(), *[Elapsed()] * 8)
    assert isinstance(ends[-1], Take | GiveUp)
