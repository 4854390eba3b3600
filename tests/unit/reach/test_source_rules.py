"""Codes, numbers and what is shown of counts; and that nothing leaves a process alone or at once."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.reach.rules import FLOOR, STEP, How, grouped, is_address, is_code, is_number, shown
from tuidang.reach.tally import TOGETHER, Tally

DAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("number", "spaced"),
    [
        ("0014165550123", "001 416 555 0123"),
        ("4165550123", "416 555 0123"),
        ("13800138000", "138 0013 8000"),
        ("110", "110"),
        ("001 416 555 0123", "001 416 555 0123"),
    ],
)
def test_a_number_is_spaced_for_the_eye_and_one_that_is_spaced_stays(number: str, spaced: str) -> None:
    assert grouped(number) == spaced


@given(st.from_regex(r"[0-9]{3,20}", fullmatch=True))
def test_spacing_loses_no_digit_and_makes_groups_of_two_to_four(number: str) -> None:
    groups = grouped(number).split()
    assert "".join(groups) == number
    assert all(2 <= len(group) <= 4 for group in groups)
    assert is_number(grouped(number))


def test_what_is_no_code_number_or_address_is_known() -> None:
    assert is_code("tp-26")
    assert not any(map(is_code, ("", "-", "TP", "a--b", "a b", "a/b", "台北", "x" * 41)))
    assert is_number("+1 416 555 0123")
    assert not any(map(is_number, ("", "12", "call me", "1" * 21, "001  416", "٣٣٣")))
    assert is_address("https://mirror.example/a")
    assert not any(
        map(
            is_address,
            ("", "mirror.example", "javascript:alert(1)", "https://", "https://a b/", "http://[x/"),
        )
    )


@given(st.integers(0, 10**6))
def test_small_counts_are_hidden_and_others_cut_down(count: int) -> None:
    seen = shown(count)
    assert (seen is None) == (count < FLOOR)
    if seen is not None:
        assert seen % STEP == 0
        assert 0 <= count - seen < STEP


PRESS = st.tuples(st.sampled_from(["banknote", "print", "call"]), st.sampled_from([0] * 9 + [1, 2, 40]))


@given(st.lists(PRESS, max_size=200))
def test_what_is_counted_leaves_in_bundles_of_earlier_days_and_nothing_is_lost_or_doubled(
    presses: list[tuple[str, int]],
) -> None:
    tally, day = Tally(), DAY
    earlier, of_today, written = Counter[str](), Counter[str](), Counter[str]()

    def look() -> None:
        taken = tally.take(day)
        assert taken == sorted(taken)
        assert not taken or sum(count for _, count in taken) >= TOGETHER
        for one, count in taken:
            assert one.month.day == 1
            assert one.month <= day
            written[one.what] += count
        waits = earlier.total() - written.total()
        assert 0 <= waits < TOGETHER, "what is ripe leaves, and no more than that"
        assert not written - earlier, "something of today was written, or something twice"
        assert not taken or written == earlier

    for what, later in presses:
        if later:
            day += timedelta(later)
            earlier += of_today
            of_today.clear()
        look()
        tally.count(How.TOLD, what, day)
        of_today[what] += 1
    day += timedelta(1)
    earlier += of_today
    look()
