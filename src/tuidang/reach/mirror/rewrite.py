"""A page of the site made into one of a mirror: its links, its forms, and a line that says what it is. Pure.

Whatever is not touched stays as it was, byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

_LINKS = frozenset({"href", "src", "poster", "data"})
_BEFORE = ("header", "top")  # tag and class of what the line stands above


@dataclass
class Rewritten:
    """A page as a mirror has it; whether it was one that only asks, and how it would be shown instead."""

    html: str
    asks: bool = False  # it sends a form to itself


@dataclass(frozen=True)
class Around:
    """What a mirror puts into a page: a line above it, words in the place of forms, and what comes last."""

    line: str
    form: Callable[[str], str]  # by the form's action; both are HTML
    last: str = ""
    head: str = ""


def rewrite(html: str, link: Callable[[str], str], own: Callable[[str], bool], around: Around) -> Rewritten:
    """Rewrite a page: `link` says where a link leads now, `own` whether an action is the page itself."""
    reader = _Reader(link, own, around)
    reader.feed(html)
    reader.close()
    return Rewritten("".join(reader.out), reader.asks)


@dataclass
class _Reader(HTMLParser):
    link: Callable[[str], str]
    own: Callable[[str], bool]
    around: Around
    out: list[str] = field(default_factory=list)
    asks: bool = False
    in_form: bool = False

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=False)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "form":
            action = said.get("action") or ""
            self.asks = self.asks or self.own(action)
            self.in_form = True
            self.out.append(self.around.form(action))
        elif not self.in_form:
            if tag == _BEFORE[0] and said.get("class") == _BEFORE[1]:
                self.out.append(self.around.line)
            self.out.append(self._tag(tag, attrs))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self.in_form:
            self.out.append(self._tag(tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.in_form = False
        elif not self.in_form:
            if tag == "main":
                self.out.append(self.around.last)
            if tag == "head":
                self.out.append(self.around.head)
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._keep(data)

    def handle_entityref(self, name: str) -> None:
        self._keep(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._keep(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        self._keep(f"<!{decl}>")

    def handle_comment(self, data: str) -> None:
        self._keep(f"<!--{data}-->")

    def _keep(self, words: str) -> None:
        if not self.in_form:
            self.out.append(words)

    def _tag(self, tag: str, attrs: list[tuple[str, str | None]]) -> str:
        written = self.get_starttag_text() or ""
        if not any(name in _LINKS and value for name, value in attrs):
            return written
        parts = [tag]
        for name, value in attrs:
            if value is None:
                parts.append(name)
            else:
                shown = self.link(value) if name in _LINKS and value else value
                parts.append(f'{name}="{escape(shown)}"')
        return f"<{' '.join(parts)}{'/' if written.endswith('/>') else ''}>"
