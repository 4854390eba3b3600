"""A flow as paragraphs, for what knows no HTML: paper and plain text. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tuidang.library.flow import Close, Flow, Open, Piece, Void, Words

_BULLET: Final = "•"


@dataclass(frozen=True)
class Run:
    """Words of one weight."""

    text: str
    bold: bool = False


@dataclass(frozen=True)
class Paragraph:
    """Lines that belong together; a line's end within them is a `\\n`."""

    runs: tuple[Run, ...]
    is_heading: bool = False
    is_rule: bool = False
    is_kept: bool = False  # lines and spaces as they were typed
    depth: int = 0  # in how many lists
    quoted: int = 0  # in how many quotations
    marker: str = ""  # of an item whose first paragraph this is


def read_paragraphs(flow: Flow) -> list[Paragraph]:
    """Read a flow as paragraphs; a link's address stands after its words."""
    reader = _Reader()
    for piece in flow:
        reader.take(piece)
    reader.end()
    return reader.done


class _Reader:
    """Takes the pieces of a flow one after the other."""

    def __init__(self) -> None:
        self.done: list[Paragraph] = []
        self._runs: list[Run] = []
        self._open: list[Open] = []
        self._numbers: list[int | None] = []  # of each list that is open: its next number, or none
        self._marker = ""
        self._link_from = 0  # where in the runs the words of a link begin

    def take(self, piece: Piece) -> None:
        match piece:
            case Words(text):
                self._say(text)
            case Void("br"):
                self._runs.append(Run("\n"))
            case Void():
                self.end()
                self.done.append(Paragraph((), is_rule=True))
            case Open():
                self._enter(piece)
            case Close():
                self._leave()

    def end(self) -> None:
        """End the paragraph that is under way, if there is one."""
        runs = _tidy(self._runs, kept=self._is_in("pre"))
        self._runs.clear()
        if not runs:
            return
        quoted = sum(one.tag == "blockquote" for one in self._open)
        self.done.append(
            Paragraph(
                runs,
                is_heading=self._is_in("h2"),
                is_kept=self._is_in("pre"),
                depth=len(self._numbers),
                quoted=quoted,
                marker=self._marker,
            )
        )
        self._marker = ""

    def _say(self, text: str) -> None:
        text = text if self._is_in("pre") else text.replace("\n", " ")
        self._runs.append(Run(text, bold=self._is_in("strong") or self._is_in("em") or self._is_in("h2")))

    def _enter(self, piece: Open) -> None:
        if piece.tag in {"p", "h2", "ul", "ol", "li", "blockquote", "pre"}:
            self.end()
        if piece.tag in {"ul", "ol"}:
            first = int(dict(piece.attributes).get("start", "1"))
            self._numbers.append(first if piece.tag == "ol" else None)
        elif piece.tag == "li" and self._numbers:
            number = self._numbers[-1]
            self._marker = _BULLET if number is None else f"{number}."
            self._numbers[-1] = None if number is None else number + 1
        elif piece.tag == "a":
            self._link_from = len(self._runs)
        self._open.append(piece)

    def _leave(self) -> None:
        left = self._open[-1]
        if left.tag == "a":
            address = dict(left.attributes)["href"].removeprefix("mailto:")
            if address not in "".join(run.text for run in self._runs[self._link_from :]):
                self._runs.append(Run(f" ({address})"))
        elif left.tag in {"p", "h2", "li", "blockquote", "pre", "ul", "ol"}:
            self.end()
        self._open.pop()
        if left.tag in {"ul", "ol"}:
            self._numbers.pop()
        elif left.tag == "li":
            self._marker = ""  # of an item that holds nothing

    def _is_in(self, tag: str) -> bool:
        return any(one.tag == tag for one in self._open)


def _tidy(runs: Sequence[Run], *, kept: bool) -> tuple[Run, ...]:
    """Join runs of one weight, and drop what surrounds them."""
    joined: list[Run] = []
    for run in runs:
        if joined and joined[-1].bold == run.bold:
            joined[-1] = Run(joined[-1].text + run.text, run.bold)
        else:
            joined.append(run)
    if not kept and joined:
        joined[0] = Run(joined[0].text.lstrip(), joined[0].bold)
        joined[-1] = Run(joined[-1].text.rstrip(), joined[-1].bold)
    elif joined:
        joined[-1] = Run(joined[-1].text.rstrip("\n"), joined[-1].bold)
    return tuple(run for run in joined if run.text)
