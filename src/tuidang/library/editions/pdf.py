"""Pages as PDF: to read on a screen, one after the other with an outline, and to print as a booklet.

Nothing in them says when, where or by which copy of the program they were made: the same book gives the same
bytes.
"""

from __future__ import annotations

import logging
import tempfile
from datetime import UTC, datetime
from typing import Final

from fpdf import FPDF
from fpdf.drawing import PaintedPath
from fpdf.drawing_primitives import DeviceRGB, Transform
from fpdf.svg import svg_path_converter

from tuidang.base.drawings import BOAT
from tuidang.library.editions.booklet import impose
from tuidang.library.editions.layout import lay_out
from tuidang.library.editions.setting import HEIGHT, INK, QUIET, WIDTH, Mark, Page, Picture, Rule, Text
from tuidang.library.editions.typeface import BOLD, REGULAR, face_of
from tuidang.library.editions.values import Book
from tuidang.library.editions.words import WORDS

_COLOURS: Final = {INK: (31, 35, 40), QUIET: (86, 91, 96)}
_LINE: Final = (176, 168, 150)
_GREEN: Final = DeviceRGB(30 / 255, 107 / 255, 74 / 255)
_NO_DAY: Final = datetime(2000, 1, 1, tzinfo=UTC)
_FOLD: Final = 6.5


def write_pdf(book: Book) -> bytes:
    """Write it to be read page by page."""
    pages = lay_out(book)
    pdf = _open(book, (WIDTH, HEIGHT))
    for page in pages:
        pdf.add_page()
        for level, entry in enumerate(page.entries):
            pdf.start_section(entry, level=level)
        _draw(pdf, page, 0.0)
    return bytes(pdf.output())


def write_booklet(book: Book) -> bytes:
    """Write it to be printed on both sides of A4, folded and stapled."""
    pages = lay_out(book)
    sides = impose(len(pages))
    pdf = _open(book, (2 * WIDTH, HEIGHT))
    for place, side in enumerate(sides):
        pdf.add_page()
        if not place:
            _say_how_to_fold(pdf, book)
        for number, left in zip(side, (0.0, WIDTH), strict=True):
            if number:
                _draw(pdf, pages[number - 1], left)
    return bytes(pdf.output())


def _open(book: Book, size: tuple[float, float]) -> FPDF:
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    pdf = FPDF(unit="pt", format=size)
    pdf.set_creation_date(_NO_DAY)
    pdf.set_producer("")
    pdf.set_title(book.heading)
    pdf.set_lang(book.tag)
    if book.author:
        pdf.set_author(book.author)
    pdf.set_margin(0)
    pdf.set_auto_page_break(auto=False)
    for weight in (REGULAR, BOLD):
        with tempfile.NamedTemporaryFile(suffix=".otf") as file:  # it is read whole when it is added
            file.write(face_of(weight, book.language, book.signs).file)
            file.flush()
            pdf.add_font(weight, fname=file.name)
    return pdf


def _draw(pdf: FPDF, page: Page, left: float) -> None:
    for mark in page.marks:
        _mark(pdf, mark, left)


def _mark(pdf: FPDF, mark: Mark, left: float) -> None:
    match mark:
        case Text():
            pdf.set_font(mark.weight, size=mark.size)
            pdf.set_text_color(*_COLOURS[mark.ink])
            pdf.set_char_spacing(mark.apart)
            pdf.text(left + mark.x, mark.y, mark.text)
        case Rule():
            pdf.set_draw_color(*_LINE)
            pdf.set_line_width(1.2 if mark.is_bar else 0.6)
            x, y = left + mark.x, mark.y
            pdf.line(x, y, x + (0 if mark.is_bar else mark.width), y + (mark.width if mark.is_bar else 0))
        case Picture():
            path = PaintedPath()
            svg_path_converter(path, BOAT)
            path.style.stroke_color, path.style.fill_color, path.style.stroke_width = _GREEN, None, 1.6
            path.style.stroke_cap_style, path.style.stroke_join_style = "round", "round"
            path.transform = Transform.scaling(mark.side / 64).translate(left + mark.x, mark.y)
            with pdf.drawing_context() as context:
                context.add_item(path)


def _say_how_to_fold(pdf: FPDF, book: Book) -> None:
    """Say it, small, at the foot of what becomes the back: only who prints needs it."""
    text = WORDS[book.language].fold
    face = face_of(REGULAR, book.language, book.signs)
    _mark(pdf, Text((WIDTH - face.width(text) * _FOLD) / 2, HEIGHT - 14, text, size=_FOLD, ink=QUIET), 0.0)
