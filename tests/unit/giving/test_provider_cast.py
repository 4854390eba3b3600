"""The providers of our tests, judged by Stripe's own library; and our check of signatures, judged by it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st

from giving_provider_cast import Cashier, open_cashier
from giving_stripe_cast import STRIPE_KEY, STRIPE_SIGNS, sign_stripe
from tuidang.giving.providers.btcpay import BtcPay
from tuidang.giving.providers.stripe import Stripe
from tuidang.giving.rules.checkouts import NotGenuine

stripe.enable_telemetry = False  # it would describe this machine
NOW = 1_800_000_000
OURS = Stripe({"key": (STRIPE_KEY,), "webhook": ("whsec_older", STRIPE_SIGNS)})
EVENT = json.dumps(
    {"id": "evt_1", "type": "invoice.paid", "data": {"object": {"object": "invoice", "id": "in_1"}}}
)


@pytest.fixture(scope="module")
def cashier() -> Iterator[Cashier]:
    with open_cashier() as opened:
        yield opened


def test_stripe_s_own_library_pays_and_is_paid_back_here(cashier: Cashier) -> None:
    client = stripe.StripeClient(STRIPE_KEY, base_addresses={"api": cashier.at})
    session = client.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": "usd",
                        "unit_amount": 5000,
                        "product_data": {"name": "Gift"},
                    },
                }
            ],
            "success_url": "https://x.example/",
            "cancel_url": "https://x.example/",
        }
    )
    assert (session.status, session.amount_total) == ("open", 5000)
    cashier.do("stripe/pay", name=session.id)
    paid = client.v1.checkout.sessions.retrieve(session.id)
    intent = str(paid.payment_intent)
    first = client.v1.refunds.create({"payment_intent": intent, "amount": 700}, {"idempotency_key": "once"})
    again = client.v1.refunds.create({"payment_intent": intent, "amount": 700}, {"idempotency_key": "once"})
    assert first.id == again.id
    charges = client.v1.charges.list({"payment_intent": intent, "expand": ["data.balance_transaction"]})
    moved = charges.data[0].balance_transaction
    assert isinstance(moved, stripe.BalanceTransaction)
    assert moved.net == moved.amount - moved.fee
    assert [one.amount for one in client.v1.refunds.list({"payment_intent": intent}).auto_paging_iter()] == [
        700
    ]
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"payment_intent": intent, "amount": 4301})
    with pytest.raises(stripe.AuthenticationError):
        stripe.StripeClient("sk_test_other", base_addresses={"api": cashier.at}).v1.events.list()
    for told in cashier.told():
        stripe.Webhook.construct_event(told.body, told.signature()["HTTP_STRIPE_SIGNATURE"], STRIPE_SIGNS)


def headers() -> st.SearchStrategy[str]:
    """Give headers, most of which are nearly right."""
    at = st.sampled_from([NOW, NOW - 299, NOW - 301, NOW - 10**9])
    key = st.sampled_from([STRIPE_SIGNS, "whsec_else", ""])
    good = st.builds(lambda at, key: sign_stripe(EVENT.encode(), at, key), at, key)
    other = st.builds(lambda one: sign_stripe(b"{}", NOW).split(",")[1] + "," + one, good)
    scheme = good.map(lambda one: one.replace("v1=", "v0="))
    many = st.builds(lambda one, two: f"{one},{two.split(',')[1]}", good, good)
    return st.one_of(good, other, scheme, many, st.text(max_size=30), good.map(lambda one: one[:-1]))


@given(headers())
def test_we_take_for_genuine_what_stripe_s_library_does(header: str) -> None:
    try:
        stripe.WebhookSignature.verify_header(EVENT, header, STRIPE_SIGNS, tolerance=None)
        at = int(header.partition("t=")[2].partition(",")[0])
        theirs = at >= NOW - 300
    except (stripe.SignatureVerificationError, ValueError, TypeError):
        theirs = False
    try:
        OURS.hear(EVENT.encode(), header, NOW)
        ours = True
    except NotGenuine:
        ours = False
    assert ours == theirs


def test_of_what_will_be_nothing_is_believed() -> None:
    ahead = sign_stripe(EVENT.encode(), NOW + 301)  # Stripe's library takes it; nobody's clock is so wrong
    with pytest.raises(NotGenuine):
        OURS.hear(EVENT.encode(), ahead, NOW)


@given(st.binary(max_size=60), st.text(max_size=80))
def test_nothing_that_is_no_event_of_btcpay_is_heard(body: bytes, header: str) -> None:
    ours = BtcPay({"at": ("https://pay.example",), "store": ("S",), "key": ("k",), "webhook": ("w",)})
    with pytest.raises(NotGenuine):
        ours.hear(body, header, time.time())
