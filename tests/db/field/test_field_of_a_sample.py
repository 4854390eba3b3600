"""A sample shows the whole way: keys are made and signed, and what comes is opened in the next round."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client

from field_cast import as_sent, content
from folder_cast import TODAY
from tuidang.base.clock import china_today, utc_now
from tuidang.field.batches import SealedEntry
from tuidang.field.models import Entry, Site
from tuidang.field.sample import stock_field
from tuidang.field.sites.actions import drop_stock, end_team
from tuidang.field.sites.queries import days_ahead, look_at, stock_of, teams_of
from tuidang.privacy.weekly import make_week_key, monday_of, seal_entry, week_of
from tuidang.register.actions.head import SAMPLE_ORIGIN, begin_log
from tuidang.register.models import Waiting
from tuidang.web.field import add_keys, say_keys, tend_field
from tuidang.web.trust import tend_trust

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sample(house: Path) -> Path:
    begin_log(SAMPLE_ORIGIN, TODAY)
    tend_trust(utc_now())
    tend_field(utc_now())
    return house


def keys_given() -> dict[str, str]:
    given = Client().get("/field/keys.json").json()
    assert isinstance(given, dict)
    return given


def test_phones_are_given_thirteen_weeks_and_what_they_seal_is_taken(sample: Path) -> None:
    given = keys_given()
    week = week_of(china_today())
    assert next(iter(given)) == week
    assert len(given) == 13
    code = stock_field(sample, china_today())
    assert stock_field(sample, china_today()) == code
    entry = SealedEntry(uuid4(), week, seal_entry(b64decode(given[week]), json.dumps(content()).encode()))
    answer = Client().post(
        "/field/send",
        json.dumps(as_sent(entry)),
        content_type="application/json",
        headers={"Authorization": f"Team {code}"},
    )
    assert answer.json() == {"entries": {str(entry.uuid): "kept"}}
    tend_field(utc_now())
    assert Entry.objects.get().state == Entry.State.TAKEN
    assert Waiting.objects.count() == 1


def test_other_keys_take_the_place_of_those_said_and_past_weeks_are_said_no_more(sample: Path) -> None:
    week = week_of(china_today())
    past = week_of(monday_of(week) - timedelta(weeks=1))
    other = make_week_key(week)
    before = keys_given()
    assert add_keys({week: other.public}, utc_now()) == 13
    assert keys_given() == {**before, week: b64encode(other.public).decode()}
    assert say_keys({week: other.public, past: make_week_key(past).public}, utc_now()) == 1
    given = keys_given()
    assert {week: b64decode(key) for week, key in given.items()} == {week: other.public}


def test_what_nobody_signed_in_time_is_given_to_no_phone(
    sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = utc_now() + timedelta(days=30)
    monkeypatch.setattr("tuidang.field.views.utc_now", lambda: later)
    assert keys_given() == {}
    tend_trust(later)
    tend_field(later)
    assert len(keys_given()) == 13


def test_its_site_has_days_teams_with_a_code_and_stock_of_which_one_thing_is_nearly_used_up(
    house: Path,
) -> None:
    stock_field(house, TODAY)
    site = Site.objects.get()
    look = look_at(site, TODAY)
    assert look.open_on is not None
    assert look.nobody_on, "a gap is to be seen"
    assert len(look.low) == 1
    assert len(stock_of(site)) == 3
    teams = teams_of(site)
    assert len(teams) == 2
    assert all(team.stands for team in teams)
    assert sum(len(team.codes) for team in teams) == 1
    assert any(len(day.standing) == 2 and not day.gaps for day in days_ahead(site, TODAY))


def test_what_somebody_has_changed_of_it_stays_so(house: Path) -> None:
    stock_field(house, TODAY)
    site = Site.objects.get()
    end_team(site, teams_of(site)[0].team.pk, TODAY)
    drop_stock(site, stock_of(site)[0].pk)
    Site.objects.update(name="Renamed")
    stock_field(house, TODAY)
    assert Site.objects.filter(name="Renamed").exists()
    assert len(teams_of(site)) == 1
    assert len(stock_of(site)) == 2
