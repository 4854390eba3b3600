"""Texts cut by weight: as much of one as one page may carry over a slow network."""

from __future__ import annotations

import zlib
from typing import Final

# A page may weigh 14 KB compressed with everything it loads; frame, stylesheet and icon take the rest.
TEXT_BYTES: Final = 5_300

_ENDS = ("\n\n", "\n", "。", "！", "？", ". ", "，", " ")


def split_text(text: str, budget: int = TEXT_BYTES) -> list[str]:
    """Cut a text into parts of at most `budget` compressed bytes; the parts joined give the text again.

    A cut falls at the end of a paragraph or a sentence if there is one near.
    """
    parts = []
    while len(zlib.compress(text.encode())) > budget:
        cut = _longest(text, budget)
        parts.append(text[:cut])
        text = text[cut:]
    return [*parts, text]


def _longest(text: str, budget: int) -> int:
    low, high = 1, len(text)
    while high - low > 16:
        middle = (low + high) // 2
        low, high = (middle, high) if len(zlib.compress(text[:middle].encode())) <= budget else (low, middle)
    for end in _ENDS:
        cut = text.rfind(end, low * 3 // 4, low)
        if cut > 0:
            return cut + len(end)
    return low
