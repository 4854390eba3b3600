"""Donors at the providers of our tests: how they begin, what becomes of it, and how it is told."""

from __future__ import annotations

from collections.abc import Sequence

from django.test import Client

from giving_cast import MARGARET, TODAY
from giving_provider_cast import Cashier, Told
from tuidang.giving.actions.checkouts import Choice, begin_checkout
from tuidang.giving.actions.donors import Person
from tuidang.giving.models import Checkout, Entry
from tuidang.giving.providers import provider_of
from tuidang.giving.queries import balances, replayed
from tuidang.giving.rules.ledger import HOLDINGS, Account, Book
from tuidang.giving.rules.money import Currency

STRIPE, BTCPAY = Account.STRIPE, Account.BTCPAY
USD, JPY, KRW = Currency.USD, Currency.JPY, Currency.KRW


def begin(
    provider: Account = STRIPE,
    cents: int = 100_00,
    currency: Currency = USD,
    *,
    monthly: bool = False,
    purpose: Account = Account.GIFTS,
    person: Person | None = None,
) -> str:
    """Go to a provider as a donor does; give the provider's name of what was begun."""
    choice = Choice(provider, currency, cents, monthly, purpose, person)
    url = begin_checkout(
        choice, "en", TODAY, lambda key: (f"https://x/{key}", "https://x/"), provider_of(provider).begin
    )
    return url.rsplit("/", 1)[1]


def deliver(client: Client, told: Sequence[Told], **how: object) -> list[int]:
    """Deliver events as a provider does."""
    return [
        client.post(
            f"/give/heard/{one.provider}/",
            one.body,
            content_type="application/json",
            **one.signature(**how),  # type: ignore[arg-type]
        ).status_code
        for one in told
    ]


def full_life(cashier: Cashier) -> None:
    """Let everything happen that can: at its end the book has only one way to be."""
    pays = [
        cashier.do("stripe/pay", name=begin(person=MARGARET)),
        cashier.do("stripe/pay", name=begin(cents=9000, currency=JPY)),
        cashier.do("stripe/pay", name=begin(monthly=True, purpose=Account.GIFTS_FOR_CALLS)),
    ]
    cashier.do("stripe/expire", name=begin())
    cashier.do("stripe/refund", intent=pays[0]["payment_intent"], cents=25_00)
    cashier.do("stripe/renew", subscription=pays[2]["subscription"])
    dispute = cashier.do("stripe/dispute", intent=pays[1]["payment_intent"])
    cashier.do("stripe/win", name=dispute["id"])
    cashier.do("stripe/pay_out")
    cashier.do("stripe/cancel", name=pays[2]["subscription"])
    coin = begin(BTCPAY)
    for act in ("send", "settle"):
        cashier.do(f"btcpay/{act}", name=coin)


def the_book() -> tuple[frozenset[object], dict[object, int], list[str]]:
    """Give all that the book says, apart from the order in which it heard it; it must replay."""
    columns = ("event", "kind", "day", "currency", "cents", "debit", "credit", "about__event")
    book = Book.replay(replayed())
    assert {key: cents for key, cents in book.balances.items() if cents} == balances()
    assert all(cents >= 0 for (account, _), cents in book.balances.items() if account in HOLDINGS)
    standings = sorted(Checkout.objects.values_list("standing", flat=True))
    return frozenset(Entry.objects.values_list(*columns)), dict(balances()), standings
