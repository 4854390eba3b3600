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
