"""Whatever is entered: the sum is zero, nothing is below zero that may not be, and replay agrees."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from giving_cast import TODAY, entries, gift, sensible
from tuidang.giving.rules.ledger import COSTS, HOLDINGS, INCOME, Account, Book, Entry, Fault, Kind, Refused
from tuidang.giving.rules.money import Currency


def check(book: Book) -> None:
    for currency in Currency:
        assert sum(cents for (_, money), cents in book.balances.items() if money is currency) == 0
    for (account, _), cents in book.balances.items():
        if account in HOLDINGS | COSTS:
            assert cents >= 0
        if account in INCOME | {Account.OPENING}:
            assert cents <= 0  # what came is credited
    assert Book.replay(book.entries) == book


@given(st.lists(entries(), max_size=40), st.data())
def test_every_book_adds_up_and_is_the_same_replayed(drawn: list[Entry], data: st.DataObject) -> None:
    book = Book()
    for entry in drawn:
        with suppress(Refused):
            book.enter(entry)
        with suppress(Refused):
            book.enter(sensible(data, book.entries))
    check(book)


@settings(max_examples=40)
@given(st.data())
def test_the_same_event_is_entered_once(data: st.DataObject) -> None:
    book = Book()
    for _ in range(6):
        with suppress(Refused):
            entry = sensible(data, book.entries)
            ordinal = book.enter(entry)
            before = Book.replay(book.entries)
            assert book.enter(replace(entry, cents=entry.cents + 1)) == ordinal
            assert book == before


def fault(book: Book, entry: Entry) -> Fault:
    before = list(book.entries)
    with pytest.raises(Refused) as refused:
        book.enter(entry)
    assert book.entries == before
    return refused.value.fault


def refund(cents: int, about: int, event: str = "r") -> Entry:
    return Entry(event, Kind.REFUND, TODAY, Currency.USD, cents, Account.GIFTS, Account.BANK, about)


def void(of: Entry, about: int, event: str = "v") -> Entry:
    return Entry(event, Kind.VOID, TODAY, of.currency, of.cents, of.credit, of.debit, about)


def test_no_more_of_a_gift_is_given_back_than_it_was() -> None:
    book = Book.replay([gift(100), gift(900)])
    book.enter(refund(60, 0, "a"))
    assert fault(book, refund(41, 0)) is Fault.TOO_MUCH
    book.enter(refund(40, 0, "b"))
    assert fault(book, refund(1, 0)) is Fault.TOO_MUCH
    check(book)


def test_a_mistake_is_voided_once_and_a_void_not_at_all() -> None:
    book = Book.replay([gift(100)])
    book.enter(void(book.entries[0], 0))
    assert fault(book, void(book.entries[0], 0, "w")) is Fault.VOIDED
    assert fault(book, void(book.entries[1], 1, "w")) is Fault.ABOUT
    assert fault(book, refund(1, 0)) is Fault.VOIDED
    check(book)


def test_a_gift_of_which_something_was_given_back_is_no_mistake_until_that_was_one() -> None:
    book = Book.replay([gift(100), refund(30, 0)])
    assert fault(book, void(book.entries[0], 0)) is Fault.REFUNDED
    book.enter(void(book.entries[1], 1))
    book.enter(void(book.entries[0], 0, "w"))
    assert not any(book.balances.values())


def test_money_that_is_not_there_is_not_spent() -> None:
    book = Book.replay([gift(100, into=Account.CHEQUES)])
    cost = Entry("c", Kind.COST, TODAY, Currency.USD, 100, Account.CALLS, Account.BANK)
    assert fault(book, cost) is Fault.NEGATIVE
    banked = Entry("b", Kind.BANKED, TODAY, Currency.USD, 101, Account.BANK, Account.CHEQUES)
    assert fault(book, banked) is Fault.NEGATIVE
    book.enter(replace(banked, cents=100))
    assert fault(book, replace(cost, currency=Currency.EUR)) is Fault.NEGATIVE
    book.enter(cost)
    assert fault(book, refund(1, 0)) is Fault.NEGATIVE
    check(book)


def test_what_is_worth_as_much_as_what_was_paid_makes_no_gift() -> None:
    assert fault(Book(), gift(100, benefit="a book", benefit_cents=100)) is Fault.BENEFIT
    assert fault(Book(), gift(100, benefit="a book")) is Fault.BENEFIT
    assert fault(Book(), gift(100, benefit_cents=5)) is Fault.BENEFIT
    Book().enter(gift(100, benefit="a book", benefit_cents=99))
