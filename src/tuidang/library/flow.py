"""A text as a flow of pieces: read from Markdown, written as HTML or as plain words. Pure.

What is not made of these pieces does not exist: raw HTML is read as words, a picture as what stands in for
it, a link that leads neither to the web nor to a mailbox as its words alone. So nothing that an editor types,
or a book brings along, can become anything else on a page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Final
from unicodedata import east_asian_width
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.token import Token

LONGEST_ADDRESS: Final = 500  # of a link; it may have to stand on each part that its words are cut into


@dataclass(frozen=True, slots=True)
class Open:
    """An element begins."""

    tag: str
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Close:
    """The element that was opened last ends."""

    tag: str


@dataclass(frozen=True, slots=True)
class Void:
    """An element that holds nothing: a line's end, a rule."""

    tag: str


@dataclass(frozen=True, slots=True)
class Words:
    """Words as they are read."""

    text: str


Piece = Open | Close | Void | Words
Flow = tuple[Piece, ...]

BLOCKS: Final = frozenset({"p", "h2", "ul", "ol", "li", "blockquote", "pre"})
_UNSEEN: Final = "\N{WORD JOINER}"
SIGNS: Final = "，。、；：？！…—～·（）「」『』《》〈〉【】〔〕“”‘’"
_OPENS: Final = re.compile(rf"(?<=\w)(\*+)(?=[{SIGNS}])")
_CLOSES: Final = re.compile(rf"(?<=[{SIGNS}])(\*+)(?=\w)")
_SCHEMES: Final = ("https://", "http://", "mailto:")


def read_markdown(text: str) -> Flow:
    """Read a text in Markdown (CommonMark). Headings of any level are one kind: a chapter is flat."""
    # CommonMark takes a star between a sign and a letter for a star. Written Chinese has no spaces there, so
    # a mark that nobody sees stands in for one while the text is read.
    text = _OPENS.sub(rf"\1{_UNSEEN}", _CLOSES.sub(rf"{_UNSEEN}\1", text.replace(_UNSEEN, "")))
    return tuple(_joined(_pieces(_reader().parse(text))))


def as_html(flow: Iterable[Piece]) -> str:
    """Write a flow as HTML."""
    return "".join(map(_html, flow))


def as_plain(flow: Iterable[Piece]) -> str:
    """Write a flow as plain words, a line to a paragraph."""
    parts: list[str] = []
    for piece in flow:
        if isinstance(piece, Words):
            parts.append(piece.text)
        elif isinstance(piece, Void) or (isinstance(piece, Close) and piece.tag in BLOCKS):
            parts.append("\n")
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def with_words(flow: Sequence[Piece], change: Callable[[str], str]) -> Flow:
    """Give the same flow with its words changed, in whatever script they stand."""
    return tuple(Words(change(piece.text)) if isinstance(piece, Words) else piece for piece in flow)


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False})


def _html(piece: Piece) -> str:
    match piece:
        case Words(text):
            return escape(text, quote=False)
        case Close(tag):
            return f"</{tag}>"
        case Void(tag):
            return f"<{tag}>"
        case Open(tag, attributes):
            said = "".join(f' {name}="{escape(value)}"' for name, value in attributes)
            return f"<{tag}{said}>"


def _pieces(tokens: Iterable[Token]) -> Iterator[Piece]:
    for token in tokens:
        if token.type == "inline":
            yield from _inline(token.children or [])
        elif token.type in {"fence", "code_block"}:
            yield from (Open("pre"), Words(token.content), Close("pre"))
        elif token.type == "hr":
            yield Void("hr")
        elif not token.hidden:  # the paragraphs of a tight list are
            yield from _block(token)


def _block(token: Token) -> Iterator[Piece]:
    tag = "h2" if token.type.startswith("heading") else token.tag
    if tag not in BLOCKS:
        return
    if token.nesting < 0:
        yield Close(tag)
    else:
        start = token.attrs.get("start") if tag == "ol" else None
        yield Open(tag, (("start", str(start)),) if start is not None else ())


def _inline(children: Sequence[Token]) -> Iterator[Piece]:
    shown: list[bool] = []  # of each open link, whether it is one
    for token in children:
        if token.type == "link_open":
            link = _link(token)
            shown.append(link is not None)
            yield from [link] if link else []
        elif token.type == "link_close":
            yield from [Close("a")] if shown.pop() else []
        elif token.tag in {"em", "strong"}:
            yield Open(token.tag) if token.nesting > 0 else Close(token.tag)
        else:
            yield from _leaf(token)


def _link(token: Token) -> Open | None:
    address = str(token.attrs.get("href", "")).replace(quote(_UNSEEN), "")
    if not address.startswith(_SCHEMES) or len(address) > LONGEST_ADDRESS:
        return None
    return Open("a", (("href", address), ("rel", "noreferrer")))


def _leaf(token: Token) -> Iterator[Piece]:
    if token.type == "hardbreak":
        yield Void("br")
    elif token.type == "softbreak":
        yield Words("\n")
    elif token.type == "code_inline":
        yield from (Open("code"), Words(token.content), Close("code"))
    elif token.content:  # words, and of a picture what stands in for it
        yield Words(token.content)


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Join neighbouring words, so that a phrase is converted as one; a Chinese line goes on without a gap."""
    held, in_code = "", False
    for piece in pieces:
        if isinstance(piece, Words):
            text = piece.text.replace(_UNSEEN, "")
            if text == "\n" and not in_code:
                held = held.rstrip(" ") + "\n"
                continue
            if held.endswith("\n") and not in_code and _is_wide(held[-2:-1]) and _is_wide(text[:1]):
                held = held[:-1]
            held += text
            continue
        if held:
            yield Words(held)
        held = ""
        in_code = isinstance(piece, Open) and piece.tag == "pre"
        yield piece
    if held:
        yield Words(held)


def _is_wide(character: str) -> bool:
    return bool(character) and east_asian_width(character) in "WF"
