"""Amounts are read and written without a fraction of a cent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.giving.rules.money import MOST, Currency, plain_amount, read_amount, write_amount


@given(cents=st.integers(1, MOST), currency=st.sampled_from(Currency))
def test_what_is_written_is_read_back(cents: int, currency: Currency) -> None:
    assert read_amount(plain_amount(cents, currency), currency) == cents
    grouped = write_amount(cents, currency).removeprefix(f"{currency}\N{NO-BREAK SPACE}")
    assert read_amount(grouped, currency) == cents


@pytest.mark.parametrize(
    ("typed", "cents"), [("250", 250_00), ("250.5", 250_50), (" 1,250.05 ", 1250_05), ("0.01", 1)]
)
def test_amounts_as_people_type_them(typed: str, cents: int) -> None:
    assert read_amount(typed, Currency.USD) == cents


@pytest.mark.parametrize(
    "typed",
    ["", "0", "0.00", "-5", "1.234", "1,23", "12,34.00", "1e3", "２５０", "250 USD", "9" * 14, "1.2.3"],
)
def test_what_is_no_amount_is_not_guessed(typed: str) -> None:
    assert read_amount(typed, Currency.USD) is None


def test_a_yen_has_no_parts() -> None:
    assert read_amount("1500", Currency.JPY) == 1500
    assert read_amount("1500.5", Currency.JPY) is None
    assert write_amount(1500, Currency.JPY) == "JPY\N{NO-BREAK SPACE}1,500"


@given(cents=st.integers(-MOST, MOST), currency=st.sampled_from(Currency))
def test_below_zero_is_the_same_with_a_minus(cents: int, currency: Currency) -> None:
    assert plain_amount(-abs(cents), currency).lstrip("-") == plain_amount(abs(cents), currency)
