"""A receipt as PDF, on letter paper, with the characters it needs of a Chinese font in it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace

from tuidang.giving.rules.letter import Letter, stamp

# Debian's fonts-noto-cjk; in its collection the third face is simplified Chinese, the fourth traditional.
FONT: Final = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
_FACES: Final = {"zh-hans": 2, "zh-hant": 3, "en": 2}
_INK: Final = (31, 35, 40)
_QUIET: Final = (86, 91, 96)
_GREEN: Final = (30, 107, 74)
_RED: Final = (162, 59, 42)
_MARGIN: Final = 72  # points: an inch
_WIDTHS: Final = (28, 26, 46)


class NoFontError(LookupError):
    """The font is not on this machine."""


def make_pdf(letter: Letter, mark: str = "", font: Path = FONT) -> bytes:
    """Set a letter on paper; `mark` says that it is a duplicate, or void. Raises NoFontError."""
    if not font.is_file():
        raise NoFontError(str(font))
    pdf = FPDF(format="letter", unit="pt")
    pdf.set_title(letter.title)
    pdf.set_lang({"zh-hans": "zh-Hans", "zh-hant": "zh-Hant"}.get(letter.language, "en"))
    pdf.set_margins(_MARGIN, _MARGIN, _MARGIN)
    pdf.set_auto_page_break(auto=True, margin=_MARGIN)
    pdf.add_font("noto", fname=font, collection_font_number=_FACES[letter.language])
    pdf.add_page()
    name, *rest = letter.head
    _say(pdf, name, size=14, colour=_GREEN)
    for line in rest:
        _say(pdf, line, size=9, colour=_QUIET)
    pdf.set_draw_color(*_GREEN)
    pdf.set_y(pdf.get_y() + 8)
    pdf.line(_MARGIN, pdf.get_y(), pdf.w - _MARGIN, pdf.get_y())
    pdf.set_y(pdf.get_y() + 20)
    if mark:
        _stamp(pdf, stamp(letter.language, mark))
    _say(pdf, letter.title, size=18, after=10)
    for label, value in letter.facts:
        _fact(pdf, label, value)
    pdf.set_y(pdf.get_y() + 14)
    for paragraph in letter.paragraphs:
        _say(pdf, paragraph, after=8)
    if letter.rows:
        _table(pdf, letter)
    for paragraph in letter.last:
        _say(pdf, paragraph, after=8)
    return bytes(pdf.output())


def _say(
    pdf: FPDF, text: str, *, size: float = 11, colour: tuple[int, int, int] = _INK, after: float = 0
) -> None:
    pdf.set_font("noto", size=size)
    pdf.set_text_color(*colour)
    pdf.multi_cell(0, size * 1.5, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.set_y(pdf.get_y() + after)


def _fact(pdf: FPDF, label: str, value: str) -> None:
    pdf.set_font("noto", size=10)
    pdf.set_text_color(*_QUIET)
    pdf.cell(150, 16, label)
    pdf.set_text_color(*_INK)
    pdf.multi_cell(0, 16, value, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _table(pdf: FPDF, letter: Letter) -> None:
    pdf.set_font("noto", size=10)
    pdf.set_draw_color(221, 215, 201)
    heading = FontFace(color=_QUIET, emphasis="")
    with pdf.table(
        col_widths=_WIDTHS,
        line_height=16,
        borders_layout="HORIZONTAL_LINES",
        text_align=("LEFT", "RIGHT", "LEFT"),
        headings_style=heading,
        padding=3,
    ) as table:
        for cells in (letter.columns, *letter.rows):
            row = table.row()
            for cell in cells:
                row.cell(cell)
    pdf.set_y(pdf.get_y() + 12)


def _stamp(pdf: FPDF, word: str) -> None:
    """Say in a frame, above the title, what this paper is not."""
    pdf.set_font("noto", size=16)
    pdf.set_text_color(*_RED)
    pdf.set_draw_color(*_RED)
    pdf.cell(
        pdf.get_string_width(word) + 24, 28, word, border=1, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT
    )
    pdf.set_y(pdf.get_y() + 12)
