"""A chapter is found by any two neighbouring characters, in either script, whatever stands around them."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from tuidang.library.search import excerpt, fold_words, grams_of, read_query

texts = st.text(st.one_of(st.sampled_from("退出党團队誓言，。 \nＡbｃéß①𠀀"), st.characters()), max_size=60)
HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
written = st.text(st.one_of(HAN, st.sampled_from("abcXYZ019，。“” \n")), max_size=60)


@given(texts)
def test_the_pairs_of_every_word_are_in_the_index(text: str) -> None:
    folded = fold_words(text)
    for word in folded.split():
        assert grams_of(word) <= grams_of(folded)


@given(written)
def test_two_neighbouring_characters_of_a_text_find_it(text: str) -> None:
    folded = fold_words(text)
    for pair in map("".join, itertools.pairwise(text)):
        if pair.isalnum():
            (word,) = read_query(pair)
            assert grams_of(word) <= grams_of(folded)
            assert word in folded


def test_traditional_and_full_width_do_not_matter() -> None:
    assert read_query("誓言　ＡＢ") == read_query("誓言 ab")
    assert fold_words("退黨！") == fold_words("退党")


def test_a_query_of_single_characters_or_signs_asks_for_nothing() -> None:
    assert read_query("退 ，。") == ()


def test_an_excerpt_shows_the_word_as_it_is_written() -> None:
    before, word, after = excerpt("第一行\n今天，我自己決定退黨，心安了。\n第三行", ["退党"])
    assert (before, word, after) == ("今天，我自己決定", "退黨", "，心安了。")


def test_where_the_words_stand_in_the_title_alone_a_text_is_shown_from_its_beginning() -> None:
    assert excerpt("第一行\n第二行", ["退出"]) == ("", "", "第一行")
