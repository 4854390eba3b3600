"""Providers on the treasurer's screens: what is given back, by one or by two, and what waits for a person."""

from __future__ import annotations

import re

import pytest
from calls_cast import Enter
from django.http import HttpResponse
from django.test import Client

from giving_cast import MARGARET, TODAY
from giving_life_cast import begin, deliver
from giving_provider_cast import Cashier
from tuidang.desk.gifts.year import _write
from tuidang.giving.listening import tend
from tuidang.giving.models import Entry, Notice, Order
from tuidang.giving.queries import balance_of
from tuidang.giving.rules.ledger import Account
from tuidang.giving.rules.money import Currency
from tuidang.volunteers.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def willow(enter: Enter) -> Client:
    return enter("willow", Role.TREASURER)


def text(response: HttpResponse) -> str:
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ")


def hear(client: Client, cashier: Cashier) -> None:
    deliver(client, cashier.told())
    tend(TODAY)


def paid(client: Client, cashier: Cashier, cents: int = 900_00, *, monthly: bool = False) -> str:
    cashier.do("stripe/pay", name=begin(cents=cents, person=MARGARET, monthly=monthly))
    hear(client, cashier)
    return f"/desk/gifts/entry/{Entry.objects.filter(kind='gift').latest('ordinal').pk}/"


def test_one_treasurer_has_a_little_given_back(willow: Client, client: Client, cashier: Cashier) -> None:
    place = paid(client, cashier)
    assert "Have it given back" in text(willow.get(place))
    assert willow.post(place, {"move": "back", "amount": "500"}).status_code == 302
    assert "asked for" in text(willow.get(place))
    more = willow.post(place, {"move": "back", "amount": "5"})
    assert "/consents/" in more.headers["Location"]  # in parts it is as much
    again = willow.post(place, {"move": "back", "amount": "401"})
    assert "more than is left" in text(again)
    tend(TODAY)
    hear(client, cashier)
    assert balance_of(Account.GIFTS, Currency.USD) == -400_00
    assert Order.objects.get().state == "done"


def test_much_takes_two_treasurers(willow: Client, enter: Enter, client: Client, cashier: Cashier) -> None:
    place = paid(client, cashier)
    asked = willow.post(place, {"move": "back", "amount": "500.01"}).headers["Location"]
    page = text(willow.get(asked))
    assert "Give USD 500.01 back of gift" in page
    assert "asked for this yourself" in text(willow.post(asked, {"move": "grant"}))
    assert not Order.objects.exists()
    rowan = enter("rowan", Role.TREASURER)
    assert rowan.post(asked, {"move": "grant"}).headers["Location"] == place
    assert Order.objects.get().cents == 500_01
    assert rowan.post(asked, {"move": "grant"}).status_code == 404
    tend(TODAY)
    hear(client, cashier)
    assert balance_of(Account.GIFTS, Currency.USD) == -399_99


def test_what_is_disputed_and_paid_out_is_shown(willow: Client, client: Client, cashier: Cashier) -> None:
    place = paid(client, cashier)
    other = cashier.do("stripe/pay", name=begin())
    cashier.do("stripe/pay_out")
    cashier.do("stripe/dispute", intent=other["payment_intent"])
    hear(client, cashier)
    book, page = text(willow.get("/desk/gifts/")), text(willow.get("/desk/gifts/providers/"))
    assert "disputed by its giver" in book
    assert "USD −115.00" in page
    assert "Disputed by givers" in page
    assert "Paid out to the bank" in page
    name = re.search(r"<code>(pi_\w+)</code>", text(willow.get(place)))
    assert name
    year = text(willow.get(f"/desk/gifts/year/{Entry.objects.get(kind='payout').day.year}/"))
    assert "At Stripe" in year
    assert "Fees of bank and providers" in year
    export = _write(Entry.objects.order_by("ordinal"))
    for row in (",gift,", ",cost,", ",payout,", ",refund,"):
        assert row in export
    assert name[1] not in export
    assert "Margaret" not in export


def test_a_year_with_yen_adds_up(willow: Client, client: Client, cashier: Cashier) -> None:
    cashier.do("stripe/pay", name=begin(cents=5000, currency=Currency.JPY))
    hear(client, cashier)
    page = text(willow.get(f"/desk/gifts/year/{Entry.objects.latest('ordinal').day.year}/"))
    assert "JPY 5,000" in page
    assert "JPY −5,000" in page  # it went into dollars
    assert "USD 33.50" in page


def test_coins_are_sold_for_more_or_less_than_they_were_given_for(
    willow: Client, client: Client, cashier: Cashier
) -> None:
    coin = begin(Account.BTCPAY, cents=100_00)
    for act in ("send", "settle"):
        cashier.do(f"btcpay/{act}", name=coin)
    hear(client, cashier)
    assert "Have it given back" not in text(willow.get("/desk/gifts/entry/0/"))
    typed = {"currency": "USD", "day": "2026-11-20"}
    for what, amount in (("coins-more", "7"), ("coins-less", "2"), ("coins-sold", "105")):
        answer = willow.post("/desk/gifts/other/", typed | {"what": what, "amount": amount})
        assert answer.status_code == 302, text(answer)
    held = [balance_of(one, Currency.USD) for one in (Account.BTCPAY, Account.BANK, Account.EXCHANGE)]
    assert held == [0, 105_00, -5_00]


def test_what_did_not_begin_with_us_waits_until_a_person_has_looked(
    willow: Client, client: Client, cashier: Cashier
) -> None:
    price = {"price_data": {"currency": "usd", "unit_amount": "900"}, "quantity": "1"}
    asked = {
        "mode": "payment",
        "line_items": {"0": price},
        "success_url": "https://x",
        "cancel_url": "https://x",
    }
    cashier.do("stripe/pay", name=cashier.do("stripe/make_session", asked=asked)["id"])
    hear(client, cashier)
    page = text(willow.get("/desk/gifts/providers/"))
    assert "It did not begin on our page." in page
    for move in ("again", "aside"):
        stuck = Notice.objects.filter(state="stuck").first()
        assert stuck
        assert (
            willow.post("/desk/gifts/providers/", {"move": move, "notice": str(stuck.pk)}).status_code == 302
        )
        stuck.refresh_from_db()
        assert stuck.state == {"again": "waits", "aside": "done"}[move]
    assert willow.post("/desk/gifts/providers/", {"move": "x", "notice": "1"}).status_code == 404


def test_the_text_of_a_receipt_says_how_a_monthly_gift_is_ended(
    willow: Client, client: Client, cashier: Cashier, settings: object
) -> None:
    from dataclasses import replace

    settings.TUIDANG = replace(  # type: ignore[attr-defined]
        settings.TUIDANG,  # type: ignore[attr-defined]
        giving_name="Lantern House",
        giving_address="1 Pier Street",
        giving_ein="12-3456789",
    )
    place = paid(client, cashier, monthly=True)
    receipt = willow.post(place, {"move": "receipt"}).headers["Location"]
    mail = text(willow.post(receipt, {"move": "text"}))
    link = re.search(r"http://testserver(/en/give/end/\S+/)", mail)
    assert link
    assert "End the gift" in text(client.get(link[1]))
    assert "We have asked" in text(client.post(link[1]))
