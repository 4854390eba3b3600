"""Until when a receipt is due, and which way the money of an entry goes."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tuidang.giving.rules.ledger import MOVES, OWNED, Account, Kind, Way, way_of
from tuidang.giving.rules.receipts import receipt_due

ACCOUNTS = st.sampled_from(Account)


def test_it_is_due_when_the_return_is_and_at_once_where_something_was_given_in_return() -> None:
    assert receipt_due(date(2026, 1, 1), 0) == date(2027, 4, 15)
    assert receipt_due(date(2026, 12, 31), 0) == date(2027, 4, 15)
    assert receipt_due(date(2026, 11, 20), 25_00) == date(2026, 11, 20)


@given(ACCOUNTS, ACCOUNTS)
def test_what_all_we_own_becomes_more_by_comes_in_and_its_mirror_goes_out(
    into: Account, out_of: Account
) -> None:
    more = (into in OWNED) - (out_of in OWNED)
    assert way_of(into, out_of) is {1: Way.IN, 0: Way.WITHIN, -1: Way.OUT}[more]
    assert {way_of(into, out_of), way_of(out_of, into)} in ({Way.IN, Way.OUT}, {Way.WITHIN})


def test_gifts_come_in_costs_and_refunds_go_out_and_payouts_only_move() -> None:
    ways = {
        kind: {way_of(into, out_of) for into in MOVES[kind][0] for out_of in MOVES[kind][1]} for kind in MOVES
    }
    assert ways[Kind.GIFT] == {Way.IN}
    assert ways[Kind.COST] == ways[Kind.REFUND] == {Way.OUT}
    assert ways[Kind.PAYOUT] == ways[Kind.BANKED] == {Way.WITHIN}
