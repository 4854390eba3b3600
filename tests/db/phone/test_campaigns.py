"""Campaigns: filled, started when nothing stands in the way, paused, stopped for good, cloned."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.utils.translation import override

from tuidang.phone.actions.campaigns import (
    CannotStart,
    Limits,
    Mistake,
    change_campaign,
    clone_campaign,
    create_campaign,
    pause_campaign,
    save_trunk,
    set_messages,
    set_trunks,
    start_campaign,
    stop_campaign,
)
from tuidang.phone.models import Campaign
from tuidang.phone.queries import all_campaigns, machines, standings
from tuidang.phone.records.compare import Verdict
from tuidang.phone.records.outcomes import Outcome, Record
from tuidang.phone.records.spool import Spool

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

TODAY = date(2026, 11, 28)
TWO = [("first", "message/sample-1", 1, True), ("second", "message/sample-2", 1, True)]


@pytest.fixture
def english() -> Iterator[None]:
    with override("en"):
        yield


def ready(name: str = "autumn") -> str:
    save_trunk("lab", "127.0.0.1:5070", calls_per_second=40, channels=200)
    create_campaign(name, "Autumn", Limits())
    set_messages(name, TWO)
    set_trunks(name, ["lab"])
    return name


def start(name: str) -> None:
    start_campaign(name, phone_live=False, warnings=0)


def state_of(name: str) -> str:
    return str(Campaign.objects.get(name=name).state)


def test_a_campaign_starts_pauses_goes_on_and_stops_for_good() -> None:
    name = ready()
    assert state_of(name) == "draft"
    start(name)
    assert state_of(name) == "running"
    start(name)  # pressed twice
    pause_campaign(name)
    assert state_of(name) == "paused"
    start(name)
    stop_campaign(name)
    assert state_of(name) == "stopped"
    for move in (start, pause_campaign):
        with pytest.raises(Mistake, match="clone it"):
            move(name)
    with pytest.raises(Mistake, match="clone it"):
        change_campaign(name, "Autumn", Limits())
    assert state_of(name) == "stopped"


def test_a_campaign_says_all_that_keeps_it_from_starting() -> None:
    create_campaign("empty", "Empty", Limits())
    with pytest.raises(CannotStart) as stopped:
        start("empty")
    assert stopped.value.reasons == ("It has no message to play.", "It has no trunk to call by.")
    assert state_of("empty") == "draft"


@pytest.mark.parametrize(
    ("phone_live", "warnings", "named", "why"),
    [
        (False, 0, True, "live dialling is off"),
        (True, 0, False, "says first who is calling"),
        (True, 1, True, "doctor"),
    ],
)
def test_a_live_trunk_starts_only_when_all_is_in_order(
    phone_live: bool, warnings: int, named: bool, why: str
) -> None:
    name = ready()
    save_trunk("out", "sip.example.org:5060", caller="14165550123", live=True)
    set_messages(name, [("first", "message/sample-1", 1, named)])
    set_trunks(name, ["lab", "out"])
    with pytest.raises(CannotStart, match=why):
        start_campaign(name, phone_live=phone_live, warnings=warnings)
    assert state_of(name) == "draft"
    set_messages(name, TWO)
    start_campaign(name, phone_live=True, warnings=0)
    assert state_of(name) == "running"


def test_a_trunk_that_leads_outside_shows_one_true_number() -> None:
    with pytest.raises(Mistake, match="one true number"):
        save_trunk("out", "sip.example.org:5060", live=True)
    with pytest.raises(Mistake, match="with its port"):
        save_trunk("out", "sip.example.org")


def test_a_copy_is_a_draft_with_the_same_messages_and_trunks() -> None:
    name = ready()
    start(name)
    clone_campaign(name, "winter")
    copy = Campaign.objects.get(name="winter")
    assert copy.state == "draft"
    assert [(m.name, m.sound, m.share) for m in copy.messages.order_by("id")] == [m[:3] for m in TWO]
    assert [trunk.name for trunk in copy.trunks.all()] == ["lab"]
    assert Campaign.objects.get(name=name).messages.count() == 2
    with pytest.raises(Mistake, match="already"):
        clone_campaign(name, "winter")


@pytest.mark.parametrize(
    ("limits", "field"),
    [
        (Limits(opens=8), "hours"),
        (Limits(closes=22), "hours"),
        (Limits(opens=12, closes=12), "hours"),
        (Limits(daily_limit=0), "daily_limit"),
        (Limits(days_between=7), "days_between"),
        (Limits(regions=("CN-XX",)), "regions"),
        (Limits(regions=("US",)), "regions"),
    ],
)
def test_no_campaign_is_wider_than_the_rules(limits: Limits, field: str) -> None:
    with pytest.raises(Mistake) as mistake:
        create_campaign("wide", "Wide", limits)
    assert mistake.value.field == field
    assert not Campaign.objects.exists()


@pytest.mark.parametrize("name", ["", "Autumn", "a b", "-a", "a--b", "a" * 41, "秋", "a/b", "a,b"])
def test_a_name_that_records_or_addresses_could_not_hold_is_refused(name: str) -> None:
    with pytest.raises(Mistake) as mistake:
        create_campaign(name, "Autumn", Limits())
    assert mistake.value.field == "name"


def test_campaigns_that_run_are_listed_first() -> None:
    for name in ("autumn", "winter"):
        ready(name)
    start("winter")
    assert [campaign.name for campaign in all_campaigns()] == ["winter", "autumn"]


def test_messages_are_compared_by_what_was_recorded_of_their_calls(tmp_path: Path) -> None:
    name = ready()
    spool = Spool(tmp_path)
    for message, asks in (("first", 300), ("second", 150)):
        for number in range(1000):
            keys = "8" if number < asks else ""
            spool.add(
                Record(
                    TODAY,
                    "CN-HA",
                    name,
                    "lab",
                    message,
                    "first=1 second=1",
                    Outcome.ANSWERED,
                    keys=keys,
                    seconds=60,
                )
            )
    spool.close()
    first, second = standings(tmp_path, Campaign.objects.get(name=name))
    assert first.comparison is not None
    assert second.comparison is not None
    assert (first.comparison.verdict, second.comparison.verdict) == (Verdict.BETTER, Verdict.WORSE)
    assert first.row.counts["asked"] == 300


def test_a_machine_that_fell_silent_is_not_shown_as_up(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text('{"machine": "one", "asterisk": true, "campaigns": {}, "trunks": {}}')
    (tmp_path / "two.json").write_text('{"machine": "tw')
    now = datetime.now(UTC)
    assert [(m.name, m.is_up, m.asterisk) for m in machines(tmp_path, now)] == [("one", True, True)]
    (late,) = machines(tmp_path, now + timedelta(minutes=1))
    assert not late.is_up
    assert not late.asterisk
