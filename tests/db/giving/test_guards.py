"""The database itself refuses what our code would never do; and no key joins donors with anybody."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from giving_cast import ORGANISATION, TODAY, given
from tuidang.giving.actions.bank import load_lines, set_aside
from tuidang.giving.actions.receipts import hand_out, issue_gift_receipt
from tuidang.giving.models import (
    BankLine,
    BankMatch,
    Checkout,
    Donor,
    Entry,
    Notice,
    Order,
    Payment,
    Receipt,
    ReceiptGift,
    ReceiptMark,
)
from tuidang.giving.rules.money import Currency

pytestmark = pytest.mark.django_db

GROWING = (Entry, Receipt, ReceiptGift, ReceiptMark, BankLine, BankMatch)


@pytest.fixture
def book() -> int:
    """Fill every table that only grows, and give the ordinal of a gift."""
    ordinal, _ = given(300_00)
    hand_out(issue_gift_receipt(ordinal, ORGANISATION, TODAY), TODAY)
    load_lines("Date,Amount,Description\n2026-11-27,12.00,interest\n", Currency.USD)
    set_aside(BankLine.objects.get().pk, "interest")
    return ordinal


def refused(sql: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("model", GROWING, ids=lambda model: model.__name__)
def test_no_row_is_changed_or_deleted(book: int, model: type[models.Model]) -> None:
    table, key = model._meta.db_table, model._meta.pk.column  # type: ignore[union-attr]
    assert model._default_manager.count()
    before = list(model._default_manager.values_list())
    refused(f"DELETE FROM {table}")
    refused(f"UPDATE {table} SET {key} = {key}")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what still waits would refuse it before us
        refused(f"TRUNCATE {table} CASCADE")
    else:
        refused(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
    assert list(model._default_manager.values_list()) == before


COLUMNS = "ordinal, event, kind, day, currency, cents, debit, credit, about_id, benefit, benefit_cents, note"
NOTHING = "X''" if connection.vendor == "sqlite" else "''::bytea"


@pytest.mark.parametrize(
    "values",
    [
        "2, 'x', 'gift', '2026-01-01', 'USD', 5, 'bank', 'gifts', NULL",  # an ordinal is left out
        "0, 'x', 'gift', '2026-01-01', 'USD', 5, 'bank', 'gifts', NULL",  # or there already
        "1, 'x', 'gift', '2026-01-01', 'USD', 0, 'bank', 'gifts', NULL",
        "1, 'x', 'gift', '2026-01-01', 'XXX', 5, 'bank', 'gifts', NULL",
        "1, 'x', 'gift', '2026-01-01', 'USD', 5, 'bank', 'bank', NULL",
        "1, 'x', 'gift', '2026-01-01', 'USD', 5, 'gifts', 'bank', NULL",
        "1, 'x', 'cost', '2026-01-01', 'USD', 30001, 'calls', 'bank', NULL",  # more than there is
        "1, 'x', 'cost', '2026-01-01', 'EUR', 1, 'calls', 'bank', NULL",
        "1, 'x', 'refund', '2026-01-01', 'USD', 30001, 'gifts', 'bank', 0",
        "1, 'x', 'refund', '2026-01-01', 'USD', 5, 'gifts', 'bank', NULL",
        "1, 'x', 'refund', '2026-01-01', 'USD', 5, 'gifts-for-calls', 'bank', 0",
        "1, 'x', 'void', '2026-01-01', 'USD', 5, 'gifts', 'bank', 0",  # of another amount
        "1, 'x', 'void', '2026-01-01', 'USD', 30000, 'calls', 'bank', 0",
        "1, 'x', 'payout', '2026-01-01', 'USD', 5, 'stripe', 'btcpay', NULL",
        "1, 'x', 'payout', '2026-01-01', 'USD', 30001, 'stripe', 'bank', NULL",
        "1, 'x', 'exchange', '2026-01-01', 'USD', 5, 'bank', 'exchange', NULL",
        "1, 'x', 'exchange', '2026-01-01', 'USD', 5, 'exchange', 'exchange', NULL",
        "1, 'x', 'nothing', '2026-01-01', 'USD', 5, 'bank', 'gifts', NULL",
    ],
)
def test_an_entry_past_our_code_is_refused_where_it_does_not_fit(book: int, values: str) -> None:
    refused(f"INSERT INTO giving_entry ({COLUMNS}) VALUES ({values}, '', 0, {NOTHING})")


def test_an_entry_past_our_code_that_fits_is_taken(book: int) -> None:
    fits = "1, 'x', 'refund', '2026-01-01', 'USD', 30000, 'gifts', 'bank', 0"
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO giving_entry ({COLUMNS}) VALUES ({fits}, '', 0, {NOTHING})")
    again = "2, 'y', 'refund', '2026-01-01', 'USD', 1, 'gifts', 'bank', 0"
    refused(f"INSERT INTO giving_entry ({COLUMNS}) VALUES ({again}, '', 0, {NOTHING})")


def test_no_key_joins_a_donor_with_a_volunteer_or_a_statement() -> None:
    giving = set(apps.get_app_config("giving").get_models())
    assert giving == {*GROWING, Donor, Checkout, Notice, Order, Payment}
    for model in apps.get_models():
        for field in model._meta.get_fields():
            other = field.related_model
            if isinstance(other, type) and issubclass(other, models.Model):
                assert (model in giving) is (other in giving), (model, field)
    # Nor does a column hold what could be compared: a pseudonym, an account's key, a leaf, an hour.
    columns = {field.name for model in giving for field in model._meta.local_fields}
    assert columns == {
        *(
            "id",
            "payload",
            "ordinal",
            "event",
            "kind",
            "day",
            "currency",
            "cents",
            "debit",
            "credit",
            "about",
        ),
        *("donor", "benefit", "benefit_cents", "note", "serial", "paper", "year", "receipt", "entry", "mark"),
        *("reason", "fingerprint", "line"),
        *("provider", "monthly", "standing", "state", "fault", "disputed", "checkout"),
    }
    kinds = {type(field).__name__ for model in giving for field in model._meta.local_fields}
    assert "DateTimeField" not in kinds


def test_who_copies_the_database_alone_reads_no_donor(book: int) -> None:
    with connection.cursor() as cursor:
        for model in (*GROWING, Donor):
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            found = "".join(str(bytes(v) if isinstance(v, memoryview) else v) for row in cursor for v in row)
            for word in ("Margaret", "Elm Road", "margaret@", "interest "):
                assert word not in found
