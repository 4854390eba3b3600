"""Numbers and days as each language writes them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.base import words

THIN = "\N{NARROW NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("number", "hans", "hant", "english"),
    [
        (0, "0", "0", "0"),
        (9_999, "9999", "9999", "9999"),
        (10_000, "1万", "1萬", f"10{THIN}000"),
        (123_456, "12万3456", "12萬3456", f"123{THIN}456"),
        (467_123_456, "4亿6712万3456", "4億6712萬3456", f"467{THIN}123{THIN}456"),
        (400_000_000, "4亿", "4億", f"400{THIN}000{THIN}000"),
        (400_000_005, "4亿零5", "4億零5", f"400{THIN}000{THIN}005"),
        (400_003_456, "4亿零3456", "4億零3456", f"400{THIN}003{THIN}456"),
        (120_034, "12万零34", "12萬零34", f"120{THIN}034"),
    ],
)
def test_a_count_is_written_as_the_language_counts(number: int, hans: str, hant: str, english: str) -> None:
    assert words.counted(number, "zh-hans") == hans
    assert words.counted(number, "zh-hant") == hant
    assert words.counted(number, "en") == english


@given(st.integers(0, 10**12 - 1))
def test_a_count_in_chinese_can_be_read_back(number: int) -> None:
    total, part = 0, ""
    for character in words.counted(number, "zh-hans"):
        if character in "亿万":
            total, part = total + int(part) * {"亿": 10**8, "万": 10**4}[character], ""
        elif character != "零":
            part += character
    assert total + int(part or 0) == number


@pytest.mark.parametrize(
    ("number", "hans", "english"),
    [(999, "999", "999"), (12_345, "1.2万", "12k"), (1_500, "1500", "1.5k"), (2_000_000, "200万", "2M")],
)
def test_a_number_for_a_narrow_place_keeps_two_or_three_figures(number: int, hans: str, english: str) -> None:
    assert words.shortened(number, "zh-hans") == hans
    assert words.shortened(number, "en") == english


def test_a_rounded_number_is_short_in_chinese_and_whole_in_english() -> None:
    assert words.rounded(48_000, "zh-hans") == "4.8万"
    assert words.rounded(1_200_000, "zh-hant") == "120萬"
    assert words.rounded(900, "zh-hans") == words.rounded(900, "en") == "900"
    assert words.rounded(48_000, "en") == f"48{THIN}000"


def test_days_and_months_are_written_as_each_language_does() -> None:
    day = date(2026, 11, 5)
    assert words.day_words(day, "zh-hant") == "2026年11月5日"
    assert words.day_words(day, "en") == "5 November 2026"
    assert words.month_words(day, "zh-hans") == "2026年11月"
    assert words.month_words(day, "en") == "November 2026"
    assert words.day_short(day, "en") == "5 Nov"
    assert words.month_short(11, "zh-hans") == "11月"
