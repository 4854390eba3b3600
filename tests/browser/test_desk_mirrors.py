"""Mirror sets and tools in a real browser, at the desk and in public: by everybody, any width, at night."""

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

STOCK = """
from datetime import date
from tuidang.base.clock import china_today
from tuidang.reach.actions import create_source, set_state
from tuidang.reach.lists.actions import create_set, hand_out_mirrors, keep_measured, renew_canary
from tuidang.reach.lists.measured import Measured, Network, Thing
from tuidang.reach.models import MirrorPlace, MirrorSet
from tuidang.reach.rules import Door, Entry, Kind, State
def mirror(code, place):
    create_source(Entry(code, Kind.MIRROR, "A mirror", place, State.LIVE, Door.HOME), china_today())
MirrorPlace.objects.all().delete()  # those of the sample
MirrorSet.objects.all().delete()
mirror("w0", "http://" + "a" * 56 + ".onion/")
mirror("w1", "https://w1.example/")
create_set("e-mail", "給來信的人")
hand_out_mirrors()
set_state("w1", State.BLOCKED, china_today())
create_set("posters", "Posters in the south")
mirror("w2", "https://w2.example/")
renew_canary("e-mail", "今天下雨，沒有人來找過我們。", 14, china_today())
for network in Network:
    works = network != Network.ABROAD
    keep_measured([Measured(Thing.MIRROR, "w0", network, date(2026, 11, 26), works)])
"""


@pytest.fixture(scope="module")
def password(site: Served) -> Password:
    site.run("manage", "shell", "-c", STOCK)
    return site.add_volunteer("rowan", "coordinator")


def look(page: Page) -> Iterator[str]:
    """Lead a page through the screens."""
    for path in ("mirrors/", "mirrors/set/e-mail/"):
        page.goto(f"/desk/{path}")
        yield path
    page.goto("/desk/tools/new/")
    go(page, "main form.settings button")
    yield "refused"


@pytest.mark.parametrize("language", LANGUAGES)
def test_mirrors_and_tools_can_be_seen_by_everybody(
    site: Served, visit: Visit, password: Password, language: str
) -> None:
    page = visit(locale=LOCALES[language], script=True, width=390)
    site.enter(page, "rowan", password)
    assert not wrong_at(page, look(page), language)
    page.goto(f"/{language}/tools/")
    assert not wrong_at(page, ["public"], language)


def test_mirrors_and_tools_can_be_read_at_night_and_are_handed_out_without_script(
    site: Served, visit: Visit, password: Password
) -> None:
    page = visit(dark=True, script=True)
    site.enter(page, "rowan", password)
    assert not [(station, fault) for station in look(page) for fault in faults(page, COLOURS)]
    plain = visit()
    site.enter(plain, "rowan", password)
    plain.goto("/desk/mirrors/")
    go(plain, "main form[action$='hand-out/'] button:not([name])")
    assert plain.url.endswith("?handed")
    with plain.expect_download() as fetched:
        plain.goto("/desk/mirrors/set/posters/")
        plain.click("main .actions a[href$='/file/']")
    assert fetched.value.suggested_filename == "posters.json"
