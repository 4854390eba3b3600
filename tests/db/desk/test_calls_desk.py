"""The screens for calls: who may see them, what they do, and that they show what is recorded and said."""

from __future__ import annotations

import dataclasses
import io
import json
import os
import re
import wave
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from calls_cast import TWO, Enter, call, draft, keep, live_draft, make_sounds, snapshot, typed
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from tuidang.base.audit.queries import newest_entries
from tuidang.base.clock import china_today
from tuidang.base.words import spaced
from tuidang.phone.actions.campaigns import (
    forget_listening,
    pause_campaign,
    set_messages,
    set_trunks,
    start_campaign,
)
from tuidang.phone.models import Campaign, Message
from tuidang.phone.records.outcomes import LIVE, STEP, Outcome, Record
from tuidang.privacy.regions import PROVINCES
from tuidang.volunteers.models import Role
from tuidang.web import doctor

pytestmark = pytest.mark.django_db

SCREENS = (
    "/desk/campaigns/",
    "/desk/campaigns/new/",
    "/desk/campaign/autumn/",
    "/desk/campaign/autumn/messages/",
    "/desk/campaign/autumn/settings/",
)
AUTUMN, MOVE = SCREENS[2], "/desk/campaign/autumn/move/"


@pytest.fixture
def maple(enter: Enter) -> Client:
    """Give the browser of somebody who may start calls."""
    return enter("maple", Role.OPERATOR)


@pytest.fixture
def phone(maple: Client, settings: Settings) -> Path:
    """Name the folder of the telephone."""
    folder: Path = settings.TUIDANG.data / "phone"
    return folder


def state() -> str:
    return str(Campaign.objects.get(name="autumn").state)


def text_of(response: HttpResponse) -> str:
    """Return what a page says, its marks taken away."""
    words = re.sub(r"<[^>]+>", " ", response.content.decode().partition("<main")[2])
    return " ".join(words.replace("\N{NARROW NO-BREAK SPACE}", " ").split())


def cells_of(row: str) -> list[str]:
    """Return what the cells of a row of a table say."""
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)]


def rows_of(response: HttpResponse, heading: str) -> list[list[str]]:
    """Return the cells of the table whose head begins with a word."""
    for table in re.findall(r"<table.*?</table>", response.content.decode(), re.DOTALL):
        rows = [cells_of(row) for row in re.findall(r"<tr.*?</tr>", table, re.DOTALL)]
        if rows[0][0] == heading:
            return rows[1:]
    raise AssertionError(f"no table begins with {heading}")


@pytest.mark.parametrize(
    ("roles", "seen"),
    [
        ((), 403),
        ((Role.REVIEWER,), 403),
        ((Role.OPERATOR,), 200),
        ((Role.REVIEWER, Role.OPERATOR), 200),
    ],
)
def test_only_those_who_may_see_calls_and_move_them(enter: Enter, roles: tuple[Role, ...], seen: int) -> None:
    draft()
    client = enter("maple", *roles)
    assert [client.get(screen).status_code for screen in SCREENS] == [seen] * len(SCREENS)
    assert client.post(MOVE, {"move": "start"}).status_code == (302 if seen == 200 else seen)
    assert state() == ("running" if seen == 200 else "draft")
    saved = client.post("/desk/campaigns/new/", typed())
    assert saved.status_code == (302 if seen == 200 else seen)
    assert Campaign.objects.count() == (2 if seen == 200 else 1)


def test_who_has_not_signed_in_is_asked_to(house: object, client: Client) -> None:
    draft()
    for screen in SCREENS:
        assert client.get(screen).headers["Location"] == f"/desk/sign-in/?next={screen}"
    assert client.post(MOVE, {"move": "start"}).headers["Location"].startswith("/desk/sign-in/")
    assert state() == "draft"


def test_each_is_led_to_his_first_screen_and_shown_his_own_menu(enter: Enter) -> None:
    caller, reviewer = enter("maple", Role.OPERATOR), enter("linden", Role.REVIEWER)
    assert caller.get("/desk/").headers["Location"] == "/desk/campaigns/"
    assert 'href="/desk/decided/"' not in caller.get("/desk/campaigns/").content.decode()
    assert 'href="/desk/campaigns/"' not in reviewer.get("/desk/").content.decode()
    assert "in the list: a new campaign" in text_of(caller.get("/desk/keys/"))
    assert "in the list: a new campaign" not in text_of(reviewer.get("/desk/keys/"))


def test_a_campaign_that_is_not_there_is_not_found(maple: Client) -> None:
    for screen in SCREENS[2:]:
        assert maple.get(screen).status_code == 404
    assert maple.post(MOVE, {"move": "start"}).status_code == 404


def test_a_campaign_is_started_paused_and_stopped_after_a_question(maple: Client) -> None:
    draft()
    assert maple.post(MOVE, {"move": "start"}).headers["Location"] == AUTUMN
    assert state() == "running"
    assert maple.post(MOVE, {"move": "pause", "again": "yes"}).headers["Location"] == f"{AUTUMN}?again"
    assert state() == "paused"
    assert "Go on" in text_of(maple.get(AUTUMN))
    asked = maple.post(MOVE, {"move": "stop"})
    assert "Stop it for good?" in text_of(asked)
    assert state() == "paused"
    maple.post(MOVE, {"move": "stop", "confirmed": "yes"})
    assert state() == "stopped"
    page = maple.get(AUTUMN).content.decode()
    assert not re.findall(r'value="(start|pause|stop)"', page)
    assert maple.get(SCREENS[4]).headers["Location"] == AUTUMN
    refused = maple.post(MOVE, {"move": "start"})
    assert (refused.status_code, state()) == (422, "stopped")
    assert "clone it to call again" in text_of(refused)


def test_a_move_that_does_not_exist_is_refused(maple: Client) -> None:
    draft()
    assert maple.post(MOVE, {"move": "delete"}).status_code == 404
    assert maple.get(MOVE).status_code == 405


def test_what_keeps_a_campaign_from_starting_is_told_before_and_when_it_is_tried(maple: Client) -> None:
    live_draft()
    sentence = "Trunk out: live dialling is off (TUIDANG_PHONE_LIVE)."
    assert sentence in text_of(maple.get(AUTUMN))
    for confirmed in ({}, {"confirmed": "yes"}):
        refused = maple.post(MOVE, {"move": "start", **confirmed})
        assert refused.status_code == 422
        assert text_of(refused).count(sentence) == 1
        assert state() == "draft"


def test_real_people_are_called_only_after_a_question(maple: Client, settings: Settings) -> None:
    live_draft()
    settings.TUIDANG = dataclasses.replace(settings.TUIDANG, phone_live=True)
    settings.COUNT_WARNINGS = "calls_cast.all_is_well"
    asked = maple.post(MOVE, {"move": "start"})
    assert "Call real people now?" in text_of(asked)
    assert state() == "draft"
    maple.post(MOVE, {"move": "start", "confirmed": "yes"})
    assert state() == "running"


def test_while_the_doctor_has_a_warning_the_desk_starts_nothing_that_no_machine_would_dial(
    maple: Client, settings: Settings
) -> None:
    live_draft()
    settings.TUIDANG = dataclasses.replace(settings.TUIDANG, phone_live=True)
    assert doctor.count_warnings() > 0  # here there are no tables of names, for one
    sentence = "Trunk out: `tuidang doctor` has a warning."
    assert sentence in text_of(maple.get(AUTUMN))
    for confirmed in ({}, {"confirmed": "yes"}):
        refused = maple.post(MOVE, {"move": "start", **confirmed})
        assert (refused.status_code, state()) == (422, "draft")
        assert text_of(refused).count(sentence) == 1
    set_trunks("autumn", ["lab"])
    maple.post(MOVE, {"move": "start"})
    assert state() == "running"


def test_a_copy_is_shown_and_a_name_that_cannot_be_keeps_what_was_typed(maple: Client) -> None:
    draft()
    copied = maple.post(MOVE, {"move": "clone", "copy": " winter "})
    assert copied.headers["Location"] == "/desk/campaign/winter/"
    for name, sentence in (("Winter!", "small letters"), ("autumn", "already"), ("", "small letters")):
        refused = maple.post(MOVE, {"move": "clone", "copy": name})
        assert refused.status_code == 422
        assert sentence in text_of(refused)
        assert f'name="copy" value="{name}"' in refused.content.decode()
    assert Campaign.objects.count() == 2


def test_a_new_campaign_has_all_that_was_typed_and_its_settings_show_it(maple: Client) -> None:
    draft()
    saved = maple.post("/desk/campaigns/new/", typed())
    assert saved.headers["Location"] == "/desk/campaign/winter/"
    found = Campaign.objects.get(name="winter")
    assert (found.title, found.opens, found.closes) == ("Winter", 10, 20)
    assert (found.daily_limit, found.days_between, found.regions) == (5000, 60, "CN-HA CN-SD")
    assert [trunk.name for trunk in found.trunks.all()] == ["lab"]
    (message,) = found.messages.all()
    assert (message.name, message.sound, message.share, message.names_caller) == (
        "first",
        "message/sample-1",
        3,
        True,
    )
    shown = maple.get("/desk/campaign/winter/")
    assert "10 to 20 o’clock there" in text_of(shown)
    assert "Henan" in text_of(shown) or "Shandong" in text_of(shown)
    form = maple.get("/desk/campaign/winter/settings/").content.decode()
    for piece in ('value="Winter"', 'value="5000"', 'value="60"', 'value="message/sample-1"', 'value="3"'):
        assert piece in form
    assert {*re.findall(r'value="([^"]+)" checked', form)} == {"lab", "CN-HA", "CN-SD"}


MISTAKES = [
    ({"name": "Winter"}, "name", "small letters"),
    ({"name": "autumn"}, "name", "already"),
    ({"title": " "}, "title", "1 to 80"),
    ({"opens": "eight"}, "opens", "whole number"),
    ({"opens": "8"}, "opens", "between 9 and 21"),
    ({"closes": ""}, "closes", "whole number"),
    ({"daily_limit": "0"}, "daily_limit", "1 to 10,000,000"),
    ({"daily_limit": "9" * 30}, "daily_limit", "whole number"),
    ({"days_between": "7"}, "days_between", "30 to 3,650"),
    ({"message-0": "First"}, "message-0", "small letters"),
    ({"sound-0": "../etc/passwd"}, "sound-0", "names no sound"),
    ({"sound-0": ""}, "sound-0", "names no sound"),
    ({"share-0": "0"}, "share-0", "1 to 1,000"),
    ({"share-0": "½"}, "share-0", "whole number"),
    ({"message-1": "first", "sound-1": "message/sample-2"}, "messages", "one name"),
    ({"trunks": ["lab", "gone"]}, "trunks", "no trunk gone"),
    ({"regions": ["CN-HA", "TW"]}, "regions", "no province"),
]


@pytest.mark.parametrize(("wrong", "field", "sentence"), MISTAKES)
def test_a_mistake_is_told_beside_its_field_and_on_top_and_nothing_typed_is_lost(
    maple: Client, wrong: dict[str, str | list[str]], field: str, sentence: str
) -> None:
    draft()
    form = typed(**wrong)
    refused = maple.post("/desk/campaigns/new/", form)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert not Campaign.objects.filter(name="winter").exists()
    (beside,) = re.findall(rf'id="{field}-error">([^<]+)<', page)
    assert sentence in beside
    assert f'<a href="#{field}">{beside}</a>' in page
    assert re.search(rf'id="{field}"', page)
    for name in form.keys() - {"names-caller-0", "trunks", "regions", "share-1"}:
        assert f'value="{str(form[name]).strip()}"' in page
    ticked = {*re.findall(r'value="([^"]+)" checked', page)}
    assert {"lab", "CN-HA"} <= ticked
    assert 'name="names-caller-0" checked' in page


def test_a_tick_on_a_page_from_before_a_new_recording_is_no_word_that_somebody_listened(
    maple: Client, phone: Path
) -> None:
    draft()
    sound = phone / "sounds/message/sample-1.alaw"
    sound.parent.mkdir(parents=True)
    sound.write_bytes(b"old")
    address = "/desk/campaign/autumn/settings/"

    def seen(page: str) -> str:
        return re.findall(r'name="seen" value="(\d+)"', page)[0]

    opened = seen(maple.get(address).content.decode())
    os.utime(sound, ns=(int(opened) + 1, int(opened) + 1))  # recorded anew
    forget_listening("message/sample-1")
    other = maple.post(address, typed(seen=opened, title="")).content.decode()
    assert seen(other) == opened  # what is mended there does not make the page a new one
    refused = maple.post(address, typed(seen=opened))
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "recorded anew" in re.findall(r'id="sound-0-error">([^<]+)<', page)[0]
    assert 'name="names-caller-0" checked' not in page
    assert not Message.objects.get(sound="message/sample-1").names_caller
    maple.post(address, typed(seen=seen(page)))  # by now somebody has
    assert Message.objects.get().names_caller


def test_all_mistakes_are_told_at_once_in_the_order_of_the_page(maple: Client) -> None:
    draft()
    wrong = typed(name="", title="", opens="x", daily_limit="0", **{"sound-0": "?", "share-0": "0"})
    page = maple.post("/desk/campaigns/new/", wrong).content.decode()
    told = re.findall(r'<a href="#([\w-]+)">', page.partition('role="alert"')[2])
    assert told == ["name", "title", "opens", "daily_limit", "sound-0", "share-0"]


def test_settings_that_are_wrong_change_nothing_of_a_campaign_that_runs(maple: Client) -> None:
    draft()
    start_campaign("autumn", phone_live=False, warnings=0)
    before = Campaign.objects.values().get(name="autumn")
    wrong = typed(**{"message-0": "", "sound-0": "", "trunks": []})
    assert maple.post("/desk/campaign/autumn/settings/", wrong).status_code == 422
    assert Campaign.objects.values().get(name="autumn") == before
    assert Campaign.objects.get().messages.count() == 2


def test_a_message_can_be_taken_out_and_others_added_two_at_a_time(maple: Client) -> None:
    draft()
    page = maple.get("/desk/campaign/autumn/settings/").content.decode()
    assert re.findall(r'name="message-(\d)"', page) == ["0", "1", "2", "3"]
    more = {"message-3": "third", "sound-3": "message/sample-3", "share-3": "2"}
    maple.post("/desk/campaign/autumn/settings/", typed(**more))
    names = Campaign.objects.get().messages.order_by("id").values_list("name", "share")
    assert list(names) == [("first", 3), ("third", 2)]


def random_calls(count: int = 3000) -> list[Record]:
    """Make calls of today, and a few of another campaign."""
    chance, today = Random(20261128), china_today()
    regions = ["", *(province.code for province in PROVINCES if province.code.startswith("CN-"))]
    calls = []
    for _ in range(count):
        outcome = chance.choice(list(Outcome))
        answered = outcome is Outcome.ANSWERED
        keys = chance.choice(["", "1", "19", "8", "9", "0", "81"]) if answered else ""
        calls.append(
            call(
                today,
                chance.choice(regions),
                outcome,
                message=chance.choice(["first", "second"]),
                reason=chance.choice(["never", "hours"]) if outcome is Outcome.REFUSED else "",
                keys=keys,
                seconds=STEP * chance.randrange(5) if answered else 0,
                whole=answered and chance.random() < 0.3,
                people=2 if "9" in keys else 0,
            )
        )
    others = [dataclasses.replace(one, campaign="other") for one in calls[:100]]
    return [*calls, *others]


def test_the_screen_shows_what_the_records_say_counted_another_way(maple: Client, phone: Path) -> None:
    draft()
    calls = random_calls()
    keep(phone / "records", calls)
    page = maple.get(AUTUMN)
    ours = [one for one in calls if one.campaign == "autumn"]
    dialled = [one for one in ours if one.outcome is not Outcome.REFUSED]
    answered = [one for one in dialled if one.outcome is Outcome.ANSWERED]
    counted = [
        ("Dialled", len(dialled), None),
        ("Numbers in use", sum(one.outcome in LIVE for one in dialled), dialled),
        ("Answered", len(answered), dialled),
        ("Heard 30 seconds", sum(one.seconds >= 30 or one.whole for one in answered), answered),
        ("Heard to the end", sum(one.whole for one in answered), answered),
        ("Pressed 1, to hear more", sum("1" in one.keys for one in answered), answered),
        ("Pressed 8, for a person", sum("8" in one.keys for one in answered), answered),
        ("Pressed 9, to withdraw", sum("9" in one.keys for one in answered), answered),
        ("Pressed 0, never again", sum("0" in one.keys for one in answered), answered),
    ]
    assert rows_of(page, "Stage") == [
        [
            words,
            spaced(count),
            "" if whole is None else f"{100 * count / len(whole):.1f}%",
            "" if whole is None else "Dialled" if whole is dialled else "Answered",
        ]
        for words, count, whole in counted
    ]
    by_place = Counter(one.region for one in dialled)
    answers = Counter(one.region for one in answered)
    names = {"": "place not known", **{province.code: province.name("en") for province in PROVINCES}}
    shown = {row[0]: (int(row[1]), int(row[2])) for row in rows_of(page, "Place")}
    assert shown == {names[code]: (count, answers[code]) for code, count in by_place.items()}
    refused = Counter(one.reason for one in ours if one.outcome is Outcome.REFUSED)
    words = {"never": "Asked never to be called", "hours": "Too early or too late in that place"}
    assert rows_of(page, "Reason") == [
        [words[reason], str(count), f"{100 * count / refused.total():.1f}%"]
        for reason, count in refused.most_common()
    ]
    assert f"{refused.total()} numbers that a rule held back." in text_of(page)
    left = sum(one.people for one in ours)
    assert f"{spaced(left)}".replace("\N{NARROW NO-BREAK SPACE}", " ") + " people left today" in text_of(page)
    assert f"and {answers['']} whose place is not known" in text_of(page)


def test_the_map_has_each_province_with_its_answered_calls(maple: Client, phone: Path) -> None:
    draft()
    today = china_today()
    answered, busy = call(today, "CN-HA", Outcome.ANSWERED), call(today, "CN-SD", Outcome.BUSY)
    keep(phone / "records", [*[answered] * 7, busy])
    page = maple.get(AUTUMN).content.decode()
    chart = page.partition('aria-labelledby="provinces-title')[2].partition("</svg>")[0]
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", chart)
    assert texts[texts.index("Henan") + 2] == "7"
    assert texts[texts.index("Shandong") + 2] == "0"
    assert len(re.findall("<rect", chart)) == 31


def test_what_machines_say_now_is_added_up_and_a_silent_one_left_out(maple: Client, phone: Path) -> None:
    draft()
    start_campaign("autumn", phone_live=False, warnings=0)
    snapshot(phone / "live", "one")
    snapshot(phone / "live", "two")
    os.utime(snapshot(phone / "live", "three"), (1, 1))
    page = maple.get(AUTUMN)
    assert "426 in the air" in text_of(page)
    assert "76.4 calls a second" in text_of(page)
    assert rows_of(page, "Trunk") == [["lab", "carries", "426 of 500", "6"]]
    rows = rows_of(maple.get("/desk/campaigns/"), "Machine")
    assert rows == [["one", "dials", "213"], ["three", "is silent", "0"], ["two", "dials", "213"]]


@pytest.mark.parametrize(
    ("carrying", "words"),
    [
        ({"up": True, "in_air": 1, "slowed": False, "failed": 0}, "carries"),
        ({"up": True, "in_air": 1, "slowed": True, "failed": 9}, "slowed"),
        ({"up": False, "in_air": 0, "slowed": True, "failed": 90}, "fails"),
        (None, "not used"),
    ],
)
def test_a_trunk_is_shown_as_it_does(maple: Client, phone: Path, carrying: object, words: str) -> None:
    draft()
    snapshot(phone / "live", trunks={"lab": carrying} if carrying else {})
    assert rows_of(maple.get(AUTUMN), "Trunk")[0][1] == words


def test_why_nothing_is_dialled_is_said(maple: Client, phone: Path) -> None:
    draft()
    start_campaign("autumn", phone_live=False, warnings=0)
    assert "No machine dials for it right now." in text_of(maple.get(AUTUMN))
    going = {"in_air": 0, "rate_10s": 0, "halted": "hours"}
    snapshot(phone / "live", campaigns={"autumn": going})
    for screen in (AUTUMN, "/desk/campaigns/"):
        assert "Too early or too late in that place" in text_of(maple.get(screen))
    pause_campaign("autumn")
    assert "Nothing is dialled right now." not in text_of(maple.get(AUTUMN))


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "{",
        "[]",
        "7",
        '{"machine": "one"}',
        '{"machine": "one", "asterisk": true, "campaigns": [], "trunks": {}}',
        '{"machine": "one", "asterisk": true, "campaigns": {"autumn": {"in_air": "many"}}, "trunks": {}}',
        '{"machine": "one", "asterisk": true, "campaigns": {"autumn": null}, "trunks": {"lab": 3}}',
        "\0\0\0",
    ],
)
def test_a_broken_snapshot_shows_an_empty_screen(maple: Client, phone: Path, broken: str) -> None:
    draft()
    snapshot(phone / "live", "one").write_text(broken)
    (phone / "live" / "two.json").write_bytes(b"\xff\xfe")
    for screen in SCREENS:
        assert maple.get(screen).status_code == 200
    assert "No machine has dialled here yet." in text_of(maple.get("/desk/campaigns/"))


def test_with_nothing_made_yet_every_screen_says_what_to_do(maple: Client, phone: Path) -> None:
    assert "There is no campaign yet." in text_of(maple.get("/desk/campaigns/"))
    draft()
    set_messages("autumn", TWO[:1])
    set_trunks("autumn", [])
    page = text_of(maple.get(AUTUMN))
    assert "It has no trunk to call by." in page
    assert "No call has ended today." in page
    assert "nothing to compare it with" in text_of(maple.get("/desk/campaign/autumn/messages/"))


def test_messages_are_told_apart_with_a_plain_verdict(maple: Client, phone: Path) -> None:
    draft()
    today = china_today()
    calls = [
        call(today, "CN-HA", Outcome.ANSWERED, message=message, keys="8" if n < asks else "")
        for message, asks in (("first", 300), ("second", 150))
        for n in range(1000)
    ]
    keep(phone / "records", calls)
    page = maple.get("/desk/campaign/autumn/messages/")
    assert "first better Brings more people to ask than the others." in text_of(page)
    assert "second worse Brings fewer people to ask than the others." in text_of(page)
    rows = [[" ".join(cell.split()) for cell in row] for row in rows_of(page, "Message")]
    assert rows[0] == ["first share 1", "1000", "0 0.0%", "300 30.0%", "0 0.0%", "0"]
    assert page.content.decode().count("<svg") == 2


def test_messages_of_which_nothing_is_known_are_left_open(maple: Client) -> None:
    draft()
    page = maple.get("/desk/campaign/autumn/messages/")
    assert text_of(page).count("It cannot be told apart from the others yet.") == 2
    assert "not known yet" in text_of(page)


def test_a_screen_is_drawn_anew_only_when_one_asks_for_it(maple: Client) -> None:
    draft()
    start_campaign("autumn", phone_live=False, warnings=0)
    assert "http-equiv" not in maple.get(AUTUMN).content.decode()
    again = maple.get(f"{AUTUMN}?again").content.decode()
    assert '<meta http-equiv="refresh" content="5">' in again
    assert 'name="again" value="yes"' in again


def test_no_called_number_stands_on_a_screen(maple: Client, phone: Path) -> None:
    draft()
    snapshot(phone / "live", "one", numbers=["8613800138000"])
    content = json.loads((phone / "live" / "one.json").read_text())
    assert content["numbers"]
    for screen in SCREENS:
        assert "13800138000" not in maple.get(screen).content.decode()


def test_a_message_is_heard_at_the_desk_as_people_hear_it(enter: Enter, maple: Client, phone: Path) -> None:
    draft()
    make_sounds(phone, "sample-1")
    assert 'href="/desk/sound/sample-1/"' in maple.get(SCREENS[4]).content.decode()
    heard = maple.get("/desk/sound/sample-1/")
    assert heard["Content-Type"] == "audio/wav"
    with wave.open(io.BytesIO(heard.content)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getnframes()) == (8000, 1, 1)
    assert maple.get("/desk/sound/sample-2/").status_code == 404
    assert enter("linden", Role.REVIEWER).get("/desk/sound/sample-1/").status_code == 403


def test_a_complaint_is_counted_for_its_message_and_taken_back(maple: Client, phone: Path) -> None:
    draft()
    address = "/desk/campaign/autumn/complaint/"
    for message in ("first", "first", ""):
        assert maple.post(address, {"message": message}).status_code == 302
    page = maple.get(SCREENS[3])
    assert [row[-1] for row in rows_of(page, "Message")] == ["2", "0"]
    assert "How many times as many complain" in text_of(page)
    assert "1 complaint of which nobody could say what it was about." in text_of(page)
    maple.post(address, {"message": "first", "take-back": "yes"})
    assert [row[-1] for row in rows_of(maple.get(SCREENS[3]), "Message")] == ["1", "0"]
    again = maple.post(address, {"message": "second", "take-back": "yes"})
    assert again.status_code == 422
    assert "No complaint is noted there." in text_of(again)


def test_who_starts_pauses_changes_and_stops_calls_stands_in_the_audit_chain(maple: Client) -> None:
    draft()
    before = len(newest_entries(limit=500))
    maple.post(MOVE, {"move": "start"})
    maple.post(MOVE, {"move": "pause"})
    maple.post(MOVE, {"move": "stop"})  # asks first
    maple.post(MOVE, {"move": "stop", "confirmed": "yes"})
    maple.post("/desk/campaigns/new/", typed())
    done = [(entry.who, entry.act) for entry in reversed(newest_entries(limit=500))][before:]
    assert done == [
        ("maple", "start-campaign"),
        ("maple", "stop-campaign"),
        ("maple", "stop-campaign"),
        ("maple", "change-campaign"),
    ]
    assert len(newest_entries(thing="campaign autumn")) == 3
