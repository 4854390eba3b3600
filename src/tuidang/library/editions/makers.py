"""Who makes which edition. A new one is added here, to the formats, and to the words of the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tuidang.library.editions.epub import write_epub
from tuidang.library.editions.formats import Format
from tuidang.library.editions.page import write_page
from tuidang.library.editions.pdf import write_booklet, write_pdf
from tuidang.library.editions.plain import write_text
from tuidang.library.editions.typeface import PACKAGE, is_there
from tuidang.library.editions.values import Book, Shelf
from tuidang.library.editions.zim import write_zim


@dataclass(frozen=True)
class Maker:
    """Makes one edition of a book, or of a chapter alone, as a file that is not there yet."""

    form: Format
    version: int  # goes up when what it makes changes: everything is made anew then
    make: Callable[[Book, Path], None]
    missing: Callable[[], str] = lambda: (
        ""
    )  # the package of Debian that it cannot do without, while it is missing


@dataclass(frozen=True)
class ShelfMaker:
    """Makes one file of everything in a language."""

    form: Format
    version: int
    make: Callable[[Shelf, Path], None]


def _writes(write: Callable[[Book], bytes]) -> Callable[[Book, Path], None]:
    def make(book: Book, path: Path) -> None:
        path.write_bytes(write(book))

    return make


def _needs_typeface() -> str:
    return "" if is_there() else PACKAGE


MAKERS: Final = (
    Maker(Format.TEXT, 1, _writes(write_text)),
    Maker(Format.HTML, 1, _writes(write_page)),
    Maker(Format.EPUB, 1, _writes(write_epub)),
    Maker(Format.PDF, 1, _writes(write_pdf), _needs_typeface),
    Maker(Format.BOOKLET, 1, _writes(write_booklet), _needs_typeface),
)
SHELF_MAKER: Final = ShelfMaker(Format.ZIM, 1, write_zim)
