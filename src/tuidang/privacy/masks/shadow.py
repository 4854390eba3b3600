"""A text as the finders read it: disguised characters plain, each knowing where it comes from."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from tuidang.privacy.fold import fold
from tuidang.privacy.masks.disguises import without_disguise
from tuidang.privacy.masks.marks import Mark
from tuidang.privacy.nameforms import HAN

BLANK = "〓"  # stands for what is masked already; no finder reads across it
OPENING = "〔"  # begins the word that stands in a text for what was masked

_IS_HAN = re.compile(f"[{HAN}]")
_NUMERALS = str.maketrans("零〇一二两三四五六七八九幺壹贰叁肆伍陆柒捌玖", "0012234567891123456789")


class Shadow:
    """Three readings of a text, aligned character by character, and the way back to the text.

    `cased`: full-width and circled forms plain, characters simplified, invisible ones gone.
    `plain`: the same in small letters. `digits`: the same with Chinese numerals (一三八), and
    letters in place of digits (l38OO), as digits.
    """

    def __init__(self, text: str, masked_words: Iterable[str]) -> None:
        """Read `text`; what stands there for something masked is blank from the beginning."""
        read = list(map(_plain, text))
        cased = "".join(read)
        self._origin: Sequence[int] = range(len(text) + 1)
        if "" in read or len(cased) > len(text):  # hardly ever: not one for one
            self._origin = [*(index for index, plain in enumerate(read) for _ in plain), len(text)]
        for word in masked_words if OPENING in cased else ():
            shown = _read_word(word)
            cased = cased.replace(shown, BLANK * len(shown))
        self._read(cased)

    def take(self, found: Iterable[Mark]) -> list[Mark]:
        """Blank marks (in positions of the shadow) and return them in positions of the text.

        Of those that overlap the first counts, and of those the longest; of one character that reads as
        several, all.
        """
        marks = sorted(found, key=lambda mark: (mark.start, -mark.end))
        characters, taken = list(self.cased) if marks else [], []
        for mark in marks:
            start, end = mark.start, mark.end
            while start > 0 and self._origin[start - 1] == self._origin[start]:
                start -= 1
            while end < len(characters) and self._origin[end] == self._origin[end - 1]:
                end += 1
            if BLANK not in characters[start:end]:
                characters[start:end] = BLANK * (end - start)
                taken.append(Mark(self._origin[start], self._origin[end], mark.kind))
        if taken:
            self._read("".join(characters))
        return taken

    def _read(self, cased: str) -> None:
        self.cased = cased
        self.plain = _lower(cased)
        self.digits = _lower(without_disguise(cased.translate(_NUMERALS)))


def _lower(text: str) -> str:
    lowered = text.lower()
    if len(lowered) > len(text) or "Σ" in text:  # which depends on what stands beside it
        return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return lowered


@cache
def _read_word(word: str) -> str:
    """Return what one of our own words is read as."""
    return "".join(map(_plain, word))


@lru_cache(maxsize=8192)
def _plain(character: str) -> str:
    """Return what a character is read as: "" for an invisible one, several for a few (⑫, ㎏)."""
    if unicodedata.category(character) in {"Cf", "Mn", "Me", "Cs"}:
        return ""
    value: float | None = unicodedata.digit(character, None)
    if value is None and unicodedata.category(character) in {"Nl", "No"}:
        value = unicodedata.numeric(character)  # 〡〢〣 of the Suzhou numerals, Ⅰ, counting rods
    if value in range(10):
        return f"{value:.0f}"
    normal = unicodedata.normalize("NFKC", character)
    return "".join(fold(c) if _IS_HAN.match(c) else c for c in normal)
