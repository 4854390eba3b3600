"""Passages that a reviewer names are found wherever they stand, and nothing else is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tuidang.desk.rules import find_passages


def test_a_passage_is_found_at_every_place() -> None:
    assert find_passages("王伟说王伟", ["王伟"]) == (((0, 2), (3, 5)), ())


def test_places_that_touch_or_overlap_become_one() -> None:
    assert find_passages("abcdef", ["abc", "bcd", "de"]) == (((0, 5),), ())
    assert find_passages("aaaa", ["aa"]) == (((0, 4),), ())


def test_a_passage_that_is_not_there_is_named() -> None:
    assert find_passages("abc", ["b", "x", " y "]) == (((1, 2),), ("x", "y"))


def test_space_around_a_passage_and_empty_ones_are_left_out() -> None:
    assert find_passages("a b", ["  b ", "", "\t"]) == (((2, 3),), ())


@given(st.text(alphabet="ab王\n", max_size=30), st.lists(st.text(alphabet="ab王", max_size=3), max_size=4))
def test_outside_the_places_no_passage_is_left(text: str, passages: list[str]) -> None:
    spans, missing = find_passages(text, passages)
    rest, end = [], 0
    for start, stop in spans:
        assert end <= start < stop <= len(text)
        rest.append(text[end:start])
        end = stop
    rest.append(text[end:])
    wanted = [p.strip() for p in passages if p.strip()]
    assert not any(p in part for p in wanted for part in rest)
    assert set(missing) == {p for p in wanted if p not in text}
