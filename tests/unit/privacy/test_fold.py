"""The folding of names: what disappears, and that it never changes."""

from __future__ import annotations

import hashlib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.privacy.fold import fold


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("张伟", "张伟"),
        ("張偉", "张伟"),
        ("張　偉 ", "张伟"),
        ("萬順", "万顺"),
        ("葉衞國", "叶卫国"),
        ("Ｊｏｈｎ  O’Neil", "johnoneil"),
        ("john o'neil", "johnoneil"),
        ("MÜLLER", "müller"),
        ("Mu\u0308ller", "müller"),
        ("Straße", "strasse"),
        ("阿不都热合曼·买买提", "阿不都热合曼买买提"),
        ("阿不都热合曼•买买提", "阿不都热合曼买买提"),
        ("阿不都热合曼．买买提", "阿不都热合曼买买提"),
        ("Jean-Luc", "jeanluc"),
        ("王\u200b伟\ufeff", "王伟"),
        ("葛\U000e0100", "葛"),
        ("\uf900", "岂"),  # a compatibility character, then simplified
        ("ｱ", "ア"),
        (" · ", ""),
        ("", ""),
    ],
)
def test_what_may_be_typed_differently_folds_alike(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@given(st.text(), st.sampled_from([" ", "\u3000", "\u200b", "·", "-"]))
def test_spaces_dots_and_hyphens_do_not_count(name: str, mark: str) -> None:
    assert fold(mark.join(name)) == fold(fold(mark.join(name)))
    assert mark not in fold(mark.join(name))


@given(
    st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF) | st.sampled_from("a1z9"), max_size=8)
)
def test_a_simple_name_folds_as_the_same_name_with_a_space_to_drop(name: str) -> None:
    assert fold(name) == fold(name + " ")


@given(st.text("王李张伟芳秀英萬順abcXYZ ", max_size=8))
def test_case_and_form_do_not_count(name: str) -> None:
    full_width = name.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
    assert fold(full_width.upper()) == fold(name)


def test_the_table_is_frozen() -> None:
    """Stored hashes depend on it: whoever needs another table adds a version beside it."""
    table = files("tuidang.privacy").joinpath("fold_v1.txt").read_bytes()
    assert (
        hashlib.sha256(table).hexdigest()
        == "ff61eadcc3be94d777ba82d9f0327bc289b1335eec99d344a6e0d46b2359480c"
    )


def test_the_folding_of_every_character_is_frozen() -> None:
    """Whatever Unicode a later Python knows."""
    planes = (chr(code) for code in range(0x30000) if not 0xD800 <= code < 0xE000)
    digest = hashlib.sha256("\n".join(map(fold, planes)).encode()).hexdigest()
    assert digest == "6d46f562825b829ef0d27583cf8cede88452617f09bda57da3ea281843ac9bdf"
