"""A book for tests of editions: every kind of piece that a text can have, in two scripts and in English."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tuidang.library.editions.values import Book, Chapter, signs_of
from tuidang.library.made import make_flow

DAY = date(2026, 11, 28)
LONG_WORD = "https://example.org/" + "a" * 120
CHINESE = (
    "今天，我收回当年的**誓言**。*心安*，就够了 & <好>。\n\n"
    "## 为什么\n\n> 他说：“没什么用。”\n>\n> 我想自己再说一遍。\n\n"
    "- 党\n- 团\n  1. 第一\n  2. 第二\n\n3. 第三步\n4. 第四步\n\n---\n\n看[这里](https://example.org/a?b=1&c=2)。换行\\\n在此。\n\n"
    "    code  <kept>\n\n" + LONG_WORD + "\n\n" + "很长的一段话，说的是同一件事情，说了又说。" * 60
)
ENGLISH = (
    "Today I take back **the oath**. *At peace*, & that is <enough>.\n\n"
    "## Why\n\n> He said: nothing.\n\n- Party\n- League\n\n"
    "[here](https://example.org/) it is\n\n"
    + "A long paragraph that says the same thing again and again. "
    * 60
)


def a_book(language: str = "zh-hans", chapters: int = 3, *, day: date | None = None) -> Book:
    """Give a book, as it is loaded from what is published."""
    written = "en" if language == "en" else "zh-hans"
    body = ENGLISH if language == "en" else CHINESE
    made = tuple(
        Chapter(
            number,
            f"第{number}章：誓言 & 心安" if language != "en" else f"Oath & peace {number}",
            DAY,
            make_flow(f"{number} {body}", written=written, language=language, overrides=()),
        )
        for number in range(1, chapters + 1)
    )
    title = "一本书 <样>" if language != "en" else "A book <of sorts>"
    book = Book("a-book", language, title, "某人", "说的是什么。", day, True, made)
    return replace(book, signs=signs_of(book))
