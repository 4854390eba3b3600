"""Sites at the desk, in a real browser: by everybody, at any width, at night."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from looks import wrong_at
from playwright.sync_api import Page
from test_accessibility import COLOURS, faults
from test_desk import LOCALES
from walk import LANGUAGES, go

from conftest import Visit
from served import Served
from volunteer_cast import Password


@pytest.fixture(scope="session")
def password(site: Served) -> Password:
    """Let somebody coordinate a site that has a team, plans, stock, and figures of its year."""
    password = site.add_volunteer("tamarisk", "coordinator", "field-lead")
    site.run(
        *("manage", "shell", "-c"),
        "from datetime import date, time, timedelta; from tuidang.base.clock import china_today\n"
        "from tuidang.field.models import SiteDay; from tuidang.field.sites import actions as a\n"
        "from tuidang.field.sites.rules import Hours; from tuidang.volunteers.models import User\n"
        "day = frozenset(range(7)); lead = User.objects.get(pseudonym='tamarisk').pk; today = china_today()\n"
        "site = a.save_site('', name='台北 101 南广场', region='TW', is_open=True,"
        " hours=Hours(day, time(9), 480), leads=[lead])\n"
        "team = a.add_team(site, '红椅子', 3); a.add_team(site, 'Saturday', 5)\n"
        "a.plan_stand(site, team.pk, Hours(day, time(9), 240), today, None)\n"
        "a.close_day(site, today + timedelta(days=2), '大雨'); a.set_stock(site, '三退卡片', 120, 200)\n"
        "a.set_stock(site, 'Posters A1', 12, 4)\n"
        "for n in range(120): SiteDay.objects.create("
        "site=site, day=today - timedelta(days=n), entries=(n * 37) % 210)",
    )
    return password


def look(page: Page) -> Iterator[str]:
    """Lead a page through the screens."""
    page.goto("/desk/sites/")
    yield "list"
    go(page, ".whole")
    page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    yield "site"
    go(page, "[name=move][value=code]")
    yield "code"
    page.goto(page.url)
    go(page, "a[href*='revoke=']")
    yield "asked"
    go(page, ".warning .moves a")
    go(page, "main a[href$='/settings/']")
    yield "settings"
    page.fill("#name", "")
    page.evaluate("document.querySelector('form.settings').noValidate = true")
    go(page, "main form button:not([name])")
    yield "refused"
    go(page, ".trail a")
    go(page, ".actions a:last-child")
    yield "year"


@pytest.mark.parametrize("language", LANGUAGES)
def test_sites_can_be_seen_by_everybody(
    site: Served, visit: Visit, password: Password, language: str
) -> None:
    page = visit(locale=LOCALES[language], script=True, width=390)
    site.enter(page, "tamarisk", password)
    assert not wrong_at(page, look(page), language)


def test_sites_can_be_read_at_night(site: Served, visit: Visit, password: Password) -> None:
    page = visit(dark=True, script=True)
    site.enter(page, "tamarisk", password)
    assert not [(station, fault) for station in look(page) for fault in faults(page, COLOURS)]
