"""Editions as files: whole, self-contained, and the same bytes whenever and wherever they are made."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from libzim.reader import Archive

from editions_cast import LONG_WORD, a_book
from markup import Markup
from tuidang.library.editions.epub import write_epub
from tuidang.library.editions.formats import ENDINGS, Format
from tuidang.library.editions.layout import lay_out
from tuidang.library.editions.makers import MAKERS, SHELF_MAKER
from tuidang.library.editions.page import write_page
from tuidang.library.editions.paragraphs import read_paragraphs
from tuidang.library.editions.pdf import write_booklet, write_pdf
from tuidang.library.editions.plain import write_text
from tuidang.library.editions.setting import BOTTOM, HEIGHT, SIDE, WIDTH, Text
from tuidang.library.editions.typeface import REGULAR, face_of
from tuidang.library.editions.values import Shelf
from tuidang.library.editions.zim import settle, write_zim
from tuidang.library.flow import as_plain, read_markdown

LANGUAGES = ("zh-hans", "zh-hant", "en")
ELSEWHERE = """
import datetime, sys, time
from pathlib import Path

REAL = datetime.datetime
DAYS = int(sys.argv[2])

class Later(REAL):
    @classmethod
    def now(cls, tz=None):
        return REAL.now(tz) + datetime.timedelta(days=DAYS)

datetime.datetime = Later
clock, here = time.time, time.localtime
time.time = lambda: clock() + DAYS * 86400
time.localtime = lambda seconds=None: here(time.time() if seconds is None else seconds)

from editions_cast import a_book
from tuidang.library.editions.makers import MAKERS, SHELF_MAKER
from tuidang.library.editions.values import Shelf

folder, book = Path(sys.argv[1]), a_book()
for maker in MAKERS:
    maker.make(book, folder / f"book-{maker.form}")
    maker.make(book.only(2), folder / f"2-{maker.form}")
SHELF_MAKER.make(Shelf("zh-hans", (book,)), folder / "shelf")
"""


def sums(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


def test_another_process_on_another_day_in_another_place_makes_the_same_bytes(tmp_path: Path) -> None:
    found = []
    for days, zone, seed in ((0, "UTC", "0"), (400, "Asia/Kathmandu", "77")):
        folder = tmp_path / zone.replace("/", "-")
        folder.mkdir()
        path = os.pathsep.join(str(Path(__file__).parents[n]) for n in (2,))
        environ = {**os.environ, "TZ": zone, "PYTHONHASHSEED": seed, "PYTHONPATH": path, "LC_ALL": "C"}
        subprocess.run([sys.executable, "-c", ELSEWHERE, folder, str(days)], env=environ, check=True)
        found.append(sums(folder))
    assert len(found[0]) == 2 * len(MAKERS) + 1
    assert found[0] == found[1]


def test_a_chapter_is_the_same_whatever_else_its_book_says() -> None:
    book = a_book(chapters=2)
    alone = a_book(chapters=1)
    more = replace(book, signs=book.signs | set("龙凤呈祥abcXYZ"))
    for write in (write_pdf, write_booklet, write_epub, write_page, write_text):
        assert write(book.only(1)) == write(alone.only(1)) == write(more.only(1))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_needs_nothing_from_anywhere_and_says_every_word(language: str) -> None:
    book = a_book(language)
    for subject in (book, book.only(2)):
        page = Markup(write_page(subject).decode())
        assert page.find("html")[0].attributes["lang"] == language
        assert not [
            e for e in page.all if e.tag in {"script", "link", "img", "iframe"} or "src" in e.attributes
        ]
        assert [e.tag for e in page.find("h1")] == ["h1"]
        said = "".join(page.find("main")[0].words.split())
        for chapter in subject.chapters:
            assert "".join(as_plain(chapter.flow).split()) in said
    contents = [link.attributes["href"] for link in Markup(write_page(book).decode()).find("a")][:3]
    assert contents == ["#c1", "#c2", "#c3"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_plain_text_says_every_word_in_order_for_old_readers(language: str) -> None:
    book = a_book(language)
    text = write_text(book).decode("utf-8-sig")
    assert "\r\n" in text
    assert "\n" not in text.replace("\r\n", "")
    assert "(https://example.org/" in text
    assert write_text(book).startswith(b"\xef\xbb\xbf")
    places = [text.index(f"\r\n{one.number}. {one.title}\r\n\r\n{one.number} ") for one in book.chapters]
    assert places == sorted(places)


def test_paragraphs_keep_markers_quotations_rules_and_what_was_typed_as_it_was() -> None:
    flow = read_markdown(
        "1. a\n\n   b\n2. c\n\n> q\n\n---\n\n    x\n      y\n\n-\n\nz [w](mailto:a@example.org)"
    )
    said = [
        ("".join(run.text for run in one.runs), one.marker, one.depth, one.quoted, one.is_rule, one.is_kept)
        for one in read_paragraphs(flow)
    ]
    assert said == [
        ("a", "1.", 1, 0, False, False),
        ("b", "", 1, 0, False, False),
        ("c", "2.", 1, 0, False, False),
        ("q", "", 0, 1, False, False),
        ("", "", 0, 0, True, False),
        ("x\n  y", "", 0, 0, False, True),
        ("z w (a@example.org)", "", 0, 0, False, False),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_on_paper_stands_outside_its_page_and_no_line_begins_with_what_closes(language: str) -> None:
    book = a_book(language)
    pages = lay_out(book)
    face = face_of(REGULAR, language, book.signs)
    texts = [mark for page in pages for mark in page.marks if isinstance(mark, Text)]
    for mark in texts:
        right = mark.x + face.width(mark.text) * mark.size + mark.apart * max(len(mark.text) - 1, 0)
        assert SIDE / 2 < mark.x < right <= WIDTH - SIDE + 2, mark
        assert 0 < mark.y < HEIGHT - BOTTOM + 40, mark
    first = [mark.text[0] for mark in texts if mark.x == SIDE]
    assert not set(first) & set("，。、；：？！）」』”’》")
    said = "".join("".join(mark.text.split()) for mark in texts)
    assert LONG_WORD in said or language == "en"
    assert [entry for page in pages for entry in page.entries] == [
        book.title,
        *(c.title for c in book.chapters),
    ]


def test_what_the_typeface_has_not_is_shown_as_printers_show_it() -> None:
    book = a_book(chapters=1)
    chapter = replace(book.chapters[0], title="心\N{GRINNING FACE}安")
    pages = lay_out(replace(book, chapters=(chapter,), signs=book.signs | {"\N{GRINNING FACE}"}).only(1))
    assert any(isinstance(mark, Text) and mark.text == "心〓安" for mark in pages[0].marks)


def test_every_document_of_an_epub_is_xml_in_its_language_and_has_one_time() -> None:
    book = a_book("zh-hant")
    with ZipFile(BytesIO(write_epub(book))) as archive:
        members = archive.infolist()
        assert members[0].filename == "mimetype"
        assert members[0].compress_type == 0
        assert {member.date_time for member in members} == {(1980, 1, 1, 0, 0, 0)}
        for member in members:
            if member.filename.endswith(("xhtml", "opf", "ncx", "svg", "xml")):
                root = ElementTree.fromstring(archive.read(member))
                language = root.get("{http://www.w3.org/XML/1998/namespace}lang")
                assert language == "zh-Hant" or member.filename == "META-INF/container.xml"


def test_a_zim_file_is_whole_after_its_chance_numbers_are_settled(tmp_path: Path) -> None:
    news = replace(a_book(chapters=1, day=date(2026, 11, 20)), name="news-item")
    write_zim(Shelf("zh-hans", (a_book(), news)), tmp_path / "one.zim")
    archive = Archive(tmp_path / "one.zim")
    assert archive.check()
    assert archive.has_fulltext_index
    assert archive.has_title_index
    assert bytes(archive.get_metadata("Language")) == b"zho"
    assert archive.main_entry.get_item().path == "index.html"
    main = Markup(bytes(archive.get_entry_by_path("index.html").get_item().content).decode())
    assert len(main.find("a")) == 2
    assert all(archive.has_entry_by_path(link.attributes["href"]) for link in main.find("a"))
    (tmp_path / "other").write_bytes(b"ZIM" + bytes(100))
    with pytest.raises(ValueError, match="two indexes"):
        settle(tmp_path / "other", b"")


def test_each_format_has_one_maker() -> None:
    assert [maker.form for maker in (*MAKERS, SHELF_MAKER)] == list(Format) == list(ENDINGS)
