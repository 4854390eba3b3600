"""A sheet as a file for a printer: PDF with bleed, crop marks, printing inks, faces embedded and subset.

Nothing in it says when, where or by which program's copy it was made: the same order gives the same bytes.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from fpdf import FPDF
from fpdf.drawing import DrawingContext, PaintedPath
from fpdf.drawing_primitives import DeviceCMYK, Transform
from fpdf.svg import svg_path_converter

from tuidang.reach.posters.layout import BLEED, lay_out
from tuidang.reach.posters.picture import LINE
from tuidang.reach.posters.typeface import PLACES, file_of
from tuidang.reach.posters.values import Boxes, Drawing, Ink, Mark, Order, Text

SLUG: Final = 10.0  # paper around the sheet, where the crop marks are
_MARK: Final = 5.0  # their length
_HAIR: Final = 0.1  # and width
_POINT: Final = 72 / 25.4
_SOME_DAY: Final = datetime(2000, 1, 1, tzinfo=UTC)  # every file has it
_ALL_INKS: Final = DeviceCMYK(1, 1, 1, 1)


def print_file(order: Order) -> bytes:
    """Write a sheet for a printer. Raises TooLong and NoGlyph."""
    marks = lay_out(order)
    width, height = order.sheet.size
    pdf = _open(order, marks, width, height)
    with pdf.drawing_context() as context:
        for mark in marks:
            _draw(context, mark)
        for start_x, start_y, end_x, end_y in crop_marks(width, height):
            line = PaintedPath(start_x + SLUG, start_y + SLUG).line_to(end_x + SLUG, end_y + SLUG)
            line.style.stroke_color, line.style.stroke_width, line.style.fill_color = _ALL_INKS, _HAIR, None
            context.add_item(line)
    for mark in marks:
        if isinstance(mark, Text):
            pdf.set_font(mark.face, size=mark.size * _POINT)
            pdf.set_text_color(_ink(mark.ink))
            pdf.text(mark.x + SLUG, mark.y + SLUG, mark.text)
    return bytes(pdf.output())


def crop_marks(width: float, height: float) -> list[tuple[float, float, float, float]]:
    """Give the lines along which a sheet is cut: at each corner two, outside of the bleed."""
    near, far = BLEED + 1, BLEED + 1 + _MARK
    return [
        line
        for x, out in ((0.0, -1), (width, 1))
        for y, down in ((0.0, -1), (height, 1))
        for line in (
            (x + out * near, y, x + out * far, y),
            (x, y + down * near, x, y + down * far),
        )
    ]


def _open(order: Order, marks: list[Mark], width: float, height: float) -> FPDF:
    pdf = FPDF(unit="mm", format=(width + 2 * SLUG, height + 2 * SLUG))
    pdf.set_creation_date(_SOME_DAY)
    pdf.set_producer("")
    pdf.set_title(order.code)
    pdf.set_lang(order.language)
    pdf.set_margin(0)
    pdf.set_auto_page_break(auto=False)
    for face in dict.fromkeys(mark.face for mark in marks if isinstance(mark, Text)):
        pdf.add_font(face, fname=file_of(face), collection_font_number=PLACES[order.language])
    pdf.add_page()
    page = vars(pdf.pages[1])  # the library has no word for these two, and writes whatever its page holds
    page["trim_box"] = _box(SLUG, width, height)
    page["bleed_box"] = _box(SLUG - BLEED, width + 2 * BLEED, height + 2 * BLEED)
    return pdf


def _box(edge: float, width: float, height: float) -> str:
    corners = (edge, edge, edge + width, edge + height)
    return f"[{' '.join(f'{one * _POINT:.3f}' for one in corners)}]"


def _ink(ink: Ink) -> DeviceCMYK:
    return DeviceCMYK(*ink.shares)


def _draw(context: DrawingContext, mark: Mark) -> None:
    match mark:
        case Text():
            return  # as text, so that it can be read and found
        case Boxes():
            path = PaintedPath()
            for x, y, w, h in mark.boxes:
                path.rectangle(x + SLUG, y + SLUG, w, h)
            path.style.fill_color, path.style.stroke_color = _ink(mark.ink), None
        case Drawing():
            path = PaintedPath()
            svg_path_converter(path, mark.path)
            scale = mark.side / 64
            path.style.stroke_color, path.style.fill_color = _ink(mark.ink), None
            path.style.stroke_width = LINE
            path.style.stroke_cap_style, path.style.stroke_join_style = "round", "round"
            path.transform = Transform.scaling(scale).translate(mark.x + SLUG, mark.y + SLUG)
    context.add_item(path)
