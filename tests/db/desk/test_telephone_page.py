"""Being on duty at the telephone: who may, what the page is told and may order, and where its secret goes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import AF_INET, SOCK_STREAM, socket

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tuidang.desk.line_state import socket_of
from tuidang.phone.actions.duty import claim_orders
from tuidang.phone.asterisk.config import Ports, Setup, desk_of, write_config
from tuidang.phone.duty_rules import NO_TRUNK, NOT_LENT, REFUSED
from tuidang.phone.hotline_now import DeskNow, HotlineNow, Waiting, write_now
from tuidang.phone.models import Duty
from tuidang.volunteers.actions.accounts import disable_volunteer
from tuidang.volunteers.models import Role, User
from tuidang.volunteers.shifts.actions import Wanted, set_availability
from tuidang.volunteers.shifts.rules import Caps
from volunteer_cast import enter as enter_desk

Enter = Callable[..., Client]
LINE = "/desk/line/"
MARK = "0123456789abcdef"  # of a caller: only the coordinators' screen of floods takes it back


@pytest.fixture
def data(house: Path, settings: Settings) -> Path:
    """Give a data folder whose Asterisk has two desk telephones."""
    settings.TUIDANG = replace(settings.TUIDANG, phone_desks=2)
    return house


@pytest.fixture
def maple(enter: Enter, data: Path) -> Client:
    """Give the browser of somebody who talks with people."""
    return enter("maple", Role.LISTENER)


@pytest.fixture
def oak(enter: Enter, data: Path) -> Client:
    """Give the browser of a coordinator."""
    return enter("oak", Role.COORDINATOR)


def go_on_duty(browser: Client, best: str = "zh", *also: str) -> None:
    assert browser.post(LINE, {"best": best, "also": also}).status_code == 302


def told(browser: Client) -> dict[str, object]:
    answer: dict[str, object] = browser.get(f"{LINE}state/").json()
    return answer


def test_the_languages_of_ones_own_hours_are_chosen_already(maple: Client) -> None:
    shown = maple.get(LINE).content.decode()
    assert re.findall(r'value="(\w+)" (?:selected|checked)', shown) == ["zh"]
    set_availability(User.objects.get().pk, Wanted("America/Toronto", ("yue", "en"), Caps(4, 20)))
    shown = maple.get(LINE).content.decode()
    assert re.findall(r'value="(\w+)" (?:selected|checked)', shown) == ["yue", "en"]
    wrong = maple.post(LINE, {"best": "tlh", "also": ["zh"]}).content.decode()
    assert re.findall(r'value="(\w+)" (?:selected|checked)', wrong) == ["zh"]


@pytest.mark.parametrize("path", ["", "state/"])
def test_only_who_talks_with_people_or_sees_to_it_has_a_telephone(
    enter: Enter, data: Path, path: str
) -> None:
    for number, role in enumerate(Role):
        may = role in {Role.LISTENER, Role.COORDINATOR}
        browser = enter(f"somebody {number}", role)
        assert browser.get(LINE + path).status_code == (200 if may else 403), role
        assert browser.post(f"{LINE}telephone/").status_code == (409 if may else 403), role
        assert browser.post(f"{LINE}order/", {"verb": "end"}).status_code == (409 if may else 403), role
        assert browser.post(f"{LINE}here/").status_code == (409 if may else 403), role


def test_who_goes_on_duty_says_what_he_speaks_and_goes_off_again(maple: Client, oak: Client) -> None:
    assert "Go on duty" in maple.get(LINE).content.decode()
    go_on_duty(maple, "yue", "zh", "yue")
    duty = Duty.objects.get()
    assert (duty.languages, duty.coordinator) == ("yue zh", False)
    assert "Go off duty" in maple.get(LINE).content.decode()
    go_on_duty(oak)
    assert Duty.objects.get(coordinator=True).desk == 2
    maple.post(LINE, {"off": "yes"})
    assert told(maple) == {"duty": None}


def test_who_cannot_go_on_duty_is_told_why(maple: Client, oak: Client, enter: Enter) -> None:
    answer = maple.post(LINE, {"best": "tlh"})
    assert answer.status_code == 422
    assert "Say which language you speak best." in answer.content.decode()
    go_on_duty(maple)
    go_on_duty(oak)
    answer = enter("elm", Role.LISTENER).post(LINE, {"best": "zh"})
    assert answer.status_code == 422
    assert "Every telephone is taken" in answer.content.decode()


def test_without_telephones_the_page_says_who_can_make_some(maple: Client, settings: Settings) -> None:
    settings.TUIDANG = replace(settings.TUIDANG, phone_desks=0)
    page = maple.get(LINE).content.decode()
    assert "TUIDANG_PHONE_DESKS" in page
    assert "<select" not in page


def test_the_page_is_told_in_words_what_rings_who_waits_and_who_else_is_there(
    maple: Client, oak: Client, data: Path
) -> None:
    go_on_duty(maple)
    go_on_duty(oak, "en", "zh")
    assert told(maple)["hotline"] is False
    waiting = (Waiting("b", "key-8", "yue", 7, True), Waiting("a", "hotline", "zh", 95, False))
    rings = DeskNow("ringing", "0f", "hotline", "zh", "CN-SD", 3, frequent=True)
    desks = {1: rings, 2: DeskNow("talking", "1e")}
    write_now(data, HotlineNow(waiting, desks))
    now = told(maple)
    assert now["hotline"] is True
    assert now["duty"] == {"ready": True}
    assert now["me"] == {
        "state": "ringing",
        "call": "0f",
        "kind": "hotline",
        "about": "Mandarin, hotline",
        "region": "Shandong",
        "seconds": 3,
        "with": [],
        "often": "calls often",
        "marked": "",
        "note": "",
    }
    assert now["waiting"] == [
        {"about": "Mandarin, hotline", "since": 95},
        {"about": "Cantonese, pressed 8 in a machine’s call, was asked for two keys", "since": 7},
    ]
    assert now["people"] == [
        {"desk": 2, "name": "oak", "words": "English, Mandarin, in a call", "isFree": False}
    ]
    write_now(data, HotlineNow((), {1: DeskNow("talking", "0f", others=(2,)), 2: DeskNow("ready")}))
    assert told(maple)["me"] == dict(
        now["me"], state="talking", kind="", often="", about="", region="", seconds=0
    ) | {  # type: ignore[call-overload]
        "with": ["oak"]
    }
    assert told(maple)["people"][0]["isFree"] is True  # type: ignore[index]


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("lost", "The call is kept for you for a minute"),
        ("broke", "The telephone system stopped and ended the call, neither you nor the caller did."),
        ("not-answered", "Whom you called did not answer"),
        (NO_TRUNK, "No line leads outside right now"),
        (NOT_LENT, "He is not lent to you any more"),
        (f"{REFUSED}hours", "He is not called now: his hours are over"),
    ],
)
def test_what_the_hotline_notes_is_said_in_plain_words(
    maple: Client, data: Path, note: str, said: str
) -> None:
    go_on_duty(maple)
    write_now(data, HotlineNow(desks={1: DeskNow("ready", note=note)}))
    page = maple.get(LINE).content.decode()
    words = json.loads(re.search(r'id="line-words"[^>]*>(.*?)</script>', page)[1])  # type: ignore[index]
    assert words[told(maple)["me"]["note"]].startswith(said)  # type: ignore[index]


def test_nobody_is_told_who_calls_or_what_others_talk_about(maple: Client, oak: Client, data: Path) -> None:
    go_on_duty(maple)
    go_on_duty(oak)
    desks = {1: DeskNow("ready"), 2: DeskNow("talking", "5ec4e7", "hotline", "zh", "CN-SD", 3)}
    write_now(data, HotlineNow((Waiting("c0ffee", "hotline", "zh", 1, False),), desks))
    answer = maple.get(f"{LINE}state/").content.decode()
    assert "5ec4e7" not in answer
    assert "c0ffee" not in answer
    assert "Shandong" not in answer


def test_the_secret_of_a_telephone_goes_to_who_is_on_duty_there_and_into_no_page_and_no_cache(
    maple: Client, oak: Client, data: Path
) -> None:
    go_on_duty(maple)
    assert maple.post(f"{LINE}telephone/").json() == {}  # Asterisk was never started
    with socket(AF_INET, SOCK_STREAM) as asterisk:
        asterisk.bind(("127.0.0.1", 0))
        asterisk.listen()
        setup = Setup(data, ports=Ports(http=asterisk.getsockname()[1]), desks=2)
        write_config(setup)
        answer = maple.post(f"{LINE}telephone/")
        assert oak.post(f"{LINE}telephone/").status_code == 409
    desk = desk_of(1, setup.password, User.objects.get(pseudonym="maple").pk)
    assert answer.json() == {"name": desk.name, "secret": desk.secret, "socket": "ws://127.0.0.1:8088/ws"}
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert maple.get(f"{LINE}telephone/").status_code == 405
    for path in (LINE, f"{LINE}state/", "/desk/keys/"):
        assert desk.secret not in maple.get(path).content.decode()


def test_the_way_to_asterisk_is_open_to_who_is_on_duty_with_the_account_he_has_still(maple: Client) -> None:
    door = f"{LINE}door/"
    assert Client().get(door).status_code == 403
    assert maple.get(door).status_code == 401
    go_on_duty(maple)
    answer = maple.get(door)
    assert (answer.status_code, answer.content) == (204, b"")
    assert "no-store" in answer.headers["Cache-Control"]
    assert maple.post(LINE, {"off": ""}).status_code == 302
    assert maple.get(door).status_code == 401
    go_on_duty(maple)
    disable_volunteer("maple", by="oak", now=datetime.now(UTC))
    assert maple.get(door).status_code == 403


def test_no_other_site_can_order_or_ask_for_a_telephone(maple: Client) -> None:
    go_on_duty(maple)
    strict = Client(enforce_csrf_checks=True)
    enter_desk(strict, User.objects.get(pseudonym="maple"))
    for path in ("telephone/", "order/", "here/"):
        assert strict.post(LINE + path, {"verb": "end"}).status_code == 403


@pytest.mark.parametrize(
    ("verb", "argument"),
    [
        ("hold", ""),
        ("transfer", "desk:2"),
        ("transfer", "language:en"),
        ("keys", "47#"),
        ("wrapped", ""),
        ("wrapped", "withdrew"),
    ],
)
def test_what_the_page_orders_reaches_the_hotline(maple: Client, verb: str, argument: str) -> None:
    go_on_duty(maple)
    assert maple.post(f"{LINE}order/", {"verb": verb, "argument": argument}).status_code == 200
    (given,) = claim_orders(datetime.now(UTC))
    assert (given.desk, given.verb, given.argument) == (1, verb, argument)


def test_what_nobody_could_carry_out_is_refused(maple: Client) -> None:
    go_on_duty(maple)
    for verb, argument in (
        ("", ""),
        ("explode", ""),
        ("transfer", "+8613800000000"),
        ("keys", "a"),
        ("unmark", MARK),
        ("clear", ""),
    ):
        assert maple.post(f"{LINE}order/", {"verb": verb, "argument": argument}).status_code == 422
    assert not claim_orders(datetime.now(UTC))


def test_who_orders_without_end_is_told_to_wait_and_keeps_nobody_else_from_ordering(
    maple: Client, oak: Client
) -> None:
    go_on_duty(maple)
    go_on_duty(oak)
    order = {"verb": "keys", "argument": "1"}
    answers = [maple.post(f"{LINE}order/", order) for _ in range(80)]
    assert {answer.status_code for answer in answers[:20]} == {200}
    assert answers[-1].status_code == 429
    assert answers[-1].json()["says"]
    assert maple.post(f"{LINE}order/", {"verb": "away"}).status_code == 200
    assert oak.post(f"{LINE}order/", order).status_code == 200
    assert len(claim_orders(datetime.now(UTC))) < 80


def test_who_is_away_is_not_rung_until_he_is_back_and_the_page_keeps_him_on_duty(maple: Client) -> None:
    go_on_duty(maple)
    maple.post(f"{LINE}order/", {"verb": "away"})
    assert told(maple)["duty"] == {"ready": False}
    maple.post(f"{LINE}order/", {"verb": "ready"})
    assert told(maple)["duty"] == {"ready": True}
    long_ago = datetime.now(UTC) - timedelta(minutes=2)
    Duty.objects.update(seen=long_ago)
    told(maple)  # looking changes nothing
    assert Duty.objects.get().seen == long_ago
    maple.post(f"{LINE}here/")
    assert Duty.objects.get().seen > long_ago


def test_the_microphone_and_asterisk_are_in_reach_of_this_page_alone(
    maple: Client, settings: Settings
) -> None:
    page, other = maple.get(LINE).headers, maple.get("/desk/keys/").headers
    assert "connect-src 'self' ws://127.0.0.1:8088/ws;" in page["Content-Security-Policy"]
    assert "microphone=(self)" in page["Permissions-Policy"]
    assert "connect-src 'self';" in other["Content-Security-Policy"]
    assert "microphone=()" in other["Permissions-Policy"]
    settings.TUIDANG = replace(settings.TUIDANG, https=True)
    assert "connect-src 'self';" in maple.get(LINE).headers["Content-Security-Policy"]
    assert socket_of(settings.TUIDANG, "example.org") == "wss://example.org/desk/telephone"


def test_on_every_other_screen_who_is_on_duty_sees_his_telephone(maple: Client, oak: Client) -> None:
    go_on_duty(maple)
    page = maple.get("/desk/keys/").content.decode()
    assert json.dumps("It rings: {about}") in page
    assert "line-strip" not in maple.get(LINE).content.decode()
    assert "line-strip" not in oak.get("/desk/keys/").content.decode()


@pytest.mark.parametrize(
    ("desk", "seconds", "said"),
    [
        (None, 0, "The hotline is not running: nobody can be put through to you"),
        (DeskNow("ready"), 0, "You are on duty: it will ring"),
        (DeskNow("ready"), 61, "The page of your telephone is closed: it does not ring"),
        (DeskNow("ringing", "0f", "hotline", "zh"), 0, "It rings"),
        (DeskNow("held", "0f", "hotline", "zh"), 0, "On hold: the caller hears recordings, and not you"),
        (DeskNow("wrap-up", kind="hotline"), 0, "The call is over. Take the time you need"),
    ],
)
def test_other_screens_say_that_it_will_ring_only_if_it_will(
    maple: Client, data: Path, desk: DeskNow | None, seconds: int, said: str
) -> None:
    go_on_duty(maple)
    Duty.objects.update(seen=datetime.now(UTC) - timedelta(seconds=seconds))
    if desk is not None:
        write_now(data, HotlineNow(desks={1: desk}))
    page = maple.get("/desk/keys/").content.decode()
    assert f'<span role="status">{said}</span>' in page
    says = told(maple)["strip"]
    words = json.loads(re.search(r'id="line-words"[^>]*>(.*?)</script>', page)[1])  # type: ignore[index]
    assert words[says].partition(":")[0] == said.partition(":")[0]


def test_while_asterisk_is_away_no_screen_says_that_it_will_ring_or_that_a_call_goes_on(
    maple: Client, data: Path
) -> None:
    go_on_duty(maple)
    for desk, strip in ((DeskNow("ready"), "down"), (DeskNow("talking", "0f", "hotline", "zh"), "cut")):
        write_now(data, HotlineNow(desks={1: desk}, cut_off=True))
        now = told(maple)
        assert (now["cutOff"], now["strip"]) == (True, strip)
