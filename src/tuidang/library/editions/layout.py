"""A book on pages: a title, its contents, its chapters, with page numbers. Pure, in points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from tuidang.library.editions.paragraphs import read_paragraphs
from tuidang.library.editions.setting import (
    BOTTOM,
    HEIGHT,
    LEADING,
    MEASURE,
    QUIET,
    SIDE,
    TOP,
    WIDTH,
    Page,
    Picture,
    Rule,
    Setter,
    Style,
    Text,
)
from tuidang.library.editions.typeface import BOLD, REGULAR, Face, face_of
from tuidang.library.editions.values import Book, Chapter
from tuidang.library.editions.words import WORDS, above

_SMALL = 9.0
_TITLE = Style(size=24, leading=36, centred=True)
_ENTRIES = int((HEIGHT - TOP - BOTTOM - 60) // LEADING)  # of the contents, on a page


@lru_cache(maxsize=1)  # a PDF and a booklet are made of the same pages, one after the other
def lay_out(book: Book) -> Sequence[Page]:
    """Set a book, or a chapter, on pages of A5."""
    faces = {weight: face_of(weight, book.language, book.signs) for weight in (REGULAR, BOLD)}
    setter = Setter(faces, chinese=book.language != "en")
    if book.alone:
        _chapter(setter, book, book.chapters[0])
        return _numbered(setter.pages, faces[REGULAR], 1)
    _title(setter, book)
    body = Setter(faces, chinese=book.language != "en")
    starts = []
    for chapter in book.chapters:
        starts.append(len(body.pages))
        _chapter(body, book, chapter)
    front = 1 + -(-len(book.chapters) // _ENTRIES)
    _contents(setter, book, [front + start + 1 for start in starts])
    return _numbered([*setter.pages, *body.pages], faces[REGULAR], front + 1)


def _title(setter: Setter, book: Book) -> None:
    page = setter.begin_page()
    page.entries.append(book.title)
    setter.go_to(HEIGHT * 0.24)
    setter.say(book.title, _TITLE, BOLD)
    if book.author:
        setter.say(book.author, Style(size=12, leading=34, centred=True, ink=QUIET))
    for text in filter(None, (book.about, WORDS[book.language].sample if book.is_sample else "")):
        setter.say(text, Style(size=10.5, leading=18, before=14, left=30, ink=QUIET))
    for y in (HEIGHT * 0.21, HEIGHT * 0.21 + 3):
        page.marks.append(Rule(SIDE, y, MEASURE))
    page.marks.append(Picture(WIDTH / 2 - 30, HEIGHT - BOTTOM - 80, 60))


def _contents(setter: Setter, book: Book, places: list[int]) -> None:
    entries = list(zip(book.chapters, places, strict=True))
    for first in range(0, len(entries), _ENTRIES):
        page = setter.begin_page()
        setter.say(WORDS[book.language].contents, Style(size=16, leading=44), BOLD)
        for n, (chapter, place) in enumerate(entries[first : first + _ENTRIES]):
            y = TOP + 60 + n * LEADING
            page.marks += _entry(setter, chapter, place, y)


def _entry(setter: Setter, chapter: Chapter, place: int, y: float) -> Iterator[Text]:
    face = setter.faces[REGULAR]
    title = face.shown(chapter.title)
    while face.width(title) * 11 > MEASURE - 60:
        title = title.rstrip("…")[:-1] + "…"
    yield Text(SIDE, y, f"{chapter.number}", size=11, ink=QUIET)
    yield Text(SIDE + 24, y, title, size=11)
    number = str(place)
    yield Text(WIDTH - SIDE - face.width(number) * 11, y, number, size=11, ink=QUIET)


def _chapter(setter: Setter, book: Book, chapter: Chapter) -> None:
    page = setter.begin_page()
    page.entries.append(chapter.title)
    words = above(book) if book.alone else WORDS[book.language].chapter.format(chapter.number)
    setter.say(words, Style(size=_SMALL, leading=16, ink=QUIET))
    setter.say(chapter.title, Style(size=18, leading=28, before=4), BOLD)
    if book.alone and book.is_sample:
        setter.say(WORDS[book.language].sample, Style(size=_SMALL, leading=15, before=4, ink=QUIET))
    setter.rule()
    for paragraph in read_paragraphs(chapter.flow):
        setter.paragraph(paragraph)


def _numbered(pages: list[Page], face: Face, first: int) -> list[Page]:
    """Put the number of each page below it, from the page `first` on."""
    for number, page in enumerate(pages, 1):
        if number >= first and len(pages) > 1:
            width = face.width(str(number)) * _SMALL
            page.marks.append(Text((WIDTH - width) / 2, HEIGHT - 32, str(number), size=_SMALL, ink=QUIET))
    return pages
