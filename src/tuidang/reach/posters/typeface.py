"""The typeface that sheets are set in: Noto CJK, as Debian's fonts-noto-cjk installs it.

Each file holds the same face for several countries; the one of the language is used, so that glyph shapes
are right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTCollection

from tuidang.reach.posters.values import Face, NoGlyph

FOLDER: Final = Path("/usr/share/fonts/opentype/noto")
PACKAGE: Final = "fonts-noto-cjk"
PLACES: Final = {"zh-hans": 2, "zh-hant": 3, "en": 2}  # in each file: Japan, Korea, China, Taiwan, Hong Kong
_NEVER_FIRST: Final = "，。、；：！？）」』”’》…·"
_NEVER_LAST: Final = "（「『“‘《"
_PIECES: Final = re.compile(r"[^ \u2e80-\uffef]+ ?|[\u2e80-\uffef]| ")


def file_of(face: Face) -> Path:
    """Name the file of a face."""
    return FOLDER / f"Noto{face.partition('-')[0]}CJK-{face.partition('-')[2]}.ttc"


def is_there() -> bool:
    """Tell whether the typeface is installed."""
    return all(file_of(face).is_file() for face in Face)


def width_of(text: str, face: Face, language: str) -> float:
    """Give the width of a line in em. Raises NoGlyph."""
    units, widths, names = _metrics(face, language)
    return float(sum(widths[_name(c, names)][0] for c in text) / units)


def outline_of(text: str, face: Face, language: str, size: float) -> str:
    """Give the outline of a line as an SVG path whose base line begins at 0,0; `size` is the em."""
    units, widths, names = _metrics(face, language)
    glyphs = _open(face, language).getGlyphSet()
    pen, at, scale = SVGPathPen(glyphs, ntos=lambda n: f"{n:.2f}".rstrip("0").rstrip(".")), 0.0, size / units
    for c in text:
        name = _name(c, names)
        glyphs[name].draw(TransformPen(pen, (scale, 0, 0, -scale, at, 0)))
        at += widths[name][0] * scale
    return str(pen.getCommands())


def wrap(text: str, face: Face, language: str, size: float, width: float) -> list[str]:
    """Break a text into lines of at most `width`: Chinese between characters, others between words."""
    return [line for part in text.splitlines() for line in _wrapped(part, face, language, size, width)]


def _wrapped(text: str, face: Face, language: str, size: float, width: float) -> list[str]:
    lines, line = [], ""
    for piece in _joined(_PIECES.findall(text)):
        if line and width_of((line + piece).rstrip(), face, language) * size > width:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()] if line else lines


def _joined(pieces: list[str]) -> list[str]:
    """Put signs that must not begin or end a line to their neighbours."""
    joined: list[str] = []
    for piece in pieces:
        if joined and (piece in _NEVER_FIRST or joined[-1][-1] in _NEVER_LAST):
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


def _name(sign: str, names: Mapping[int, str]) -> str:
    try:
        return names[ord(sign)]
    except KeyError:
        raise NoGlyph(sign) from None


@cache
def _metrics(face: Face, language: str) -> tuple[int, Any, Mapping[int, str]]:
    """Read of a face once: units to the em, widths, and names of glyphs by character."""
    font = _open(face, language)
    return font["head"].unitsPerEm, font["hmtx"], font.getBestCmap()


@cache
def _open(face: Face, language: str) -> Any:
    return TTCollection(file_of(face), lazy=True).fonts[PLACES[language]]
