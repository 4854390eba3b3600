"""The coordinators' screen of floods in a real browser: on a phone, at night, a mark that is taken back."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from looks import wrong_at
from playwright.sync_api import Page
from test_accessibility import COLOURS, faults
from test_desk import LOCALES
from walk import LANGUAGES, go

from conftest import Visit
from served import Served
from tuidang.phone.floods.values import Counts, Level, Mark, MarkNow
from tuidang.phone.floods_now import FloodsNow, path_of, write_floods
from volunteer_cast import Password

HOUR = datetime(2026, 11, 28, 14, tzinfo=UTC)
MARKS = tuple(
    MarkNow(f"{number:016x}", mark, HOUR, undone=number == 2)
    for number, mark in enumerate((Mark.HOSTILE, Mark.FREQUENT, Mark.HOSTILE))
)
COUNTS = Counts(calls=3_214, challenged=3_002, passed=121, failed=8, silent=2_873, message=61, refused=12)


@pytest.fixture(scope="module")
def password(site: Served) -> Password:
    return site.add_volunteer("juniper", "coordinator")


def stand(site: Served, level: Level) -> None:
    """Be the hotline; what it says stays fresh however slow the machine is."""
    write_floods(site.data, FloodsNow(level, COUNTS, MARKS if level else ()))
    later = time.time() + 3600
    os.utime(path_of(site.data), (later, later))


def look(site: Served, page: Page) -> Iterator[str]:
    """Lead a page through the screen in calm and in a storm, and to a mark that is taken back."""
    for level in (Level.CALM, Level.STORM):
        stand(site, level)
        page.goto("/desk/floods/")
        yield level.name
    go(page, "main table button >> nth=0")
    yield "taken back"


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_floods_stand_can_be_seen_by_everybody(
    site: Served, visit: Visit, password: Password, language: str
) -> None:
    page = visit(locale=LOCALES[language], script=True, width=390)
    site.enter(page, "juniper", password)
    assert not wrong_at(page, look(site, page), language)


def test_how_floods_stand_can_be_read_at_night_and_marks_are_taken_back_without_script(
    site: Served, visit: Visit, password: Password
) -> None:
    page = visit(dark=True, script=True)
    site.enter(page, "juniper", password)
    assert not [(station, fault) for station in look(site, page) for fault in faults(page, COLOURS)]
    plain = visit()
    site.enter(plain, "juniper", password)
    plain.goto("/desk/floods/")
    go(plain, "main table button >> nth=0")
    assert plain.locator("main .notice").is_visible()
    assert plain.locator("main table button").count() == 1
