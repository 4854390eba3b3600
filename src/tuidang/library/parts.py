"""A chapter cut into parts, each light enough for one page over a slow network. Pure."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

from tuidang.library.flow import BLOCKS, Close, Flow, Open, Piece, Void, Words, as_html

# Compressed bytes of a part. A page may weigh 14 KB on the wire; heads, stylesheets and frame take the rest.
PART_BYTES: Final = 2_400

GOES_ON: Final = ("class", "goes-on")  # a paragraph or an item that began on the part before
_SENTENCE = re.compile(r"(?<=[。！？；…])(?![。！？；…」』”’）])|(?<=[.!?;] )|(?<=\n)")
_LONGEST_PIECE: Final = 80
_STOPS: Final = (*tuple("。！？；…」』”"), ". ", "! ", "? ")


def split_flow(flow: Sequence[Piece], limit: int = PART_BYTES) -> list[Flow]:
    """Cut a flow into parts whose HTML is at most `limit` compressed bytes each; `limit` is 2,000 or more.

    Nothing is lost and nothing doubled: the words of the parts joined are the words of the flow. A cut falls
    between paragraphs if it can, else between items or sentences; what it goes through is closed on one part,
    and opened on the next marked as going on.
    """
    pieces = tuple(_fine(flow))
    parts: list[Flow] = []
    start, carried = 0, tuple[Open, ...]()
    while start < len(pieces):
        fits = partial(_fits, pieces, start, carried, limit)
        end = len(pieces) if fits(len(pieces)) else _best_cut(pieces, start, len(carried), fits)
        stack = _stack(pieces[start:end], carried)
        parts.append((*carried, *pieces[start:end], *_closing(stack)))
        carried = tuple(_reopened(one) for one in stack)
        start = end
    return parts or [()]


def weigh(flow: Sequence[Piece]) -> int:
    """Give the compressed bytes of a flow's HTML."""
    return len(zlib.compress(as_html(flow).encode()))


def _fine(flow: Sequence[Piece]) -> Iterator[Piece]:
    """Give the flow with its words in pieces of a sentence at most: a cut may fall between any two."""
    for piece in flow:
        if isinstance(piece, Words):
            for sentence in _SENTENCE.split(piece.text):
                for place in range(0, len(sentence), _LONGEST_PIECE):
                    yield Words(sentence[place : place + _LONGEST_PIECE])
        else:
            yield piece


def _fits(pieces: Flow, start: int, carried: tuple[Open, ...], limit: int, end: int) -> bool:
    stack = _stack(pieces[start:end], carried)
    return weigh((*carried, *pieces[start:end], *_closing(stack))) <= limit


def _best_cut(pieces: Flow, start: int, depth: int, fits: Callable[[int], bool]) -> int:
    """Give the best place for a cut in the last two fifths of what fits; the latest of equals."""
    longest = _longest(start, len(pieces), fits)
    near = start + (longest - start) * 3 // 5
    ranked = sorted(
        (
            (_quality(pieces, cut, depth) if cut > near else -1, cut)
            for cut, depth in enumerate(_depths(pieces[start:longest], depth), start + 1)
            if _quality(pieces, cut, depth) >= 0
        ),
        reverse=True,
    )
    # What is shorter is nearly always lighter, and not quite always: more may have to be closed.
    return next((cut for _rank, cut in ranked if fits(cut)), longest)


def _longest(start: int, end: int, fits: Callable[[int], bool]) -> int:
    """Give the end of a run from `start` on that fits, about the longest, and of one piece at least."""
    low, high = start + 1, end
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


def _quality(pieces: Flow, cut: int, depth: int) -> int:
    """Say how well a cut before `pieces[cut]` reads; negative where it would leave something empty."""
    before, after = pieces[cut - 1], pieces[cut]
    if isinstance(before, Open) or isinstance(after, Close) or (before == Close("h2")):
        return -1
    if isinstance(before, Close) and before.tag in BLOCKS:
        return 3 if depth == 0 else 2
    if isinstance(before, Void):
        return 1
    return 1 if isinstance(before, Words) and before.text.endswith(_STOPS) else 0


def _depths(pieces: Sequence[Piece], depth: int) -> list[int]:
    depths = []
    for piece in pieces:
        depth += isinstance(piece, Open) - isinstance(piece, Close)
        depths.append(depth)
    return depths


def _stack(pieces: Sequence[Piece], carried: tuple[Open, ...]) -> list[Open]:
    """Give what is open after the pieces; a numbered list carries the number of its next item."""
    stack = list(carried)
    for piece in pieces:
        if isinstance(piece, Open):
            stack.append(piece)
        elif isinstance(piece, Close):
            closed = stack.pop()
            if closed.tag == "li" and stack and stack[-1].tag == "ol":
                stack[-1] = _numbered(stack[-1], 1)
    return stack


def _closing(stack: Sequence[Open]) -> Iterator[Close]:
    return (Close(one.tag) for one in reversed(stack))


def _numbered(ordered: Open, more: int) -> Open:
    first = int(dict(ordered.attributes).get("start", "1"))
    return Open("ol", (("start", str(first + more)),))


def _reopened(one: Open) -> Open:
    if one.tag in {"p", "li"}:
        return Open(one.tag, (GOES_ON,))
    return one
