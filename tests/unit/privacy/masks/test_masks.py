"""Masks: every disguise seen through, dates and amounts left alone, nothing found twice."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.privacy.masks import MarkKind, find_marks, mask, mask_word
from tuidang.privacy.regions import LANGS


def lines(name: str) -> list[str]:
    """Return the lines of a file beside this one; \\u escapes stand for characters that cannot be seen."""
    text = Path(__file__).with_name(name).read_text()
    seen = re.sub(r"\\u([0-9a-f]{4})", lambda escape: chr(int(escape[1], 16)), text)
    return [line for line in seen.splitlines() if line and not line.startswith("#")]


def hidden() -> Iterator[tuple[MarkKind, str]]:
    """Yield each disguise with its kind."""
    kind = MarkKind.NAME
    for line in lines("hidden.txt"):
        if line.startswith("["):
            kind = MarkKind(line.strip("[]"))
        else:
            yield kind, line


HIDDEN = list(hidden())
# What the finding leans on stays readable before it.
AFTER_A_WORD = [
    ("我的微信：zhangsan88。", "我的微信：〔微信号〕。"),
    ("微信号 zhang_san", "微信号 〔微信号〕"),
    ("加我微信wxid_abc123def吧", "加我微信〔微信号〕吧"),
    ("我的微信是lihuawei", "我的微信是〔微信号〕"),
    ("V信 abc12345", "V信 〔微信号〕"),
    ("ＶＸ：abc_def", "ＶＸ：〔微信号〕"),
    ("QQ：12345678", "QQ：〔QQ号〕"),
    ("qq 号是 一二三四五六七", "qq 号是 〔QQ号〕"),
    ("扣扣1234 5678", "扣扣〔QQ号〕"),
    ("Q号：1 2 3 4 5 6", "Q号：〔QQ号〕"),
    ("电话：65512345，找老王", "电话：〔电话〕，找老王"),
    ("手机号码 6551 2345", "手机号码 〔电话〕"),
    ("call 6551-2345", "call 〔电话〕"),
    ("我住在北京市朝阳区建国路88号3单元", "我住在北京市朝阳区〔住址〕"),
    ("他家在李家村120号，有两口人", "他家在〔住址〕，有两口人"),
    ("住址是人民路12号。6月4号来", "住址是〔住址〕。6月4号来"),
    ("见 https://example.org/a。", "见 〔链接〕。"),
    ("(see www.example.com)", "(see 〔链接〕)"),
    ("查询密码7104 0553 5841 9708", "查询密码〔号码〕"),
    ("编号 202611210001", "编号 〔号码〕"),
]
HOSTILE = [
    *(
        "1",
        "13",
        "1o",
        "1l ",
        "l1 ",
        "38O ",
        "〇l一",
        "洞",
        "1的",
        "yi ",
        "e1234567",
        "l38OOl38OOO",
        "1 ",
        "1,",
        "1-",
        "0",
        "138 0013 8000 ",
        "06-04 ",
        "(1",
        "+",
        "1\u200b",
        "㎏",
        "﷽",
        "e\u0301",
    ),
    *(
        "一",
        "一单元",
        "1号1",
        "路",
        "路1号",
        "Ab ",
        "1 Ab ",
        "京a1",
        "微信",
        "微信:::::::",
        "qq",
        "qq 1 1 1 1",
    ),
    *(
        "a",
        "a-",
        "a.",
        "a@",
        "a at ",
        "a ( at ",
        "x.com ",
        "http://",
        "www.",
        "@",
        " ",
        "\u200b",
        "〔电话〕",
        "〓",
    ),
]


@pytest.mark.parametrize(("kind", "written"), HIDDEN)
def test_it_is_found_whole_and_named_whatever_stands_around_it(kind: MarkKind, written: str) -> None:
    for before, after in (("", ""), ("我说：", "。你好"), ("（", "）"), ("\n", "\n")):
        text = before + written + after
        assert [mark.kind for mark in find_marks(text)] == [kind]
        assert mask(text) == before + mask_word(kind, "zh-hans") + after


@pytest.mark.parametrize(("text", "masked"), AFTER_A_WORD)
def test_what_stands_before_it_stays_readable(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize("text", lines("left_alone.txt"))
def test_dates_amounts_and_ordinary_words_stay(text: str) -> None:
    assert mask(text) == text


DISGUISES = st.sampled_from(
    ["0123456789", "０１２３４５６７８９", "零一二三四五六七八九", "〇幺二三四五六七八九", "⓪①②③④⑤⑥⑦⑧⑨"]
)
APART = st.sampled_from(["", " ", "-", ".", "·", "\u200b", " - ", "　", "_"])


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    DISGUISES,
    APART,
    st.sampled_from([(3, 4, 4), (3, 8), (11,), (1,) * 11]),
)
def test_any_mobile_number_is_found_in_any_disguise(
    number: str, digits: str, apart: str, lengths: tuple[int, ...]
) -> None:
    disguised = number.translate(str.maketrans("0123456789", digits))
    ends = [sum(lengths[: n + 1]) for n in range(len(lengths))]
    written = apart.join(disguised[start:end] for start, end in pairwise([0, *ends]))
    assert mask(f"找我：{written}。") == "找我：〔电话〕。"


@given(st.dates(), st.integers(0, 999), DISGUISES, APART)
def test_any_identity_card_is_found_in_any_disguise(
    born: object, serial: int, digits: str, apart: str
) -> None:
    number = f"110105{str(born).replace('-', '')}{serial:03d}"
    weights = [pow(2, 17 - place, 11) for place in range(17)]
    number += "10X98765432"[
        sum(weight * int(digit) for weight, digit in zip(weights, number, strict=True)) % 11
    ]
    written = apart.join(number.translate(str.maketrans("0123456789", digits)))
    assert find_marks(written)
    assert not any(character.isdigit() for character in mask(written))


PIECES = st.lists(
    st.sampled_from(
        [
            *(written for _, written in HIDDEN),
            *(text for text, _ in AFTER_A_WORD),
            *"1234567890一二三路号街qQ@.+- ()（）京A微信电话〔〕x\n",
            *(mask_word(kind, lang) for kind in MarkKind for lang in LANGS),
        ]
    ),
    max_size=12,
).map("".join)


@given(PIECES | st.text(), st.sampled_from(LANGS), st.sampled_from(LANGS))
def test_masking_again_changes_nothing_more(text: str, lang: str, other: str) -> None:
    masked = mask(text, lang)  # type: ignore[arg-type]
    assert mask(masked, other) == masked  # type: ignore[arg-type]


@given(PIECES | st.text())
def test_marks_are_in_order_apart_and_within_the_text(text: str) -> None:
    marks = find_marks(text)
    assert all(0 <= mark.start < mark.end <= len(text) for mark in marks)
    assert all(one.end <= other.start for one, other in pairwise(marks))


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_text_takes_no_longer_than_its_length_allows(piece: str) -> None:
    """A second is a hundred times what an honest text of this length takes."""
    text = (piece * 5000)[:5000]
    began = time.process_time()
    find_marks(text)
    assert time.process_time() - began < 1


def test_a_random_mixture_of_everything_takes_no_longer() -> None:
    draw = Random(1)
    text = "".join(draw.choice("0123456789 -.@a路号王京qx,/()〔一微信:点com") for _ in range(5000))
    began = time.process_time()
    find_marks(text)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("lang", "word"), [("zh-hans", "〔电话〕"), ("zh-hant", "〔電話〕"), ("en", "〔phone〕")]
)
def test_the_mask_speaks_the_language_of_the_text(lang: str, word: str) -> None:
    assert mask("13800138000", lang) == word  # type: ignore[arg-type]
