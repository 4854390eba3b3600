"""The screens of shifts: who sees what, what each press does, and that nobody is named without need."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from calls_cast import Enter
from django.conf import settings as django_settings
from django.core.cache import cache as memory
from django.http import HttpResponse
from django.test import Client
from icalendar import Calendar
from pytest_django import Settings

from tuidang.base.audit.queries import newest_entries
from tuidang.base.clock import china_today
from tuidang.desk.shift_forms import write_span
from tuidang.desk.staffing import expected, holes_ahead
from tuidang.phone.actions.campaigns import save_trunk
from tuidang.phone.actions.duty import count_disposition, count_hour, go_on_duty
from tuidang.phone.hotline_now import DeskNow, HotlineNow, write_now
from tuidang.phone.models import HotlineHour
from tuidang.phone.test_calls.actions import note_test_call, save_number
from tuidang.phone.test_calls.rules import Outcome
from tuidang.volunteers.models import Role, User
from tuidang.volunteers.shifts.actions import (
    Wanted,
    agree_to_take,
    make_pledge,
    offer_shift,
    set_availability,
)
from tuidang.volunteers.shifts.coverage import Profile
from tuidang.volunteers.shifts.queries import Shift, shifts_of
from tuidang.volunteers.shifts.rules import EVERY_DAY, Caps, Promise, Span

pytestmark = pytest.mark.django_db

HOURS, ABOUT, PLEDGE, CALENDAR = (f"/desk/hours/{rest}" for rest in ("", "about/", "pledge/", "calendar.ics"))
WEEK, TAKE, HOLES = "/desk/week/", "/desk/week/take/", "/desk/week/holes/"
QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)


def quiet_line(people: float = 0.1) -> None:
    """Expect so few calls, in Mandarin alone, that one person is enough at every hour."""
    calls = {("zh", hour): people for hour in range(168)}
    memory.set("expected-load", Profile(calls, 300, 300, 8), 300)


def settle(name: str, zone: str = "America/Toronto", *languages: str, caps: Caps = Caps(12, 60)) -> UUID:  # noqa: B008
    who: UUID = User.objects.get(pseudonym=name).pk
    set_availability(who, Wanted(zone, languages or ("zh",), caps))
    return who


def text_of(response: HttpResponse) -> str:
    """Return what a page says under its menu, its marks taken away."""
    words = re.sub(r"<[^>]+>", " ", response.content.decode().partition("</header>")[2])
    return " ".join(words.split())


REVIEWER_AND_LISTENER = (("linden", Role.REVIEWER), ("maple", Role.LISTENER))


def next_quarter(minutes: int) -> datetime:
    """Return a quarter of an hour that begins some minutes from now, or up to 15 later."""
    moment = datetime.now(UTC) + timedelta(minutes=minutes) + QUARTER - timedelta(microseconds=1)
    return moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)


def promise_at(who: UUID, start: datetime, minutes: int = 60) -> Shift:
    promise = Promise("UTC", EVERY_DAY, start.time(), minutes, start.date())
    make_pledge(who, promise, datetime.now(UTC))
    return shifts_of(who, Span(start, start + HOUR))[0]


@pytest.mark.parametrize(
    ("roles", "hours", "week", "holes"),
    [
        ([Role.LISTENER], 302, 200, 403),
        ([Role.FIELD_LEAD], 403, 403, 403),
        ([Role.REVIEWER], 403, 403, 403),
        ([Role.COORDINATOR], 302, 200, 200),
        ([Role.OPERATOR], 403, 403, 403),
        ([Role.AUDITOR], 403, 403, 403),
        ([], 403, 403, 403),
    ],
)
def test_who_may_promise_and_who_may_plan(
    enter: Enter, roles: Sequence[Role], hours: int, week: int, holes: int
) -> None:
    page = enter("maple", *roles)
    assert [page.get(where).status_code for where in (HOURS, WEEK, HOLES)] == [hours, week, holes]
    assert (page.get(CALENDAR).status_code == 200) == (hours == 302)
    assert (page.post(TAKE).status_code == 403) == (hours == 403)


def test_everybody_is_led_to_his_first_screen(enter: Enter) -> None:
    for name, role, where in (
        ("willow", Role.LISTENER, "/desk/line/"),
        ("birch", Role.COORDINATOR, "/desk/line/"),
        ("aspen", Role.OPERATOR, "/desk/campaigns/"),
    ):
        assert enter(name, role).get("/desk/").headers["Location"] == where


def test_somebody_says_by_which_clock_he_lives_and_promises_an_hour_a_day(enter: Enter) -> None:
    page = enter("maple", Role.LISTENER)
    assert page.get(HOURS).headers["Location"] == ABOUT
    wrong = page.post(ABOUT, {"zone": "Mars/Olympus", "day": "4", "week": "20"})
    assert wrong.status_code == 422
    assert "Choose the place whose clock you live by." in text_of(wrong)
    about = {"zone": "Asia/Kolkata", "languages": ["zh"], "best": "yue", "day": "4", "week": "20"}
    assert page.post(ABOUT, about).headers["Location"] == HOURS
    typed = {
        "weekdays": list("0123456"),
        "begins": "19:05",
        "minutes": "60",
        "first": "2026-01-01",
        "last": "",
    }
    assert "quarters of an hour" in text_of(page.post(PLEDGE, typed))
    assert page.post(PLEDGE, {**typed, "begins": "19:30"}).headers["Location"] == HOURS
    said = text_of(page.get(HOURS))
    assert "By the clock of Kolkata · Cantonese, Mandarin" in said
    assert said.count("19:30–20:30") >= 13
    assert "every day 19:30 · 1 hour" in said
    meets = page.post(PLEDGE, {**typed, "begins": "20:00"})
    assert meets.status_code == 422
    assert "You have another shift at that time." in text_of(meets)


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"weekdays": ["9"], "begins": "25:00", "minutes": "ten", "first": "soon", "last": "2026-02-30"},
        {"weekdays": ["1"], "begins": "19:00", "minutes": "999999", "first": "2026-01-01"},
    ],
)
def test_a_form_of_nonsense_is_answered_in_words(enter: Enter, typed: dict[str, object]) -> None:
    page = enter("maple", Role.LISTENER)
    settle("maple")
    assert page.post(PLEDGE, typed).status_code == 422
    for nonsense in ({}, {"move": "take", "shift": "x"}, {"move": "end", "pledge": "x"}, {"move": "fly"}):
        assert page.post(HOURS, nonsense).status_code == 422
    assert page.post(TAKE, {"hole": "20260101T0000Z-20990101T0000Z"}).status_code == 422
    assert enter("willow", Role.COORDINATOR).post(HOLES, {"to": "x"}).status_code == 422


def test_a_shift_is_offered_by_one_and_taken_by_another_who_learns_no_name(enter: Enter) -> None:
    maple, willow = enter("maple", Role.LISTENER), enter("willow", Role.LISTENER)
    settle("maple")
    settle("willow", "Asia/Taipei")
    shift = promise_at(User.objects.get(pseudonym="maple").pk, next_quarter(200))
    assert "stays yours until somebody takes it" in text_of(
        maple.post(HOURS, {"move": "offer", "shift": shift.key})
    )
    seen = text_of(willow.get(HOURS))
    assert "I take it" in seen
    assert "maple" not in seen
    agreed = text_of(willow.post(HOURS, {"move": "agree", "shift": shift.key}))
    assert "a coordinator may give it to you" in agreed
    assert "you would take it" in agreed
    assert "Thank you." in text_of(willow.post(HOURS, {"move": "take", "shift": shift.key}))
    again = willow.post(HOURS, {"move": "take", "shift": shift.key})
    assert again.status_code == 422
    assert "Somebody was faster" in text_of(again)


def test_a_shift_is_cancelled_after_a_question_and_a_pledge_is_ended(enter: Enter) -> None:
    maple = enter("maple", Role.LISTENER)
    shift = promise_at(settle("maple"), next_quarter(200))
    assert "offer it first" in text_of(maple.get(HOURS, {"cancel": shift.key}))
    assert "others are asked to fill the hole" in text_of(
        maple.post(HOURS, {"move": "cancel", "shift": shift.key})
    )
    assert "has ended" in text_of(maple.post(HOURS, {"move": "end", "pledge": str(shift.pledge)}))
    assert "You have promised nothing yet" in text_of(maple.get(HOURS))


def test_the_calendar_file_is_the_same_each_time_and_is_kept_nowhere(enter: Enter) -> None:
    maple = enter("maple", Role.LISTENER)
    who = settle("maple")
    shift = promise_at(who, next_quarter(200))
    answer = maple.get(CALENDAR)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="calendar.ics"'
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert events[0].decoded("DTSTART") == shift.span.start
    assert len(events) == 56
    assert {str(event["SUMMARY"]) for event in events} == {"Appointment"}
    assert shift.pledge.hex not in answer.content.decode()
    assert maple.get(CALENDAR).content == answer.content
    assert "预约" in maple.get(CALENDAR, headers={"Accept-Language": "zh-hans"}).content.decode()


def test_every_screen_says_in_how_many_minutes_a_shift_begins(enter: Enter) -> None:
    quiet_line(0)
    linden = enter("linden", Role.REVIEWER, Role.LISTENER)
    who = settle("linden", "Europe/Paris")
    shift = promise_at(who, next_quarter(20))
    begins = shift.span.start.astimezone(ZoneInfo("Europe/Paris"))
    for screen in ("/desk/", "/desk/keys/", HOURS, WEEK):
        said = text_of(linden.get(screen))
        minutes = re.search(r"Your shift begins in (\d+) minutes · ([0-9:]+)–[0-9:]+ \(Paris time\)", said)
        assert minutes is not None, screen
        assert 20 <= int(minutes[1]) <= 36
        assert minutes[2] == f"{begins:%H:%M}"


def test_a_shift_that_runs_and_one_that_comes_later_are_told(enter: Enter) -> None:
    quiet_line(0)
    maple = enter("maple", Role.LISTENER)
    promise_at(settle("maple", "UTC"), next_quarter(-30), 45)
    said = text_of(maple.get("/desk/keys/"))
    assert "Your shift is now: " in said
    assert "Your next shift : " in said


def test_help_that_is_needed_soon_is_taken_with_one_press_and_by_one_alone(
    enter: Enter, settings: Settings
) -> None:
    quiet_line()
    here = datetime.now(UTC)
    # By whose clock it is day now: nobody is called out of bed.
    zone = next(
        z
        for z in ("Europe/Paris", "Asia/Taipei", "America/Toronto")
        if 8 <= here.astimezone(ZoneInfo(z)).hour < 19
    )
    maple, willow, fir = (enter(name, Role.LISTENER) for name in ("maple", "willow", "fir"))
    settle("maple", zone)
    settle("willow", zone)
    settle("fir", zone, "en")
    asked = maple.get("/desk/keys/").content.decode()
    assert "Help is needed: now, until " in asked
    assert "Help is needed" not in text_of(fir.get("/desk/keys/"))  # he does not speak what is missing
    settings.TUIDANG = replace(settings.TUIDANG, phone_desks=1)
    maple_key = User.objects.get(pseudonym="maple").pk
    go_on_duty(maple_key, ["zh"], coordinator=False, now=here)
    assert "Help is needed" not in text_of(maple.get("/desk/keys/"))  # he helps already
    hole = re.search(r'name="hole" value="([^"]+)"', asked)
    assert hole is not None
    assert fir.post(TAKE, {"hole": hole[1]}).status_code == 422
    assert "Thank you." in text_of(maple.post(TAKE, {"hole": hole[1]}))
    late = willow.post(TAKE, {"hole": hole[1]})
    assert late.status_code == 422
    assert "Somebody was faster" in text_of(late)


def test_nobody_is_called_out_of_bed_but_may_come(enter: Enter) -> None:
    quiet_line()
    here = datetime.now(UTC)
    asleep = next(
        z
        for z in (
            "Europe/Paris",
            "Asia/Taipei",
            "America/Toronto",
            "Pacific/Honolulu",
            "America/Los_Angeles",
            "Asia/Kolkata",
            "Pacific/Auckland",
        )
        if here.astimezone(ZoneInfo(z)).hour in {23, 0, 1, 2, 3}
    )
    maple = enter("maple", Role.LISTENER)
    settle("maple", asleep)
    assert "Help is needed" not in text_of(maple.get("/desk/keys/"))
    assert "I take it" in text_of(maple.get(WEEK))


def test_a_coordinator_is_told_of_holes_and_gives_offered_shifts_to_those_who_agreed(enter: Enter) -> None:
    quiet_line()
    birch, _, _ = (
        enter("birch", Role.COORDINATOR),
        enter("maple", Role.LISTENER),
        enter("willow", Role.LISTENER),
    )
    maple, willow, now = settle("maple"), settle("willow", "Asia/Taipei"), datetime.now(UTC)
    assert re.search(r"1 volunteer is missing: .* \(universal time\)", text_of(birch.get("/desk/keys/")))
    shift = promise_at(maple, next_quarter(200))
    offer_shift(maple, shift.pledge, shift.day, now)
    assert "Nobody has agreed yet." in text_of(birch.get(HOLES))
    refused = birch.post(HOLES, {"shift": shift.key, "to": str(willow)})
    assert refused.status_code == 422
    agree_to_take(willow, shift.pledge, shift.day, now)
    assert "Give it to willow" in text_of(birch.get(HOLES))
    assert "The shift is given." in text_of(birch.post(HOLES, {"shift": shift.key, "to": str(willow)}))
    assert [one.span for one in shifts_of(willow, shift.span)] == [shift.span]


def test_only_a_coordinator_sees_pseudonyms_on_the_board(enter: Enter) -> None:
    birch, maple = enter("birch", Role.COORDINATOR), enter("maple", Role.LISTENER)
    enter("willow", Role.LISTENER)
    promise_at(settle("willow"), next_quarter(200))
    settle("maple")
    assert "willow" in text_of(birch.get(WEEK))
    for screen in (WEEK, HOURS, "/desk/keys/"):
        assert "willow" not in text_of(maple.get(screen))


def test_the_board_shows_a_week_in_ones_own_hours_with_its_table(enter: Enter) -> None:
    quiet_line()
    maple = enter("maple", Role.LISTENER)
    who = settle("maple", "Asia/Kathmandu")
    make_pledge(
        who, Promise("Asia/Kathmandu", EVERY_DAY, time(7), 120, datetime.now(UTC).date()), datetime.now(UTC)
    )
    page = maple.get(WEEK, {"ahead": "1"}).content.decode()
    assert page.count("<tr>") == 7 * 24 + 7
    assert "In 154 of 168 hours too few have promised." in page
    row = re.search(r"07:00</th>(.*?)</tr>", page)
    assert row is not None
    assert re.findall(r"<td[^>]*>([^<]*)", row[1])[:5] == ["1/1", "0/0", "0/0", "1/1", "enough"]
    assert page.count(">1/1</text>") == 14
    assert page.count(">✕ 0/1</text>") == 154


def test_need_is_reckoned_from_whole_weeks_of_the_hotlines_counts(enter: Enter) -> None:
    maple = enter("maple", Role.LISTENER)
    settle("maple")
    assert "a default: the hotline has counted no whole week yet" in text_of(maple.get(WEEK))
    memory.clear()
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    for week in (1, 2):
        HotlineHour.objects.create(
            hour=hour - week * timedelta(weeks=1) + 5 * HOUR * (week == 1),
            language="zh", arrived=300, answered=200, abandoned=100, wait_seconds=9000, talk_seconds=60_000,
        )  # fmt: skip
    said = text_of(maple.get(WEEK))
    assert "2 weeks of the hotline’s counts" in said
    assert expected(datetime.now(UTC)).talk == pytest.approx((120_000 + 50 * 600) / 450)
    assert expected(datetime.now(UTC)).patience == pytest.approx((18_000 + 20 * 120) / 220)


def test_the_board_says_whether_the_hotline_answers(enter: Enter) -> None:
    maple = enter("maple", Role.LISTENER)
    settle("maple")
    assert "Does the hotline answer?" not in text_of(maple.get(WEEK))
    save_trunk("lab", "127.0.0.1:5070")
    save_number("sample", "0012025550100", "lab")
    assert "not called yet" in text_of(maple.get(WEEK))
    note_test_call("sample", Outcome.SILENT, china_today() - timedelta(days=1))
    assert "answered, and was silent" in text_of(maple.get(WEEK))
    note_test_call("sample", Outcome.HEARD, china_today())
    said = text_of(maple.get(WEEK))
    assert "sample answers" in said
    assert "a voice heard on 1 of 2 days" in said


def test_the_hole_of_the_running_hour_begins_with_its_running_quarter() -> None:
    quiet_line()
    now = datetime(2027, 5, 3, 12, 50, tzinfo=UTC)
    first = holes_ahead("UTC", now)[0]
    assert write_span(first.span) == "20270503T1245Z-20270503T1400Z"


def test_a_pledge_of_somebody_whose_role_is_gone_is_no_cover(enter: Enter) -> None:
    quiet_line()
    maple: Client = enter("maple", Role.LISTENER)
    enter("willow", Role.LISTENER)
    settle("maple")
    promise_at(settle("willow"), next_quarter(200), 180)
    before = text_of(maple.get(WEEK))
    User.objects.get(pseudonym="willow").groups.clear()
    assert text_of(maple.get(WEEK)) != before


def test_the_board_says_who_is_at_the_hotline_and_who_called_in_vain(enter: Enter) -> None:
    maple, birch = enter("maple", Role.LISTENER), enter("birch", Role.COORDINATOR)
    now, data = datetime.now(UTC), django_settings.TUIDANG.data
    assert "The hotline does not run." in text_of(maple.get(WEEK))
    write_now(data, HotlineNow(nobody=True))
    assert "Nobody is on duty now." in text_of(maple.get(WEEK))
    write_now(data, HotlineNow(desks={1: DeskNow("talking"), 2: DeskNow("ready"), 3: DeskNow("away")}))
    assert "2 volunteers are on duty now." in text_of(maple.get(WEEK))
    assert "found nobody" not in text_of(maple.get(WEEK))
    count_hour(now.replace(minute=0, second=0, microsecond=0), "zh", {"arrived": 3, "to_message": 2})
    assert "In the last 24 hours 2 callers found nobody." in text_of(maple.get(WEEK))
    count_disposition(china_today(), "hotline", "thinking")
    assert "Thinking it over 1" in text_of(birch.get(WEEK))
    assert "Thinking it over" not in text_of(maple.get(WEEK))


def test_who_gives_an_offered_shift_is_noted(enter: Enter) -> None:
    quiet_line()
    birch = enter("birch", Role.COORDINATOR)
    enter("willow", Role.LISTENER), enter("maple", Role.LISTENER)
    giver, taker = settle("willow"), settle("maple")
    shift = promise_at(giver, next_quarter(200), 60)
    offer_shift(giver, shift.pledge, shift.day, datetime.now(UTC))
    agree_to_take(taker, shift.pledge, shift.day, datetime.now(UTC))
    birch.post(HOLES, {"shift": shift.key, "to": str(taker)})
    assert shifts_of(taker, Span(shift.span.start, shift.span.end))
    assert [(entry.who, entry.act) for entry in newest_entries(acts=["give-shift"])] == [
        ("birch", "give-shift")
    ]


def test_the_menu_offers_nobody_a_screen_that_leads_him_elsewhere(enter: Enter) -> None:
    offered = [enter(name, role).get("/desk/keys/").content.decode() for name, role in REVIEWER_AND_LISTENER]
    assert ['href="/desk/"' in page.partition('class="menu"')[2] for page in offered] == [True, False]
