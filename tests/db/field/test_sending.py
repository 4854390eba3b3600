"""What phones send is kept before it is answered, once, while it can be opened; else it stays with them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from field_cast import KEY, TODAY, WEEK, as_sent, digits_of, sealed, site_and_code
from tuidang.base.limits import Budget
from tuidang.field import views
from tuidang.field.actions.sites import make_team_code, revoke_team_code, set_site_open
from tuidang.field.actions.taking import take_with_keys
from tuidang.field.models import Entry, SiteDay, TeamCode
from tuidang.privacy.weekly import open_entry, week_of
from tuidang.register.actions.owner import find_statement

pytestmark = pytest.mark.usefixtures("field_day")


def send(body: object, code: str, **headers: str) -> HttpResponse:
    given = {"Authorization": f"Team {code}", **headers}
    return Client().post("/field/send", json.dumps(body), content_type="application/json", headers=given)  # type: ignore[return-value]


def test_what_was_kept_is_answered_for_each_and_is_sealed_in_the_database() -> None:
    site, code = site_and_code()
    one, two = sealed(1), sealed(2)
    answer = send(as_sent(one, two), code)
    assert answer.status_code == 200
    assert json.loads(answer.content) == {"entries": {str(one.uuid): "kept", str(two.uuid): "kept"}}
    row = Entry.objects.get(uuid=one.uuid)
    assert (row.site, row.week, row.day, row.state) == (site, WEEK, TODAY, "sealed")
    assert b"CN-SC" in open_entry(KEY.secret, bytes(row.payload))
    assert not answer.cookies
    assert answer.headers["Cache-Control"] == "no-store"


def test_however_often_and_from_whichever_phone_it_comes_it_is_kept_once() -> None:
    site, code = site_and_code()
    first = sealed(1)
    again = replace(first, uuid=uuid4())
    for one in (first, again, first):
        assert json.loads(send(as_sent(one), code).content)["entries"] == {str(one.uuid): "kept"}
    assert bytes(Entry.objects.get().payload) == first.sealed
    assert SiteDay.objects.get(site=site, day=TODAY).entries == 1


def test_what_comes_too_late_is_said_to_and_not_kept() -> None:
    _site, code = site_and_code()
    late, now = sealed(1, week="2026-W40"), sealed(2)
    answer = json.loads(send(as_sent(late, now), code).content)["entries"]
    assert answer == {str(late.uuid): "late", str(now.uuid): "kept"}
    assert Entry.objects.count() == 1


@pytest.mark.parametrize("week", ["2026-W99", "9999-W52", "0000-W01", "２０２６-W４８", "x" * 1000, ""])
def test_a_week_that_is_none_is_late_and_holds_nothing_else_up(week: str) -> None:
    _site, code = site_and_code()
    odd, now = replace(sealed(1), week=week), sealed(2)
    answer = json.loads(send(as_sent(odd, now), code).content)["entries"]
    assert answer == {str(odd.uuid): "late", str(now.uuid): "kept"}
    assert Entry.objects.get().week == WEEK


def test_who_knows_what_a_phone_will_send_cannot_send_something_else_in_its_place() -> None:
    _site, code = site_and_code()
    _other, others = site_and_code()
    mine = sealed(1)
    for theirs in (
        replace(sealed(2), uuid=mine.uuid),
        replace(mine, week=week_of(TODAY + timedelta(weeks=1))),
    ):
        assert send(as_sent(theirs), others).status_code == 200
    assert json.loads(send(as_sent(mine), code).content)["entries"] == {str(mine.uuid): "kept"}
    assert take_with_keys([KEY], TODAY).taken == 2
    assert find_statement(digits_of(1), "金福") is not None


def test_without_a_code_or_with_a_revoked_one_nothing_is_kept() -> None:
    _site, code = site_and_code()
    for wrong in ("", "x", code[:-1] + ("2" if code[-1] != "2" else "3")):
        assert send(as_sent(sealed()), wrong).status_code == 401
    revoke_team_code(TeamCode.objects.get().id, TODAY)
    assert send(as_sent(sealed()), code).status_code == 401
    assert not Entry.objects.exists()


def test_a_closed_site_still_takes_what_its_phones_have() -> None:
    site, code = site_and_code()
    set_site_open(site.code, is_open=False)
    assert send(as_sent(sealed()), code).status_code == 200
    asked = Client().post("/field/site", headers={"Authorization": f"Team {code}"})
    assert asked.json() == {"code": site.code, "name": site.name, "region": "TW", "open": False}


def test_another_sites_page_can_send_nothing() -> None:
    _site, code = site_and_code()
    assert send(as_sent(sealed()), code, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        [], {}, {"entries": []}, {"entries": "x"}, {"entries": [1]}, {"entries": [{}]},
        {"entries": [as_sent(sealed())["entries"][0] | {"uuid": "x"}]},  # type: ignore[index]
        {"entries": [as_sent(sealed())["entries"][0] | {"sealed": "AAAA"}]},  # type: ignore[index]
        as_sent(*(sealed(n) for n in range(51))),
    ],
)  # fmt: skip
def test_what_is_no_batch_is_refused_whole(wrong: object) -> None:
    _site, code = site_and_code()
    assert send(wrong, code).status_code in {400, 413}
    assert not Entry.objects.exists()


def test_a_full_queue_is_said_and_loses_nothing(settings: Settings) -> None:
    _site, code = site_and_code()
    settings.TUIDANG = replace(settings.TUIDANG, queue_bound=16)
    assert send(as_sent(sealed(1), sealed(2)), code).status_code == 200
    answer = send(as_sent(sealed(3)), code)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert Entry.objects.count() == 2
    _other, their_code = site_and_code()  # whose phones are not stopped by what came from there
    assert send(as_sent(sealed(4), sealed(5)), their_code).status_code == 200
    assert send(as_sent(sealed(6)), their_code).status_code == 503
    assert Entry.objects.count() == 4


def test_a_disk_that_is_nearly_full_takes_nothing(settings: Settings) -> None:
    _site, code = site_and_code()
    settings.TUIDANG = replace(settings.TUIDANG, free_disk=101)
    assert send(as_sent(sealed()), code).status_code == 503


def test_a_team_that_sends_without_end_is_slowed_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    site, code = site_and_code()
    monkeypatch.setattr(views, "_TEAM", Budget(burst=2, per_hour=1))
    assert send(as_sent(sealed(1), sealed(2)), code).status_code == 200
    answer = send(as_sent(sealed(3)), code)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert send(as_sent(sealed(4)), make_team_code(site.code, "evenings", TODAY)).status_code == 200


def test_who_tries_codes_out_is_slowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "_WRONG_CODES", Budget(burst=2, per_hour=1))
    assert [send({}, "x").status_code for _ in range(4)] == [401, 401, 429, 429]


def test_the_app_speaks_three_languages_and_no_other() -> None:
    client = Client()
    for language in ("zh-hans", "zh-hant", "en"):
        page = client.get(f"/field/{language}/")
        assert f'<html lang="{language}">' in page.content.decode()
        described = client.get(f"/field/{language}/app.webmanifest").json()
        assert described["start_url"] == f"/field/{language}/"
        assert described["scope"] == "/field/"
    assert client.get("/field/fr/").status_code == 404
    assert client.get("/field/", headers={"Accept-Language": "zh-TW"})["Location"] == "/field/zh-hant/"


def test_without_a_trust_root_phones_are_given_no_key() -> None:
    assert Client().get("/field/keys.json").json() == {}


def test_no_table_of_the_field_has_room_for_more_than_it_should() -> None:
    columns = {field.name for model in (Entry, SiteDay, TeamCode) for field in model._meta.get_fields()}
    assert columns == {
        "id",
        "uuid",
        "site",
        "week",
        "day",
        "state",
        "payload",
        "entries",
        "label",
        "hash",
        "revoked",
    }
    assert {field.get_internal_type() for field in Entry._meta.get_fields() if field.name == "day"} == {
        "DateField"
    }
