"""Pages are cut by weight, and lose nothing."""

from __future__ import annotations

import random
import zlib

from hypothesis import given
from hypothesis import strategies as st

from tuidang.base.weights import take_within
from tuidang.register.views.paging import split_text

HAN = [chr(code) for code in range(0x4E00, 0x9FA5)]


def noise(length: int) -> str:
    """Return a text that cannot be compressed much."""
    return "".join(random.Random(length).choices(HAN, k=length))


@given(st.text(max_size=3000), st.integers(200, 2000))
def test_the_parts_of_a_text_joined_are_the_text(text: str, budget: int) -> None:
    parts = split_text(text, budget)
    assert "".join(parts) == text
    assert all(parts) or parts == [""]
    assert all(len(zlib.compress(part.encode())) <= budget for part in parts)


def test_a_usual_text_is_one_part() -> None:
    assert len(split_text("我今天自己决定退出。" * 30)) == 1


def test_a_long_text_is_cut_at_the_end_of_a_paragraph() -> None:
    paragraph = noise(500) + "\n"
    parts = split_text(paragraph * 1 + "".join(noise(500 + n) + "\n" for n in range(8)))
    assert len(parts) > 1
    assert all(part.endswith("\n") for part in parts)


def test_as_many_items_are_taken_as_fit() -> None:
    items = [noise(300 + n) for n in range(40)]
    taken = take_within(items, 5_000)
    assert 0 < len(taken) < len(items)
    assert taken == items[: len(taken)]
    assert len(zlib.compress("".join(taken).encode())) <= 5_000
    assert len(zlib.compress("".join(items[: len(taken) + 2]).encode())) > 5_000


def test_one_item_is_taken_however_heavy() -> None:
    assert len(take_within([noise(5000), noise(10)], 100)) == 1
