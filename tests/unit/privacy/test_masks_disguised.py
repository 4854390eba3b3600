"""Identifiers of a third person, written so as to pass the masks into the public register."""

from __future__ import annotations

import pytest

from tuidang.privacy.masks import MarkKind, find_marks, mask

PHONE = ("138", "0013", "8000")
IDENTITY = ("110105", "19491231", "002X")


@pytest.mark.parametrize("between", [*"\n:;=+&#%^!?'\"\\@→。", "\n\n", " : ", "}{"])
def test_whatever_stands_between_its_groups_a_telephone_is_masked(between: str) -> None:
    assert [mark.kind for mark in find_marks(f"找他{between.join(PHONE)}吧")] == [MarkKind.PHONE]


@pytest.mark.parametrize("between", ["\n", ":", " = "])
def test_whatever_stands_between_its_groups_an_identity_card_is_masked(between: str) -> None:
    assert [mark.kind for mark in find_marks(between.join(IDENTITY))] == [MarkKind.IDENTITY_CARD]


def test_a_telephone_written_down_the_page_is_masked() -> None:
    assert "0" not in mask("\n".join("13800138000"))


@pytest.mark.parametrize(
    "text",
    [
        "1989年6月4日 12:30:45",
        "2004年11月\n18日",
        "比分是3:2。\n第二天4:1。",
        "第1:2:3章",
        "1+1=2",
        "10%\n20%\n30%",
    ],
)
def test_times_days_and_sums_stay(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize(
    "written",
    [
        "l38OOl38OOO",
        "I38-OOI3-8OOO",
        "138 oo13 8ooo",
        "|38００|38000",
        "13BO0138O0O",
        "1З800138ООО",
        "〡〣〨〇〇〡〣〨〇〇〇",
        "𝍠𝍢𝍧00138000",
        "幺三八洞洞幺三八洞洞洞",
        "腰三八零零腰三八零零零",
        "壹參捌零零壹參捌零零零",
        "138……0013……8000",
        "1的3的8的0的0的1的3的8的0的0的0",
        "1a3a8a0a0a1a3a8a0a0a0",
        "one three eight zero zero one three eight zero zero zero",
        "yi san ba ling ling yao san ba ling ling ling",
    ],
)
def test_a_telephone_in_letters_and_words_is_masked(written: str) -> None:
    for before, after in (("", ""), ("找我：", "。"), ("打 ", ", 20 天"), ("电话", "参加")):
        assert mask(f"{before}{written}{after}") == f"{before}〔电话〕{after}"


@pytest.mark.parametrize("written", ["11O1O5l949l23lOO2X", "11010519491231OO2x", "110105 1949l23l 002x"])
def test_an_identity_card_in_letters_is_masked(written: str) -> None:
    assert [mark.kind for mark in find_marks(f"他是{written}。")] == [MarkKind.IDENTITY_CARD]


@pytest.mark.parametrize("written", ["zhang@qq。com", "护照E12345678", "加V：zhangwei88", "加v zhang88"])
def test_what_is_written_a_little_otherwise_is_masked_too(written: str) -> None:
    assert "zhang" not in mask(written)
    assert "1234" not in mask(written)


@pytest.mark.parametrize(
    "text",
    [
        "In 2008, 2009, 2010 I lost 3 of my 12 sheep.",
        "一家三口五六口人，一九八九年六月四日",
        "什么时候？八九六四。他参加了三次，一共五十口。",
        "G20 2016, 5G, B12, S21, Q3 2020 is so good: 100 lb of oil",
        "one two three four five, once I caught a fish alive",
        "1、2、3、4、5、6、7、8、9、10、11、12",
        "他的洞口在三口镇，腰围八十，拐了五个弯，勾掉两个。",
        "这么138个人，那么多，要么1989年，要么2004年11月18日",
    ],
)
def test_words_beside_figures_stay(text: str) -> None:
    assert mask(text) == text


def test_a_telephone_beside_words_takes_nothing_of_them() -> None:
    assert mask("什么13800138000口号") == "什么〔电话〕口号"
    assert mask("call 13800138000 or so, 13800138000 is it") == "call 〔电话〕 or so, 〔电话〕 is it"
