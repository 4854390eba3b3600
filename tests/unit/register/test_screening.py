"""Screening: what passes, what is held, and that it cannot be dodged by spelling."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.register.rules.content import Channel, Content
from tuidang.register.rules.screening import (
    DEFAULT_RULES,
    Reason,
    bare_letters,
    is_flood,
    screen_words,
)

HONEST = Content("金福", ("party",), "CN-SC", "成都", "", "zh-hans", Channel.WEB)


def reasons(text: str = "", **fields: str) -> tuple[Reason, ...]:
    return screen_words(replace(HONEST, text=text, **fields), bare_letters(text))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "退党。",
        "本人声明退出曾经加入的中国共产党、共青团、少先队。",
        "小时候喊过毛主席万岁，喊过永远跟党走，后来家里的房子被强拆，我再也不信了。从今天起退出少先队和共青团。",
        "他们都是骗子、流氓、土匪，我他妈受够了，退！",
        "他们让我贷款交罚款，我退团。",
        "我妈被红卫兵打死了。我退党。",
        "中共是邪教，是汉奸，是卖国贼，你们都不得好死的日子不远了。我退团退队。",
        "他们说法轮功是邪教，我不信。退出少先队。",
        "I was made to join the Young Pioneers at seven. I take it back.",
        "我父親一生相信共產黨好，臨終前說受騙了。我退出。",
    ],
)
def test_an_honest_text_passes_anger_and_memories_included(text: str) -> None:
    assert reasons(text) == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("退党的都去死吧，死全家", Reason.HOSTILE),
        ("操你妈", Reason.HOSTILE),
        ("操 * 你 _ 妈 !!!", Reason.HOSTILE),
        ("你们这些卖国贼、汉奸、走狗，不得好死。", Reason.HOSTILE),
        ("NMSL", Reason.HOSTILE),
        ("ｎｍｓｌ", Reason.HOSTILE),
        ("ոmѕl", Reason.HOSTILE),
        ("n.m.s.l 233", Reason.HOSTILE),
        ("𝓃𝓂𝓈𝓁", Reason.HOSTILE),
        ("死①全②家", Reason.HOSTILE),
        ("代 開 發 票 加我", Reason.ADVERTISING),
        ("加微信领红包", Reason.ADVERTISING),
        ("澳门赌场上线", Reason.ADVERTISING),
        ("中国共产党万岁！", Reason.PRAISE),
        ("祖國萬歲 共產黨好 永遠跟黨走 我", Reason.PRAISE),
    ],
)
def test_what_is_hostile_is_held_however_it_is_spelled(text: str, reason: Reason) -> None:
    assert reason in reasons(text)


def test_name_and_place_are_looked_at_too() -> None:
    assert reasons(name="死全家") == (Reason.HOSTILE,)
    assert reasons(place="加微信领红包") == (Reason.ADVERTISING,)


@pytest.mark.parametrize(
    "fields", [{"name": "习主席万岁"}, {"name": "中國共產黨，萬歲！"}, {"place": "永远跟党走"}]
)
def test_a_slogan_in_place_of_a_name_or_a_place_is_no_declaration(fields: dict[str, str]) -> None:
    assert reasons(**fields) == (Reason.PRAISE,)


@given(st.text(), st.text("0123456789 .,，。*_-\n\u200b😀"))
def test_what_stands_between_letters_makes_no_difference(text: str, between: str) -> None:
    assert bare_letters(between.join(text)) == bare_letters(text)


@given(st.text())
def test_bare_letters_are_letters_and_stay_as_they_are(text: str) -> None:
    letters = bare_letters(text)
    assert all(letter.isalpha() for letter in letters)
    assert bare_letters(letters) == letters


def test_a_short_template_of_many_is_no_flood_and_a_long_text_of_many_is() -> None:
    template = bare_letters("本人声明退出曾经加入的中国共产党、共青团、少先队。")
    story = bare_letters("那一年村里的干部把我家的粮食拿走了，" * 10)
    assert not is_flood(template, "CN-SD", DEFAULT_RULES.usual_short)
    assert is_flood(template, "CN-SD", DEFAULT_RULES.usual_short + 1)
    assert not is_flood(story, "CN-SD", DEFAULT_RULES.usual_long)
    assert is_flood(story, "CN-SD", DEFAULT_RULES.usual_long + 1)


def test_a_counter_at_the_end_does_not_make_a_text_another() -> None:
    assert bare_letters("我退党。第1次") == bare_letters("我退党！第 27 次")
