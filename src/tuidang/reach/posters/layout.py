"""Where everything stands on a card and on a poster: the number first, then the words, the code, the boat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import segno

from tuidang.base.drawings import BOAT
from tuidang.reach.posters.typeface import width_of, wrap
from tuidang.reach.posters.values import Boxes, Drawing, Face, Ink, Mark, Order, Sheet, Text, TooLong
from tuidang.reach.posters.words import WORDS

BLEED: Final = 3.0  # what is coloured to the edge goes on beyond it
_WATER: Final = 53  # where the boat's keel lies, of its 64 units


@dataclass(frozen=True)
class _Plan:
    """The measures of a kind of sheet, in units that are millimetres on the smallest it is drawn for."""

    width: float
    height: float
    margin: float
    number: float  # the largest em of the number
    title: float
    line: float  # the em of what one is asked to do
    words: float
    words_width: float
    code: tuple[float, float, float]  # left, top, side of the QR code
    band: float  # where the green begins
    address: float
    caution: float
    boat: tuple[float, float]  # left, side


_CARD: Final = _Plan(85, 54, 5, 9.6, 5.4, 2.75, 2.6, 49, (58.5, 17.2, 21.5), 42.8, 2.9, 2.15, (71, 10.6))
_POSTER: Final = _Plan(210, 297, 18, 26, 19.5, 9.8, 9.2, 174, (18, 178, 66), 258, 7.4, 4.6, (134, 60))
_STEPS: Final = 12
_CLOSEST: Final = 0.8  # to what share words are set smaller before they are too long


def lay_out(order: Order) -> list[Mark]:
    """Set a sheet. Raises TooLong and NoGlyph."""
    is_card = order.sheet is Sheet.CARD
    plan = _CARD if is_card else _POSTER
    width, height = order.sheet.size
    setter = _Setter(order, plan, width / plan.width, height)
    return setter.set()


class _Setter:
    """Sets one sheet from its top down."""

    def __init__(self, order: Order, plan: _Plan, scale: float, height: float) -> None:
        self._order = order
        self._plan = plan
        self._scale = scale
        self._height = height / scale
        self._own = WORDS[order.language]
        self._marks: list[Mark] = []

    def set(self) -> list[Mark]:
        """Give the marks of the sheet."""
        band = self._plan.band + self._height - self._plan.height
        bleed = BLEED / self._scale
        self._box([(-bleed, band, self._plan.width + 2 * bleed, self._height - band + bleed)], Ink.GREEN)
        below = self._head()
        self._body(below)
        self._code()
        self._foot(band)
        return self._marks

    def _head(self) -> float:
        """Set the number, and give where the rest begins."""
        plan, top = self._plan, self._plan.margin
        if not self._order.number:
            return top + plan.title * 0.2
        room = plan.width - 2 * plan.margin
        size = min(plan.number, room / self._em(self._order.number, Face.SANS_BOLD))
        if size < plan.number * 0.45:
            raise TooLong("number")
        base = top + size * 0.76
        self._text((plan.margin, base), self._order.number, Face.SANS_BOLD, size, Ink.BLACK)
        return base + plan.title * 0.62

    def _body(self, top: float) -> None:
        """Set title, what one is asked to do, and the words."""
        plan, order = self._plan, self._order
        floor = (plan.code[1] if plan is _POSTER else plan.band) - plan.words * 0.7
        asks = self._own.with_number if order.number else self._own.without_number
        for step in range(_STEPS):
            share = 1 - step * (1 - _CLOSEST) / (_STEPS - 1)
            line, words = plan.line * share, plan.words * share
            titles, title = self._title(plan.title * share)
            lines = [
                *((one, Face.SERIF_BOLD, title, 1.25, Ink.BLACK) for one in titles),
                *(
                    (one, Face.SANS_BOLD, line, 2.2, Ink.GREEN)
                    for one in self._wrapped(asks, Face.SANS_BOLD, line)
                ),
                *(
                    (one, Face.SERIF, words, 1.62, Ink.BLACK)
                    for one in self._wrapped(order.words, Face.SERIF, words)
                ),
            ]
            fits = sum(size * lead for _, _, size, lead, _ in lines) + top <= floor
            if fits and all(self._em(one, face) * size <= plan.words_width for one, face, size, *_ in lines):
                break
        else:
            raise TooLong("words")
        base = top
        for text, face, size, lead, ink in lines:
            base += size * lead
            self._text((plan.margin, base - size * (lead - 1) / 2), text, face, size, ink)

    def _title(self, most: float) -> tuple[list[str], float]:
        """Set the title as large as it fits into two lines."""
        for step in range(_STEPS):
            size = most * (1 - step * 0.5 / (_STEPS - 1))
            lines = self._wrapped(self._order.title, Face.SERIF_BOLD, size)
            if len(lines) <= 2:
                return lines, size
        raise TooLong("title")

    def _code(self) -> None:
        """Set the QR code: rows of dark modules, with a quiet border that is the paper itself."""
        left, top, side = self._plan.code
        rows = [list(row) for row in segno.make_qr(self._order.address, error="m").matrix]
        module = side / len(rows)
        if module * self._scale < 0.4:
            raise TooLong("address")
        boxes = []
        for y, row in enumerate(rows):
            start = None
            for x, dark in enumerate([*row, 0]):
                if dark and start is None:
                    start = x
                elif not dark and start is not None:
                    boxes.append((left + start * module, top + y * module, (x - start) * module, module))
                    start = None
        self._box(boxes, Ink.BLACK)

    def _foot(self, band: float) -> None:
        """Set the band: the boat on it, the address, a caution, and the code of the batch."""
        plan, order = self._plan, self._order
        left, side = plan.boat
        is_card = plan is _CARD
        keel = band + (self._height - band) * 0.73 if is_card else band
        drawn = (left * self._scale, (keel - side * _WATER / 64) * self._scale, side * self._scale)
        self._marks.append(Drawing(*drawn, BOAT, Ink.WHITE if is_card else Ink.GREEN))
        address = order.address.removeprefix("https://").removeprefix("http://").rstrip("/")
        room = (left if is_card else plan.width - plan.margin) - plan.margin
        size = min(plan.address, room / self._em(address, Face.SANS_BOLD))
        if size < plan.address * 0.5:
            raise TooLong("address")
        base = band + (self._height - band) * (0.36 if is_card else 0.42)
        self._text((plan.margin, base), address, Face.SANS_BOLD, size, Ink.WHITE)
        caution = plan.caution
        code_room = 0 if is_card else self._em(order.code, Face.SANS) * caution + plan.margin / 3
        lines = self._wrapped(self._own.caution, Face.SANS, caution, room - code_room)
        step = caution * 1.3
        base += caution * (1.7 if is_card else 2.1)
        for number, one in enumerate(lines):
            self._text((plan.margin, base + number * step), one, Face.SANS, caution, Ink.WHITE)
        self._batch(base)

    def _batch(self, base: float) -> None:
        plan, code = self._plan, self._order.code
        size = plan.caution * 0.9
        wide = self._em(code, Face.SANS) * size
        if plan is _CARD:
            left, top, side = plan.code
            self._text((left + (side - wide) / 2, top + side + size * 1.4), code, Face.SANS, size, Ink.GREY)
        else:
            self._text((plan.width - plan.margin - wide, base), code, Face.SANS, size, Ink.WHITE)

    def _wrapped(self, text: str, face: Face, size: float, width: float | None = None) -> list[str]:
        return wrap(text, face, self._order.language, size, width or self._plan.words_width)

    def _em(self, text: str, face: Face) -> float:
        return width_of(text, face, self._order.language)

    def _text(self, at: tuple[float, float], text: str, face: Face, size: float, ink: Ink) -> None:
        x, y = at
        self._marks.append(Text(x * self._scale, y * self._scale, text, face, size * self._scale, ink))

    def _box(self, boxes: list[tuple[float, float, float, float]], ink: Ink) -> None:
        k = self._scale
        self._marks.append(Boxes(tuple((x * k, y * k, w * k, h * k) for x, y, w, h in boxes), ink))
