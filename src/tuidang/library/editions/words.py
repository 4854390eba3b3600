"""The few words of our own that stand in editions, in the language of the book. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tuidang.base.words import day_words
from tuidang.library.editions.values import Book


@dataclass(frozen=True)
class Words:
    """What an edition says itself."""

    library: str
    about_library: str
    books: str
    news: str
    contents: str
    chapter: str  # with {}: the number
    sample: str
    fold: str  # on the last page of a booklet


WORDS: Final[Mapping[str, Words]] = {
    "zh-hans": Words(
        "书库",
        "可以慢慢读、也可以传给别人的短章。",
        "书",
        "新闻",
        "目录",
        "第 {} 章",
        "样本：写来看看书库的样子，真正的文章会由编辑放进来。",
        "双面打印，沿短边翻页；叠齐，对折，在折线上订两钉。",
    ),
    "zh-hant": Words(
        "書庫",
        "可以慢慢讀、也可以傳給別人的短章。",
        "書",
        "新聞",
        "目錄",
        "第 {} 章",
        "樣本：寫來看看書庫的樣子，真正的文章會由編輯放進來。",
        "雙面列印，沿短邊翻頁；疊齊，對摺，在摺線上釘兩針。",
    ),
    "en": Words(
        "The library",
        "Short chapters to read in peace, and to pass on.",
        "Books",
        "News",
        "Contents",
        "Chapter {}",
        "A sample: written to show how the library looks. Editors put real texts in its place.",
        "Print on both sides, flipped on the short edge; stack, fold, and staple twice on the fold.",
    ),
}


def above(book: Book) -> str:
    """Say what stands, small, above the heading of one chapter: of which work, or of which day."""
    if book.day:
        return " · ".join(filter(None, (day_words(book.day, book.language), book.author)))
    chapter = WORDS[book.language].chapter.format(book.chapters[0].number)
    return " · ".join(filter(None, (book.title, book.author, chapter)))
