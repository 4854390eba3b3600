"""A sheet as a picture for a browser: SVG with the glyphs as outlines, so that it looks as it is printed."""

from __future__ import annotations

from html import escape

from tuidang.reach.posters.layout import lay_out
from tuidang.reach.posters.typeface import outline_of
from tuidang.reach.posters.values import Boxes, Drawing, Mark, Order, Text

LINE = 1.5  # the width of a drawing's lines, of its 64 units


def picture(order: Order, title: str) -> str:
    """Draw a sheet as it is when cut. Raises TooLong and NoGlyph."""
    width, height = order.sheet.size
    drawn = "".join(_draw(mark, order.language) for mark in lay_out(order))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img">'
        f"<title>{escape(title)}</title>"
        f'<rect width="{width:g}" height="{height:g}" fill="#fff"/>{drawn}</svg>'
    )


def _draw(mark: Mark, language: str) -> str:
    match mark:
        case Text():
            path = outline_of(mark.text, mark.face, language, mark.size)
            return f'<path fill="{mark.ink.screen}" transform="{_to(mark.x, mark.y)}" d="{path}"/>'
        case Boxes():
            path = "".join(f"M{x:.3f} {y:.3f}h{w:.3f}v{h:.3f}h{-w:.3f}z" for x, y, w, h in mark.boxes)
            return f'<path fill="{mark.ink.screen}" d="{path}"/>'
        case Drawing():
            place = f"{_to(mark.x, mark.y)} scale({mark.side / 64:.4f})"
            return (
                f'<path fill="none" stroke="{mark.ink.screen}" stroke-width="{LINE}" stroke-linecap="round" '
                f'stroke-linejoin="round" transform="{place}" d="{mark.path}"/>'
            )


def _to(x: float, y: float) -> str:
    return f"translate({x:.2f} {y:.2f})"
