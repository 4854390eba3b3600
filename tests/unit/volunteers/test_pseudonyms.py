"""A pseudonym is read forgivingly, and never holds what could lead to a person."""

from __future__ import annotations

import pytest

from tuidang.volunteers.rules import pseudonym_fault, tidy_pseudonym


@pytest.mark.parametrize("typed", ["linden", " Linden ", "LINDEN", "ｌｉｎｄｅｎ", "linden\n"])
def test_one_pseudonym_may_be_typed_in_many_ways(typed: str) -> None:
    assert tidy_pseudonym(typed) == "linden"


@pytest.mark.parametrize("good", ["linden", "菩提", "old sun", "a2"])
def test_words_of_any_script_are_good_pseudonyms(good: str) -> None:
    assert pseudonym_fault(tidy_pseudonym(good)) is None


@pytest.mark.parametrize(
    "bad", ["", "x", "x" * 41, "linden@example.org", "lin\0den", "lin\u202eden", "lin\ud800den"]
)
def test_addresses_and_unseen_characters_are_no_pseudonyms(bad: str) -> None:
    assert pseudonym_fault(tidy_pseudonym(bad)) is not None
