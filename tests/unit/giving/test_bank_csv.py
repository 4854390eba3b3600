"""Banks' files are read by their headings, all of a file or nothing."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.giving.rules.bank_csv import MOST_LINES, Line, Unreadable, read_statement
from tuidang.giving.rules.money import Currency

USD = Currency.USD
GAVE = Line(date(2026, 11, 20), 1300_00, "M LIN")


@pytest.mark.parametrize(
    "file",
    [
        "Date,Description,Amount\n11/20/2026,M LIN,1300.00\n",
        "\ufeffDate;Description;Amount\r\n2026-11-20;M LIN;1,300.00\r\n",
        'Posting Date,Details,Credit,Debit,Balance\n11/20/26,M LIN,"$1,300.00",,"$9,999.00"\n',
        "Account,1234\nPeriod,November\n\nDate\tPaid in\tPaid out\tName\n20.11.2026\t1300\t0.00\tM LIN\n",
        "交易日期,摘要,收入,支出\n2026/11/20,M LIN,1300.00,\n",
    ],
)
def test_the_forms_of_banks(file: str) -> None:
    assert read_statement(file, USD) == [GAVE]


def test_what_was_paid_out_is_below_zero() -> None:
    for out in ("-5.00", "(5.00)", "\N{MINUS SIGN}5.00", "-$5.00"):
        assert read_statement(f"Date,Memo,Amount\n2026-11-20,x,{out}\n", USD)[0].cents == -5_00
    for out in ("5.00", "-5.00"):
        assert read_statement(f"Date,Debit,Credit\n2026-11-20,{out},\n", USD)[0].cents == -5_00


def test_what_moves_nothing_is_left_out() -> None:
    assert read_statement("Date,Amount\n2026-11-20,0.00\n2026-11-20,\n", USD) == []


@pytest.mark.parametrize(
    ("file", "reason", "line"),
    [
        ("", "heading", 0),
        ("2026-11-20,5.00\n", "heading", 0),
        ("Date,Amount\n2026-11-20,5.00\nsoon,5.00\n", "day", 3),
        ("Date,Amount\n2026-11-20,5.001\n", "amount", 2),
        ("Date,Amount\n2026-11-20,five\n", "amount", 2),
        ("Date,Amount\n" + "2026-11-20,5.00\n" * MOST_LINES, "too-long", 0),
    ],
)
def test_a_file_that_is_not_understood_is_not_read_in_part(file: str, reason: str, line: int) -> None:
    with pytest.raises(Unreadable) as wrong:
        read_statement(file, USD)
    assert (wrong.value.reason, wrong.value.line) == (reason, line)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    for file in (text, f"Date,Amount,Memo\n{text}"):
        try:
            lines = read_statement(file, USD)
        except Unreadable:
            continue
        assert all(line.cents for line in lines)
