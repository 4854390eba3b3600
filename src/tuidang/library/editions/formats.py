"""Which editions there are, and where each lies in the folder of editions. Pure, and light: pages use it.

    manifest.txt                       all files, signed
    key.txt                            the key of that signature; compare it with a copy from elsewhere
    library-<language>.zim             everything in one language
    <work>/<language>/book<ending>     a book
    <work>/<language>/<number><ending> one of its chapters, or an item of news

File names say nothing of what is in them: a file lies in a phone beside others.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

MANIFEST: Final = "manifest.txt"
KEY: Final = "key.txt"
TITLE: Final = "editions of the library"  # of the manifest


class Format(StrEnum):
    """What somebody may want to hold in his hand, the lightest first."""

    TEXT = "text"
    HTML = "html"
    EPUB = "epub"
    PDF = "pdf"
    BOOKLET = "booklet"
    ZIM = "zim"


ENDINGS: Final[Mapping[Format, str]] = {
    Format.TEXT: ".txt",
    Format.HTML: ".html",
    Format.EPUB: ".epub",
    Format.PDF: ".pdf",
    Format.BOOKLET: "-booklet.pdf",
    Format.ZIM: ".zim",
}
TYPES: Final[Mapping[str, str]] = {
    "txt": "text/plain; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "epub": "application/epub+zip",
    "pdf": "application/pdf",
    "zim": "application/x-zim",
}


def path_of(name: str, language: str, number: int | None, form: Format) -> str:
    """Name the file of a book, or of one of its chapters."""
    return f"{name}/{language}/{'book' if number is None else number}{ENDINGS[form]}"


def shelf_path(language: str) -> str:
    """Name the file of everything in one language."""
    return f"library-{language}{ENDINGS[Format.ZIM]}"
