"""A pseudonym is read forgivingly, and never holds what could lead to a person."""

from __future__ import annotations

import pytest

from tuidang.base.audit.chain import AT_SHELL
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


@pytest.mark.parametrize(
    "bad", [AT_SHELL, "（shell）", "［shell］", "【shell】", "<shell>", "{a}", "〈a〉", "﹙a﹚"]
)
def test_nobody_is_called_as_the_machine_is_in_the_audit_chain(bad: str) -> None:
    assert pseudonym_fault(tidy_pseudonym(bad)) == "a pseudonym has no brackets: leave them out"


@pytest.mark.parametrize("bad", ["lіnden", "mαple", "οak", "old sυn", "lin7dеn"])
def test_letters_that_look_alike_are_not_mixed_in_one_word(bad: str) -> None:
    assert "one alphabet" in (pseudonym_fault(tidy_pseudonym(bad)) or "")


@pytest.mark.parametrize("good", ["липа linden", "липа", "ελιά", "菩提tree", "tree-липа"])
def test_words_of_different_scripts_stand_beside_each_other(good: str) -> None:
    assert pseudonym_fault(tidy_pseudonym(good)) is None
