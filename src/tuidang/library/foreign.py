"""Books of others' making, read as works: an EPUB, or a page of HTML. Pure: it reads files, no more."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote
from xml.etree import ElementTree as Xml

from tuidang.library.book_html import find_title, read_html, split_chapters
from tuidang.library.folder import FoundChapter, FoundText, FoundWork
from tuidang.library.rules import (
    LANGUAGES,
    LONGEST_TITLE,
    MOST_CHAPTERS,
    Fault,
    Heading,
    Mistake,
    check_body,
    check_heading,
    check_name,
    check_title,
)

_LONGEST_FILE: Final = 5_000_000  # bytes, unpacked
_MOST_FILES: Final = 5_000
_CONTAINER: Final = "META-INF/container.xml"
_OPF: Final = "{http://www.idpf.org/2007/opf}"
_DC: Final = "{http://purl.org/dc/elements/1.1/}"
_HANT: Final = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")

_Chapters = list[tuple[str, str]]  # title and Markdown


def read_book(file: Path, *, name: str = "", language: str = "") -> FoundWork:
    """Read an .epub or .html file as a work; `name` and `language` where the file's own are not to be taken.

    Raises Mistake, with the file in its message.
    """
    try:
        if file.stat().st_size > 20 * _LONGEST_FILE:
            raise Mistake("folder", "it is too large", Fault.FILES)
        if file.suffix.lower() == ".epub":
            heading, said, chapters = _read_epub(file)
        else:
            heading, said, chapters = _read_page(file)
        return _work(name or file.stem, heading, language or _language(said), chapters)
    except (KeyError, ValueError, OSError, Xml.ParseError, zipfile.BadZipFile, NotImplementedError) as error:
        fault = error.fault if isinstance(error, Mistake) else Fault.FILES
        field = error.field if isinstance(error, Mistake) else "folder"
        told = str(error) if isinstance(error, Mistake | OSError) else "it cannot be read as a book"
        raise Mistake(field, f"{file}: {told}", fault) from None


def _work(name: str, heading: Heading, language: str, chapters: _Chapters) -> FoundWork:
    checked = check_heading(heading)
    if not 0 < len(chapters) <= MOST_CHAPTERS:
        raise Mistake("folder", f"a text has 1 to {MOST_CHAPTERS} chapters", Fault.FILES)
    found = tuple(
        FoundChapter(check_title((title or checked.title)[:LONGEST_TITLE]), check_body(body))
        for title, body in chapters
    )
    return FoundWork(check_name(name), None, False, (FoundText(language, checked, found),))


def _language(said: str) -> str:
    low = said.lower().replace("_", "-")
    if low.startswith("zh"):
        return "zh-hant" if low.startswith(_HANT) else "zh-hans"
    if low.startswith("en"):
        return "en"
    raise Mistake(
        "language", f"it does not say its language; give one of {', '.join(LANGUAGES)}", Fault.LANGUAGE
    )


def _read_page(file: Path) -> tuple[Heading, str, _Chapters]:
    html = file.read_text(encoding="utf-8-sig")
    title, chapters = split_chapters(read_html(html), find_title(html) or file.stem)
    said = html[:2000].partition("<html")[2].partition(">")[0].partition('lang="')[2].partition('"')[0]
    return Heading(title[:LONGEST_TITLE]), said, chapters


def _read_epub(file: Path) -> tuple[Heading, str, _Chapters]:
    with zipfile.ZipFile(file) as archive:
        if len(archive.infolist()) > _MOST_FILES:
            raise Mistake("folder", "it has too many files", Fault.FILES)
        container = Xml.fromstring(_unpack(archive, _CONTAINER))  # noqa: S314 -- expat bounds what entities do
        root = next(one.attrib["full-path"] for one in container.iter() if one.tag.endswith("}rootfile"))
        package = Xml.fromstring(_unpack(archive, root))  # noqa: S314 -- likewise
        chapters = list(_chapters(archive, package, posixpath.dirname(root)))

    def said(what: str) -> str:
        return " ".join((package.findtext(f".//{_DC}{what}") or "").split())

    return Heading(said("title")[:LONGEST_TITLE], said("creator")[:LONGEST_TITLE]), said("language"), chapters


def _chapters(archive: zipfile.ZipFile, package: Xml.Element, folder: str) -> Iterator[tuple[str, str]]:
    """Give the documents of the spine that have words, each as a chapter, or as those that it holds."""
    items = {one.attrib["id"]: one.attrib for one in package.iter(f"{_OPF}item")}
    for reference in package.iter(f"{_OPF}itemref"):
        item = items[reference.attrib["idref"]]
        if "nav" in item.get("properties", "").split():
            continue
        path = posixpath.normpath(posixpath.join(folder, unquote(item["href"])))
        html = _unpack(archive, path).decode("utf-8-sig")
        blocks = read_html(html)
        highest = min((block.level for block in blocks if block.level), default=0)
        if sum(block.level == highest for block in blocks if block.level) > 1:
            yield from split_chapters(blocks, find_title(html))[1]
            continue
        heading = next((block for block in blocks if block.level and block.level == highest), None)
        body = "\n\n".join(block.markdown for block in blocks if block is not heading)
        if body:
            yield heading.words if heading else find_title(html), body


def _unpack(archive: zipfile.ZipFile, path: str) -> bytes:
    info = archive.getinfo(path)
    if info.file_size > _LONGEST_FILE:
        raise Mistake("folder", f"{path} is too large", Fault.FILES)
    with archive.open(info) as inner:
        return inner.read(_LONGEST_FILE)
