"""The cast of the tests of giving: an organisation, donors, and entries as people make them."""

from __future__ import annotations

import secrets
import uuid
from datetime import date

from hypothesis import strategies as st

from tuidang.giving.actions.book import enter
from tuidang.giving.actions.donors import Person, add_donor
from tuidang.giving.rules.ledger import Account, Entry, Kind
from tuidang.giving.rules.letter import Organisation
from tuidang.giving.rules.money import Currency

TODAY = date(2026, 11, 28)
ORGANISATION = Organisation("Lantern House", "1 Pier Street, Flushing, NY 11354", "12-3456789")
MARGARET = Person("Margaret Lin", "7 Elm Road, Albany, NY 12203", "margaret@example.org", "en")
WANG = Person("王长青", "台北市中山路一號", "wang@example.org", "zh-hant")


def gift(
    cents: int = 300_00,
    *,
    event: str = "",
    day: date = TODAY,
    currency: Currency = Currency.USD,
    into: Account = Account.BANK,
    to: Account = Account.GIFTS,
    donor: uuid.UUID | None = None,
    benefit: str = "",
    benefit_cents: int = 0,
) -> Entry:
    """Give an entry of a gift."""
    return Entry(
        event or secrets.token_hex(8),
        Kind.GIFT,
        day,
        currency,
        cents,
        into,
        to,
        None,
        donor,
        benefit,
        benefit_cents,
    )


def given(cents: int = 300_00, person: Person = MARGARET, **more: object) -> tuple[int, uuid.UUID]:
    """Enter a gift of somebody new, and give its ordinal and his key."""
    donor = add_donor(person)
    return enter(gift(cents, donor=donor, **more)).ordinal, donor  # type: ignore[arg-type]


def entries() -> st.SearchStrategy[Entry]:
    """Give entries of every kind, mostly senseless, of few events and accounts."""
    return st.builds(
        Entry,
        event=st.integers(0, 60).map(str),
        kind=st.sampled_from(Kind),
        day=st.dates(date(2025, 12, 1), date(2026, 12, 31)),
        currency=st.sampled_from([Currency.USD, Currency.JPY]),
        cents=st.one_of(st.integers(1, 40), st.sampled_from([0, -5, 10**14])),
        debit=st.sampled_from(Account),
        credit=st.sampled_from(Account),
        about=st.none() | st.integers(0, 3) | st.integers(0, 12),
        benefit=st.sampled_from(["", "a book"]),
        benefit_cents=st.sampled_from([0, 0, 1, 9]),
    )


def sensible(draw: st.DataObject, book: list[Entry]) -> Entry:
    """Draw an entry of which most can be made, seeing those that are there."""
    event = draw.draw(st.integers(0, 400).map(str))
    cents = draw.draw(st.integers(1, 40))
    day = draw.draw(st.dates(date(2025, 12, 1), date(2026, 12, 31)))
    money = draw.draw(st.sampled_from([Currency.USD, Currency.JPY]))
    if book and draw.draw(st.booleans()):
        about = draw.draw(st.integers(0, len(book) - 1))
        of = book[about]
        if draw.draw(st.booleans()):
            return Entry(event, Kind.VOID, day, of.currency, of.cents, of.credit, of.debit, about)
        return Entry(event, Kind.REFUND, day, of.currency, cents, of.credit, Account.BANK, about)
    kind, debit, credit = draw.draw(
        st.sampled_from(
            [
                (Kind.GIFT, Account.BANK, Account.GIFTS),
                (Kind.GIFT, Account.CHEQUES, Account.GIFTS_FOR_CALLS),
                (Kind.BANKED, Account.BANK, Account.CHEQUES),
                (Kind.COST, Account.CALLS, Account.BANK),
                (Kind.COST, Account.FEES, Account.BANK),
                (Kind.OPENING, Account.BANK, Account.OPENING),
                (Kind.GIFT, Account.STRIPE, Account.GIFTS),
                (Kind.COST, Account.FEES, Account.STRIPE),
                (Kind.PAYOUT, Account.BANK, Account.STRIPE),
                (Kind.PAYOUT, Account.STRIPE, Account.BANK),
                (Kind.EXCHANGE, Account.EXCHANGE, Account.STRIPE),
                (Kind.EXCHANGE, Account.BTCPAY, Account.EXCHANGE),
            ]
        )
    )
    return Entry(event, kind, day, money, cents, debit, credit)
