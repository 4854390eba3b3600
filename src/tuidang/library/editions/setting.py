"""Lines and pages: where each word of a book stands on paper of A5. Pure, in points.

Written Chinese is set as its printers set it: two signs of room before a paragraph, lines of one length, no
sign that closes at the beginning of a line and none that opens at its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from tuidang.library.editions.paragraphs import Paragraph, Run
from tuidang.library.editions.typeface import BOLD, REGULAR, Face

WIDTH: Final = 419.53  # A5
HEIGHT: Final = 595.28
SIDE: Final = 48.0
TOP: Final = 56.0
BOTTOM: Final = 62.0
MEASURE: Final = WIDTH - 2 * SIDE  # of a line
SIZE: Final = 11.5
LEADING: Final = 20.0
INK: Final = "ink"
QUIET: Final = "quiet"

_NEVER_FIRST: Final = "，。、；：？！）」』”’》〉】〕…—～·,.;:?!)]"
_NEVER_LAST: Final = "（「『“‘《〈【〔(["
_PIECES: Final = re.compile(
    r"\n|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]+ *|.", re.DOTALL
)


@dataclass(frozen=True)
class Text:
    """Words on a page: where their line begins, and how far their signs stand apart."""

    x: float
    y: float  # of the base line, from the top
    text: str
    weight: str = REGULAR
    size: float = SIZE
    ink: str = INK
    apart: float = 0.0


@dataclass(frozen=True)
class Rule:
    """A thin line across."""

    x: float
    y: float
    width: float
    is_bar: bool = False  # beside a quotation: it goes down `width`


@dataclass(frozen=True)
class Picture:
    """The boat, with its side."""

    x: float
    y: float
    side: float


Mark = Text | Rule | Picture


@dataclass
class Page:
    """What stands on one page, and which entries of the outline lead to it."""

    marks: list[Mark] = field(default_factory=list)
    entries: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Piece:
    text: str
    weight: str
    width: float


@dataclass(frozen=True)
class Style:
    """How a paragraph is set."""

    size: float = SIZE
    leading: float = LEADING
    left: float = 0.0
    first: float = 0.0  # more room before its first line
    before: float = 0.0  # above it
    even: bool = False  # lines of one length
    centred: bool = False
    ink: str = INK


class Setter:
    """Sets paragraphs on one page after the other."""

    def __init__(self, faces: Mapping[str, Face], *, chinese: bool) -> None:
        self.pages: list[Page] = []
        self.faces = faces
        self._chinese = chinese
        self._y = 0.0

    def begin_page(self) -> Page:
        """Go on at the top of a new page."""
        self.pages.append(Page())
        self._y = TOP
        return self.pages[-1]

    def leave(self, room: float) -> None:
        """Leave room, but none at the top of a page."""
        if self._y > TOP:
            self._y += room

    def go_to(self, y: float) -> None:
        """Go on at a height of the page."""
        self._y = y

    def say(self, text: str, style: Style, weight: str = REGULAR) -> None:
        """Set words of one weight."""
        self.set_runs((Run(text, bold=weight == BOLD),), style)

    def paragraph(self, paragraph: Paragraph) -> None:
        """Set a paragraph of a text."""
        if paragraph.is_rule:
            self.leave(LEADING * 0.8)
            self._need(LEADING * 2)
            self.pages[-1].marks.append(Rule(WIDTH / 2 - 30, self._y, 60))
            self._y += LEADING * 0.8
            return
        style = self._style(paragraph)
        top, page = self._y, len(self.pages)
        self.set_runs(paragraph.runs, style, marker=paragraph.marker, keep_next=paragraph.is_heading)
        if paragraph.quoted:
            self._bar(top, page, style)

    def set_runs(
        self, runs: Sequence[Run], style: Style, *, marker: str = "", keep_next: bool = False
    ) -> None:
        """Set runs of words as one paragraph."""
        self.leave(style.before)
        lines = list(self._lines(runs, style))
        for number, (line, is_last) in enumerate(lines):
            self._need(style.leading * (3 if keep_next and not number else 1))
            left = SIDE + style.left + (0.0 if number else style.first)
            self._y += style.leading
            if marker and not number:
                width = self.faces[REGULAR].width(marker) * style.size
                self.pages[-1].marks.append(
                    Text(
                        left - width - style.size * 0.45,
                        self._base(style),
                        marker,
                        size=style.size,
                        ink=QUIET,
                    )
                )
            self._draw(line, left, style, is_last=is_last)

    def rule(self) -> None:
        """Draw a line below what stands above it."""
        self._y += 10
        self.pages[-1].marks.append(Rule(SIDE, self._y, MEASURE))
        self._y += 8

    def _style(self, paragraph: Paragraph) -> Style:
        if paragraph.is_heading:
            return Style(size=13, before=LEADING * 0.9)
        left = 20.0 * paragraph.depth + 14.0 * paragraph.quoted
        if paragraph.is_kept:
            return Style(size=10, leading=16, left=left, before=LEADING * 0.5)
        plain = not (paragraph.depth or paragraph.quoted)
        if self._chinese:
            return Style(left=left, first=2 * SIZE if plain else 0, before=3, even=True)
        return Style(left=left, before=LEADING * 0.4, leading=17.5)

    def _bar(self, top: float, page: int, style: Style) -> None:
        """Draw the line beside a quotation, on each page on which it stands."""
        x = SIDE + style.left - 12
        for number in range(page, len(self.pages) + 1):
            begins = max(top + style.before, TOP) if number == page else TOP
            ends = self._y if number == len(self.pages) else HEIGHT - BOTTOM
            if ends - begins > 4:
                self.pages[number - 1].marks.append(Rule(x, begins + 4, ends - begins - 4, is_bar=True))

    def _need(self, room: float) -> None:
        if not self.pages or self._y + room > HEIGHT - BOTTOM:
            self.begin_page()

    def _base(self, style: Style) -> float:
        return self._y - (style.leading - style.size) / 2 - style.size * 0.12

    def _draw(self, line: Sequence[_Piece], left: float, style: Style, *, is_last: bool) -> None:
        width = sum(piece.width for piece in line)
        room = WIDTH - SIDE - left - width
        signs = sum(len(piece.text) for piece in line)
        apart = (
            room / (signs - 1) if style.even and not is_last and signs > 1 and room < 3 * style.size else 0.0
        )
        x = left + room / 2 if style.centred else left
        for text, weight in _joined(line):
            face = self.faces[weight]
            shown = face.shown(text)
            self.pages[-1].marks.append(
                Text(x, self._base(style), shown, weight, style.size, style.ink, apart)
            )
            x += face.width(shown) * style.size + apart * len(text)

    def _lines(self, runs: Sequence[Run], style: Style) -> Iterator[tuple[list[_Piece], bool]]:
        """Break runs into lines; of each it is said whether something ends with it."""
        line: list[_Piece] = []
        room = MEASURE - style.left - style.first
        left = room
        for piece in self._glued(runs, style.size, MEASURE - style.left):
            if piece.text == "\n":
                yield _trimmed(line), True
                line, left = [], MEASURE - style.left
                continue
            bare = self._width(piece.text.rstrip(" "), piece.weight, style.size)
            if line and bare > left + 0.01:
                yield _trimmed(line), False
                line, left = [], MEASURE - style.left
            if line or piece.text.strip():
                line.append(piece)
                left -= piece.width
        if line:
            yield _trimmed(line), True

    def _glued(self, runs: Sequence[Run], size: float, longest: float) -> list[_Piece]:
        """Give what no line is broken in: a sign with those that may not stand apart from it, a word."""
        glued: list[_Piece] = []
        for run in runs:
            weight = BOLD if run.bold else REGULAR
            for found in _PIECES.findall(run.text):
                last = glued[-1] if glued else None
                word = found
                if last is not None and _sticks(last, found, weight) and last.width < longest / 2:
                    word = last.text + found
                    glued.pop()
                glued += [
                    _Piece(part, weight, self._width(part, weight, size))
                    for part in self._cut(word, weight, size, longest)
                ]
        return glued

    def _cut(self, text: str, weight: str, size: float, longest: float) -> Iterator[str]:
        """Cut a word that is longer than a line: an address, most often."""
        part, width = "", 0.0
        for sign in text:
            wide = self._width(sign, weight, size)
            if part and sign != " " and width + wide > longest:
                yield part
                part, width = "", 0.0
            part, width = part + sign, width + wide
        yield part

    def _width(self, text: str, weight: str, size: float) -> float:
        return 0.0 if text == "\n" else self.faces[weight].width(text) * size


def _sticks(last: _Piece, text: str, weight: str) -> bool:
    """Tell whether no line may end between a piece and what follows it."""
    if last.weight != weight or "\n" in {last.text, text}:
        return False
    return text[0] in _NEVER_FIRST or last.text[-1] in _NEVER_LAST


def _trimmed(line: list[_Piece]) -> list[_Piece]:
    """Drop the spaces at the end of a line."""
    if line and line[-1].text.endswith(" "):
        last = line[-1]
        text = last.text.rstrip(" ")
        return (
            [*line[:-1], _Piece(text, last.weight, last.width * (len(text) / len(last.text)))]
            if text
            else line[:-1]
        )
    return line


def _joined(line: Sequence[_Piece]) -> list[tuple[str, str]]:
    joined: list[tuple[str, str]] = []
    for piece in line:
        if joined and joined[-1][1] == piece.weight:
            joined[-1] = (joined[-1][0] + piece.text, piece.weight)
        else:
            joined.append((piece.text, piece.weight))
    return joined
