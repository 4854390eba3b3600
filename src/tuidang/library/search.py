"""How a chapter is found: by any two neighbouring characters, in either script of Chinese. Pure.

Words and query are folded alike (`fold_text`: traditional characters, full width and case disappear, what is
no letter or digit parts words). The index holds each two neighbouring characters of a word; a word of a query
is looked up by its pairs, and then in the chapter itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tuidang.privacy.folded_text import fold_text

LONGEST_QUERY: Final = 60  # characters
_MOST_WORDS: Final = 8
_BEFORE: Final = 14
_EXCERPT: Final = 64


def fold_words(text: str) -> str:
    """Fold a text; its words are parted by single spaces."""
    return " ".join(fold_text(text).split())


def grams_of(folded: str) -> set[str]:
    """Give every two neighbouring characters of a folded text, and the characters that stand alone."""
    words = folded.split(" ")
    return {word[n : n + 2] for word in words for n in range(len(word) - 1)} | {
        word for word in words if len(word) == 1
    }


def read_query(query: str) -> tuple[str, ...]:
    """Give the folded words of a query, each of two characters at least."""
    words = dict.fromkeys(word for word in fold_words(query).split(" ") if len(word) > 1)
    return tuple(words)[:_MOST_WORDS]


def excerpt(plain: str, words: Iterable[str]) -> tuple[str, str, str]:
    """Give a piece of a text around the first of the folded words: before it, the word, after it."""
    lines = plain.split("\n")
    for word in words:
        line = next((line for line in lines if word in fold_text(line)), "")
        folded, places = _folded_with_places(line)
        found = folded.find(word)
        if found >= 0:
            start, end = places[found], places[found + len(word) - 1] + 1
            before = line[max(0, start - _BEFORE) : start]
            return before, line[start:end], line[end : start - len(before) + _EXCERPT]
    return "", "", lines[0][:_EXCERPT]


def _folded_with_places(line: str) -> tuple[str, list[int]]:
    """Fold a line, and say of each folded character where it came from."""
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(line):
        for one in fold_text(character):
            folded.append(one)
            places.append(place)
    return "".join(folded), places
