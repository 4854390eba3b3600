"""The sound of a name, for who heard it."""

from __future__ import annotations

import hashlib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.privacy.pinyin import spoken


@pytest.mark.parametrize(
    "typed", ["金福", "金 福", "今富", "锦福", "錦富", "Jīn Fú", "jin fu", "JINFU", "Jin-Fu"]
)
def test_whoever_heard_an_alias_may_write_it_as_it_sounds(typed: str) -> None:
    assert spoken(typed) == "jinfu"


@pytest.mark.parametrize(
    ("typed", "sound"), [("吕绿", "lvlv"), ("Lǜ", "lv"), ("LÜ", "lv"), ("萬順", "wanshun")]
)
def test_the_umlaut_is_written_v(typed: str, sound: str) -> None:
    assert spoken(typed) == sound


def test_a_character_has_one_reading_whatever_stands_beside_it() -> None:
    assert spoken("重庆") == spoken("重") + spoken("庆")


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)))
def test_a_name_is_found_by_its_pinyin_alone(name: str) -> None:
    assert spoken(spoken(name)) == spoken(name)
    assert spoken(spoken(name).upper()) == spoken(name)


def test_the_table_is_frozen() -> None:
    """Stored hashes depend on it: whoever needs another table adds a version beside it."""
    table = files("tuidang.privacy").joinpath("pinyin_v1.txt").read_bytes()
    assert (
        hashlib.sha256(table).hexdigest()
        == "11ff6e382d3ae5d92ef9d373bb247580872c94d1f0b92a0fd266ce35da00a887"
    )
