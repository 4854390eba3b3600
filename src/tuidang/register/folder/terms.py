"""The terms of a text: pairs of characters where words are not spaced, whole words where they are.

A text is folded (compatibility forms, traditional characters and case disappear) and cut into units: a
spaced script's word is one unit, a character of any other script is one, and whatever stands between
words is a gap. The index holds each spaced word, and each two neighbouring characters. A text has a word
if it has the word's units in this order without a gap; so "入党" is found in "加入党组织", and "part" is not
found in "party".
"""

import re
from operator import add

from tuidang.privacy.folded_text import fold_text

LONGEST_TERM = 24  # characters of a spaced word that are indexed; the text itself is compared in full

_SPACED = (
    "!-\u08ff\u1e00-\u1fff"  # Latin to Arabic; after folding only letters, marks and digits are left there
)
_UNIT = re.compile(f"[{_SPACED}]+|.")
_RUN = re.compile(f"([{_SPACED}]+)|[^ {_SPACED}]+")


def text_terms(folded: str) -> list[str]:
    """Give the terms of a folded text, some of them more than once."""
    terms: list[str] = []
    for run in _RUN.finditer(folded):
        characters = run.group()
        if run.lastindex:
            terms.append(characters[:LONGEST_TERM])
        else:
            terms += map(add, characters, characters[1:])
    return terms


def split_query(query: str) -> tuple[str, ...]:
    """Give the folded words of a query that have at least two characters; each has a term."""
    return tuple(word for word in fold_text(query).split() if len(word) > 1)


def has_words(folded: str, words: tuple[str, ...]) -> bool:
    """Tell whether a folded text has all the folded words."""
    units = _units(folded)
    return all(_units(word) in units for word in words)


def find_word(text: str, word: str) -> int:
    """Give about where in a text a folded word begins, for an excerpt; 0 when it is not there."""
    folded = _units(fold_text(text))
    place = folded.find(_units(word))
    return 0 if place < 0 else len(text) * place // len(folded)


def _units(folded: str) -> str:
    return "\n" + "\n".join(_UNIT.findall(folded)) + "\n"
