"""From one script to the other, with the phrases that people have reviewed."""

from __future__ import annotations

import pytest
from opencc import OpenCC

from tuidang.library.hanzi import HANS, HANT, convert, read_overrides, shipped_overrides


def test_simplified_becomes_traditional_as_taiwan_writes_it_and_back() -> None:
    assert convert("这里的后门，皇后的头发", HANT) == "這裡的後門，皇后的頭髮"
    assert convert("這裡的後門，皇后的頭髮", HANS) == "这里的后门，皇后的头发"


def test_a_reviewed_phrase_is_taken_as_written_the_longest_first() -> None:
    overrides = (("发", "發"), ("理发师", "理髮師"))
    assert convert("理发师发", HANT, overrides) == "理髮師發"


def test_a_phrase_of_the_house_stands_before_one_that_is_shipped() -> None:
    (phrase, becomes), *_more = shipped_overrides(HANT)
    assert convert(phrase, HANT) == becomes
    assert convert(phrase, HANT, ((phrase, "別的"),)) == "別的"


def test_every_shipped_phrase_stands_in_its_own_script() -> None:
    to_simplified, to_traditional = OpenCC("t2s").convert, OpenCC("s2t").convert
    for phrase, becomes in shipped_overrides(HANT):
        assert to_simplified(phrase) == phrase
        assert becomes in {to_traditional(becomes), to_traditional(becomes).replace("佈", "布")}


def test_a_line_that_cannot_be_read_is_named() -> None:
    assert read_overrides("# 说明\n\n后 后  # 姓\n") == (("后", "后"),)
    with pytest.raises(ValueError, match="line 2"):
        read_overrides("后 后\n里\n")
    with pytest.raises(ValueError, match="twice"):
        read_overrides("后 后\n后 後\n")
