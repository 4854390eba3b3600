"""What is ordered, and the marks that a sheet is made of: millimetres from its upper left corner, as cut."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum


class Sheet(StrEnum):
    """A size, as it is cut."""

    CARD = "card"
    A6 = "a6"
    A5 = "a5"
    A4 = "a4"
    A3 = "a3"
    A2 = "a2"
    A1 = "a1"

    @property
    def size(self) -> tuple[float, float]:
        """Give width and height in millimetres."""
        return _SIZES[self]


_SIZES = {
    Sheet.CARD: (85, 54),
    Sheet.A6: (105, 148),
    Sheet.A5: (148, 210),
    Sheet.A4: (210, 297),
    Sheet.A3: (297, 420),
    Sheet.A2: (420, 594),
    Sheet.A1: (594, 841),
}


class Ink(Enum):
    """A colour: shares of cyan, magenta, yellow and black, and the same on a screen."""

    BLACK = (0, 0, 0, 1, "#000000")
    GREY = (0, 0, 0, 0.65, "#595959")
    GREEN = (0.85, 0.25, 0.75, 0.3, "#1e6b4a")
    WHITE = (0, 0, 0, 0, "#ffffff")

    def __init__(self, cyan: float, magenta: float, yellow: float, black: float, screen: str) -> None:
        self.shares = (cyan, magenta, yellow, black)
        self.screen = screen


class Face(StrEnum):
    """A face of the one family that everything is set in."""

    SANS = "Sans-Regular"
    SANS_BOLD = "Sans-Bold"
    SERIF = "Serif-Regular"
    SERIF_BOLD = "Serif-Bold"


@dataclass(frozen=True)
class Order:
    """What is to be printed."""

    sheet: Sheet
    language: str
    code: str
    number: str  # spaced as it is to be read; nothing where only the code leads on
    address: str  # what the QR code holds
    title: str
    words: str


@dataclass(frozen=True)
class Text:
    """One line of text; `x`, `y`: where its base line begins. `size` is the em."""

    x: float
    y: float
    text: str
    face: Face
    size: float
    ink: Ink


@dataclass(frozen=True)
class Boxes:
    """Filled rectangles of one ink: left, top, width, height."""

    boxes: tuple[tuple[float, float, float, float], ...]
    ink: Ink


@dataclass(frozen=True)
class Drawing:
    """A line drawing on a square of 64 units, `side` wide, at a place; `path` as SVG has it."""

    x: float
    y: float
    side: float
    path: str
    ink: Ink


Mark = Text | Boxes | Drawing


class TooLong(Exception):  # noqa: N818 -- an answer on what was ordered
    """What is to be printed does not fit; `field` names it: number, title, words or address."""

    def __init__(self, field: str) -> None:
        super().__init__(f"the {field} does not fit on this sheet")
        self.field = field


class NoGlyph(Exception):  # noqa: N818 -- likewise
    """A sign that the typeface does not have."""

    def __init__(self, sign: str) -> None:
        super().__init__(f"the typeface has no {sign!r}")
        self.sign = sign
