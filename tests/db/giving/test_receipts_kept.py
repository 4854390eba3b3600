"""Receipts take their numbers without a gap, keep their words, and end when they are not true any more."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from giving_cast import MARGARET, ORGANISATION, TODAY, WANG, gift
from giving_cast import given as entered
from tuidang.giving.actions.book import enter, refund_gift, void_entry
from tuidang.giving.actions.donors import Person, change_donor, find_donor, forget_donor, search_donors
from tuidang.giving.actions.receipts import (
    Missing,
    NotWritten,
    acknowledge_expenses,
    hand_out,
    issue_gift_receipt,
    issue_year_summary,
    read_receipt,
    skip_number,
    void_receipt,
)
from tuidang.giving.models import Entry, Receipt
from tuidang.giving.queries import gifts_now
from tuidang.giving.rules.ledger import Account, Fault, Refused
from tuidang.giving.rules.letter import Service, as_text
from tuidang.giving.rules.money import Currency
from tuidang.giving.rules.receipts import Mark

pytestmark = pytest.mark.django_db


def issue(ordinal: int) -> int:
    return issue_gift_receipt(ordinal, ORGANISATION, TODAY)


def text(serial: int) -> str:
    letter, _ = read_receipt(serial)
    assert letter is not None
    return as_text(letter).replace("\N{NO-BREAK SPACE}", " ")


def why(ordinal: int) -> Missing:
    with pytest.raises(NotWritten) as refused:
        issue(ordinal)
    return refused.value.why


def test_a_gift_has_one_receipt_at_a_time() -> None:
    ordinal, _ = entered(300_00)
    first = issue(ordinal)
    assert why(ordinal) is Missing.HAS_ONE
    assert void_receipt(first, "misspelt", TODAY)
    assert not void_receipt(first, "misspelt", TODAY)
    assert issue(ordinal) == first + 1


def test_nobody_without_a_name_gets_one() -> None:
    assert why(enter(gift()).ordinal) is Missing.NO_DONOR
    ordinal, donor = entered()
    assert forget_donor(donor)
    assert why(ordinal) is Missing.NO_DONOR
    assert find_donor(donor) is None
    assert Entry.objects.get(pk=ordinal).donor == donor  # which leads nowhere now


def test_the_first_is_the_original_and_every_other_a_duplicate() -> None:
    serial = issue(entered()[0])
    handed = [hand_out(serial, TODAY) for _ in range(3)]
    assert [mark for _, mark in filter(None, handed)] == ["", Mark.AGAIN, Mark.AGAIN]
    void_receipt(serial, "misspelt", TODAY)
    again = hand_out(serial, TODAY)
    assert again is not None
    assert again[1] is Mark.VOID
    assert hand_out(99, TODAY) is None


def test_a_reprint_has_the_words_of_the_day_it_was_written() -> None:
    ordinal, donor = entered()
    serial = issue(ordinal)
    before = text(serial)
    change_donor(donor, Person("Margaret Chen", "elsewhere", "", "zh-hans"))
    assert text(serial) == before
    assert "Margaret Lin" in before
    forget_donor(donor)
    assert text(serial) == before


def test_money_given_back_ends_the_receipt_and_a_new_one_is_for_the_rest() -> None:
    ordinal, donor = entered(300_00)
    own, year = issue(ordinal), issue_year_summary(donor, 2026, ORGANISATION, TODAY)
    refund_gift(ordinal, 100_00, "r", TODAY)
    assert read_receipt(own)[1] is read_receipt(year)[1] is Mark.VOID
    assert "contribution of USD 200.00" in text(issue(ordinal))
    refund_gift(ordinal, 200_00, "s", TODAY)
    assert why(ordinal) is Missing.NOTHING_LEFT
    with pytest.raises(Refused) as refused:
        refund_gift(ordinal, 1, "t", TODAY)
    assert refused.value.fault is Fault.TOO_MUCH


def test_a_refund_that_was_a_mistake_ends_the_receipt_too() -> None:
    ordinal, _ = entered(300_00)
    refund = refund_gift(ordinal, 100_00, "r", TODAY).ordinal
    serial = issue(ordinal)
    void_entry(refund, "v", TODAY)
    assert read_receipt(serial)[1] is Mark.VOID
    assert "contribution of USD 300.00" in text(issue(ordinal))


def test_a_gift_entered_by_mistake_has_no_receipt() -> None:
    ordinal, _ = entered(300_00)
    serial = issue(ordinal)
    void_entry(ordinal, "v", TODAY)
    assert read_receipt(serial)[1] is Mark.VOID
    assert why(ordinal) is Missing.NOTHING_LEFT


def test_the_summary_of_a_year_has_what_is_left_of_that_year_s_gifts_and_no_other() -> None:
    ordinal, donor = entered(300_00, day=date(2026, 1, 1))
    for cents, day in ((20_00, date(2026, 12, 31)), (7_00, date(2025, 12, 31)), (9_00, date(2027, 1, 1))):
        enter(gift(cents, donor=donor, day=day))
    enter(gift(50_00, donor=donor, currency=Currency.EUR, day=date(2026, 3, 1), into=Account.CHEQUES))
    gone = enter(gift(11_00, donor=donor, day=date(2026, 3, 2))).ordinal
    refund_gift(gone, 11_00, "r", TODAY)
    entered(44_00, WANG)
    said = text(issue_year_summary(donor, 2026, ORGANISATION, TODAY))
    assert "In all: USD 320.00; EUR 50.00." in said
    assert "1 January 2026 · USD 300.00\n1 March 2026 · EUR 50.00\n31 December 2026 · USD 20.00" in said
    for cents in ("7.00", "9.00", "11.00", "44.00"):
        assert f"USD {cents}" not in said
    with pytest.raises(NotWritten):
        issue_year_summary(donor, 2026, ORGANISATION, TODAY)
    with pytest.raises(NotWritten):
        issue_year_summary(donor, 2024, ORGANISATION, TODAY)
    issue(ordinal)  # the summary is no receipt of its own for one gift


def test_expenses_are_acknowledged_without_an_entry_in_the_book() -> None:
    _, donor = entered(1_00)
    before = Entry.objects.count()
    service = Service("driving posters", date(2026, 5, 1), TODAY)
    serial = acknowledge_expenses(donor, service, ORGANISATION, TODAY)
    assert "driving posters" in text(serial)
    assert Entry.objects.count() == before


def test_a_receipt_waits_for_whom_the_law_gives_one() -> None:
    def waits(cents: int, **more: object) -> bool:
        ordinal, _ = entered(cents, **more)  # type: ignore[arg-type]
        return gifts_now(Entry.objects.filter(pk=ordinal))[0].waits

    assert not waits(249_99)
    assert waits(250_00)
    assert waits(75_01, benefit="a book", benefit_cents=1)
    assert not waits(75_00, benefit="a book", benefit_cents=1)
    ordinal, donor = entered(300_00)
    issue_year_summary(donor, 2026, ORGANISATION, TODAY)
    assert not gifts_now(Entry.objects.filter(pk=ordinal))[0].waits
    anonymous = enter(gift(300_00)).ordinal
    assert not gifts_now(Entry.objects.filter(pk=anonymous))[0].waits


def test_donors_are_found_by_words_of_their_names() -> None:
    entered(person=MARGARET)
    _, wang = entered(person=WANG)
    assert [person for _, person in search_donors("lin MARG")] == [MARGARET]
    assert search_donors("长青") == [(wang, WANG)]
    assert not search_donors("")
    assert not search_donors("nobody")


class Series(TestCase):
    @settings(max_examples=10, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(st.sampled_from(["gift", "year", "skip", "void", "back"]), st.integers(0, 4))))
    def test_whatever_happens_no_number_is_left_out_or_given_twice(self, acts: list[tuple[str, int]]) -> None:
        people = [entered(300_00 + n) for n in range(3)]
        for number, (act, which) in enumerate(acts):
            ordinal, donor = people[which % 3]
            try:
                if act == "gift":
                    issue(ordinal)
                elif act == "year":
                    issue_year_summary(donor, 2026, ORGANISATION, TODAY)
                elif act == "skip":
                    skip_number("the sheet was torn", TODAY)
                elif act == "void":
                    void_receipt(which, "misspelt", TODAY)
                else:
                    refund_gift(ordinal, 1_00, f"r{number}", TODAY)
            except (NotWritten, Refused):
                continue
        serials = list(Receipt.objects.order_by("serial").values_list("serial", flat=True))
        assert serials == list(range(1, len(serials) + 1))
        for ordinal, _ in people:
            now = gifts_now(Entry.objects.filter(pk=ordinal))[0]
            for serial in now.receipts:
                assert str(now.left // 100) in text(serial)
