"""From our page to the provider and back: what leads where, what is said meanwhile, and what is refused."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings
from test_giving_pages import SET

from giving_cast import TODAY
from giving_life_cast import deliver
from giving_provider_cast import Cashier
from tuidang.base.clock import china_today
from tuidang.base.limits import Budget
from tuidang.giving.actions.donors import find_donor
from tuidang.giving.listening import tend
from tuidang.giving.models import Checkout, Donor, Entry
from tuidang.giving.rules.ledger import Account
from tuidang.web import giving_by_provider
from tuidang.web.doctor import _providers

pytestmark = pytest.mark.django_db

FORM = {
    "amount": "50",
    "currency": "USD",
    "often": "once",
    "purpose": "gifts",
    "who": "nobody",
    "provider": "stripe",
}
WHO = {"who": "receipt", "name": "Margaret Lin", "address": "7 Elm Road", "email": "margaret@example.org"}


@pytest.fixture(autouse=True)
def _open(settings: Settings, cashier: Cashier, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.TUIDANG = replace(settings.TUIDANG, **SET)
    monkeypatch.setattr(giving_by_provider, "_BUDGET", Budget(burst=10, per_hour=1))


def press(client: Client, form: dict[str, str], **more: str) -> HttpResponse:
    return client.post("/en/give/", urlencode(form), content_type="application/x-www-form-urlencoded", **more)


def give(client: Client, **more: str) -> str:
    answer = press(client, FORM | more)
    assert answer.status_code == 303, answer.content.decode()
    return answer.headers["Location"]


def test_the_page_leads_to_the_providers_and_to_nobody_else(
    client: Client, cashier: Cashier, settings: Settings
) -> None:
    answer = client.get("/en/give/")
    page = answer.content.decode()
    assert f"form-action 'self' {cashier.at};" in answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "<script" not in page
    assert not answer.cookies
    for words in (
        "Do not give from inside China",
        "<b>41</b>",
        "By card, at Stripe",
        "By bitcoin, at BTCPay",
    ):
        assert words in page
    settings.TUIDANG = replace(settings.TUIDANG, giving_btcpay=None)
    page = client.get("/en/give/").content.decode()
    assert "By card, at Stripe" in page
    assert "bitcoin" not in page
    settings.TUIDANG = replace(settings.TUIDANG, giving_stripe=None)
    answer = client.get("/en/give/")
    assert "<form" not in answer.content.decode()
    assert "form-action 'self';" in answer.headers["Content-Security-Policy"]
    assert press(client, FORM).status_code == 422
    assert client.post("/give/heard/stripe/", b"{}", content_type="application/json").status_code == 404


def test_a_donor_is_told_the_truth_before_and_after_we_have_heard(client: Client, cashier: Cashier) -> None:
    place = give(client, **WHO, purpose="gifts-for-calls", amount="1,250.50", currency="EUR")
    assert place.startswith(f"{cashier.at}/pay/cs_")
    session = cashier.do("stripe/pay", name=place.rsplit("/", 1)[1])
    assert (session["amount_total"], session["currency"], session["mode"]) == (1250_50, "eur", "payment")
    back = session["success_url"].removeprefix("http://testserver")
    assert session["cancel_url"] == "http://testserver/en/give/"
    assert "has told us nothing of your gift" in client.get(back).content.decode()
    deliver(client, cashier.told())
    assert "has told us nothing of your gift" in client.get(back).content.decode()
    tend(TODAY)
    page = client.get(back).content.decode()
    assert "says that your gift has come" in page
    assert "Margaret" not in page
    gift = Entry.objects.get(kind="gift")
    donor = find_donor(gift.donor)
    assert donor
    assert (donor.name, donor.language, gift.credit) == ("Margaret Lin", "en", "gifts-for-calls")
    assert (
        client.get(back.replace(back.split("/")[-2], "00000000-0000-4000-8000-000000000000")).status_code
        == 404
    )


def test_an_address_found_in_a_history_later_ends_nothing_and_says_no_amount(
    client: Client, cashier: Cashier
) -> None:
    session = cashier.do("stripe/pay", name=give(client, often="monthly").rsplit("/", 1)[1])
    deliver(client, cashier.told())
    tend(TODAY)
    back = session["success_url"].removeprefix("http://testserver")
    assert "/give/end/" in (page := client.get(back).content.decode())
    assert "50.00" in page
    Checkout.objects.update(day=china_today() - giving_by_provider.SHOWN - timedelta(days=1))
    page = client.get(back).content.decode()
    assert "/give/end/" not in page
    assert "50.00" not in page
    assert "The link by which you can end it" in page


def test_who_leaves_is_told_so_and_forgotten(client: Client, cashier: Cashier) -> None:
    place = give(client, **WHO)
    session = cashier.do("stripe/expire", name=place.rsplit("/", 1)[1])
    deliver(client, cashier.told())
    tend(TODAY)
    page = client.get(session["success_url"].removeprefix("http://testserver")).content.decode()
    assert "says that nothing was paid" in page
    assert not Donor.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"amount": "4.99"}, "at least 5"),
        ({"amount": "20000.01"}, "at least 5"),
        ({"amount": "12.5", "currency": "JPY"}, "at least 5"),
        ({"amount": "x"}, "at least 5"),
        ({"who": "receipt", "name": ""}, "A receipt needs a name"),
        ({"provider": "btcpay", "often": "monthly"}, "By bitcoin one gives once"),
        ({"provider": "btcpay", "who": "receipt", "name": "M"}, "For bitcoin we write no receipt"),
        ({"provider": "paypal"}, "Choose how to pay"),
    ],
)
def test_a_choice_that_cannot_be_is_said_beside_its_field(
    client: Client, wrong: dict[str, str], words: str
) -> None:
    answer = press(client, FORM | {"name": "<b>"} | wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert '<b>"' not in page
    assert not Checkout.objects.exists()


def test_nothing_is_kept_where_the_provider_is_silent_or_refuses(client: Client, cashier: Cashier) -> None:
    cashier.do("faults", faults=["before"])
    assert "does not answer just now" in press(client, FORM).content.decode()
    for name in cashier.write_secrets(giving_by_provider.providers_set()["stripe"].parent).values():
        name.write_text(re.sub(r"key \S+", "key sk_test_wrong", name.read_text()))
    for provider in ("stripe", "btcpay"):
        page = press(client, FORM | {"provider": provider}).content.decode()
        assert "does not take this gift" in page
    assert not Checkout.objects.exists()


def test_a_crowd_that_tries_stolen_cards_is_slowed(client: Client) -> None:
    answers = [press(client, FORM).status_code for _ in range(12)]
    assert answers == [303] * 10 + [422] * 2
    assert "Too many are giving" in press(client, FORM).content.decode()


def test_another_site_s_page_begins_nothing(client: Client) -> None:
    answer = press(client, FORM, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 422
    assert not Checkout.objects.exists()


def test_a_provider_whose_page_is_elsewhere_is_not_followed(
    client: Client, cashier: Cashier, settings: Settings
) -> None:
    files = giving_by_provider.providers_set()
    for file in files.values():
        file.write_text(file.read_text().replace("127.0.0.1", "localhost"))
    for provider in ("stripe", "btcpay"):
        page = press(client, FORM | {"provider": provider}).content.decode()
        assert "does not take this gift" in page


def test_the_doctor_says_what_is_wrong_with_a_file_of_secrets(settings: Settings) -> None:
    def said() -> str:
        return "\n".join(map(str, _providers(settings.TUIDANG)))

    assert "gifts are taken by Stripe" in said()
    assert "gifts are taken by BTCPay" in said()
    assert "one for tests" in said()
    assert "TUIDANG_HTTPS=yes" in said()
    file = giving_by_provider.providers_set()[Account.STRIPE]
    file.write_text("key sk_live_x\n")
    assert "does not say: webhook" in said()
    file.write_text("key sk_live_x\nwebhook w\nat http://elsewhere.example\n")
    assert "must begin with https" in said()
    file.write_text("key sk live x\n")
    assert "line 1" in said()
    assert "sk_live_x" not in said()
    file.chmod(0o640)
    assert "others can read" in said()


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_each_language_says_who_sees_what(client: Client, language: str) -> None:
    page = client.get(f"/{language}/give/").content.decode()
    assert page.count("Stripe") >= 3
    assert page.count("BTCPay") >= 2
    assert len(page.encode()) < 14 << 10
