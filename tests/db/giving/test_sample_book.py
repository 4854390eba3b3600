"""The sample's book: invented, whole, written once, and with something on each of the treasurer's screens."""

from __future__ import annotations

import pytest

from giving_cast import TODAY
from tuidang.giving.models import Entry, Receipt
from tuidang.giving.queries import open_lines, public_totals, replayed, waiting_gifts
from tuidang.giving.rules.ledger import HOLDINGS, Book
from tuidang.giving.sample import stock_book

pytestmark = pytest.mark.django_db


def test_it_is_written_once_and_replays() -> None:
    stock_book(TODAY)
    book = Book.replay(replayed())
    assert all(cents >= 0 for (account, _), cents in book.balances.items() if account in HOLDINGS)
    count = Entry.objects.count()
    stock_book(TODAY)
    assert Entry.objects.count() == count > 60
    assert Receipt.objects.count() > 2
    assert waiting_gifts()
    assert open_lines().exists()
    assert len(public_totals(TODAY)) >= 2
