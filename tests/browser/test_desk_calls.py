"""The screens for calls in a real browser: by keys, without script, on a phone, at night."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from random import Random

import pytest
from playwright.sync_api import Browser, Page
from test_accessibility import COLOURS, RULES, faults
from test_desk import LOCALES
from test_hands_and_eyes import CUT_OFF, OVERFLOW, TARGETS
from walk import LANGUAGES, go

from conftest import Visit
from served import Served
from tuidang.base.clock import china_today
from tuidang.phone.records.outcomes import Outcome, Record
from tuidang.phone.records.spool import Spool
from volunteer_cast import Password

SCREENS = (
    "/desk/campaigns/",
    "/desk/campaigns/new/",
    "/desk/campaign/autumn/",
    "/desk/campaign/autumn/messages/",
    "/desk/campaign/autumn/settings/",
    "/desk/campaign/winter/",
    "/desk/campaign/winter/settings/",
    "/desk/keys/",
)

OVERLAPS = """() => [...document.querySelectorAll('.chart svg')].flatMap((svg) => {
  const texts = [...svg.querySelectorAll('text')].filter((e) => e.checkVisibility())
    .map((e) => [e.textContent, e.getBoundingClientRect()]);
  return texts.flatMap(([one, a], n) => texts.slice(n + 1)
    .filter(([, b]) => a.left < b.right - 1 && b.left < a.right - 1)
    .filter(([, b]) => a.top < b.bottom - 4 && b.top < a.bottom - 4)
    .map(([other]) => `${one} | ${other}`));
})"""
LONG = "outside-line-of-a-long-name"

SignIn = Callable[..., Page]


@pytest.fixture(scope="session")
def caller(site: Served) -> tuple[str, Password]:
    """Give the pseudonym and password of somebody who may start calls, and who has two campaigns."""
    password = site.add_volunteer("maple", "operator")
    phone = ("phone", "campaign")
    site.run(
        "phone", "trunk", "save", "lab", "127.0.0.1:5070", "--calls-per-second", "40", "--channels", "500"
    )
    out = ("--live", "--caller", "14165550123")
    site.run("phone", "trunk", "save", "outside-line-of-a-long-name", "sip.example.org:5060", *out)
    for name, title, trunk in (
        ("autumn", "Autumn leaves over Henan and Shandong", "lab"),
        ("winter", "冬天的话", LONG),
    ):
        site.run(*phone, "create", name, "--title", title)
        sounds = [f"{n}=message/sample-{n}" for n in ("first", "second", "third-and-rather-long-one")]
        site.run(*phone, "messages", name, *sounds)
        site.run(*phone, "trunks", name, "lab", trunk)
    site.run(*phone, "start", "autumn")
    site.run(*phone, "complaint", "autumn", "--message", "third-and-rather-long-one")
    site.run(*phone, "complaint", "autumn")
    sounds = site.data / "phone/sounds/message"
    sounds.mkdir(parents=True)
    for name in ("sample-1", "sample-2"):
        (sounds / f"{name}.alaw").write_bytes(b"\xd5" * 16_000)
    _record(site)
    _speak(site)
    return "maple", password


@pytest.fixture
def sign_in(site: Served, visit: Visit, caller: tuple[str, Password]) -> SignIn:
    """Give a function that opens the desk in a fresh browser profile."""

    def open_desk(language: str = "en", **more: object) -> Page:
        page = visit(locale=LOCALES[language], **more)
        site.enter(page, *caller)
        return page

    return open_desk


def _record(site: Served) -> None:
    """Record some tens of thousands of calls, as a day has them."""
    chance, today = Random(8), china_today()
    spool = Spool(site.data / "phone" / "records")
    for n in range(30_000):
        outcome = chance.choices([*Outcome], [27, 3, 8, 25, 20, 9, 2, 2, 1, 4])[0]
        refused, answered = outcome is Outcome.REFUSED, outcome is Outcome.ANSWERED
        message = "" if refused else ("first", "second", "third-and-rather-long-one")[n % 3]
        asks = 4 if message == "first" else 8
        spool.add(
            Record(
                today,
                chance.choice(["", "CN-HA", "CN-SD", "CN-NM", "CN-HL", "CN-XJ"]),
                "autumn",
                "lab",
                message,
                "" if refused else "first=1 second=1 third-and-rather-long-one=1",
                outcome,
                reason="never" if refused else "",
                keys=chance.choices(["", "1", "8", "9", "0"], [80, 8, asks, 3, 4])[0] if answered else "",
                seconds=30 * chance.randrange(8) if answered else 0,
            )
        )
    spool.close()


def _speak(site: Served) -> None:
    """Let a machine say what it does, and go on saying it for an hour."""
    live = site.data / "phone" / "live"
    live.mkdir(parents=True, exist_ok=True)
    going = {"in_air": 213, "rate_10s": 38.2, "halted": "", "held": {"lab": {"trunk-rate": 2}}}
    carrying = {"up": True, "in_air": 213, "slowed": True, "failed": 3}
    content: dict[str, object] = {
        "machine": "one",
        "asterisk": True,
        "campaigns": {"autumn": going},
        "trunks": {"lab": carrying},
    }
    (live / "one.json").write_text(json.dumps(content))
    later = time.time() + 3600
    os.utime(live / "one.json", (later, later))


def _answers(page: Page) -> Iterator[str]:
    """Lead a page through the answers to what was pressed; at each its name is given back."""
    page.goto("/desk/campaigns/new/")
    page.fill("#opens", "eight")
    page.fill("#message-0", "First!")
    page.fill("#share-0", "0")
    go(page, "main form button")
    yield "mistakes"
    page.goto("/desk/campaign/autumn/")
    go(page, '[value="stop"]')
    yield "asks before it stops"
    page.goto("/desk/campaign/winter/")
    go(page, '[value="start"]')
    yield "cannot start"
    page.fill("#copy", "Not a name")
    go(page, '[value="clone"]')
    yield "cannot copy"


def _stations(page: Page) -> Iterator[str]:
    for screen in SCREENS:
        page.goto(screen)
        yield screen
    yield from _answers(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_can_be_used_by_everybody(sign_in: SignIn, language: str) -> None:
    page = sign_in(language, script=True, width=360)
    wrong = []
    for station in _stations(page):
        assert page.get_attribute("html", "lang") == language
        page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
        wrong += [(station, fault) for fault in faults(page, RULES)]
        wrong += [(station, target) for target in page.evaluate(TARGETS)]
        for width in (320, 360, 768, 1024):
            page.set_viewport_size({"width": width, "height": 800})
            if (over := page.evaluate(OVERFLOW)) > 0:
                wrong.append((station, f"{over} px too wide at {width}"))
        page.set_viewport_size({"width": 360, "height": 800})
    assert not wrong


def test_a_message_is_heard_beside_the_page_on_which_it_is_ticked(sign_in: SignIn) -> None:
    page = sign_in()
    page.goto("/desk/campaign/autumn/settings/")
    with page.expect_popup() as opened:
        page.click("text=sample-1")
    player = opened.value.locator("video, audio")
    # Asked from here again and again: a page without script has no clock of its own to ask by.
    heard = (player.evaluate("(player) => player.duration") for _ in range(300) if not time.sleep(0.1))
    assert 2 in heard


def test_every_screen_can_be_read_at_night(sign_in: SignIn) -> None:
    page = sign_in(script=True, dark=True)
    assert not [(station, fault) for station in _stations(page) for fault in faults(page, COLOURS)]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_letters_of_twice_the_size_lose_nothing(
    sign_in: SignIn, large_letters: Browser, language: str
) -> None:
    page = sign_in(language, browser=large_letters, width=640)
    lost = []
    for station in _stations(page):
        over = page.evaluate(OVERFLOW)
        lost += [(station, what) for what in page.evaluate(CUT_OFF)]
        lost += [(station, f"{over} px")] if over > 0 else []
    assert not lost


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_label_of_a_chart_lies_over_another(sign_in: SignIn, language: str) -> None:
    page = sign_in(language)
    wrong = []
    for screen in ("/desk/campaign/autumn/", "/desk/campaign/autumn/messages/"):
        page.goto(screen)
        for width in (320, 390, 660, 1024, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            wrong += [(screen, width, pair) for pair in page.evaluate(OVERLAPS)]
    assert not wrong


def test_a_campaign_is_paused_and_goes_on_by_keys_alone(sign_in: SignIn) -> None:
    page = sign_in(script=True)
    for key in ("?", "4"):
        with page.expect_navigation():
            page.keyboard.press(key)
    assert page.url.endswith("/desk/campaigns/")
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    for key, words in (("p", "paused"), ("s", "runs")):
        with page.expect_navigation():
            page.keyboard.press(key)
        assert words in page.locator("h1").inner_text()
    with page.expect_navigation():
        page.keyboard.press("m")
    assert page.url.endswith("/messages/")
    with page.expect_navigation():
        page.keyboard.press("b")
    page.keyboard.press("c")
    page.keyboard.type("spring-p")
    assert page.input_value("#copy") == "spring-p"
    assert "runs" in page.locator("h1").inner_text()


def test_a_campaign_is_made_filled_and_stopped_without_script_on_a_phone(sign_in: SignIn) -> None:
    page = sign_in(width=360)
    go(page, 'a.button:has-text("A new campaign")')
    page.fill("#name", "spring")
    page.fill("#title", "Spring")
    page.fill("#message-0", "first")
    page.fill("#sound-0", "message/sample-1")
    page.check('[name=trunks][value="lab"]')
    page.locator("main details > summary").click()
    page.check('[name=regions][value="CN-HA"]')
    page.fill("#daily_limit", "none")
    go(page, "main form button")
    assert page.locator(".errors li").count() == 1
    assert page.is_checked('[name=regions][value="CN-HA"]')
    page.fill("#daily_limit", "100")
    go(page, "main form button")
    go(page, '[value="start"]')
    assert "runs" in page.locator("h1").inner_text()
    go(page, '[value="stop"]')
    go(page, '.warning [value="stop"]')
    assert "stopped" in page.locator("h1").inner_text()
