"""Sites at the desk: who sees which, what is planned, a code shown once, stock, and coarse figures."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from calls_cast import Enter
from django.db import connection
from django.test import Client

from tuidang.base.audit.models import AuditEntry
from tuidang.base.clock import china_today
from tuidang.field.actions.sites import create_site
from tuidang.field.models import Entry, Site, SiteDay, TeamCode
from tuidang.field.sites.actions import forget_past_stands
from tuidang.field.sites.models import DayOff, SiteLead, Stand, Stock, Team
from tuidang.volunteers.models import Role, User

pytestmark = pytest.mark.django_db

NEW = {
    "name": "Taipei 101",
    "region": "TW",
    "has_hours": "yes",
    "weekdays": [str(n) for n in range(7)],
    "begins": "09:00",
    "minutes": "240",
    "is_open": "yes",
}


@pytest.fixture
def juniper(enter: Enter) -> Client:
    """Give the browser of a coordinator."""
    return enter("juniper", Role.COORDINATOR)


@pytest.fixture
def sorrel(enter: Enter) -> Client:
    """Give the browser of somebody who leads teams."""
    return enter("sorrel", Role.FIELD_LEAD)


@pytest.fixture
def site(juniper: Client, sorrel: Client) -> Site:
    """Open a site that sorrel leads."""
    lead = User.objects.get(pseudonym="sorrel")
    juniper.post("/desk/sites/new/", {**NEW, "leads": [str(lead.pk)]})
    return Site.objects.get()


def plan_team(client: Client, site: Site) -> Team:
    client.post(f"/desk/site/{site.code}/", {"move": "team", "team": "gate", "people": "3"})
    return Team.objects.get()


def test_a_site_is_opened_changed_noted_and_seen_by_its_lead_alone(
    site: Site, sorrel: Client, enter: Enter
) -> None:
    assert AuditEntry.objects.filter(act="change-site").count() == 1
    assert "Taipei 101" in sorrel.get("/desk/sites/").content.decode()
    other = enter("elm", Role.FIELD_LEAD)
    assert "Taipei 101" not in other.get("/desk/sites/").content.decode()
    for path in ("", "2026/"):
        assert other.get(f"/desk/site/{site.code}/{path}").status_code == 404
    assert (
        other.post(f"/desk/site/{site.code}/", {"move": "team", "team": "x", "people": "1"}).status_code
        == 404
    )
    assert not Team.objects.exists()


def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(juniper: Client) -> None:
    wrong = {**NEW, "name": "", "weekdays": [], "begins": "23:00", "minutes": "240", "region": ""}
    page = juniper.post("/desk/sites/new/", wrong)
    said = page.content.decode()
    assert page.status_code == 422
    assert said.count('class="error"') == 4
    assert 'value="23:00"' in said
    assert not Site.objects.exists()


@pytest.mark.parametrize("begins", ["09+00:00", "09:00+01", "T09:00:0", "25:00", "０９:００"])
def test_a_time_that_is_none_of_a_clock_is_said(juniper: Client, begins: str) -> None:
    page = juniper.post("/desk/sites/new/", {**NEW, "begins": begins})
    assert page.status_code == 422
    assert not Site.objects.exists()


def test_a_lead_plans_a_team_and_is_told_when_nobody_stands(site: Site, sorrel: Client) -> None:
    team, today = plan_team(sorrel, site), china_today()
    short = {"weekdays": NEW["weekdays"], "begins": "09:00", "minutes": "180", "first": today.isoformat()}
    sorrel.post(f"/desk/site/{site.code}/", {"move": "stand", "team": str(team.pk), **short})
    page = sorrel.get(f"/desk/site/{site.code}/").content.decode()
    assert page.count("12:00–13:00") == 14
    sorrel.post(f"/desk/site/{site.code}/", {"move": "close-day", "day": today.isoformat(), "why": "rain"})
    page = sorrel.get(f"/desk/site/{site.code}/").content.decode()
    assert (page.count("12:00–13:00"), "rain" in page) == (13, True)
    sorrel.post(f"/desk/site/{site.code}/", {"move": "open-day", "day": today.isoformat()})
    assert not DayOff.objects.exists()
    sorrel.post(f"/desk/site/{site.code}/", {"move": "end-stand", "stand": str(Stand.objects.get().pk)})
    assert not Stand.objects.exists()


def test_what_is_over_is_destroyed(site: Site, sorrel: Client) -> None:
    team, today = plan_team(sorrel, site), china_today()
    plan = {"move": "stand", "team": str(team.pk), "weekdays": ["0"], "begins": "09:00", "minutes": "60"}
    days = {"first": today.isoformat(), "last": today.isoformat()}
    sorrel.post(f"/desk/site/{site.code}/", {**plan, **days})
    sorrel.post(f"/desk/site/{site.code}/", {**plan, "first": today.isoformat()})
    forget_past_stands(today)
    assert Stand.objects.count() == 2
    forget_past_stands(today + timedelta(days=1))
    assert [stand.last for stand in Stand.objects.all()] == [None]


def test_a_team_s_code_is_shown_once_and_dies_with_the_team(site: Site, sorrel: Client) -> None:
    team = plan_team(sorrel, site)
    answer = sorrel.post(f"/desk/site/{site.code}/", {"move": "code", "team": str(team.pk)})
    code = re.search(r'class="team-code">([0-9A-Z-]+)<', answer.content.decode())
    assert code
    assert answer.headers["Cache-Control"] == "no-store"
    assert code[1] not in sorrel.get(f"/desk/site/{site.code}/").content.decode()
    assert bytes(TeamCode.objects.get().hash).hex() not in answer.content.decode()
    sorrel.post(f"/desk/site/{site.code}/", {"move": "end-team", "team": str(team.pk)})
    assert TeamCode.objects.get().revoked == china_today()
    assert not Team.objects.exists()


def test_a_lead_reaches_nothing_of_another_site(site: Site, sorrel: Client, juniper: Client) -> None:
    other = create_site("Seoul", "KR")
    for move in (
        {"move": "team", "team": "bench", "people": "2"},
        {"move": "stock", "what": "cards", "count": "100", "few": "10"},
    ):
        juniper.post(f"/desk/site/{other.code}/", move)
    theirs = Team.objects.get(site=other)
    juniper.post(f"/desk/site/{other.code}/", {"move": "code", "team": str(theirs.pk)})
    code, cards = TeamCode.objects.get(), Stock.objects.get()
    for move in (
        {"move": "end-team", "team": str(theirs.pk)},
        {"move": "code", "team": str(theirs.pk)},
        {"move": "revoke", "code": str(code.pk)},
        {"move": "move-stock", "stock": str(cards.pk), "by": "5", "way": "out"},
        {"move": "drop-stock", "stock": str(cards.pk)},
        {"move": "stand", "team": str(theirs.pk), "weekdays": ["1"], "begins": "09:00", "minutes": "60",
         "first": "2026-12-01"},
    ):  # fmt: skip
        sorrel.post(f"/desk/site/{site.code}/", move)
    code.refresh_from_db()
    cards.refresh_from_db()
    assert (code.revoked, cards.count, Team.objects.count(), Stand.objects.count()) == (None, 100, 1, 0)
    assert TeamCode.objects.count() == 1


def test_stock_goes_up_and_down_and_never_below_nothing(site: Site, sorrel: Client) -> None:
    path = f"/desk/site/{site.code}/"
    sorrel.post(path, {"move": "stock", "what": "leaflets", "count": "30", "few": "10"})
    key = str(Stock.objects.get().pk)
    sorrel.post(path, {"move": "move-stock", "stock": key, "by": "25", "way": "out"})
    assert "Nearly used up" in sorrel.get("/desk/sites/", headers={"Accept-Language": "en"}).content.decode()
    refused = sorrel.post(path, {"move": "move-stock", "stock": key, "by": "6", "way": "out"})
    assert (refused.status_code, Stock.objects.get().count) == (422, 5)
    sorrel.post(path, {"move": "move-stock", "stock": key, "by": "100", "way": "in"})
    assert Stock.objects.get().count == 105


def test_figures_of_a_site_tell_few_from_none_by_nothing(site: Site, sorrel: Client) -> None:
    today = china_today()
    SiteDay.objects.create(site=site, day=today, entries=9)
    few = sorrel.get(f"/desk/site/{site.code}/{today.year}/").content.decode()
    SiteDay.objects.all().delete()
    none = sorrel.get(f"/desk/site/{site.code}/{today.year}/").content.decode()
    token = re.compile(r'value="[A-Za-z0-9]{64}"')
    assert token.sub("", few) == token.sub("", none)
    SiteDay.objects.create(site=site, day=today, entries=57)
    assert ">50<" in sorrel.get(f"/desk/site/{site.code}/{today.year}/").content.decode()


def test_no_key_joins_who_leads_or_stands_with_an_entry() -> None:
    theirs = {User._meta.db_table, SiteLead._meta.db_table, Team._meta.db_table, Stand._meta.db_table}
    with connection.cursor() as cursor:
        joined = connection.introspection.get_relations(cursor, Entry._meta.db_table)
    assert not theirs & {table for _column, table in joined.values()}
