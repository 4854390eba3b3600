"""HTML from elsewhere, read as Markdown: what is text comes in, and nothing else. Pure.

nh3 (html5ever) reads what browsers read and drops all but a short list of elements; of those Markdown is
written. Where marks of stress would not be read back as such, the words come in without them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from unicodedata import east_asian_width

import nh3

from tuidang.library.flow import SIGNS, as_plain, read_markdown

_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_STRESS: Final = {"em": "*", "i": "*", "strong": "**", "b": "**"}
_INLINE: Final = frozenset({*_STRESS, "a", "br"})
_BLOCKS: Final = frozenset(
    {*_HEADINGS, "p", "div", "section", "article", "main", "pre", "ul", "ol", "li", "blockquote", "hr"}
    | {"table", "thead", "tbody", "tr", "td", "th", "dl", "dt", "dd", "figure", "figcaption", "center"}
)
_DROPPED: Final = frozenset({"script", "style", "head", "title", "nav", "template", "noscript", "rt", "rp"})
_SPECIAL: Final = re.compile(r"[\\`*_\[\]<&]")
_LINE_START: Final = re.compile(r"(?m)^(?:([#>+=~-])|(\d+)([.)]))")
_LINK: Final = re.compile(r"(?i)https?://|mailto:")


@dataclass
class _Node:
    tag: str
    href: str = ""
    children: list[_Node | str] = field(default_factory=list)


@dataclass(frozen=True)
class Block:
    """One block of a text: Markdown, and its level where it is a heading."""

    markdown: str
    level: int = 0

    @property
    def words(self) -> str:
        """Give the words of it."""
        return as_plain(read_markdown(self.markdown))


def read_html(html: str) -> list[Block]:
    """Read a page of HTML, whatever is wrong with it, as blocks of Markdown."""
    clean = nh3.clean(
        html,
        tags=set(_INLINE | _BLOCKS),
        clean_content_tags=set(_DROPPED),
        attributes={"a": {"href"}},
        link_rel=None,
        strip_comments=True,
    )
    tree = _Tree()
    tree.feed(clean)
    tree.close()
    return list(_blocks(tree.root.children))


def find_title(html: str) -> str:
    """Give what a page's head calls it; nothing where it does not say."""
    found = re.search(r"(?is)<title[^>]*>(.*?)</title>", html)
    return " ".join(nh3.clean(found[1], tags=set()).split()) if found else ""


def split_chapters(blocks: Sequence[Block], title: str) -> tuple[str, list[tuple[str, str]]]:
    """Part a text into chapters, at the highest headings of which there are several: title, and Markdown.

    A single higher heading is the title of the whole, before `title`; what stands before the first chapter
    is one of that title.
    """
    counts = Counter(block.level for block in blocks if block.level)
    level = min((one for one, count in counts.items() if count > 1), default=0)
    above = [block for block in blocks if block.level and (not level or block.level < level)]
    title = above[0].words if above else title
    chapters: list[tuple[str, list[str]]] = [(title, [])]
    for block in blocks:
        if level and block.level == level:
            chapters.append((block.words, []))
        elif not (above and block is above[0]):
            chapters[-1][1].append(block.markdown)
    return title, [(name, "\n\n".join(parts)) for name, parts in chapters if parts]


class _Tree(HTMLParser):
    """Builds the tree of what nh3 has left, which is closed in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Node("div")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = _Node(tag, dict(attrs).get("href") or "")
        self._open[-1].children.append(node)
        if tag not in {"br", "hr"}:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if len(self._open) > 1 and self._open[-1].tag == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def _blocks(children: Iterable[_Node | str]) -> Iterator[Block]:
    run: list[_Node | str] = []
    for child in children:
        if isinstance(child, str) or (child.tag in _INLINE and not _holds_blocks(child)):
            run.append(child)
            continue
        yield from _paragraph(run)
        run = []
        yield from _block(child)
    yield from _paragraph(run)


def _block(node: _Node) -> Iterator[Block]:
    if level := _HEADINGS.get(node.tag):
        words = " ".join(_write(node.children, marks=False).replace("\\\n", " ").split())
        if words:
            yield Block(f"# {words}", level)
    elif node.tag == "hr":
        yield Block("---")
    elif node.tag in {"ul", "ol"}:
        yield from _list(node)
    elif node.tag == "blockquote":
        inner = "\n\n".join(block.markdown for block in _blocks(node.children))
        if inner:
            yield Block("\n".join(f"> {line}".rstrip(" ") for line in inner.split("\n")))
    else:
        yield from _blocks(node.children)


def _list(node: _Node) -> Iterator[Block]:
    items, number = [], 0
    for child in node.children:
        inner = "\n\n".join(block.markdown for block in _blocks([child]))
        if not inner:
            continue
        number += 1
        mark = "- " if node.tag == "ul" else f"{number}. "
        items.append(mark + inner.replace("\n", "\n" + " " * len(mark)))
    if items:
        yield Block("\n".join(items))


def _paragraph(run: Sequence[_Node | str]) -> Iterator[Block]:
    marked = _write(run, marks=True)
    if not marked:
        return
    plain = _write(run, marks=False)
    same = as_plain(read_markdown(marked)) == as_plain(read_markdown(plain))
    yield Block(marked if same else plain)


def _write(run: Iterable[_Node | str], *, marks: bool) -> str:
    """Write words with their marks as one paragraph; a line of its own only after a break."""
    text = "".join(_inline(child, marks=marks) for child in run)
    lines = [_one_line(line) for line in text.split("\x00")]
    while lines and not lines[0]:
        lines.pop(0)
    while lines and not lines[-1]:
        lines.pop()
    kept = "\\\n".join(line for line in lines if line)
    return _LINE_START.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", kept)


def _inline(child: _Node | str, *, marks: bool) -> str:
    if isinstance(child, str):
        return _SPECIAL.sub(lambda special: f"\\{special[0]}", child.replace("\x00", ""))
    if child.tag == "br":
        return "\x00"
    inner = "".join(_inline(one, marks=marks) for one in child.children)
    if not marks or "\x00" in inner or not inner.strip():
        return inner
    if child.tag == "a":
        return f"[{inner}]({_address(child.href)})" if _LINK.match(child.href) else inner
    sign = _STRESS.get(child.tag, "")
    # A mark is read as one only where it stands against a letter, or a sign of written Chinese.
    return f"{sign}{inner}{sign}" if _holds(inner[0]) and _holds(inner[-1]) else inner


def _one_line(text: str) -> str:
    """Put a run of spaces in one; between two Chinese characters a line's end is none."""
    pieces = re.split(r"(\s+)", text.strip())
    for n in range(1, len(pieces), 2):
        wide = _is_wide(pieces[n - 1][-1:]) and _is_wide(pieces[n + 1][:1])
        pieces[n] = "" if wide and "\n" in pieces[n] else " "
    return "".join(pieces)


def _address(href: str) -> str:
    return re.sub(r"[\s()<>\\]", lambda one: f"%{ord(one[0]):02X}", href)


def _holds_blocks(node: _Node) -> bool:
    return any(
        isinstance(child, _Node) and (child.tag not in _INLINE or _holds_blocks(child))
        for child in node.children
    )


def _holds(character: str) -> bool:
    return character.isalnum() or character in SIGNS


def _is_wide(character: str) -> bool:
    return bool(character) and east_asian_width(character) in "WF"
