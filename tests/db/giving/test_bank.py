"""The bank's file is read once, however often it is loaded, and each of its lines is one entry's."""

from __future__ import annotations

from datetime import date

import pytest

from giving_cast import TODAY, gift
from tuidang.giving.actions.bank import (
    NotThatLine,
    enter_line,
    find_line,
    likely_entries,
    load_lines,
    match_line,
    set_aside,
)
from tuidang.giving.actions.book import enter, void_entry
from tuidang.giving.models import BankLine
from tuidang.giving.queries import balance_of, open_lines, unmatched_entries
from tuidang.giving.rules.ledger import Account, Entry, Kind
from tuidang.giving.rules.money import Currency

pytestmark = pytest.mark.django_db

USD = Currency.USD
FILE = """Date,Description,Amount
11/20/2026,DEPOSIT M LIN,300.00
11/21/2026,COFFEE FUND,5.00
11/21/2026,COFFEE FUND,5.00
11/22/2026,CARRIER INVOICE,-120.50
"""


def line(cents: int) -> BankLine:
    return open_lines().get(cents=cents)


def test_files_may_overlap_and_equal_lines_stay_two() -> None:
    first = load_lines(FILE, USD)
    assert (first.new, first.known) == (4, 0)
    again = load_lines(FILE + "11/23/2026,LATER,1.00\n", USD)
    assert (again.new, again.known) == (1, 4)
    assert [row.cents for row in open_lines()] == [300_00, 5_00, 5_00, -120_50, 1_00]
    assert find_line(line(300_00).pk) == (line(300_00), "DEPOSIT M LIN")
    assert load_lines(FILE, Currency.CAD).new == 4  # another account


def test_a_line_and_the_entry_that_it_is_are_joined() -> None:
    load_lines(FILE, USD)
    ordinal = enter(gift(300_00, day=date(2026, 11, 18))).ordinal
    enter(gift(300_00, day=date(2026, 10, 1)))  # too long ago to be the same
    enter(gift(300_00, day=date(2026, 11, 18), currency=Currency.CAD))
    assert [row.ordinal for row in likely_entries(line(300_00))] == [ordinal]
    match_line(line(300_00).pk, ordinal)
    assert not open_lines().filter(cents=300_00).exists()
    assert ordinal not in unmatched_entries(USD).values_list("ordinal", flat=True)


def test_what_does_not_fit_is_not_joined() -> None:
    load_lines(FILE, USD)
    other = enter(gift(299_99, day=TODAY)).ordinal
    with pytest.raises(NotThatLine):
        match_line(line(300_00).pk, other)
    with pytest.raises(NotThatLine):
        match_line(10**6, other)
    small = enter(gift(5_00, day=date(2026, 11, 21))).ordinal
    one, two = open_lines().filter(cents=5_00)
    match_line(one.pk, small)
    for pk in (one.pk, two.pk):  # neither an entry nor a line is used twice
        with pytest.raises(NotThatLine):
            match_line(pk, small)


def test_a_line_becomes_an_entry() -> None:
    load_lines(FILE, USD)
    gave = line(300_00)
    enter_line(gave.pk, gift(300_00, day=gave.day))
    paid = line(-120_50)

    cost = Entry("cost", Kind.COST, paid.day, USD, 120_50, Account.CALLS, Account.BANK)
    enter_line(paid.pk, cost)
    assert balance_of(Account.BANK, USD) == 300_00 - 120_50
    assert [row.cents for row in open_lines()] == [5_00, 5_00]
    assert not unmatched_entries(USD).exists()
    with pytest.raises(NotThatLine):
        enter_line(paid.pk, cost)


def test_when_an_entry_was_a_mistake_its_line_waits_again() -> None:
    load_lines(FILE, USD)
    found = line(300_00)
    wrong = enter_line(found.pk, gift(300_00)).ordinal
    void_entry(wrong, "v", TODAY)
    assert found in open_lines()
    assert not likely_entries(found)
    enter_line(found.pk, gift(300_00, to=Account.GIFTS_FOR_CALLS))
    assert found not in open_lines()
    assert balance_of(Account.BANK, USD) == 300_00
    assert balance_of(Account.GIFTS, USD) == 0


def test_cheques_are_paid_in_together_and_match_one_line() -> None:
    load_lines("Date,Credit,Debit,Memo\n2026-11-20,75.00,,DEPOSIT\n", USD)
    for cents in (50_00, 25_00):
        enter(gift(cents, day=date(2026, 11, 15), into=Account.CHEQUES))
    assert not unmatched_entries(USD).exists()
    enter_line(
        line(75_00).pk,
        Entry("b", Kind.BANKED, TODAY, USD, 75_00, Account.BANK, Account.CHEQUES),
    )
    assert (balance_of(Account.CHEQUES, USD), balance_of(Account.BANK, USD)) == (0, 75_00)


def test_what_is_no_gift_and_no_cost_is_set_aside_for_a_reason() -> None:
    load_lines(FILE, USD)
    found = line(300_00)
    set_aside(found.pk, "another account of ours")
    assert found not in open_lines()
    with pytest.raises(NotThatLine):
        set_aside(found.pk, "again")
