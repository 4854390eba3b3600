"""What an edition is made of: a book as it is read in one language, whole or one chapter of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from tuidang.library.editions.paragraphs import read_paragraphs
from tuidang.library.flow import Flow

TAGS = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant", "en": "en"}  # as readers of files know our languages


@dataclass(frozen=True)
class Chapter:
    """One chapter in one language."""

    number: int
    title: str
    published: date
    flow: Flow


@dataclass(frozen=True)
class Book:
    """A work in one language, or one chapter of it alone. An item of news is a work of one chapter."""

    name: str
    language: str
    title: str
    author: str
    about: str
    day: date | None  # of an item of news
    is_sample: bool
    chapters: tuple[Chapter, ...]
    signs: frozenset[str] = (
        frozenset()
    )  # of the whole work: a typeface is made ready for all its chapters at once
    alone: bool = False  # one chapter of a work

    @property
    def published(self) -> date:
        """Give the day on which something of it was published last."""
        return max(chapter.published for chapter in self.chapters)

    @property
    def tag(self) -> str:
        """Name its language as files do."""
        return TAGS[self.language]

    @property
    def key(self) -> str:
        """Name it among all editions."""
        place = f"/{self.chapters[0].number}" if self.alone else ""
        return f"{self.name}/{self.language}{place}"

    @property
    def heading(self) -> str:
        """Give what stands largest on it."""
        return self.chapters[0].title if self.alone else self.title

    def only(self, number: int) -> Book:
        """Give one chapter of it alone."""
        chapters = tuple(chapter for chapter in self.chapters if chapter.number == number)
        return replace(self, chapters=chapters, alone=True)


@dataclass(frozen=True)
class Shelf:
    """Everything that can be read in one language."""

    language: str
    books: tuple[Book, ...]

    @property
    def published(self) -> date:
        """Give the day on which something of it was published last."""
        return max(book.published for book in self.books)


def signs_of(book: Book) -> frozenset[str]:
    """Give all characters that may be printed of a book, and of its chapters alone."""
    said = [book.title, book.author, book.about]
    for chapter in book.chapters:
        said.append(chapter.title)
        said += (run.text for paragraph in read_paragraphs(chapter.flow) for run in paragraph.runs)
    return frozenset("".join(said))
