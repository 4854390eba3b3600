"""Short addresses and "how did you find us": what is counted, when it is written, and that nobody is kept."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.test import Client
from reach_cast import Days

from tuidang.base.limits import Budget
from tuidang.reach import views
from tuidang.reach.actions import change_source, create_source, keep_counts, set_state
from tuidang.reach.models import MirrorPlace, Source, SourceMonth
from tuidang.reach.queries import all_sources, figures, find_source
from tuidang.reach.rules import Door, Entry, How, Kind, Mistake, State
from tuidang.reach.tally import TOGETHER, Counted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("days")]

TODAY = date(2026, 11, 28)
BATCH = Entry("tp26", Kind.PRINT, "Taipei, spring", "", State.LIVE, Door.HOME)
NOTES = Entry("notes", Kind.BANKNOTE, "Banknotes", "", State.LIVE, Door.WRITE)
NUMBER = Entry("toronto", Kind.NUMBER, "Toronto", "001 416 555 0123", State.LIVE, Door.HOME)
MIRROR = Entry("m1", Kind.MIRROR, "A mirror", "https://mirror.example/", State.BLOCKED, Door.HOME)
EVERY = (BATCH, NOTES, NUMBER, MIRROR)


def written() -> dict[tuple[str, str], int]:
    return {(row.how, row.what): row.count for row in SourceMonth.objects.all()}


def press(client: Client, body: str, **more: Any) -> HttpResponse:
    return client.post("/en/how/", body, content_type="application/x-www-form-urlencoded", **more)


def opened(client: Client, path: str, times: int, **headers: str) -> None:
    for _ in range(times):
        assert client.get(path, headers=headers).status_code == 302


def test_sources_are_kept_changed_and_dated_by_their_state() -> None:
    for one in EVERY:
        create_source(one, TODAY)
    assert [known.entry.code for known in all_sources()] == ["toronto", "tp26", "notes", "m1"]
    later = date(2026, 12, 1)
    change_source(Entry("tp26", Kind.PRINT, "Taipei", "the station", State.LIVE, Door.WRITE), later)
    assert find_source("tp26").since == TODAY  # type: ignore[union-attr]  # it is there
    set_state("tp26", State.RETIRED, later)
    set_state("tp26", State.RETIRED, date(2027, 1, 1))
    known = find_source("tp26")
    assert known is not None
    assert (known.entry.title, known.entry.state, known.since) == ("Taipei", State.RETIRED, later)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("code", Entry("Tp 26", Kind.PRINT, "Taipei", "", State.LIVE, Door.HOME)),
        ("code", BATCH),
        ("title", Entry("a", Kind.PRINT, "", "", State.LIVE, Door.HOME)),
        ("title", Entry("a", Kind.PRINT, "two\nlines", "", State.LIVE, Door.HOME)),
        ("place", Entry("a", Kind.NUMBER, "x", "call me", State.LIVE, Door.HOME)),
        ("place", Entry("a", Kind.SITE, "x", "", State.LIVE, Door.HOME)),
        ("place", Entry("a", Kind.MIRROR, "x", "javascript:alert(1)", State.LIVE, Door.HOME)),
        ("place", Entry("a", Kind.BANKNOTE, "x", "x" * 121, State.LIVE, Door.HOME)),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(field: str, wrong: Entry) -> None:
    create_source(BATCH, TODAY)
    with pytest.raises(Mistake) as refused:
        create_source(wrong, TODAY)
    assert refused.value.field == field
    assert Source.objects.count() == 1


def test_a_code_never_becomes_another_kind_of_thing() -> None:
    create_source(BATCH, TODAY)
    with pytest.raises(Mistake):
        change_source(Entry("tp26", Kind.BANKNOTE, "x", "", State.LIVE, Door.HOME), TODAY)
    with pytest.raises(Mistake):
        set_state("nowhere", State.LIVE, TODAY)


def test_a_short_address_leads_on_in_the_browsers_language_and_leaves_nothing(client: Client) -> None:
    create_source(BATCH, TODAY)
    create_source(NOTES, TODAY)
    for path, language, to in (
        ("/q/tp26/", "en", "/en/"),
        ("/q/tp26/", "zh-TW", "/zh-hant/"),
        ("/q/notes/", "zh-CN", "/zh-hans/write/"),
        ("/q/mistyped/", "en", "/en/"),
        ("/q/No such code at all/", "en", "/en/"),
    ):
        response = client.get(path, headers={"accept-language": language})
        assert (response.status_code, response.headers["Location"]) == (302, to)
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert not response.cookies


def test_nothing_is_written_before_the_day_is_over_and_a_bundle_has_gathered(
    client: Client, days: Days
) -> None:
    create_source(BATCH, TODAY)
    opened(client, "/q/tp26/", TOGETHER)
    assert not written(), "a count written at once could be laid beside a statement"
    days.pass_on()
    press(client, "way=banknote")
    assert written() == {("opened", "tp26"): TOGETHER}
    days.pass_on(30)
    opened(client, "/q/tp26/", 1)
    assert written() == {("opened", "tp26"): TOGETHER}, "two alone stay in memory"


def test_a_press_is_counted_by_its_month_and_asks_for_no_cookie(client: Client, days: Days) -> None:
    page = client.get("/en/how/")
    assert page.content.decode().count('name="way"') == 7
    for way in ("banknote", "print"):
        for _ in range(TOGETHER // 2):
            told = press(client, f"way={way}")
            assert "Thank you" in told.content.decode()
            assert not told.cookies
    days.pass_on(5)
    opened(client, "/q/none/", 1)
    press(client, "way=other")
    assert written() == {("told", "banknote"): TOGETHER // 2, ("told", "print"): TOGETHER // 2}
    assert {row.month for row in SourceMonth.objects.all()} == {date(2026, 11, 1)}


def test_what_no_visitor_meant_is_not_counted(client: Client, days: Days) -> None:
    create_source(BATCH, TODAY)
    opened(client, "/q/tp26/", TOGETHER, **{"sec-purpose": "prefetch"})
    for _ in range(TOGETHER):
        client.head("/q/tp26/")
        press(client, "way=print", headers={"sec-fetch-site": "cross-site"})
        for wrong in ("way=spaceship", "way=", "x" * 2000):
            press(client, wrong)
        client.post("/en/how/", {"way": "print"})  # multipart, as no page of ours sends
    days.pass_on()
    opened(client, "/q/tp26/", 1)
    assert not written()


def test_who_presses_a_thousand_times_counts_no_more_than_his_network_may(
    client: Client, days: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_source(BATCH, TODAY)
    monkeypatch.setattr(views, "_BUDGET", Budget(burst=30, per_hour=0.001))
    opened(client, "/q/tp26/", 200)
    days.pass_on()
    opened(client, "/q/tp26/", 1)
    assert written() == {("opened", "tp26"): 30}


def test_whoever_scans_arrives_though_the_database_is_away(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(code: str) -> None:
        raise DatabaseError

    monkeypatch.setattr(views, "find_source", away)
    assert client.get("/q/tp26/").status_code == 302


def test_counts_add_up_over_processes_and_small_ones_are_hidden() -> None:
    month = date(2026, 11, 1)
    for _ in range(2):
        keep_counts([(Counted(month, How.TOLD, "call"), 14), (Counted(month, How.TOLD, "site"), 4)])
    keep_counts([(Counted(date(2024, 1, 1), How.TOLD, "call"), 900)])
    call, site = figures(How.TOLD, TODAY)
    assert (call.what, call.counts[0]) == ("call", 20)
    assert (site.what, site.counts[0]) == ("site", None)
    assert not any(call.counts[1:])
    assert not figures(How.OPENED, TODAY)


def test_no_table_of_what_was_counted_leads_to_a_statement_a_day_or_an_order() -> None:
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, SourceMonth._meta.db_table)
        relations = connection.introspection.get_relations(cursor, SourceMonth._meta.db_table)
    assert {one.name for one in columns} == {"id", "month", "how", "what", "count"}
    assert not relations
    # Which set a mirror is in, and nothing else.
    assert [one.related_model for one in Source._meta.related_objects] == [MirrorPlace]
