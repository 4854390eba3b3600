"""What readers get of a chapter in one language: its title, its words, and its parts. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from tuidang.library.flow import Flow, as_html, as_plain, read_markdown, with_words
from tuidang.library.hanzi import Overrides, convert
from tuidang.library.parts import split_flow


@dataclass(frozen=True)
class Made:
    """A chapter in one language, made of its Markdown."""

    language: str
    title: str
    plain: str
    parts: tuple[str, ...]  # HTML, each for a page


def make_reading(title: str, body: str, *, written: str, language: str, overrides: Overrides) -> Made:
    """Make what is read in a language of what was written in it, or in the other script of Chinese.

    `overrides` are the phrases reviewed here, where it is the other script.
    """
    flow = make_flow(body, written=written, language=language, overrides=overrides)
    if language != written:
        title = convert(title, language, overrides)
    return Made(language, title, as_plain(flow), tuple(map(as_html, split_flow(flow))))


def make_flow(body: str, *, written: str, language: str, overrides: Overrides) -> Flow:
    """Make the uncut text of a chapter in a language of what was written in it, or in the other script."""
    flow = read_markdown(body)
    return (
        flow if language == written else with_words(flow, lambda words: convert(words, language, overrides))
    )
