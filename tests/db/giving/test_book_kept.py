"""The book in the database is the book in memory: what one refuses the other refuses, and balances agree."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from giving_cast import TODAY, entries, gift, sensible
from tuidang.giving.actions.book import enter, refund_gift, void_entry
from tuidang.giving.models import Entry as Row
from tuidang.giving.queries import balance_of, balances, replayed
from tuidang.giving.rules.ledger import Account, Book, Entry, Fault, Refused
from tuidang.giving.rules.money import Currency

# Each step is a write: to look for the smallest failure would take minutes.
FEW = settings(
    max_examples=12,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


def outcome(make: object, entry: Entry) -> int | Fault:
    try:
        return make(entry)  # type: ignore[operator, no-any-return]
    except Refused as refused:
        return refused.fault


class TwoBooks(TestCase):
    @FEW
    @given(st.lists(entries(), max_size=12), st.data())
    def test_both_say_the_same_of_every_entry(self, drawn: list[Entry], data: st.DataObject) -> None:
        book = Book()
        for senseless in [*drawn, None]:
            for entry in [sensible(data, book.entries), *([senseless] if senseless else [])]:
                kept = outcome(lambda one: enter(one).ordinal, entry)
                assert kept == outcome(book.enter, entry)
        assert list(replayed()) == book.entries
        assert Book.replay(replayed()).balances == book.balances
        assert balances() == {key: cents for key, cents in book.balances.items() if cents}
        for account in Account:
            for money in (Currency.USD, Currency.JPY):
                assert balance_of(account, money) == book.balances[account, money]

    @FEW
    @given(st.lists(st.tuples(st.sampled_from(["refund", "void"]), st.integers(0, 8), st.integers(1, 50))))
    def test_the_same_event_twice_is_one_entry(self, acts: list[tuple[str, int, int]]) -> None:
        for n in range(3):
            first, again = enter(gift(100, event=f"g{n}")), enter(gift(100, event=f"g{n}"))
            assert (first.is_new, again.is_new) == (True, False)
            assert first.ordinal == again.ordinal
        for number, (act, about, cents) in enumerate(acts):
            before = Row.objects.count()
            for _ in range(2):
                with suppress(Refused):
                    if act == "refund":
                        refund_gift(about, cents, f"e{number}", TODAY)
                    else:
                        void_entry(about, f"e{number}", TODAY)
            assert Row.objects.count() - before in {0, 1}
        assert [row.ordinal for row in Row.objects.order_by("ordinal")] == list(range(Row.objects.count()))
        Book.replay(replayed())
