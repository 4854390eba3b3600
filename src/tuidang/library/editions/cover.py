"""The cover: a title between two rules, and a boat that leaves. SVG, in the reader's own typeface. Pure."""

from __future__ import annotations

from html import escape
from typing import Final
from unicodedata import east_asian_width

from tuidang.base.drawings import BOAT
from tuidang.library.editions.values import Book

WIDTH: Final = 600
HEIGHT: Final = 800
_FAMILIES: Final = {
    "zh-hans": "'Songti SC','Noto Serif CJK SC',SimSun,serif",
    "zh-hant": "'Songti TC','Noto Serif CJK TC',PMingLiU,serif",
    "en": "Georgia,'Noto Serif',serif",
}
_ROOM: Final = 480  # for a line of the title


def draw_cover(book: Book) -> str:
    """Draw the cover of a book, or of a chapter."""
    size = next((size for size in (56, 48, 40, 32) if len(cut_title(book.heading, size)) <= 3), 26)
    lines = cut_title(book.heading, size)[:7]
    step = size * 1.4
    top = 300 - step * (len(lines) - 1) / 2
    bottom = top + step * (len(lines) - 1)
    family = _FAMILIES[book.language]
    titles = "".join(
        f'<text x="300" y="{top + step * n:g}" font-size="{size}">{escape(line)}</text>'
        for n, line in enumerate(lines)
    )
    small = book.title if book.alone and not book.day else book.author
    under = (
        f'<text x="300" y="{bottom + size + 62:g}" font-size="22" fill="#565b60">{escape(small)}</text>'
        if small
        else ""
    )
    rules = "".join(f'<path d="M72 {y:g}h456M72 {y + 6:g}h456"/>' for y in (top - size - 46, bottom + size))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xml:lang="{book.tag}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}"><title>{escape(book.heading)}</title>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fbf9f4"/>'
        f'<g fill="none" stroke="#ddd7c9" stroke-width="2">{rules}</g>'
        f'<g fill="#1f2328" text-anchor="middle" font-family="{family}">{titles}{under}</g>'
        f'<path transform="translate(252 620) scale(1.5)" fill="none" stroke="#1e6b4a" stroke-width="2" '
        f'stroke-linecap="round" stroke-linejoin="round" d="{BOAT}"/></svg>'
    )


def cut_title(title: str, size: float) -> list[str]:
    """Cut a title into lines by about how wide its characters are: we do not know the reader's typeface."""
    lines, line, width = [], "", 0.0
    for word in title.split(" "):
        gap = size * 0.3 if line else 0.0
        if line and width + gap + _wide(word, size) > _ROOM:
            lines.append(line)
            line, width, gap = "", 0.0, 0.0
        line, width = line + (" " if line else ""), width + gap
        for sign in word:
            wide = _wide(sign, size)
            if line and width + wide > _ROOM and sign not in "，。、；：？！）》」』”’":
                lines.append(line)
                line, width = "", 0.0
            line, width = line + sign, width + wide
    return [*lines, line]


def _wide(text: str, size: float) -> float:
    return sum(size if east_asian_width(sign) in "WFA" else size * 0.55 for sign in text)
