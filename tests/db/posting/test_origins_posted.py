"""Totals of provinces, from a posted form to the page: no address is left behind anywhere."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from pytest_django import Settings

from tuidang.base.origins import Origins, load_prefixes
from tuidang.register.actions.head import begin_log
from tuidang.register.actions.origins import keep_origins, publish_origins
from tuidang.register.folder.integrity import refresh_integrity
from tuidang.register.folder.origins import read_origins
from tuidang.register.models import DayOriginCount
from tuidang.register.sample import invent
from tuidang.register.views import intake

pytestmark = pytest.mark.django_db(transaction=True)

MARKED = "203.0.113.77"
DAY = date(2026, 11, 28)


@pytest.fixture
def clock(
    settings: Settings,
    house: object,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> list[date]:
    """Turn the counting on in a process that began yesterday; give the day, to be moved."""
    table = tmp_path_factory.mktemp("operator") / "prefixes"
    table.write_text("203.0.113.0/24,CN-SD\n198.51.100.0/24,CN-GD\n")
    settings.TUIDANG = replace(settings.TUIDANG, prefixes=table)
    load_prefixes.cache_clear()
    now = [DAY]
    monkeypatch.setattr(intake, "_ORIGINS", Origins(DAY - timedelta(1)))
    monkeypatch.setattr(intake, "china_today", lambda: now[0])
    return now


def post(client: Client, count: int, address: str = MARKED, key: str = "") -> None:
    for _ in range(count):
        body = {"name": "金福", "orgs": ["party"], "consent": "own", "text": ""}
        body["idempotency_key"] = key or secrets.token_hex(16)
        sent = client.post("/api/v1/statements", json.dumps(body), "application/json", REMOTE_ADDR=address)
        assert sent.status_code in {200, 201}


def test_large_totals_are_published_and_no_address_is_anywhere(client: Client, clock: list[date]) -> None:
    post(client, 63)
    post(client, 12, "198.51.100.9")
    post(client, 3, key="ab" * 16)  # the same form again
    assert not DayOriginCount.objects.exists()
    clock[0] += timedelta(1)
    post(client, 1)
    assert list(DayOriginCount.objects.values_list("day", "province", "statements")) == [(DAY, "CN-SD", 60)]
    begin_log("origins.invalid", DAY)
    publish_origins()
    assert read_origins(django_settings.TUIDANG.log) == {"2026-11-28": {"CN-SD": 60}}
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        for name in tables:
            cursor.execute(f'SELECT * FROM "{name}"')
            assert "203.0.113" not in str(cursor.fetchall()), name
    for path in django_settings.TUIDANG.data.rglob("*"):
        if path.is_file():
            assert b"203.0.113" not in path.read_bytes(), path


def test_it_is_off_unless_a_table_is_named(client: Client, clock: list[date], settings: Settings) -> None:
    settings.TUIDANG = replace(settings.TUIDANG, prefixes=None)
    post(client, 60)
    clock[0] += timedelta(1)
    post(client, 1)
    assert not DayOriginCount.objects.exists()
    assert b"from each province" not in client.get("/en/privacy/").content


def test_a_table_that_cannot_be_read_takes_no_statement_away(client: Client, clock: list[date]) -> None:
    path = django_settings.TUIDANG.prefixes
    path.write_text("nonsense\n")
    load_prefixes.cache_clear()
    post(client, 1)


def test_totals_of_several_processes_add_up(clock: list[date]) -> None:
    keep_origins({DAY: {"CN-SD": 60}})
    keep_origins({DAY: {"CN-SD": 50, "CN-GD": 70}})
    assert dict(DayOriginCount.objects.values_list("province", "statements")) == {"CN-SD": 110, "CN-GD": 70}


@pytest.mark.parametrize(
    ("language", "words"), [("en", "By province"), ("zh-hans", "各省"), ("zh-hant", "各省")]
)
def test_the_page_shows_them_and_the_privacy_page_says_so(
    client: Client, clock: list[date], language: str, words: str
) -> None:
    from random import Random

    from tuidang.register.actions.head import append_batch, open_log
    from tuidang.register.rules.publication import build_batch

    begin_log("origins.invalid", DAY)
    batch = build_batch(0, invent(Random(1), DAY - timedelta(365), 20))
    append_batch(open_log(), batch, lambda: None, published=DAY)
    keep_origins({DAY: {"CN-SD": 60}})
    publish_origins()
    refresh_integrity(django_settings.TUIDANG.log)
    page = client.get(f"/{language}/integrity/").content.decode()
    assert words in page
    assert "60" in page
    assert "Tor" in client.get(f"/{language}/privacy/").content.decode()
