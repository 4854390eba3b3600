"""The terms of a text: what can be looked for in it, in any script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies import TEXTS
from tuidang.privacy.folded_text import fold_text
from tuidang.register.folder.terms import find_word, has_words, split_query, text_terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("我退黨。退团！", ["我退", "退党", "退团"]),
        ("退", []),
        ("ＧＣＤ入party 2004年", ["gcd", "party", "2004"]),
        ("Café x", ["café", "x"]),
        ("a" * 100, ["a" * 24]),
        ("𠮷野家", ["𠮷野", "野家"]),
        ("退\n党", []),
        ("\ud800退党\x00", ["退党"]),
    ],
)
def test_pairs_of_characters_and_whole_spaced_words_are_terms(text: str, terms: list[str]) -> None:
    assert text_terms(fold_text(text)) == terms


@given(TEXTS, st.integers(0, 20), st.integers(2, 10))
def test_a_text_that_has_a_word_has_its_terms(text: str, start: int, length: int) -> None:
    for word in split_query(text[start : start + length]):
        if has_words(fold_text(text), (word,)):
            assert set(text_terms(word)) <= set(text_terms(fold_text(text)))
        assert text_terms(word)


@pytest.mark.parametrize(
    ("text", "word", "found"),
    [
        ("我加入党组织", "入党", True),
        ("入团，党员", "团党", False),
        ("a party member", "party", True),
        ("parties", "part", False),
        ("加入GCD组织", "入gcd组", True),
        ("2004年", "200", False),
    ],
)
def test_a_spaced_word_is_not_cut_and_a_gap_not_crossed(text: str, word: str, found: bool) -> None:
    assert has_words(fold_text(text), (word,)) is found


def test_a_word_is_found_about_where_it_stands() -> None:
    text = "甲，" * 500 + "退党" + "乙" * 1000
    assert abs(find_word(text, "退党") - 1000) < 30
    assert find_word(text, "退团") == 0
