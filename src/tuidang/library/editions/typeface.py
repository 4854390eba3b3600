"""The typeface of what is printed: Noto Serif CJK, as Debian's fonts-noto-cjk installs it.

A face with all its glyphs is 25 MB and takes a second to cut down. So a part is cut out once for each book,
with all its signs, and the files of its chapters are made of that part: what is in them does not depend on
what else it holds.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from tuidang.library.editions.words import WORDS

FOLDER: Final = Path("/usr/share/fonts/opentype/noto")
PACKAGE: Final = "fonts-noto-cjk"
REGULAR: Final = "Regular"
BOLD: Final = "Bold"
_PLACES: Final = {"zh-hans": 2, "zh-hant": 3, "en": 2}  # in each file: Japan, Korea, China, Taiwan, Hong Kong
_ALWAYS: Final = "".join(map(chr, range(0x20, 0x7F))) + "·•…〓年月日"  # numbers, days, marks


@dataclass(frozen=True)
class Face:
    """A part of a face: the file that is embedded, and how wide its characters are, in em."""

    file: bytes
    widths: Mapping[str, float]

    def width(self, text: str) -> float:
        """Give the width of a line in em; what the face has not is as wide as what stands in for it."""
        return sum(self.widths.get(sign, 1.0) for sign in text)

    def shown(self, text: str) -> str:
        """Give a text with what the face has not replaced by the sign that printers set for it."""
        return "".join(sign if sign in self.widths else "〓" for sign in text)


def is_there() -> bool:
    """Tell whether the typeface is installed."""
    return all(_file(weight).is_file() for weight in (REGULAR, BOLD))


@lru_cache(maxsize=2)  # of one book at a time, both weights
def face_of(weight: str, language: str, signs: frozenset[str]) -> Face:
    """Cut out of a face what a book needs."""
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    # Boxes and sums stay those of the whole face, so that they do not depend on what was cut out.
    font = TTFont(
        _file(weight), fontNumber=_PLACES[language], lazy=True, recalcBBoxes=False, recalcTimestamp=False
    )
    options = Options(
        notdef_outline=True, layout_features=[], hinting=False, legacy_cmap=False, name_IDs=[1, 2, 4, 6]
    )
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VORG", "DSIG"]
    subsetter = Subsetter(options)
    own = "".join(vars(WORDS[language]).values())
    subsetter.populate(unicodes=sorted(map(ord, signs | set(_ALWAYS + own))))
    subsetter.subset(font)
    cut = BytesIO()
    font.save(cut)
    return Face(cut.getvalue(), _widths(font))


def _widths(font: TTFont) -> Mapping[str, float]:
    units: Any = font["head"].unitsPerEm
    measures: Any = font["hmtx"].metrics
    return {chr(code): measures[name][0] / units for code, name in font.getBestCmap().items()}


def _file(weight: str) -> Path:
    return FOLDER / f"NotoSerifCJK-{weight}.ttc"
