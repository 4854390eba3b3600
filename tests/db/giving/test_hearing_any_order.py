"""Any true webhooks, in any order, doubled and cut short anywhere, give one book; forged ones nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from giving_cast import MARGARET, TODAY
from giving_life_cast import BTCPAY, JPY, begin, deliver, full_life, the_book
from giving_provider_cast import Cashier
from tuidang.giving.actions.orders import order_refund
from tuidang.giving.listening import tend
from tuidang.giving.models import Entry, Notice, Order
from tuidang.giving.rules.ledger import Account

# Each step asks over the network: to look for the smallest failure would take minutes.
FEW = settings(
    max_examples=5,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


@pytest.mark.usefixtures("cashier")
class AnyOrder(TestCase):
    @pytest.fixture(autouse=True)
    def _take(self, cashier: Cashier) -> None:
        self.cashier = cashier

    @FEW
    @given(st.randoms(use_true_random=False), st.lists(st.booleans(), min_size=3, max_size=3))
    def test_it_is_one_book(self, rng: Any, drawn: list[bool]) -> None:
        self.cashier.do("clear")
        intents = []
        for currency in (Account.GIFTS, Account.GIFTS_FOR_CALLS):
            session = begin(purpose=currency, person=MARGARET if drawn[0] else None)
            intents.append(self.cashier.do("stripe/pay", name=session)["payment_intent"])
        yen = self.cashier.do("stripe/pay", name=begin(cents=7000, currency=JPY))["payment_intent"]
        self.cashier.do("stripe/refund", intent=intents[0], cents=rng.randint(1, 100_00))
        dispute = self.cashier.do("stripe/dispute", intent=yen if drawn[1] else intents[1])["id"]
        self.cashier.do(f"stripe/{'win' if drawn[2] else 'lose'}", name=dispute)
        coin = begin(BTCPAY)
        for act in rng.choice([("send", "settle"), ("expire", "send", "settle"), ("expire",)]):
            self.cashier.do(f"btcpay/{act}", name=coin)
        told = self.cashier.told()
        books = []
        for number in range(3):
            with transaction.atomic():
                deliveries = [*told, *rng.sample(told, len(told) // 2)]
                if number:
                    rng.shuffle(deliveries)
                for one in deliveries:
                    deliver(self.client, [one], key="whsec_forged")
                    assert deliver(self.client, [one]) == [200]
                    if number and rng.random() < 0.3:
                        tend(TODAY)
                tend(TODAY)
                books.append(the_book())
                transaction.set_rollback(True)
        assert books[1:] == books[:-1]
        assert len(books[0][0]) >= 8


@contextmanager
def cut_at(statement: int) -> Iterator[Callable[[], bool]]:
    """Let the process die at its so-manieth word to the database; tell whether it came so far."""
    said = 0

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal said
        said += 1
        if said == statement:
            raise KeyboardInterrupt
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        yield lambda: said >= statement


@pytest.mark.django_db
def test_cut_off_at_any_word_nothing_is_lost_or_doubled(client: Client, cashier: Cashier) -> None:
    full_life(cashier)
    told = cashier.told()
    deliver(client, told)
    with transaction.atomic():
        tend(TODAY)
        whole = the_book()
        transaction.set_rollback(True)
    # Words further apart meet each kind of step all the same.
    for statement in range(2, 1000, 61):
        with transaction.atomic():
            with cut_at(statement) as came, suppress(KeyboardInterrupt):
                tend(TODAY)
            was_cut = came()
            tend(TODAY)
            assert the_book() == whole
            assert not Notice.objects.exclude(state="done").exists()
            transaction.set_rollback(True)
        if not was_cut:
            return
    raise AssertionError("it has more to say than was thought")


@pytest.mark.django_db
@pytest.mark.parametrize("fault", ["before", "after"])
def test_a_refund_whose_answer_was_lost_is_made_once(client: Client, cashier: Cashier, fault: str) -> None:
    cashier.do("stripe/pay", name=begin())
    deliver(client, cashier.told())
    tend(TODAY)
    order_refund(Entry.objects.get(kind="gift").ordinal, 40_00, TODAY)
    cashier.do("faults", faults=[fault])
    tend(TODAY)
    assert Order.objects.get().state == "waits"
    for _ in range(2):
        tend(TODAY)
    assert Order.objects.get().state == "done"
    assert [one.kind for one in cashier.told()].count("refund.created") == 1
    assert Entry.objects.get(kind="refund").cents == 40_00
