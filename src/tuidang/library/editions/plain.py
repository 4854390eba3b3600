"""A book, or a chapter, as plain text that opens anywhere: UTF-8 with its mark, Windows' line ends. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tuidang.library.editions.paragraphs import Paragraph, read_paragraphs
from tuidang.library.editions.values import Book
from tuidang.library.editions.words import WORDS, above

_MARK = "\N{BYTE ORDER MARK}"  # old phones and computers take Chinese without it for another encoding
_RULE = "* * *"


def write_text(book: Book) -> bytes:
    """Write it as plain text."""
    blocks = list(_chapter_alone(book) if book.alone else _whole(book))
    text = re.sub("\n{4,}", "\n\n\n", "\n\n".join(blocks)).strip("\n") + "\n"
    return (_MARK + text).replace("\n", "\r\n").encode()


def _chapter_alone(book: Book) -> Iterator[str]:
    yield from (above(book), book.heading)
    yield from _sample(book)
    yield from map(_block, read_paragraphs(book.chapters[0].flow))


def _whole(book: Book) -> Iterator[str]:
    words = WORDS[book.language]
    yield from filter(None, (book.title, book.author, book.about))
    yield from _sample(book)
    yield words.contents
    yield "\n".join(f"{chapter.number}. {chapter.title}" for chapter in book.chapters)
    for chapter in book.chapters:
        yield f"\n{chapter.number}. {chapter.title}"
        yield from map(_block, read_paragraphs(chapter.flow))


def _sample(book: Book) -> Iterator[str]:
    if book.is_sample:
        yield WORDS[book.language].sample


def _block(paragraph: Paragraph) -> str:
    if paragraph.is_rule:
        return _RULE
    quote = "> " * paragraph.quoted
    first = f"{quote}{'  ' * max(paragraph.depth - 1, 0)}{paragraph.marker}{' ' if paragraph.marker else ''}"
    rest = quote + "  " * paragraph.depth
    lines = "".join(run.text for run in paragraph.runs).split("\n")
    head = first if paragraph.marker else rest
    return "\n".join((head if not number else rest) + line for number, line in enumerate(lines)).rstrip()
