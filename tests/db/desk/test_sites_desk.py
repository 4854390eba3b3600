"""Sites at the desk: who sees which, what is planned, a code shown once, stock, and coarse figures."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from calls_cast import Enter
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from field_cast import as_sent, sealed
from tuidang.base.audit.models import AuditEntry
from tuidang.base.clock import china_today
from tuidang.desk.sites import taking
from tuidang.field.actions.sites import create_site
from tuidang.field.batches import SealedEntry
from tuidang.field.models import Entry, Site, SiteDay, TeamCode
from tuidang.field.sites.actions import forget_past_stands
from tuidang.field.sites.models import DayOff, SiteLead, Stand, Stock, Team
from tuidang.privacy.weekly import week_of
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


def handed_over(*entries: SealedEntry) -> SimpleUploadedFile:
    lines = [{"v": 1, "kind": "handed-over"}, *as_sent(*entries)["entries"]]  # type: ignore[misc]
    return SimpleUploadedFile(
        "2026-11-28.sealed", "".join(json.dumps(line) + "\n" for line in lines).encode()
    )


def in_english(client: Client, path: str, data: object = None) -> str:
    headers = {"Accept-Language": "en"}
    answer = client.post(path, data, headers=headers) if data else client.get(path, headers=headers)  # type: ignore[arg-type]
    return answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_lead_takes_in_a_file_that_a_phone_handed_over_and_it_counts_once(
    site: Site, sorrel: Client
) -> None:
    path = f"/desk/site/{site.code}/taken/"
    week = week_of(china_today())
    entries = [sealed(n, week=week) for n in range(3)]
    said = in_english(sorrel, path, {"file": handed_over(*entries, sealed(9, week="2020-W01"))})
    assert "3 sealed entries of the file are here" in said
    assert "1 came too late" in said
    in_english(sorrel, path, {"file": handed_over(*entries)})
    assert Entry.objects.filter(site=site, state="sealed").count() == 3
    assert AuditEntry.objects.filter(act="take-entries").count() == 2
    assert not list((settings.TUIDANG.data).rglob("*.part"))


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_none_is_too_large_or_comes_at_a_bad_time_is_said(
    site: Site, sorrel: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/desk/site/{site.code}/taken/"
    for wrong in (b"", b"{}", b"x" * 900_000):
        assert "no file that a phone" in in_english(sorrel, path, {"file": SimpleUploadedFile("a", wrong)})
    large = SimpleUploadedFile("a", b"x" * (taking.LARGEST + 1))
    assert "larger than 8 megabytes" in in_english(sorrel, path, {"file": large})
    huge = SimpleUploadedFile("a", b"x" * (taking.LARGEST + 100_000))
    assert "larger than 8 megabytes" in in_english(sorrel, path, {"file": huge})
    monkeypatch.setattr("tuidang.field.actions.entries.is_field_full", lambda _site: True)
    file = handed_over(sealed(1, week=week_of(china_today())))
    assert "Keep the file" in in_english(sorrel, path, {"file": file})
    assert not AuditEntry.objects.filter(act="take-entries").exists()
    assert not Entry.objects.exists()


def test_a_lead_takes_nothing_in_for_a_site_of_others_and_nobody_sends_it_for_him(
    site: Site, enter: Enter
) -> None:
    path = f"/desk/site/{site.code}/taken/"
    other = enter("elm", Role.FIELD_LEAD)
    assert other.post(path, {"file": handed_over(sealed())}).status_code == 404
    lead = enter("rowan", Role.COORDINATOR)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = lead.cookies
    assert strict.post(path, {"file": handed_over(sealed())}).status_code == 403
    assert not Entry.objects.exists()


def test_what_cannot_be_undone_is_asked_once_with_what_it_stops(site: Site, sorrel: Client) -> None:
    path, today = f"/desk/site/{site.code}/", china_today()
    team = plan_team(sorrel, site)
    plan = {"weekdays": ["0"], "begins": "10:00", "minutes": "240", "first": today.isoformat()}
    sorrel.post(path, {"move": "stand", "team": str(team.pk), **plan})
    sorrel.post(path, {"move": "code", "team": str(team.pk)})
    code, stand = TeamCode.objects.get(), Stand.objects.get()
    page = in_english(sorrel, path)
    for move in ("end-team", "end-stand", "revoke"):
        assert f'value="{move}"' not in page  # not at one press
    asked = in_english(sorrel, f"{path}?end-team={team.pk}")
    assert "This stops all phones of gate." in asked
    assert "1 code is revoked" in asked
    assert 'value="end-team"' in asked
    assert "It is their only code" in in_english(sorrel, f"{path}?revoke={code.pk}")
    sorrel.post(path, {"move": "code", "team": str(team.pk)})
    assert "It is one of 2 codes" in in_english(sorrel, f"{path}?revoke={code.pk}")
    assert "2 codes are revoked" in in_english(sorrel, f"{path}?end-team={team.pk}")
    assert "10:00–14:00 of gate?" in in_english(sorrel, f"{path}?end-stand={stand.pk}")
    for nothing in ("?end-team=99", "?end-stand=x", "?revoke=1", "?revoke=&end-team="):
        assert 'class="button stop"' not in in_english(sorrel, path + nothing)
    assert Team.objects.exists()
    assert Stand.objects.exists()


def test_the_desk_gives_the_app_s_address_as_words_and_with_a_code_as_a_picture(
    site: Site, sorrel: Client
) -> None:
    path, team = f"/desk/site/{site.code}/", plan_team(sorrel, site)
    page = in_english(sorrel, path)
    assert "http://testserver/field/<" in page
    assert "app-picture" not in page
    shown = in_english(sorrel, path, {"move": "code", "team": str(team.pk)})
    assert "http://testserver/field/<" in shown
    assert "<svg" in shown[shown.index("app-picture") :]


def test_a_site_s_page_says_until_when_a_team_stands_and_at_how_many_more_are_needed(
    site: Site, sorrel: Client
) -> None:
    path, today, team = f"/desk/site/{site.code}/", china_today(), plan_team(sorrel, site)
    plan = {"weekdays": NEW["weekdays"], "begins": "10:00", "minutes": "240", "first": today.isoformat()}
    sorrel.post(path, {"move": "stand", "team": str(team.pk), **plan})
    sorrel.post(path, {"move": "stock", "what": "cards", "count": "20", "few": "5"})
    page = re.sub(r"<[^>]+>", "", in_english(sorrel, path))
    assert "10:00–14:00 gate (3)" in page
    assert "gate · 3 people" in page
    assert "cards 20 more at 5" in page


def test_a_site_s_year_offers_no_year_before_its_first_figure(site: Site, sorrel: Client) -> None:
    today = china_today()
    path = f"/desk/site/{site.code}/{today.year}/"
    offered = re.compile(rf"/desk/site/{site.code}/(\d+)/")
    assert set(offered.findall(in_english(sorrel, path))) == {str(today.year)}
    SiteDay.objects.create(site=site, day=today.replace(year=today.year - 1, day=1), entries=1)
    assert set(offered.findall(in_english(sorrel, path))) == {str(today.year - 1), str(today.year)}
