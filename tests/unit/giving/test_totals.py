"""Public totals are of finished quarters, and each stands for enough gifts."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tuidang.base.options import read_options
from tuidang.giving.rules.money import Currency
from tuidang.giving.rules.totals import LEAST, Period, hours_for, next_quarter, public_periods, quarter_of

TODAY = date(2026, 11, 28)
QUARTERS = st.dictionaries(st.dates(date(2024, 1, 1), TODAY).map(quarter_of), st.integers(1, 25), max_size=12)


@given(QUARTERS)
def test_no_total_tells_of_few_gifts_or_of_a_quarter_that_goes_on(gifts: dict[date, int]) -> None:
    periods = public_periods(gifts, TODAY)
    for period in periods:
        assert period.gifts >= LEAST
        assert period.last < quarter_of(TODAY)
        inside = sum(n for quarter, n in gifts.items() if period.first <= quarter <= period.last)
        assert inside == period.gifts
    for before, after in pairwise(periods):
        assert after.first == before.last + timedelta(days=1)
    # The next day of the same quarter says nothing new.
    assert public_periods(gifts, TODAY + timedelta(days=1)) == periods


def test_few_gifts_stand_with_the_next_quarter() -> None:
    gifts = {date(2026, 1, 1): 9, date(2026, 4, 1): 1, date(2026, 7, 1): 10, date(2026, 10, 1): 99}
    assert public_periods(gifts, TODAY) == [
        Period(date(2026, 1, 1), date(2026, 6, 30), 10),
        Period(date(2026, 7, 1), date(2026, 9, 30), 10),
    ]
    assert public_periods({}, TODAY) == []


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_quarters_follow_each_other(day: date) -> None:
    quarter = quarter_of(day)
    assert quarter <= day < next_quarter(quarter)
    assert next_quarter(quarter).month in {1, 4, 7, 10}


def test_hours_are_never_promised_in_part() -> None:
    assert (hours_for(20_00, 1_20), hours_for(1_19, 1_20)) == (16, 0)


def test_an_hour_has_a_price_in_every_currency_that_has_cents() -> None:
    for currency in Currency:
        options, problems = read_options({"TUIDANG_GIVING_HOUR": f"{currency} 1.20"})
        assert (options.giving_hour == (currency, 120)) is (not problems) is (currency.digits == 2)
    for wrong in ("1.20", "USD 0.00", "USD 1", "XXX 1.20"):
        assert read_options({"TUIDANG_GIVING_HOUR": wrong})[1]
    assert read_options({"TUIDANG_GIVING_EIN": "123456789"})[1]
