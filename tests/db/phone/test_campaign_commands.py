"""Campaigns from the shell: the same as at the desk, in English, and for programs."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from calls_cast import call, draft, keep, live_draft, snapshot
from click.testing import CliRunner
from pytest_django import Settings

from tuidang.base.clock import china_today
from tuidang.cli import main
from tuidang.phone.actions.campaigns import Limits, create_campaign, set_messages
from tuidang.phone.models import Campaign, Message
from tuidang.phone.records.outcomes import Outcome, Record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


@pytest.fixture(autouse=True)
def prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the tables as the test has them: they are made."""
    monkeypatch.setattr("tuidang.cli_answers.prepare", lambda: None)


@pytest.fixture
def phone(settings: Settings) -> Path:
    """Name the folder of the telephone."""
    folder: Path = settings.TUIDANG.data / "phone"
    return folder


def run(words: str) -> tuple[int, str]:
    told = CliRunner().invoke(main, ["phone", *words.split()])
    return told.exit_code, told.output


def test_a_campaign_is_made_filled_shown_and_moved_from_the_shell() -> None:
    for words in (
        "trunk save lab 127.0.0.1:5070 --calls-per-second 40 --channels 500",
        "campaign create autumn --title Autumn --daily-limit 500 --region CN-HA",
        "campaign messages autumn first=message/sample-1 second=message/sample-2:3 --they-name-the-caller",
        "campaign trunks autumn lab",
        "campaign start autumn",
    ):
        code, told = run(words)
        assert code == 0, told
    shown = json.loads(run("campaign show autumn --json")[1])
    assert (shown["state"], shown["daily_limit"], shown["regions"]) == ("running", 500, ["CN-HA"])
    assert [(m["name"], m["share"], m["verdict"]) for m in shown["messages"]] == [
        ("first", 1, "open"),
        ("second", 3, "open"),
    ]
    assert (shown["today"]["dialled"], shown["machines"]) == (0, [])
    assert run("campaign complaint autumn --message second") == (0, "Counted.\n")
    counted = json.loads(run("campaign show autumn --json")[1])
    assert [message["complaints"] for message in counted["messages"]] == [0, 1]
    assert run("campaign complaint autumn --message second --take-back") == (0, "Taken back.\n")
    for move, state in (("pause", "paused"), ("start", "running"), ("stop", "stopped")):
        assert run(f"campaign {move} autumn")[0] == 0
        assert Campaign.objects.get().state == state
    assert run("campaign clone autumn winter")[0] == 0
    listed = json.loads(run("campaign list --json")[1])
    assert [(one["name"], one["state"]) for one in listed] == [("winter", "draft"), ("autumn", "stopped")]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("campaign start gone", "There is no campaign gone."),
        ("campaign create Autumn --title x", "small letters"),
        ("campaign create autumn --title x --opens 3", "between 9 and 21"),
        ("campaign create autumn --title x --region TW", "no province’s code"),
        ("trunk save out sip.example.org:5060 --live", "one true number"),
    ],
)
def test_a_mistake_is_told_in_english_and_changes_nothing(words: str, sentence: str) -> None:
    code, told = run(words)
    assert code == 1
    assert sentence in told
    assert not Campaign.objects.exists()


def test_who_listens_while_a_message_is_recorded_anew_has_heard_the_old_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    create_campaign("autumn", "Autumn", Limits())

    def record(*_: object) -> float:
        set_messages("autumn", [("a", "message/hello", 1, True)])  # at the desk, while sox works
        return 1.0

    monkeypatch.setattr("tuidang.cli_phone._need_asterisk", lambda _: None)
    monkeypatch.setattr("tuidang.cli_phone.prepare", lambda: None)
    monkeypatch.setattr("tuidang.phone.asterisk.sounds.record", record)
    code, told = run("sound hello.wav message/hello")
    assert code == 0, told
    assert not Message.objects.get().names_caller


def calls_of(day: date) -> list[Record]:
    """Give a few calls in two provinces, by two messages, and numbers that were not dialled."""
    return [
        *[call(day, "CN-HA", Outcome.ANSWERED, keys="9", whole=True, people=2) for _ in range(3)],
        *[call(day, "CN-HA", Outcome.BUSY) for _ in range(5)],
        *[call(day, "", Outcome.ANSWERED, message="second", keys="0", seconds=30) for _ in range(20)],
        *[call(day, "CN-HA", Outcome.ANSWERED, keys="0") for _ in range(20)],
        *[call(day, "CN-SD", Outcome.REFUSED, reason="never") for _ in range(4)],
        call(day, "CN-SD", Outcome.REFUSED, reason="hours"),
    ]


def test_the_shell_tells_what_the_screen_of_a_campaign_shows(phone: Path) -> None:
    draft()
    keep(phone / "records", calls_of(china_today()))
    snapshot(phone / "live", trunks={"lab": {"up": True, "in_air": 213, "slowed": True, "failed": 3}})
    shown = json.loads(run("campaign show autumn --json")[1])
    today = shown["today"]
    assert (today["dialled"], today["answered"], today["refused"], today["people"]) == (48, 43, 5, 6)
    assert {region: (of["answered"], of["dialled"]) for region, of in today["by_region"].items()} == {
        "CN-HA": (23, 28),
        "": (20, 20),
        "CN-SD": (0, 0),
    }
    assert today["refusals"] == {"never": 4, "hours": 1}
    assert shown["trunks"] == [
        {"name": "lab", "health": "slowed", "in_air": 213, "channels": 500, "failed": 3}
    ]
    for message in shown["messages"]:
        low, high = message["limits"]["opt_out"]
        assert low < 1 < high
    assert shown["obstacles"] == []
    told = run("campaign show autumn")[1]
    for words in (
        "48 dialled, 48 live (100.0% of 48), 43 answered (89.6% of 48)",
        "Answered, by place: CN-HA 23 of 28, place not known 20 of 20\n",
        "Not dialled: never 4, hours 1\n",
        "times as many want never to be called again as after the others",
        "Trunk lab is slowed: 213 of 500 calls in the air, 3 failed\n",
        "one dials, with 213 calls in the air.",
        "Autumn leaves (autumn) is a draft.\n",
    ):
        assert words in told


def test_the_shell_says_why_a_machine_dials_nothing(phone: Path) -> None:
    draft()
    waiting = {"in_air": 0, "rate_10s": 0, "halted": "hours", "held": {}}
    snapshot(phone / "live", campaigns={"autumn": waiting})
    assert "one dials nothing new right now: hours\n" in run("campaign show autumn")[1]


def test_a_campaign_of_which_nothing_is_recorded_shows_noughts() -> None:
    live_draft()
    shown = json.loads(run("campaign show autumn --json")[1])
    assert (shown["today"]["dialled"], shown["today"]["by_region"], shown["today"]["refusals"]) == (0, {}, {})
    assert [trunk["health"] for trunk in shown["trunks"]] == ["idle"]
    unknown = {"ask": [0, None], "opt_out": [0, None], "complain": [0, None]}
    assert [message["limits"] for message in shown["messages"]] == [unknown, unknown]
    assert shown["complaints_of_no_message"] == 0
    sentence = "Trunk out: live dialling is off (TUIDANG_PHONE_LIVE)."
    assert shown["obstacles"] == [sentence]
    assert f"Before it can start: {sentence}" in run("campaign show autumn")[1]


def test_a_program_reads_of_every_move_what_came_of_it() -> None:
    trunk = {
        "name": "lab",
        "host": "127.0.0.1:5070",
        "username": "",
        "caller": "",
        "live": False,
        "calls_per_second": 1,
        "channels": 10,
    }
    code, told = run("trunk save lab 127.0.0.1:5070 --json")
    assert (code, json.loads(told)) == (0, trunk)
    assert json.loads(run("trunk list --json")[1]) == [trunk]
    autumn = {"name": "autumn", "title": "Autumn", "state": "draft"}
    for words, after in (
        ("create autumn --title Autumn", autumn),
        ("change autumn --title Leaves", {**autumn, "title": "Leaves"}),
        ("messages autumn first=message/sample-1", {**autumn, "title": "Leaves"}),
        ("trunks autumn lab", {**autumn, "title": "Leaves"}),
        ("start autumn", {**autumn, "title": "Leaves", "state": "running"}),
        ("pause autumn", {**autumn, "title": "Leaves", "state": "paused"}),
        ("stop autumn", {**autumn, "title": "Leaves", "state": "stopped"}),
        ("clone autumn winter", {"name": "winter", "title": "Leaves", "state": "draft"}),
    ):
        code, told = run(f"campaign {words} --json")
        assert (code, json.loads(told)) == (0, after), words


@pytest.mark.parametrize(
    ("words", "sentences"),
    [
        ("campaign start empty", ["It has no message to play.", "It has no trunk to call by."]),
        ("campaign pause empty", ["empty cannot do that as it stands: clone it to call again."]),
        ("campaign show gone", ["There is no campaign gone."]),
        ("campaign clone empty empty", ["There is a campaign empty already: choose another name."]),
        ("campaign trunks empty gone", ["There is no trunk gone."]),
        (
            "trunk save Out out:5060",
            ["A name has small letters, digits and single hyphens, 40 signs at most."],
        ),
    ],
)
def test_a_program_is_told_all_obstacles_as_a_list(words: str, sentences: list[str]) -> None:
    run("campaign create empty --title x")
    code, told = run(f"{words} --json")
    assert (code, json.loads(told)) == (1, {"obstacles": sentences})
    code, told = run(words)
    assert (code, told) == (1, "Error: " + "\n".join(sentences) + "\n")


def test_what_is_no_message_is_called_wrongly() -> None:
    run("campaign create autumn --title x")
    for message in ("first", "first=message/sample-1:many"):
        code, told = run(f"campaign messages autumn {message}")
        assert code == 2
        assert f"{message} is not NAME=SOUND or NAME=SOUND:SHARE" in told


def test_the_funnel_is_counted_by_day_place_and_message(phone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUIDANG_DATA", str(phone.parent))
    assert run("funnel") == (0, "nothing dialled\n")
    assert run("funnel --by day") == (0, "Nothing was recorded.\n")
    assert run("funnel --by day --json") == (0, "[]\n")
    today = china_today()
    before = today - timedelta(days=1)
    keep(phone / "records", [*calls_of(before), *calls_of(today)])
    groups = [("", "second"), ("CN-HA", "first"), ("CN-SD", "")]
    code, told = run("funnel --by day,region,message --json")
    rows = json.loads(told)
    assert code == 0
    assert [(row["day"], row["region"], row["message"]) for row in rows] == [
        (day.isoformat(), *group) for day in (before, today) for group in groups
    ]
    unknown, henan, shandong = rows[:3]
    assert (unknown["dialled"], unknown["answered"], unknown["heard"], unknown["never"]) == (20, 20, 20, 20)
    assert (henan["dialled"], henan["answered"], henan["whole"], henan["withdraw"]) == (28, 23, 3, 3)
    assert (henan["people"], henan["refused"], shandong["dialled"], shandong["refused"]) == (6, 0, 0, 5)
    for words in (f"funnel --from {today} --json", f"funnel --to {before} --json"):
        (row,) = json.loads(run(words)[1])
        assert (row["dialled"], row["people"]) == (48, 6)
    assert json.loads(run("funnel --campaign autumn --json")[1])[0]["dialled"] == 96
    assert json.loads(run("funnel --campaign winter --json")[1])[0]["dialled"] == 0
    code, told = run("funnel --by day,region,message")
    assert code == 0
    _unknown, henan_told, shandong_told, *_ = told.splitlines()
    assert henan_told == (
        f"{before} CN-HA first 28 dialled, 28 live (100.0% of 28), 23 answered (82.1% of 28),"
        " 3 heard (13.0% of 23), 3 whole (13.0% of 23), 0 more (0.0% of 23), 0 person (0.0% of 23),"
        " 3 withdraw (13.0% of 23), 20 never (87.0% of 23), 0 refused"
    )
    assert shandong_told == f"{before} CN-SD - nothing dialled, 5 refused"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("--by day,number", "records are grouped by day, region, campaign, trunk, message"),
        ("--by hour --json", "not by hour"),
        ("--from yesterday", "yesterday"),
    ],
)
def test_a_funnel_that_cannot_be_asked_for_is_called_wrongly(words: str, sentence: str) -> None:
    code, told = run(f"funnel {words}")
    assert code == 2
    assert sentence in " ".join(told.split())


def test_what_is_not_named_stays_as_it_was_when_a_campaign_is_changed() -> None:
    run("campaign create autumn --title Autumn --daily-limit 500 --days-between 60 --region CN-HA")

    def kept() -> dict[str, object]:
        shown = json.loads(run("campaign show autumn --json")[1])
        return {name: shown[name] for name in ("title", "closes", "daily_limit", "days_between", "regions")}

    before = kept()
    for words, change in (
        ("--closes 20", {"closes": 20}),
        ("--title Leaves --days-between 90", {"title": "Leaves", "days_between": 90}),
        ("--region CN-SD --region CN-HE", {"regions": ["CN-SD", "CN-HE"]}),
        ("--everywhere", {"regions": []}),
    ):
        assert run(f"campaign change autumn {words}")[0] == 0
        assert kept() == (before := before | change)
    for wrong in ("--region CN-SD --everywhere", ""):
        assert run(f"campaign change autumn {wrong}")[0] == 2
    assert kept() == before
