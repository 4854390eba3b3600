"""The screens for calling back: masked, one at a time, one press each; and the coordinator's lists."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import datetime, tzinfo

import pytest
from calls_cast import Enter
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from call_back_cast import NOON, TODAY, ask, at, call, counts, number_of
from tuidang.base.audit.models import AuditEntry
from tuidang.desk import calls_back, consents
from tuidang.phone.actions.call_backs import lease_call_back
from tuidang.phone.actions.duty import go_on_duty
from tuidang.phone.actions.never import never_call
from tuidang.phone.hotline_now import DeskNow, HotlineNow, path_of, write_now
from tuidang.phone.models import CallBack, DeskOrder
from tuidang.volunteers.models import Role, User

pytestmark = pytest.mark.django_db
_DONE = ("load-list", "grant-consent", "use-consent")
NEXT, LISTS = "/desk/calls-back/", "/desk/calls-back/lists/"


class Clock(datetime):
    """A clock that stands still."""

    moment = NOON

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return cls.moment.astimezone(tz)


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be half past twelve in China."""
    monkeypatch.setattr(Clock, "moment", NOON)
    monkeypatch.setattr(calls_back, "datetime", Clock)
    monkeypatch.setattr(consents, "utc_now", lambda: NOON)


@pytest.fixture
def linden(enter: Enter, settings: Settings) -> Client:
    """Give the browser of a listener who is on duty."""
    settings.TUIDANG = replace(settings.TUIDANG, phone_desks=3)
    client = enter("linden", Role.LISTENER)
    go_on_duty(User.objects.get().pk, ["zh"], coordinator=False, now=NOON)
    return client


@pytest.fixture
def maple(enter: Enter) -> Client:
    """Give the browser of a coordinator who is not on duty."""
    return enter("maple", Role.COORDINATOR)


def text_of(response: HttpResponse) -> str:
    """Return what a page says, its marks taken away."""
    words = re.sub(r"<[^>]+>", " ", response.content.decode().partition("<main")[2])
    return " ".join(words.replace("\N{NARROW NO-BREAK SPACE}", " ").split())


def press(client: Client, **typed: object) -> HttpResponse:
    """Press a button, and follow where it leads."""
    return client.post(NEXT, typed, follow=True)


def test_only_who_listens_or_coordinates_calls_back_and_only_coordinators_load_lists(enter: Enter) -> None:
    may = {Role.LISTENER: (200, 403), Role.COORDINATOR: (200, 200)}
    for role in Role:
        client = enter(f"somebody {role}", role)
        assert (client.get(NEXT).status_code, client.get(LISTS).status_code) == may.get(role, (403, 403))
        assert (client.post(LISTS).status_code != 403) is (role is Role.COORDINATOR)
    assert Client().get(NEXT).status_code == Client().get(LISTS).status_code == 302


def test_who_is_not_on_duty_is_shown_the_way_and_lent_nobody(maple: Client) -> None:
    ask(1)
    assert "Go on duty first" in text_of(maple.get(NEXT))
    assert "Go on duty first" in text_of(press(maple, move="next"))
    assert not CallBack.objects.filter(leased_by__isnull=False).exists()


def test_the_next_one_is_shown_masked_with_his_hours_and_what_to_say(linden: Client) -> None:
    key = ask(1, "CN-HA", "afternoon")
    assert "1 can be called now" in text_of(linden.get(NEXT))
    page = press(linden, move="next")
    said = text_of(page)
    for words in (
        "He asked to be called back",
        "Henan",
        "28 November 2026",
        "in the afternoon",
        "12:00 – 18:00",
    ):
        assert words in said
    body, number = page.content.decode(), number_of(1)
    assert not any(number[first : first + 5] in body.replace(str(key), "") for first in range(2, 9))
    assert page["Cache-Control"] == "no-store"


def test_one_press_orders_the_call_and_the_page_looks_until_it_has_begun(linden: Client) -> None:
    key = ask(1)
    press(linden, move="next")
    page = press(linden, move="call", key=key)
    assert [(order.desk, order.verb, order.argument) for order in DeskOrder.objects.all()] == [
        (1, "call", str(key))
    ]
    assert "Your telephone rings." in text_of(page)
    assert b'id="again"' in page.content
    assert number_of(1) == call(User.objects.get().pk, key)  # what the hotline does with the order
    page = linden.get(f"{NEXT}?calling")
    assert "What became of it?" in text_of(page)
    assert b'id="again"' not in page.content


def test_what_became_of_it_is_said_with_one_press(linden: Client) -> None:
    ends = {"done": 0, "wrong-number": 0, "never": 1, "not-reached": 1, "cut-off": 1}
    for person, (said, left) in enumerate(ends.items()):
        CallBack.objects.all().delete()
        key = ask(person)
        press(linden, move="next")
        call(User.objects.get().pk, key)
        assert "Noted." in text_of(press(linden, said=said, key=key))
        assert CallBack.objects.count() == left
        assert "Nothing happened" in text_of(press(linden, said=said, key=key))
    assert counts() == dict.fromkeys(ends, 1)


def test_nothing_is_said_of_somebody_who_was_not_called(linden: Client) -> None:
    key = ask(1)
    press(linden, move="next")
    assert "Nothing happened" in text_of(press(linden, said="done", key=key))
    assert CallBack.objects.count() == 1


def test_what_is_given_back_is_not_offered_to_him_again_at_once(linden: Client) -> None:
    first, second = ask(1), ask(2)
    press(linden, move="next")
    (held,) = CallBack.objects.filter(leased_by__isnull=False).values_list("pk", flat=True)
    page = press(linden, move="back", key=held).content.decode()
    assert f'name="key" value="{held}"' in page
    press(linden, move="next", key=held)
    (now_held,) = CallBack.objects.filter(leased_by__isnull=False).values_list("pk", flat=True)
    assert {held, now_held} == {first, second}


def test_no_order_is_given_for_what_is_lent_to_another_or_to_nobody(linden: Client, maple: Client) -> None:
    key = ask(1)
    lease_call_back(User.objects.get(pseudonym="maple").pk, ["zh"], NOON)
    for wrong in (key, 0, -1, "x", 2**70, ""):
        assert "Nothing happened" in text_of(press(linden, move="call", key=wrong))
    assert not DeskOrder.objects.exists()


def test_when_nobody_can_be_called_the_page_says_from_when_on(
    linden: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Nobody waits." in text_of(linden.get(NEXT))
    ask(1, hours="evening")
    assert "The next safe hour begins at 18:00 in China." in text_of(linden.get(NEXT))
    monkeypatch.setattr(Clock, "moment", at(18))
    assert "1 can be called now" in text_of(linden.get(NEXT))


def test_hours_that_end_while_he_looks_are_told(linden: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(1, hours="afternoon")
    monkeypatch.setattr(Clock, "moment", at(17.9))
    press(linden, move="next")
    monkeypatch.setattr(Clock, "moment", at(18.05))
    page = linden.get(NEXT)
    assert "His safe hours are over for now." in text_of(page)
    assert b'value="call"' not in page.content


# Lists.


def test_the_coordinator_sees_counts_and_nobody(maple: Client) -> None:
    ask(1, hours="evening"), ask(2), ask(3)
    who = User.objects.get().pk
    leased = lease_call_back(who, ["zh"], NOON)
    assert leased is not None
    page = text_of(maple.get(LISTS))
    assert "in the evening 1 0 1 0" in page
    assert "at any time of the day 2 1 0 1" in page
    call(who, leased.key)
    press(maple, said="done", key=leased.key)
    assert "We talked 1 1" in text_of(maple.get(LISTS))


def test_a_list_is_loaded_and_called_when_a_second_consents_and_its_bad_lines_stay(
    maple: Client, enter: Enter
) -> None:
    never_call(number_of(2))
    typed = f"{number_of(1)}, 河南\n{number_of(2)}\n{number_of(1)}\n12345\n{number_of(3)}, Atlantis"
    page = maple.post(LISTS, {"list": typed})
    assert page.status_code == 422
    said = text_of(page)
    assert "1 number is sealed, and is called when another coordinator consents." in said
    assert "2 were left out" in said
    assert "Line 4: This is no Chinese mobile number" in said
    assert "Line 5: Nobody knows this province" in said
    left = re.findall(r"<textarea.*?>\n(.*?)</textarea>", page.content.decode(), re.DOTALL)
    assert left == [f"12345\n{number_of(3)}, Atlantis"]
    assert page["Cache-Control"] == "no-store"
    row = CallBack.objects.get()
    assert (row.kind, row.region, row.day) == ("personal", "CN-HA", TODAY)
    assert row.batch
    (asked,) = re.findall(r'href="(/desk/consents/[^"]+)"', page.content.decode())
    assert "You asked for this yourself" in text_of(maple.post(asked, {"move": "grant"}))
    assert CallBack.objects.get().batch
    cedar = enter("cedar", Role.COORDINATOR)
    assert "A list for calls: 1 number" in text_of(cedar.get(asked))
    assert cedar.post(asked, {"move": "grant"}).headers["Location"] == LISTS
    assert CallBack.objects.get().batch is None
    acts = [(entry.who, entry.act) for entry in AuditEntry.objects.order_by("ordinal")]
    assert acts == [("maple", "ask-consent"), *[("cedar", act) for act in _DONE]]


def test_a_list_that_is_refused_is_shredded(maple: Client, enter: Enter) -> None:
    page = maple.post(LISTS, {"list": number_of(1)}).content.decode()
    (asked,) = re.findall(r'href="(/desk/consents/[^"]+)"', page)
    enter("cedar", Role.COORDINATOR).post(asked, {"move": "refuse"})
    assert not CallBack.objects.exists()


@pytest.mark.parametrize(("typed", "says"), [("", "There is no number"), ("\n x \n1", "Line 2")])
def test_nothing_but_bad_lines_loads_nothing(maple: Client, typed: str, says: str) -> None:
    page = maple.post(LISTS, {"list": typed})
    assert page.status_code == 422
    assert says in text_of(page)
    assert "Nothing was taken yet" in text_of(page)
    assert (CallBack.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_a_personal_call_is_told_from_one_that_was_asked_for(linden: Client, enter: Enter) -> None:
    enter("maple", Role.COORDINATOR).post(LISTS, {"list": number_of(1)})
    assert "Nobody waits." in text_of(linden.get(NEXT))
    CallBack.objects.update(batch=None)  # another has consented
    page = text_of(press(linden, move="next"))
    assert "A personal call: he did not ask for it" in page
    assert "11:00 – 21:00" in page  # where his place is not known


@pytest.mark.parametrize(
    ("note", "words"),
    [
        ("no-trunk", "No line leads outside"),
        ("refused-hours", "his hours are over"),
        ("not-lent", "not lent to you"),
        ("not-reached", "your own"),
    ],
)
def test_why_the_hotline_did_not_call_is_told(
    linden: Client, settings: Settings, note: str, words: str
) -> None:
    key = ask(1)
    press(linden, move="next")
    press(linden, move="call", key=key)
    write_now(settings.TUIDANG.data, HotlineNow(desks={1: DeskNow("ready", note=note)}))
    moment = path_of(settings.TUIDANG.data)
    os.utime(moment, (NOON.timestamp(), NOON.timestamp()))
    assert words not in text_of(linden.get(f"{NEXT}?calling"))  # it may be of an earlier call
    page = linden.get(f"{NEXT}?calling=still")
    assert words in text_of(page)
    assert b'id="again"' not in page.content
    assert b'value="call"' in page.content
