"""Many write at once, and the book is as if they had come one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from giving_cast import ORGANISATION, TODAY, gift, given
from tuidang.giving.actions.book import enter, refund_gift
from tuidang.giving.actions.receipts import NotWritten, issue_gift_receipt
from tuidang.giving.models import Entry as Row
from tuidang.giving.models import Receipt, ReceiptGift, ReceiptMark
from tuidang.giving.queries import balance_of, replayed
from tuidang.giving.rules.ledger import Account, Book, Entry, Kind, Refused
from tuidang.giving.rules.money import Currency

guards = import_module("tuidang.giving.migrations.0002_only_grows")

WRITERS = 4


@pytest.fixture
def cleared(transactional_db: None) -> Iterator[None]:
    """Clear the book afterwards, for which its guards have to be taken down."""
    yield
    with connection.schema_editor() as editor:
        guards.take_down(apps, editor)
    for model in (ReceiptMark, ReceiptGift, Receipt):
        model.objects.all().delete()
    Row.objects.exclude(about=None).delete()
    Row.objects.all().delete()
    with connection.schema_editor() as editor:
        guards.put_up(apps, editor)


def together(work: Callable[[int], object]) -> list[bool]:
    """Do it in several threads at once; say of each whether it was done."""

    def one(number: int) -> bool:
        try:
            work(number)
        except (Refused, NotWritten):
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(WRITERS) as threads:
        return list(threads.map(one, range(WRITERS * 2)))


@pytest.mark.usefixtures("cleared")
def test_many_at_once_leave_no_gap_spend_nothing_twice_and_enter_an_event_once() -> None:
    ordinal, _ = given(100_00)
    assert all(together(lambda n: enter(gift(1_00, event=f"event {n % 3}"))))
    assert Row.objects.count() == 1 + 3

    def spend(n: int) -> None:
        enter(Entry(f"cost {n}", Kind.COST, TODAY, Currency.USD, 30_00, Account.CALLS, Account.BANK))

    assert together(spend).count(True) == 3
    assert balance_of(Account.BANK, Currency.USD) == 13_00
    enter(gift(200_00))
    assert together(lambda n: refund_gift(ordinal, 40_00, f"refund {n}", TODAY)).count(True) == 2
    enter(gift(300_00))
    mine, _ = given(300_00)
    assert together(lambda _: issue_gift_receipt(mine, ORGANISATION, TODAY)).count(True) == 1
    assert [row.ordinal for row in Row.objects.order_by("ordinal")] == list(range(Row.objects.count()))
    Book.replay(replayed())
