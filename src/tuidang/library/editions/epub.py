"""A book, or a chapter, as EPUB 3, with the older table of contents beside the new one. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from io import BytesIO
from typing import Final
from uuid import NAMESPACE_URL, uuid5
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from tuidang.library.editions.cover import draw_cover
from tuidang.library.editions.values import Book, Chapter
from tuidang.library.editions.words import WORDS, above
from tuidang.library.flow import as_html

_CONTAINER: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="book/package.opf" media-type="application/oebps-package+xml"/>'
    "</rootfiles></container>\n"
)
_STYLE: Final = """\
body{line-height:1.8;margin:0 4%}h1,h2,h3{line-height:1.35}h1{font-size:1.5em}h2{font-size:1.15em}
p{margin:.6em 0}:lang(zh) p{text-align:justify}.quiet{color:#565b60;font-size:.85em}
blockquote{margin:1em 0;padding-left:1em;border-left:3px solid #1e6b4a}pre{white-space:pre-wrap}
hr{border:0;border-top:1px solid #ddd7c9;width:4em;margin:2em auto}
.cover{margin:0;padding:0;text-align:center}.cover svg{max-width:100%;height:auto}
nav ol{list-style:none;padding:0}nav li{margin:.6em 0}
"""
_XML: Final = {
    "xhtml": "application/xhtml+xml",
    "css": "text/css",
    "svg": "image/svg+xml",
    "ncx": "application/x-dtbncx+xml",
}


@dataclass(frozen=True)
class _Place:
    """A document of the book that its contents name."""

    file: str
    title: str


def write_epub(book: Book) -> bytes:
    """Write it as EPUB; the same book gives the same bytes."""
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        _pack(archive, "mimetype", "application/epub+zip", stored=True)
        _pack(archive, "META-INF/container.xml", _CONTAINER)
        for name, text in _documents(book):
            _pack(archive, f"book/{name}", text)
    return packed.getvalue()


def _pack(archive: ZipFile, name: str, text: str, *, stored: bool = False) -> None:
    member = ZipInfo(name, (1980, 1, 1, 0, 0, 0))  # the first day there is, for whoever made it whenever
    member.create_system, member.external_attr = 3, 0o644 << 16
    archive.writestr(member, text, ZIP_STORED if stored else ZIP_DEFLATED, 9)


def _documents(book: Book) -> Iterator[tuple[str, str]]:
    places = [_Place(f"{chapter.number}.xhtml", chapter.title) for chapter in book.chapters]
    yield "package.opf", _package(book, places)
    yield "nav.xhtml", _nav(book, places)
    yield "toc.ncx", _ncx(book, places)
    yield "style.css", _STYLE
    yield "cover.svg", f'<?xml version="1.0" encoding="UTF-8"?>\n{draw_cover(book)}\n'
    yield (
        "cover.xhtml",
        _page(book, book.heading, f'<div class="cover" epub:type="cover">{draw_cover(book)}</div>'),
    )
    if not book.alone:
        yield "title.xhtml", _page(book, book.title, _title(book))
    for chapter in book.chapters:
        yield f"{chapter.number}.xhtml", _page(book, chapter.title, _chapter(book, chapter))


def _page(book: Book, title: str, body: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="http://www.idpf.org/2007/ops" lang="{book.tag}" xml:lang="{book.tag}">\n<head>\n'
        f"<title>{escape(title)}</title>\n"
        '<link rel="stylesheet" type="text/css" href="style.css"/>\n</head>\n'
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _title(book: Book) -> str:
    said = "".join(f"<p>{escape(text)}</p>\n" for text in (book.author, book.about) if text)
    return f'<section epub:type="titlepage">\n<h1>{escape(book.title)}</h1>\n{said}{_sample(book)}</section>'


def _chapter(book: Book, chapter: Chapter) -> str:
    words = above(book) if book.alone else WORDS[book.language].chapter.format(chapter.number)
    # The only elements without an end that we write; in words a < is written otherwise.
    html = as_html(chapter.flow).replace("<br>", "<br/>").replace("<hr>", "<hr/>")
    return (
        f'<section epub:type="chapter">\n<p class="quiet">{escape(words)}</p>\n'
        f"<h1>{escape(chapter.title)}</h1>\n"
        f"{_sample(book) if book.alone else ''}{html}\n</section>"
    )


def _sample(book: Book) -> str:
    return f'<p class="quiet">{WORDS[book.language].sample}</p>\n' if book.is_sample else ""


def _package(book: Book, places: list[_Place]) -> str:
    files = ["nav.xhtml", "toc.ncx", "style.css", "cover.svg", "cover.xhtml"]
    files += ["title.xhtml"] * (not book.alone) + [place.file for place in places]
    more = {
        "nav.xhtml": ' properties="nav"',
        "cover.svg": ' properties="cover-image"',
        "cover.xhtml": ' properties="svg"',
    }
    items = "".join(
        f'<item id="{_id(name)}" href="{name}" media-type="{_XML[name.rpartition(".")[2]]}"'
        f"{more.get(name, '')}/>\n"
        for name in files
    )
    spine = [name for name in files if name.endswith(".xhtml") and name != "nav.xhtml"]
    spine[1 + (not book.alone) : 1 + (not book.alone)] = ["nav.xhtml"] * (not book.alone)
    refs = "".join(f'<itemref idref="{_id(name)}"/>\n' for name in spine)
    author = f"<dc:creator>{escape(book.author)}</dc:creator>\n" if book.author else ""
    about = (
        f"<dc:description>{escape(book.about)}</dc:description>\n" if book.about and not book.alone else ""
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<package xmlns="http://www.idpf.org/2007/opf" version="3.0" '
        f'unique-identifier="id" xml:lang="{book.tag}">\n<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f'<dc:identifier id="id">{_urn(book)}</dc:identifier>\n<dc:title>{escape(book.heading)}</dc:title>\n'
        f"<dc:language>{book.tag}</dc:language>\n{author}{about}"
        f'<meta property="dcterms:modified">{book.published:%Y-%m-%d}T00:00:00Z</meta>\n'
        f'<meta name="cover" content="cover-svg"/>\n</metadata>\n'
        f'<manifest>\n{items}</manifest>\n<spine toc="toc-ncx">\n{refs}</spine>\n</package>\n'
    )


def _id(name: str) -> str:
    return f"c{name.replace('.', '-')}" if name[0].isdigit() else name.replace(".", "-")


def _urn(book: Book) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'tuidang:library/{book.key}')}"


def _nav(book: Book, places: list[_Place]) -> str:
    entries = "".join(f'<li><a href="{place.file}">{escape(place.title)}</a></li>\n' for place in places)
    contents = WORDS[book.language].contents
    return _page(
        book,
        contents,
        f'<nav epub:type="toc" id="toc">\n<h1>{contents}</h1>\n<ol>\n{entries}</ol>\n</nav>',
    )


def _ncx(book: Book, places: list[_Place]) -> str:
    points = "".join(
        f'<navPoint id="p{n}" playOrder="{n}"><navLabel><text>{escape(place.title)}</text></navLabel>'
        f'<content src="{place.file}"/></navPoint>\n'
        for n, place in enumerate(places, 1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1" '
        f'xml:lang="{book.tag}">\n<head><meta name="dtb:uid" content="{_urn(book)}"/></head>\n'
        f"<docTitle><text>{escape(book.heading)}</text></docTitle>\n<navMap>\n{points}</navMap>\n</ncx>\n"
    )
