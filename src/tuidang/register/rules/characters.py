"""Which characters a public line or text may hold, and one spelling for what looks the same."""

from __future__ import annotations

import re
import unicodedata

# Default-ignorable characters of Unicode beyond the category Cf: fillers and joiners that nobody sees.
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\u2800]")
_GLYPH_CHOICE = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # variation selectors
_SPACES = re.compile("[\t \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_NEWLINE = re.compile("\r\n?|[\x85\u2028\u2029]")
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_NO_TEXT = "\ufffd"  # stands for bytes that were no text in the encoding they came in
_STACKED = 6  # marks on one letter; Tibetan and Vietnamese need four

# Newer than this Python's tables, yet certainly a character: planes 2 and 3 hold ideographs only (those of
# rare names among them), and these blocks pictures only.
_YOUNG = re.compile("[\U00020000-\U0002fffd\U00030000-\U0003fffd\U0001f000-\U0001faff]")

# What most people write in, so that most texts need no look at each character: ASCII, and common Chinese.
_PLAIN = re.compile("[ -~\n\u3001-\u3029\u4e00-\u9fff\uff01-\uff5e]*")


def tidy_line(typed: str) -> str:
    """Give a line with composed characters, single spaces, and no choice of glyphs."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", _GLYPH_CHOICE.sub("", typed))).strip(" ")


def tidy_text(typed: str) -> str:
    """Give a text with composed characters, line feeds only, and without what nobody sees.

    What turns the direction of writing stays in, for `has_forbidden` to find: without it the sense changes.
    """
    seen = unicodedata.normalize("NFC", _NEWLINE.sub("\n", typed)).replace("\t", " ")
    if not _PLAIN.fullmatch(seen):
        seen = "".join(c for c in _UNSEEN.sub("", seen) if c in _TURNING or unicodedata.category(c) != "Cf")
    return "\n".join(line.rstrip() for line in seen.split("\n")).strip()


def has_forbidden(text: str, *, newlines: bool = False) -> bool:
    """Tell whether a control, turning, unseen, half (surrogate), private or unassigned character is in it."""
    if _PLAIN.fullmatch(text):
        return "\n" in text and not newlines
    run = 0
    for character in text:
        category = unicodedata.category(character)
        run = run + 1 if category[0] == "M" else 0
        if run > _STACKED or character == _NO_TEXT or _UNSEEN.match(character):
            return True
        if category[0] == "C" and not _YOUNG.match(character) and not (newlines and character == "\n"):
            return True
    return False


def seen_length(text: str) -> int:
    """Count the characters a reader sees: marks belong to the letter they stand on."""
    return sum(unicodedata.category(character)[0] != "M" for character in text)
