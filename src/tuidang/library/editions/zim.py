"""What can be read in one language as one ZIM file, which Kiwix opens and searches without a network.

`libzim` makes three numbers by chance: the file's own UUID, and one in each of the two indexes of Xapian in
it. They are put in anew, made of the contents, and the MD5 sum at the file's end with them: the same books
give the same bytes.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import md5, sha256
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Final

from libzim.writer import Creator, Hint, Item, StringProvider

from tuidang.base.words import day_words
from tuidang.library.editions.page import STYLE
from tuidang.library.editions.values import Book, Chapter, Shelf
from tuidang.library.editions.words import WORDS
from tuidang.library.flow import as_html

# ISO 639-3: with `zh` the index parts Chinese wrongly, and its search finds nothing.
LANGUAGES: Final = {"zh-hans": "zho", "zh-hant": "zho", "en": "eng"}

_MAGIC: Final = b"\x0f\x0dXapian Glass"  # no text of ours holds these two control characters
_UUID: Final = 16
_SUM: Final = 16  # the MD5 of all before it, at the end


class _Document(Item):  # type: ignore[misc]  # libzim has no types
    def __init__(self, path: str, title: str, content: str | bytes, kind: str = "text/html") -> None:
        super().__init__()
        self._said = (path, title, kind)
        self._content = content

    def get_path(self) -> str:
        return self._said[0]

    def get_title(self) -> str:
        return self._said[1]

    def get_mimetype(self) -> str:
        return self._said[2]

    def get_contentprovider(self) -> StringProvider:
        return StringProvider(self._content)

    def get_hints(self) -> dict[Hint, bool]:
        return {Hint.FRONT_ARTICLE: self._said[2] == "text/html"}


def write_zim(shelf: Shelf, path: Path) -> None:
    """Write all books of a language into a file that is not there yet."""
    words = WORDS[shelf.language]
    creator = Creator(path).config_indexing(True, LANGUAGES[shelf.language])
    creator.config_nbworkers(1)  # with more, what stands where depends on who was first
    creator.set_mainpath("index.html")
    digest = sha256()
    with _silence(), creator:
        creator.add_illustration(
            48, files("tuidang.library").joinpath("editions", "boat-48.png").read_bytes()
        )
        creator.add_item(_Document("style.css", "", STYLE, "text/css"))
        for document in _documents(shelf):
            digest.update(repr(document).encode())
            creator.add_item(_Document(*document))
        for name, said in {
            "Title": words.library,
            "Description": words.about_library,
            "Language": LANGUAGES[shelf.language],
            "Name": f"tuidang_{shelf.language}",
            "Creator": "tuidang",
            "Publisher": "tuidang",
            "Date": shelf.published.isoformat(),
        }.items():
            digest.update(repr((name, said)).encode())
            creator.add_metadata(name, said)
    settle(path, digest.digest())


@contextmanager
def _silence() -> Iterator[None]:
    """Let libzim talk to nobody: it writes to standard output and standard error, which are ours."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(stream) for stream in (1, 2)]
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        for stream in (1, 2):
            os.dup2(nowhere, stream)
        yield
    finally:
        for stream, place in enumerate(kept, 1):
            os.dup2(place, stream)
            os.close(place)
        os.close(nowhere)


def settle(path: Path, seed: bytes) -> None:
    """Put numbers made of `seed` in the place of those made by chance; raises ValueError where it cannot."""
    content = bytearray(path.read_bytes())
    places = [
        found.end() + 2 for found in re.finditer(re.escape(_MAGIC), content)
    ]  # after two bytes of a version
    if len(places) != 2:
        raise ValueError(f"a ZIM file with two indexes was expected, and it has {len(places)}")
    for number, place in enumerate((8, *places)):
        content[place : place + _UUID] = sha256(seed + bytes([number])).digest()[:_UUID]
    content[-_SUM:] = md5(content[:-_SUM], usedforsecurity=False).digest()
    path.write_bytes(content)


def _documents(shelf: Shelf) -> Iterator[tuple[str, str, str]]:
    """Give path, title and HTML of each page."""
    yield (
        "index.html",
        WORDS[shelf.language].library,
        _page(shelf.language, WORDS[shelf.language].library, _index(shelf)),
    )
    for book in shelf.books:
        if not book.day:
            yield (
                f"{book.name}/index.html",
                book.title,
                _page(shelf.language, book.title, _contents(book), "../"),
            )
        for chapter in book.chapters:
            yield (
                f"{book.name}/{chapter.number}.html",
                chapter.title,
                _page(shelf.language, chapter.title, _chapter(book, chapter), "../"),
            )


def _page(language: str, title: str, body: str, root: str = "") -> str:
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<link rel="stylesheet" href="{root}style.css">\n</head>\n'
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _index(shelf: Shelf) -> str:
    words = WORDS[shelf.language]
    news = sorted((book for book in shelf.books if book.day), key=lambda book: str(book.day), reverse=True)
    books = [book for book in shelf.books if not book.day]
    parts = [f"<h1>{words.library}</h1>"]
    for title, listed in ((words.news, news), (words.books, books)):
        if listed:
            parts += [f"<h2>{title}</h2>", "<ul>", *map(_entry, listed), "</ul>"]
    return "\n".join(parts)


def _entry(book: Book) -> str:
    place = "1.html" if book.day else "index.html"
    small = day_words(book.day, book.language) if book.day else book.author
    about = f"<br>{escape(book.about)}" if book.about else ""
    return (
        f'<li><a href="{book.name}/{place}">{escape(book.title)}</a> '
        f'<span class="quiet">{escape(small)}</span>{about}</li>'
    )


def _contents(book: Book) -> str:
    words = WORDS[book.language]
    said = "".join(f"<p>{escape(text)}</p>\n" for text in (book.author, book.about) if text)
    sample = f'<p class="quiet">{words.sample}</p>\n' if book.is_sample else ""
    entries = "".join(
        f'<li value="{chapter.number}"><a href="{chapter.number}.html">{escape(chapter.title)}</a></li>\n'
        for chapter in book.chapters
    )
    return (
        f'<p class="quiet"><a href="../index.html">{words.library}</a></p>\n'
        f"<h1>{escape(book.title)}</h1>\n{said}{sample}"
        f"<h2>{words.contents}</h2>\n<ol>\n{entries}</ol>"
    )


def _chapter(book: Book, chapter: Chapter) -> str:
    words = WORDS[book.language]
    up = ("../index.html", words.library) if book.day else ("index.html", book.title)
    later = next((one for one in book.chapters if one.number > chapter.number), None)
    onward = f'<p><a href="{later.number}.html">{escape(later.title)} →</a></p>' if later else ""
    sample = f'<p class="quiet">{words.sample}</p>\n' if book.is_sample else ""
    return (
        f'<p class="quiet"><a href="{up[0]}">{escape(up[1])}</a></p>\n'
        f"<h1>{escape(chapter.title)}</h1>\n{sample}"
        f"{as_html(chapter.flow)}\n{onward}"
    )
