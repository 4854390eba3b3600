"""What a volunteer may say, by situation: short texts in files that an editor can replace.

A file is `<language>/<situation>.md`: between two lines `---` its title and its key; then paragraphs. A line
that begins with `> ` is meant to be said aloud, one with `- ` is an item of a list, one with `## ` a heading,
and `[words](page)` leads to a page of our own: one of PAGES.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Final

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import override

from tuidang.privacy.regions import Lang

SITUATIONS: Final = (
    "first",
    "afraid",
    "hostile",
    "official",
    "reading",
    "helping",
    "organisations",
    "aliases",
)
PAGES: Final = frozenset({"safe", "privacy", "write", "register", "about", "own", "write_for_others"})
_OURS: Final = Path(__file__).parent / "scripts"
_HEAD = re.compile(r"---\n(.*?)\n---\n", re.DOTALL)
_LINK = re.compile(r"\[([^\]]+)\]\(([a-z_]+)\)")
_log = logging.getLogger(__name__)
_MARKS: Final = {"> ": "say", "- ": "item", "## ": "heading"}


@dataclass(frozen=True)
class Script:
    """One text: what is said in one situation."""

    name: str
    title: str
    key: str
    body: SafeString


class ScriptError(ValueError):
    """A script cannot be read; the message says which, and the mend."""


def read_scripts(language: Lang) -> tuple[Script, ...]:
    """Give the scripts in a language: the operator's own (`<data>/scripts`), and ours where he has none."""
    return _read_all(settings.TUIDANG.data / "scripts", language)


def read_script(text: str, name: str) -> Script:
    """Read one script; raises ScriptError."""
    head = _HEAD.match(text)
    if head is None:
        raise ScriptError(f"{name}: begin with a line ---, title and key, and another line ---")
    said = dict(line.split(":", 1) for line in head.group(1).splitlines() if ":" in line)
    title, key = said.get("title", "").strip(), said.get("key", "").strip()
    if not title or not re.fullmatch("[a-z]", key):
        raise ScriptError(f"{name}: give a title, and one small letter as its key")
    return Script(
        name, title, key, format_html_join("", "{}", ((part,) for part in _parts(text[head.end() :])))
    )


@lru_cache(maxsize=8)
def _read_all(own: Path, language: Lang) -> tuple[Script, ...]:
    """Read once: who replaces a text starts the server again."""
    with override(language):
        return tuple(_read(own, language, name) for name in SITUATIONS)


def _read(own: Path, language: Lang, name: str) -> Script:
    replaced = own / language / f"{name}.md"
    try:
        return read_script(replaced.read_text(encoding="utf-8"), name)
    except FileNotFoundError:
        pass
    except (ScriptError, OSError, UnicodeDecodeError) as error:  # a call must not wait for an editor
        _log.warning("%s is not used: %s", replaced, error)
    return read_script((_OURS / language / f"{name}.md").read_text(encoding="utf-8"), name)


def _parts(body: str) -> Iterator[SafeString]:
    lines = [line.strip() for line in body.splitlines() if line.strip()]
    for kind, group in groupby(lines, _kind):
        texts = [(_linked(line.removeprefix(_mark(line))),) for line in group]
        if kind == "item":
            yield format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", texts))
        elif kind == "say":
            yield format_html("<blockquote>{}</blockquote>", format_html_join("", "<p>{}</p>", texts))
        else:
            yield format_html_join("", "<h3>{}</h3>" if kind == "heading" else "<p>{}</p>", texts)


def _mark(line: str) -> str:
    return next((mark for mark in _MARKS if line.startswith(mark)), "")


def _kind(line: str) -> str:
    return _MARKS.get(_mark(line), "words")


def _linked(words: str) -> SafeString:
    """Write words out, with links to our own pages in another tab: the call's page stays."""
    parts: list[str] = []
    done = 0
    for link in _LINK.finditer(words):
        parts.append(words[done : link.start()])
        try:
            address = reverse(link.group(2)) if link.group(2) in PAGES else ""
        except NoReverseMatch:
            address = ""
        if not address:
            raise ScriptError(f"({link.group(2)}): a link leads to one of {', '.join(sorted(PAGES))}")
        parts.append(
            format_html('<a href="{}" target="_blank" rel="noopener">{}</a>', address, link.group(1))
        )
        done = link.end()
    return format_html_join("", "{}", ((part,) for part in (*parts, words[done:])))
