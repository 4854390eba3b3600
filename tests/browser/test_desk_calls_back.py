"""The screens for calling back in a real browser: by keys, without script, on a phone, at night."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page
from test_accessibility import COLOURS, RULES, faults
from test_desk import LOCALES
from test_desk_calls import OVERLAPS
from test_hands_and_eyes import OVERFLOW, TARGETS
from walk import LANGUAGES, go

from conftest import Visit
from served import Served
from volunteer_cast import Password

NEXT, LISTS = "/desk/calls-back/", "/desk/calls-back/lists/"
LIST = "13837100001, 河南, zh\n13837100001\n12345\n13837100003, Atlantis"
_BEGIN = """
from datetime import UTC, datetime, timedelta
from tuidang.base.clock import china_today
from tuidang.phone.actions.choices import store_call_back
from tuidang.phone.models import CallBack, Duty
from tuidang.volunteers.models import User
now, who = datetime.now(UTC), User.objects.get(pseudonym="willow").pk
def on_duty():
    Duty.objects.create(desk=9, volunteer=who, languages="zh", seen=now + timedelta(hours=1))
def lend(**more):
    store_call_back(b"the call of test", "8613837100009", "CN-HA", "any", today=china_today())
    CallBack.objects.all().update(leased_by=who, leased_until=now + timedelta(minutes=20), **more)
"""

_NOTHING = "CallBack.objects.all().delete(); Duty.objects.filter(volunteer=who).delete()"
SignIn = Callable[..., Page]


@pytest.fixture(scope="module")
def willow(site: Served) -> Password:
    """Give the password of a listener who coordinates too."""
    return site.add_volunteer("willow", "listener", "coordinator")


@pytest.fixture
def sign_in(site: Served, visit: Visit, willow: Password) -> Iterator[SignIn]:
    """Give a function that opens the desk in a fresh browser profile."""

    def open_desk(language: str = "en", **more: object) -> Page:
        page = visit(locale=LOCALES[language], **more)
        site.enter(page, "willow", willow)
        return page

    set_up(site, _NOTHING)
    yield open_desk
    set_up(site, _NOTHING)


def set_up(site: Served, words: str) -> None:
    """Let something be so in the database."""
    site.run("manage", "shell", "-c", _BEGIN + words)


def stations(site: Served, page: Page) -> Iterator[str]:
    """Lead a page through all that the screens show; at whatever hour it is."""
    page.goto(NEXT)
    yield "not on duty"
    set_up(site, "on_duty()")
    page.goto(NEXT)
    yield "nobody waits"
    set_up(site, "lend()")
    page.goto(NEXT)
    yield "lent"
    page.goto(f"{NEXT}?calling")
    yield "calling"
    set_up(site, "CallBack.objects.update(called=True, tries=1)")
    page.goto(NEXT)
    yield "called"
    go(page, '[name="said"][value="cut-off"]')
    yield "said"
    page.goto(LISTS)
    page.fill("#list", LIST)
    go(page, "main form button")
    yield "a list, with mistakes"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_of_calling_back_can_be_used_by_everybody(
    site: Served, sign_in: SignIn, language: str
) -> None:
    page = sign_in(language, script=True, width=390, dark=language == "zh-hant")
    wrong = []
    for station in stations(site, page):
        assert page.get_attribute("html", "lang") == language
        wrong += [(station, fault) for fault in faults(page, COLOURS if language == "zh-hant" else RULES)]
        wrong += [(station, target) for target in page.evaluate(TARGETS)]
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            wrong += [(station, width, pair) for pair in page.evaluate(OVERLAPS)]
            if (over := page.evaluate(OVERFLOW)) > 0:
                wrong.append((station, f"{over} px too wide at {width}"))
        page.set_viewport_size({"width": 390, "height": 800})
    assert not wrong


def test_by_keys_alone_one_is_called_and_what_became_of_it_is_said(site: Served, sign_in: SignIn) -> None:
    set_up(site, "on_duty(); lend(called=True, tries=1)")
    page = sign_in(script=True)
    page.goto("/desk/keys/")
    for key, there in (("6", NEXT), ("n", f"{NEXT}?said=not-reached"), ("l", LISTS), ("b", NEXT)):
        with page.expect_navigation():
            page.keyboard.press(key)
        assert page.url.endswith(there)
    page.goto(LISTS)
    page.keyboard.press("n")
    page.keyboard.type("13837100001\n")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "1 number is sealed" in page.locator("main .notice").inner_text()


def test_without_script_everything_works_too(site: Served, sign_in: SignIn) -> None:
    page = sign_in()
    assert len(list(stations(site, page))) == 7
    assert page.locator("#list").input_value() == "12345\n13837100003, Atlantis"
