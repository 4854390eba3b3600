"""Campaigns from the shell: the same as at the desk, in English, and for programs."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from tuidang.cli import main
from tuidang.phone.actions.campaigns import Limits, create_campaign, set_messages
from tuidang.phone.models import Campaign, Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


@pytest.fixture(autouse=True)
def prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the tables as the test has them: they are made."""
    monkeypatch.setattr("tuidang.cli_campaign.prepare", lambda: None)


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
        ("campaign create autumn --title x --region TW", "no province's code"),
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
