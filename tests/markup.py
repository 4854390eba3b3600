"""Pages as a reader's program sees them: elements, words, links; and what a page weighs with all it loads."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpResponse

_VOID = {"br", "hr", "img", "input", "link", "meta", "rect", "line", "path", "circle"}


@dataclass
class Element:
    """An element: its attributes, the words in it, and its place in the page."""

    tag: str
    attributes: dict[str, str]
    parent: Element | None
    words: str = ""
    children: list[Element] = field(default_factory=list)

    def lang(self) -> str:
        """Return the language that holds here."""
        own = self.attributes.get("lang")
        return own if own is not None else self.parent.lang() if self.parent else ""


class Markup(HTMLParser):
    """Read a page into a flat list of its elements, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.all: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)
        assert not self._open, f"not closed: {[e.tag for e in self._open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(
            tag, {name: value or "" for name, value in attrs}, self._open[-1] if self._open else None
        )
        assert len(element.attributes) == len(attrs), f"an attribute twice on <{tag}>"
        if element.parent:
            element.parent.children.append(element)
        self.all.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        opened = self._open.pop()
        assert opened.tag == tag, f"</{tag}> closes <{opened.tag}>"

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.words += data

    def find(self, tag: str, **attributes: str) -> list[Element]:
        """Return the elements with a tag and with these attributes; `class_` asks for one of the classes."""
        wanted = attributes.pop("class_", "")
        return [
            element
            for element in self.all
            if element.tag == tag
            and all(element.attributes.get(name) == value for name, value in attributes.items())
            and (not wanted or wanted in element.attributes.get("class", "").split())
        ]


def read(response: HttpResponse) -> Markup:
    """Read an answer's page; raises AssertionError when elements are not closed in order."""
    return Markup(response.content.decode())


def weight(response: HttpResponse) -> int:
    """Return the compressed bytes of a page and of everything that it has a browser load."""
    addresses = loaded_by(read(response))
    return _packed(response.content) + sum(_packed(_asset(address)) for address in addresses)


def loaded_by(page: Markup) -> set[str]:
    """Return the addresses that a browser asks for by itself; a link to another page is none."""
    links = [link for link in page.find("link") if link.attributes["rel"] in {"stylesheet", "icon"}]
    parts = [part for tag in ("img", "script", "iframe") for part in page.find(tag)]
    return {link.attributes["href"] for link in links} | {
        part.attributes["src"] for part in parts if part.attributes.get("type") != "application/json"
    }


def _packed(data: bytes) -> int:
    return len(gzip.compress(data, 6))


def _asset(address: str) -> bytes:
    path = urljoin("/", address)
    assert path.startswith(settings.STATIC_URL), f"{address} is not our own"
    found = finders.find(path.removeprefix(settings.STATIC_URL))
    assert isinstance(found, str), f"{address} is nowhere"
    return Path(found).read_bytes()
