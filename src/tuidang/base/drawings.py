"""Our own line drawings that more than one room draws: paths of SVG in a square of 64."""

from __future__ import annotations

from typing import Final

BOAT: Final = (
    "M30 8v34M30 12c9 5 15 14 17 26H30M26 18c-1 8-5 15-11 20h11M10 44h42c-2 6-6 9-11 9H21c-5 0-9-3-11-9z"
)
