"""Words of a search, chosen so that the index's query language would read something into them."""

from __future__ import annotations

import sys

import pytest

from tuidang.privacy.folded_text import fold_text
from tuidang.register.folder.terms import text_terms


def test_no_character_becomes_a_term_that_the_index_would_cut_or_quote() -> None:
    every = "".join(map(chr, (*range(0xD800), *range(0xE000, sys.maxunicode + 1))))
    terms = {term for term in text_terms(fold_text(every)) if not term.isalnum() and term.isascii()}
    assert terms == set()
    assert not {'"', "(", ")", "*", ":", "^"} & set(fold_text(every))


@pytest.mark.parametrize("text", ["见⑴款", "第㈠条", "½", "⒈⒉"])
def test_a_number_in_brackets_is_cut_where_the_brackets_stand(text: str) -> None:
    assert not {"(", ")", "⁄"} & set(fold_text(text))
