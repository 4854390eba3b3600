"""People written down beside a call, in a real browser: by keys, without script, on a phone, at night."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from test_accessibility import COLOURS, RULES, faults
from test_desk import LOCALES
from test_hands_and_eyes import CUT_OFF, OVERFLOW, TARGETS
from walk import LANGUAGES, ask, go

from conftest import Visit
from nineteen import NINETEEN
from served import Served
from volunteer_cast import Password

CALL = "5af0" * 8
PASTE = """(text) => { const data = new DataTransfer(); data.setData("text", text);
  const pasted = { clipboardData: data, bubbles: true, cancelable: true };
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", pasted)); }"""
COMPOSING = """() => document.activeElement.dispatchEvent(
  new KeyboardEvent("keydown", { key: "1", isComposing: true, bubbles: true, cancelable: true }))"""

SignIn = Callable[..., Page]


@pytest.fixture(scope="session")
def listener(site: Served) -> tuple[str, Password]:
    """Give the pseudonym and password of a volunteer who is in a call right now."""
    password = site.add_volunteer("aspen", "listener")
    site.run(
        *("manage", "shell", "-c"),
        "from datetime import UTC, datetime; from tuidang.volunteers.models import User;"
        "from tuidang.phone.models import Duty; Duty.objects.create(desk=1, languages='zh',"
        "volunteer=User.objects.get(pseudonym='aspen').pk, seen=datetime.now(UTC))",
    )
    say(site, "talking")
    return "aspen", password


def say(site: Served, state: str) -> None:
    """Let the hotline say for the next hour in which state the volunteer's call is."""
    live = site.data / "phone" / "live"
    live.mkdir(parents=True, exist_ok=True)
    desk = {"state": state, "call": CALL, "kind": "hotline", "language": "zh", "region": "", "seconds": 9}
    desks = {"1": {**desk, "with": [], "frequent": False, "note": "", "marked": ""}}
    hotline = {"waiting": [], "desks": desks, "level": "", "nobody": False, "free": {}}
    (live / "hotline.json").write_text(json.dumps(hotline))
    later = time.time() + 3600
    os.utime(live / "hotline.json", (later, later))


@pytest.fixture
def sign_in(site: Served, visit: Visit, listener: tuple[str, Password]) -> SignIn:
    """Give a function that opens the desk in a fresh browser profile."""

    def open_desk(language: str = "en", **more: object) -> Page:
        page = visit(locale=LOCALES[language], **more)
        site.enter(page, *listener)
        page.goto("/desk/people/")
        return page

    return open_desk


def key(page: Page, name: str) -> None:
    """Press a key that leads to another page."""
    with page.expect_navigation():
        page.keyboard.press(name)


def begin_with_keys(page: Page) -> None:
    """Begin to write down people who came by a letter, and stand in the first name."""
    key(page, "9")
    key(page, "n")
    while not page.locator('input[name="people.0.name"]:focus').count():
        page.keyboard.press("Tab")


def saved(page: Page) -> None:
    """Wait until the server has what was typed."""
    expect(page.locator("#save-state")).to_have_text("Saved", timeout=60_000)


def test_nineteen_people_in_one_call_by_keyboard_alone(site: Served, sign_in: SignIn) -> None:
    page = sign_in(script=True)
    begin_with_keys(page)
    for number, name in enumerate(NINETEEN):
        page.keyboard.type(f"{name}{number % 4 + 1}")
        page.keyboard.press("Enter")
    saved(page)
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    assert page.is_checked("#consent")
    key(page, "v")
    assert page.locator(".seen > li").count() == 19
    assert "慕容某" in page.locator(".seen").inner_text()
    key(page, "y")
    receipts = []
    for _ in NINETEEN:
        receipts.append(" ".join(page.locator(".now-read .digits").all_inner_texts()))
        key(page, "Enter")  # "said" has the focus
    assert page.locator(".now-read").count() == 0
    assert len(set(receipts)) == 19
    for name, receipt in zip(NINETEEN, receipts, strict=True):
        assert ask(site, "receipts", {"receipt": receipt, "name": name})["state"] in {"accepted", "published"}
    begin_again = page.locator("input[name$='.name']").first
    assert begin_again.input_value() == ""


def test_what_is_typed_survives_a_reload_and_a_lost_connection(sign_in: SignIn) -> None:
    page = sign_in(script=True)
    begin_with_keys(page)
    page.keyboard.type("慕容雪松2")
    page.keyboard.press("Enter")
    page.keyboard.type("万顺")
    saved(page)
    assert "慕容某" in page.locator("#advice-0").inner_text()
    page.reload()
    assert page.input_value('input[name="people.0.name"]') == "慕容雪松"
    assert page.is_checked('input[name="people.0.orgs"][value="league"]')
    page.route("**/desk/people/**", lambda route: route.fulfill(status=408))
    page.focus('input[name="people.2.name"]')
    page.keyboard.type("平安")
    expect(page.locator("#save-state")).to_contain_text("Not saved yet", timeout=60_000)
    page.unroute("**/desk/people/**")
    saved(page)
    page.reload()
    assert page.input_value('input[name="people.2.name"]') == "平安"


def test_a_list_is_pasted_an_alias_pressed_and_an_input_method_left_alone(sign_in: SignIn) -> None:
    page = sign_in(script=True)
    begin_with_keys(page)
    with page.expect_navigation():
        page.evaluate(PASTE, "金福 13\n慕容雪松 团\n老孙")
    names = [page.input_value(f'input[name="people.{n}.name"]') for n in range(3)]
    assert names == ["金福", "慕容雪松", "老孙"]
    page.focus('input[name="people.2.name"]')
    page.evaluate(COMPOSING)  # a digit that chooses a character
    assert page.locator('input[name="people.2.orgs"]:checked').count() == 0
    page.keyboard.press("ArrowUp")
    expect(page.locator("#advice-1 .alias").first).to_be_visible(timeout=60_000)
    chosen = page.locator("#advice-1 .alias").nth(1).inner_text()
    page.keyboard.press("6")
    assert page.input_value('input[name="people.1.name"]') == chosen
    page.locator("#advice-1 .alias").first.click()
    assert page.input_value('input[name="people.1.name"]') != chosen
    saved(page)


def test_a_colleague_s_browser_is_told_that_it_shows_something_old(sign_in: SignIn) -> None:
    first, second = sign_in(script=True), sign_in(script=True)
    for page in (first, second):
        page.goto(f"/desk/people/{CALL}/")
    first.focus('input[name="people.0.name"]')
    first.keyboard.type("金福1")
    saved(first)
    second.focus('input[name="people.0.name"]')
    second.keyboard.type("万顺2")
    expect(second.locator("#save-state")).to_contain_text("Somebody else", timeout=60_000)
    second.goto(f"/desk/beside/{CALL}/")
    assert second.input_value('input[name="people.0.name"]') == "金福"


def test_it_stands_beside_the_telephone_from_the_moment_the_call_is_taken(
    site: Served, sign_in: SignIn
) -> None:
    say(site, "ringing")
    page = sign_in(script=True)
    page.goto("/desk/line/")
    frame = page.frame_locator("#beside")
    expect(page.locator("#line")).not_to_have_attribute("data-at", "", timeout=60_000)
    expect(page.locator("#aside")).to_be_hidden()
    say(site, "talking")
    first = frame.locator('input[name="people.0.name"]')
    expect(first).to_be_visible(timeout=60_000)
    expect(frame.locator(".ended")).to_be_visible()


def test_people_are_written_down_without_script_on_a_phone(sign_in: SignIn) -> None:
    page = sign_in(width=360)
    page.check('[value="field"]')
    go(page, "main form button")
    page.fill('input[name="people.0.name"]', "慕容雪松")
    page.check('input[name="people.0.orgs"][value="party"]')
    go(page, '.without-script[value="save"]')
    assert page.locator("#advice-0 .alias").count() == 4
    page.locator(".one .more summary").first.click()
    page.check('input[name="people.0.real_name"]')
    page.check("#consent")
    go(page, '[value="preview"]')
    assert "慕容雪松" in page.locator(".letter h2").inner_text()
    assert page.locator(".warning").count() == 1
    go(page, '[value="confirm"]')
    go(page, '[name="said"]')
    go(page, '[value="away"]')
    assert page.locator(".reading").count() == 0


def _stations(page: Page) -> Iterator[str]:
    """Lead a page through everything; at each station its name is given back."""
    yield "begin"
    page.check('[value="field"]')
    go(page, "main form button")
    address = page.url
    page.fill('input[name="people.0.name"]', "慕容雪松")
    page.fill('input[name="people.1.name"]', "金福")
    page.evaluate("document.querySelector('.people details.field').open = true")
    page.fill("#text", "我的电话是13800138000。我和王小明一起退。")
    go(page, '[value="preview"]')
    yield "mistakes"
    for row in range(2):
        page.check(f'input[name="people.{row}.orgs"][value="party"]')
    page.check("#consent")
    page.evaluate("document.querySelector('.one .more').open = true")
    page.check('input[name="people.0.real_name"]')
    go(page, '[value="preview"]')
    yield "preview"
    go(page, '[value="confirm"]')
    yield "receipts"
    go(page, '[name="said"]')
    go(page, '[name="said"]')
    yield "all said"
    go(page, '[value="away"]')
    yield "nothing typed"
    page.goto(f"/desk/beside/{CALL}/")
    yield "in the frame"
    page.evaluate("document.querySelector('.ended').open = true")
    go(page, '[name="what"][value="thinking"]')
    yield "ended"
    page.goto(address)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_of_people_can_be_used_by_everybody(sign_in: SignIn, language: str) -> None:
    page = sign_in(language, script=True, width=360)
    wrong = []
    for station in _stations(page):
        assert page.get_attribute("html", "lang") == language
        page.evaluate(
            "for (const details of document.querySelectorAll('details:not([name])')) details.open = true"
        )
        page.evaluate("document.querySelector('details[name]')?.setAttribute('open', '')")
        wrong += [(station, fault) for fault in faults(page, RULES)]
        wrong += [(station, target) for target in page.evaluate(TARGETS)]
        for width in (320, 360, 768, 1024, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            if (over := page.evaluate(OVERFLOW)) > 0:
                wrong.append((station, f"{over} px too wide at {width}"))
        page.set_viewport_size({"width": 360, "height": 800})
    assert not wrong


def test_every_screen_of_people_can_be_read_at_night(sign_in: SignIn) -> None:
    page = sign_in(script=True, dark=True)
    assert not [(station, fault) for station in _stations(page) for fault in faults(page, COLOURS)]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_letters_of_twice_the_size_lose_nothing_of_people(
    sign_in: SignIn, large_letters: Browser, language: str
) -> None:
    page = sign_in(language, browser=large_letters, width=640)
    lost = []
    for station in _stations(page):
        over = page.evaluate(OVERFLOW)
        lost += [(station, what) for what in page.evaluate(CUT_OFF)]
        lost += [(station, f"{over} px")] if over > 0 else []
    assert not lost
