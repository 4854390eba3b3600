"""Passkeys: made at the door or later, they let their owner in alone; nobody else, and nothing twice."""

from __future__ import annotations

import html
import json
import re
from contextlib import suppress

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from passkey_cast import MAKE, PRESENT, Device
from tuidang.base.clock import utc_now
from tuidang.volunteers import challenges
from tuidang.volunteers.actions.accounts import disable_volunteer
from tuidang.volunteers.actions.invitations import invite_volunteer
from tuidang.volunteers.models import Passkey, Role, User
from tuidang.volunteers.once import Once
from tuidang.volunteers.passkeys import Site, WrongPasskeyError, check_signed, read_made, read_owner

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]

SIGN_IN, BY_PASSKEY = "/desk/sign-in/", "/desk/sign-in/passkey/"


@pytest.fixture(autouse=True)
def fresh_challenges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(challenges, "_used", Once(seconds=600))


def offered(page: str) -> tuple[str, str]:
    """Read off a page what it asks of a device, and the challenge that its form carries."""
    options = re.search(r'data-options="([^"]+)"', page)
    carried = re.search(r'name="challenge" value="([^"]+)"', page)
    assert options
    assert carried
    return html.unescape(options[1]), carried[1]


def join(client: Client, device: Device, pseudonym: str = "linden", label: str = "blue laptop") -> str:
    token = invite_volunteer(pseudonym, [Role.REVIEWER], by="oak", now=utc_now())
    path = f"/desk/join/{token}/"
    options, challenge = offered(client.get(path).content.decode())
    answer = {"credential": device.make(options), "challenge": challenge, "label": label}
    return client.post(path, answer).content.decode()


def come_in(device: Device, client: Client | None = None, **more: str) -> Client:
    client = client or Client()
    options, challenge = offered(client.get(SIGN_IN).content.decode())
    client.post(BY_PASSKEY, {"credential": device.sign(options), "challenge": challenge, **more})
    return client


def is_in(client: Client) -> bool:
    return client.get("/desk/").status_code == 200


def test_who_is_invited_makes_a_passkey_and_is_in_and_comes_again_by_it_alone() -> None:
    client, device = Client(headers={"Accept-Language": "en"}), Device()
    page = join(client, device)
    assert len(re.findall(r"<li><code>[a-z2-9]{4}(-[a-z2-9]{4}){3}</code>", page)) == 10
    assert "You have no password yet" in page
    assert is_in(client)
    again = come_in(device)
    assert is_in(again)
    assert "blue laptop" in again.get("/desk/account/").content.decode()


def test_of_a_device_its_key_is_kept_and_neither_its_make_nor_how_often_it_signed() -> None:
    device = Device()
    join(Client(), device)
    before = bytes(Passkey.objects.get().credential)
    assert MAKE not in before
    device.counter = 0x7777_7777
    come_in(device)
    assert bytes(Passkey.objects.get().credential) == before
    assert {field.name for field in Passkey._meta.get_fields()} == {"id", "volunteer", "label", "credential"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "http://evil.example"},
        {"origin": "https://testserver"},
        {"origin": "http://testserver:8001"},
        {"host": "evil.example"},
        {"flags": PRESENT},  # who held the device did not show that it was he
        {"flags": 0},
        pytest.param({"key": Device().key}, id="another device's key"),
        {"id": b"another-passkey"},
        {"owner": bytes(16)},
        {"owner": b"x"},
        {"owner": b""},
    ],
    ids=str,
)
def test_what_is_not_signed_as_it_should_be_lets_nobody_in(wrong: dict[str, object]) -> None:
    device = Device()
    join(Client(), device)
    for name, value in wrong.items():
        setattr(device, name, value)
    assert not is_in(come_in(device))


@pytest.mark.parametrize(
    "wrong", [{"origin": "http://evil.example"}, {"host": "evil.example"}, {"flags": PRESENT}], ids=str
)
def test_what_is_not_made_as_it_should_be_is_not_kept_and_the_link_still_works(
    wrong: dict[str, object],
) -> None:
    client = Client()
    token = invite_volunteer("linden", [Role.REVIEWER], by="oak", now=utc_now())
    path = f"/desk/join/{token}/"
    options, challenge = offered(client.get(path).content.decode())
    answer = {"credential": Device(**wrong).make(options), "challenge": challenge, "label": "x"}  # type: ignore[arg-type]
    assert client.post(path, answer).status_code == 200
    assert not Passkey.objects.exists()
    assert client.get(path).status_code == 200


def test_an_answer_does_once_and_only_for_the_challenge_it_was_given() -> None:
    device, client = Device(), Client()
    join(Client(), device)
    options, challenge = offered(client.get(SIGN_IN).content.decode())
    _, other = offered(client.get(SIGN_IN).content.decode())
    answer = {"credential": device.sign(options), "challenge": other}
    client.post(BY_PASSKEY, answer)
    assert not is_in(client)
    answer["challenge"] = challenge
    client.post(BY_PASSKEY, answer)
    assert is_in(client)
    thief = Client()
    thief.post(BY_PASSKEY, answer)
    assert not is_in(thief)


def test_a_challenge_that_is_old_or_was_meant_for_something_else_is_not_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    device, client = Device(), Client()
    join(Client(), device)
    joined = Client()
    join(joined, Device(id=b"another"), "birch")
    options, to_make = offered(joined.get("/desk/account/").content.decode())
    client.post(BY_PASSKEY, {"credential": device.sign(options), "challenge": to_make})
    assert not is_in(client)
    options, challenge = offered(client.get(SIGN_IN).content.decode())
    monkeypatch.setattr(challenges, "LASTS", -1)
    client.post(BY_PASSKEY, {"credential": device.sign(options), "challenge": challenge})
    assert not is_in(client)


def test_nobody_adds_his_device_to_another_one_s_account_with_a_challenge_of_his_own() -> None:
    linden, birch, device = Client(), Client(), Device(id=b"another")
    join(linden, Device())
    join(birch, Device(id=b"birch"), "birch")
    options, challenge = offered(birch.get("/desk/account/").content.decode())
    linden.post("/desk/account/passkey/", {"credential": device.make(options), "challenge": challenge})
    assert Passkey.objects.filter(volunteer__pseudonym="linden").count() == 1


def test_a_second_passkey_is_added_and_the_last_one_cannot_be_taken_away() -> None:
    client, device = Client(headers={"Accept-Language": "en"}), Device(id=b"the phone")
    join(client, Device())
    options, challenge = offered(client.get("/desk/account/").content.decode())
    assert '"excludeCredentials": [{' in options
    more = {"credential": device.make(options), "challenge": challenge, "label": " a   phone "}
    assert client.post("/desk/account/passkey/", more).status_code == 302
    elsewhere = come_in(device)
    assert is_in(elsewhere)
    laptop, phone = Passkey.objects.order_by("-label")
    assert phone.label == "a phone"
    assert client.post(f"/desk/account/passkey/{laptop.pk}/").status_code == 302
    assert (is_in(client), is_in(elsewhere)) == (True, False)  # it may be the lost device that is in there
    assert "last way in" in client.post(f"/desk/account/passkey/{phone.pk}/").content.decode()
    assert Passkey.objects.get() == phone


def test_who_has_left_comes_in_by_no_passkey() -> None:
    client, device = Client(), Device()
    join(client, device)
    disable_volunteer("linden", by="oak", now=utc_now())
    assert not is_in(client)
    assert not is_in(come_in(device))


def test_a_passkey_leads_on_within_the_desk_alone() -> None:
    device, client = Device(), Client()
    join(Client(), device)
    options, challenge = offered(client.get(SIGN_IN).content.decode())
    answer = {"credential": device.sign(options), "challenge": challenge, "next": "https://evil.example/"}
    assert client.post(BY_PASSKEY, answer).headers["Location"] == "/desk/"


SITE = Site("testserver", "http://testserver")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
PARTS = ["clientDataJSON", "authenticatorData", "signature", "attestationObject", "userHandle"]
ANSWERS = st.one_of(
    st.text(max_size=99),
    JSON.map(str),
    st.fixed_dictionaries(
        {"id": st.text(max_size=9), "rawId": st.text(max_size=9), "type": st.just("public-key")},
        optional={"response": st.dictionaries(st.sampled_from(PARTS), JSON, max_size=5)},
    ).map(json.dumps),
    st.just("[" * 5000),
)


@given(answer=ANSWERS)
def test_whatever_a_browser_answers_is_refused_in_one_way(answer: str) -> None:
    for read in (
        lambda: read_made(SITE, "AAAA", answer),
        lambda: check_signed(SITE, "AAAA", answer, []),
    ):
        with pytest.raises(WrongPasskeyError):
            read()
    with suppress(WrongPasskeyError):  # a key of sixteen bytes is one, whoever has it
        read_owner(answer)


def test_a_session_by_passkey_has_no_password_to_be_guessed() -> None:
    join(Client(), Device())
    assert not User.objects.get().has_usable_password()
