"""Pledges, swaps, caps and offers: no hour is planned twice, and nobody is given what he did not take."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Group
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tuidang.volunteers.models import Role, User
from tuidang.volunteers.shifts.actions import (
    RefusedError,
    Wanted,
    agree_to_take,
    assign_shift,
    cancel_shift,
    disagree_to_take,
    end_pledge,
    fill_hole,
    forget_past,
    keep_shift,
    make_pledge,
    offer_shift,
    set_availability,
    take_shift,
)
from tuidang.volunteers.shifts.models import Pledge, ShiftChange, Willing
from tuidang.volunteers.shifts.queries import Shift, offers, planned, pledges_of, promised, shifts_of
from tuidang.volunteers.shifts.rules import EVERY_DAY, Caps, Mistake, Promise, Reason, Span, weighed

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 5, 3, 12, tzinfo=UTC)  # a Monday, 8:00 in Toronto, 20:00 in Taipei
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEK = Span(NOW, NOW + 7 * DAY)
USUAL = Caps(4, 20)


def volunteer(
    name: str,
    zone: str = "America/Toronto",
    languages: tuple[str, ...] = ("zh",),
    caps: Caps = USUAL,
    *roles: Role,
) -> UUID:
    user = User.objects.create(pseudonym=name)
    user.groups.set([Group.objects.get_or_create(name=role)[0] for role in roles or (Role.LISTENER,)])
    set_availability(user.pk, Wanted(zone, languages, caps))
    return user.pk


def evening(weekdays: frozenset[int] = EVERY_DAY, minutes: int = 60, hour: int = 19) -> Promise:
    return Promise("America/Toronto", weekdays, time(hour), minutes, date(2027, 5, 1))


def first_of(who: UUID) -> Shift:
    return shifts_of(who, WEEK)[0]


def refused(reason: Reason | Mistake) -> object:
    return pytest.raises(RefusedError, match=f"^{reason}$")


def test_a_pledge_becomes_shifts_of_which_each_can_be_cancelled_ahead() -> None:
    maple = volunteer("maple")
    key = make_pledge(maple, evening(), NOW)
    shifts = shifts_of(maple, WEEK)
    assert [shift.span.start.astimezone(ZoneInfo("America/Toronto")).hour for shift in shifts] == [19] * 7
    cancel_shift(maple, key, shifts[2].day, NOW)
    assert [shift.day for shift in shifts_of(maple, WEEK)] == [
        shift.day for shift in shifts if shift != shifts[2]
    ]
    with refused(Reason.GONE):
        cancel_shift(maple, key, shifts[2].day, NOW)
    with refused(Reason.PAST):
        cancel_shift(maple, key, shifts[0].day, shifts[0].span.start)
    with refused(Reason.GONE):
        cancel_shift(volunteer("willow"), key, shifts[0].day, NOW)


def test_a_shift_on_offer_stays_its_owners_until_another_takes_it_once() -> None:
    maple, willow, aspen = volunteer("maple"), volunteer("willow", "Asia/Taipei"), volunteer("aspen")
    key = make_pledge(maple, evening(), NOW)
    shift = first_of(maple)
    offer_shift(maple, key, shift.day, NOW)
    assert first_of(maple).is_offered
    assert [one.volunteer for one in planned(WEEK) if one.span == shift.span] == [maple]
    with refused(Reason.OWN):
        take_shift(maple, key, shift.day, NOW)
    take_shift(willow, key, shift.day, NOW)
    assert [one.volunteer for one in planned(WEEK) if one.span == shift.span] == [willow]
    assert len(shifts_of(maple, WEEK)) == 6
    with refused(Reason.GONE):
        take_shift(aspen, key, shift.day, NOW)
    assert offers(WEEK) == []


def test_an_offer_can_be_taken_back_and_what_was_taken_can_be_offered_on() -> None:
    maple, willow, aspen = volunteer("maple"), volunteer("willow"), volunteer("aspen")
    key = make_pledge(maple, evening(), NOW)
    shift = first_of(maple)
    offer_shift(maple, key, shift.day, NOW)
    keep_shift(maple, key, shift.day, NOW)
    with refused(Reason.GONE):
        take_shift(willow, key, shift.day, NOW)
    offer_shift(maple, key, shift.day, NOW)
    taken = take_shift(willow, key, shift.day, NOW)
    end_pledge(maple, key, NOW)  # what was taken is not its owner's to end
    offer_shift(willow, taken, shift.day, NOW)
    take_shift(aspen, taken, shift.day, NOW)
    assert [(one.volunteer, one.span) for one in planned(WEEK)] == [(aspen, shift.span)]


def test_a_coordinator_gives_an_offered_shift_to_who_agreed_and_to_nobody_else() -> None:
    maple, willow, aspen = volunteer("maple"), volunteer("willow"), volunteer("aspen")
    key = make_pledge(maple, evening(), NOW)
    day = first_of(maple).day
    offer_shift(maple, key, day, NOW)
    agree_to_take(willow, key, day, NOW)
    agree_to_take(aspen, key, day, NOW)
    disagree_to_take(aspen, key, day)
    assert [offer.willing for offer in offers(WEEK)] == [(willow,)]
    with refused(Reason.NOT_AGREED):
        assign_shift(aspen, key, day, NOW)
    assign_shift(willow, key, day, NOW)
    assert first_of(willow).day == day
    assert not Willing.objects.exists()


def test_nobody_takes_a_shift_whose_owners_languages_he_does_not_speak() -> None:
    maple, fir = volunteer("maple", languages=("yue", "zh")), volunteer("fir", languages=("en",))
    key = make_pledge(maple, evening(), NOW)
    day = first_of(maple).day
    offer_shift(maple, key, day, NOW)
    for act in (take_shift, agree_to_take):
        with refused(Reason.LANGUAGE):
            act(fir, key, day, NOW)


def test_caps_hold_for_pledges_swaps_and_holes() -> None:
    maple, willow = volunteer("maple", caps=Caps(2, 8)), volunteer("willow")
    with refused(Reason.WEEK):
        make_pledge(maple, evening(minutes=120), NOW)  # fourteen hours a week
    make_pledge(maple, evening(minutes=60), NOW)
    with refused(Reason.MEETS):
        make_pledge(maple, evening(frozenset({4}), 30), NOW)
    theirs = make_pledge(willow, evening(frozenset({1}), 90, hour=21), NOW)
    day = shifts_of(willow, WEEK)[0].day
    offer_shift(willow, theirs, day, NOW)
    with refused(Reason.DAY):
        take_shift(maple, theirs, day, NOW)
    with refused(Reason.DAY):
        agree_to_take(maple, theirs, day, NOW)
    toronto = ZoneInfo("America/Toronto")
    late = datetime(2027, 5, 5, 23, tzinfo=toronto).astimezone(UTC)
    with refused(Reason.DAY):
        fill_hole(maple, Span(late, late + HOUR), NOW)  # an hour of the night counts as two
    fill_hole(maple, Span(late - HOUR, late), NOW)
    assert [shift.span for shift in shifts_of(maple, WEEK) if shift.is_single] == [Span(late - HOUR, late)]


def test_a_hole_is_filled_while_it_lasts() -> None:
    maple = volunteer("maple")
    running = Span(NOW - timedelta(minutes=5), NOW + HOUR - timedelta(minutes=5))
    with refused(Mistake.BEGINS):
        fill_hole(maple, running, NOW)
    with refused(Reason.PAST):
        fill_hole(maple, Span(NOW - HOUR, NOW), NOW)
    fill_hole(maple, Span(NOW, NOW + 2 * HOUR), NOW + timedelta(minutes=10))
    assert len(shifts_of(maple, WEEK)) == 1


def test_a_pledge_ends_and_a_shift_that_runs_is_finished() -> None:
    maple = volunteer("maple")
    key = make_pledge(maple, evening(), NOW)
    running = first_of(maple).span.start + timedelta(minutes=10)
    end_pledge(maple, key, running)
    assert [shift.span.start for shift in planned(WEEK)] == [running - timedelta(minutes=10)]
    other = make_pledge(maple, evening(hour=12), NOW)
    end_pledge(maple, other, NOW)
    assert [pledge.pk for pledge in pledges_of(maple, NOW)] == [key]
    with refused(Reason.GONE):
        end_pledge(volunteer("willow"), key, NOW)


def test_who_has_not_said_by_which_clock_he_lives_promises_nothing() -> None:
    user = User.objects.create(pseudonym="maple")
    with refused(Mistake.ZONE):
        make_pledge(user.pk, evening(), NOW)
    for wanted, mistake in (
        (Wanted("Mars/Olympus", ("zh",), Caps(4, 20)), Mistake.ZONE),
        (Wanted("Asia/Taipei", (), Caps(4, 20)), Mistake.LANGUAGES),
        (Wanted("Asia/Taipei", ("tlh",), Caps(4, 20)), Mistake.LANGUAGES),
        (Wanted("Asia/Taipei", ("zh",), Caps(25, 20)), Mistake.CAPS),
    ):
        with refused(mistake):
            set_availability(user.pk, wanted)


def test_who_has_lost_his_role_is_not_promised_any_more() -> None:
    maple = volunteer("maple")
    make_pledge(maple, evening(), NOW)
    assert {one.volunteer for one in promised(WEEK)} == {str(maple)}
    User.objects.get(pk=maple).groups.clear()
    assert promised(WEEK) == []


def test_what_lies_back_is_forgotten() -> None:
    maple, willow = volunteer("maple"), volunteer("willow")
    key = make_pledge(maple, evening(), NOW)
    day = first_of(maple).day
    offer_shift(maple, key, day, NOW)
    take_shift(willow, key, day, NOW)
    forget_past(day + 2 * DAY)
    assert Pledge.objects.count() == 2
    forget_past(day + 3 * DAY)
    assert [pledge.pk for pledge in Pledge.objects.all()] == [key]
    assert not ShiftChange.objects.exists()


class AnyOrder(TestCase):
    """Whatever three volunteers press in whatever order, every hour stays whose it is, once."""

    MOVES = st.lists(
        st.tuples(
            st.sampled_from(["offer", "keep", "take", "agree", "assign", "cancel", "fill"]),
            st.integers(0, 2),
            st.integers(0, 9),
        ),
        max_size=25,
    )

    @settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
    @given(MOVES)
    def test_no_hour_is_anybodys_twice_lost_or_over_a_cap(self, moves: list[tuple[str, int, int]]) -> None:
        zones = ("America/Toronto", "Asia/Taipei", "Asia/Kolkata")
        people = [volunteer(f"v{n}", zone, ("zh",), Caps(2, 10)) for n, zone in enumerate(zones)]
        days = frozenset(range(5))
        for who, zone in zip(people, zones, strict=True):
            make_pledge(who, Promise(zone, days, time(12), 60, NOW.date(), NOW.date() + 8 * DAY), NOW)
        expected = {shift.span: 1 for shift in planned(WEEK)}
        for move, who, which in moves:
            there = planned(WEEK)
            shift = there[which % len(there)] if there else None
            before = shift.volunteer if shift else None
            try:
                if move == "fill":
                    start = NOW + DAY + (which + 14) * HOUR
                    fill_hole(people[who], Span(start, start + HOUR), NOW)
                    expected[Span(start, start + HOUR)] = expected.get(Span(start, start + HOUR), 0) + 1
                elif shift is not None:
                    act = {"offer": offer_shift, "keep": keep_shift, "take": take_shift}.get(move)
                    act = act or {"agree": agree_to_take, "assign": assign_shift}.get(move, cancel_shift)
                    act(people[who], shift.pledge, shift.day, NOW)
                    if move == "cancel":
                        assert before == people[who]
                        expected[shift.span] -= 1
            except RefusedError:
                pass
            found: dict[Span, int] = {}
            for one in planned(WEEK):
                found[one.span] = found.get(one.span, 0) + 1
            assert found == {span: count for span, count in expected.items() if count}
            for who_id, zone in zip(people, zones, strict=True):
                quarters_of = [
                    shift.span.start + n * timedelta(minutes=15)
                    for shift in shifts_of(who_id, WEEK)
                    for n in range(4)
                ]
                assert len(quarters_of) == len(set(quarters_of))
                by_day, by_week = weighed(quarters_of, ZoneInfo(zone))
                assert all(minutes <= 120 for minutes in by_day.values())
                assert all(minutes <= 600 for minutes in by_week.values())
