"""Digits in disguise: letters and characters that look or sound like them, where so many make a number."""

import re
from collections.abc import Iterator

# By digit: Latin, Greek and Cyrillic letters (138OO, l38), and what is said for what might be misheard.
_LOOKS_LIKE = {
    "0": "oO\u03bf\u039f\u043e\u041e洞口",
    "1": "lI|\u0131\u0456\u0406\u04cf腰妖么",
    "2": "zZ",
    "3": "\u0437\u0417参",
    "5": "sS\u0455\u0405",
    "6": "bG",
    "7": "拐",
    "8": "B",
    "9": "gq勾",
}
_MEANT = {ord(sign): digit for digit, signs in _LOOKS_LIKE.items() for sign in signs}
_SAID = frozenset("洞口腰妖么参拐勾")
_LETTER = "A-Za-z\u0370-\u052f"
_WRITTEN = "0-9" + "".join(chr(sign) for sign in _MEANT if chr(sign) not in _SAID)
# A group of digits and letters that is no part of a word, with the X of an identity card behind it; or one
# character that is said: it may as well begin the next word.
_TOKEN = re.compile(rf"(?<![{_LETTER}])[{_WRITTEN}]++(?![{_LETTER}](?<![xX]))|[{''.join(sorted(_SAID))}]")
_ALONE = _SAID | set("oOlI|")  # a group of these alone may be one of digits; "is" and "so" are words

_BETWEEN = re.compile(r"[^\w〓]{0,3}")
_LENGTHS = frozenset({11, 15, 16, 17, 18, 19})  # of telephones and cards; 12 with an area code
_LEAST = 3  # true digits among them


def without_disguise(written: str) -> str:
    """Return `written` with digits for what stands for them, wherever a telephone or card could be meant.

    As many characters as before. A word beside a number stays: together they are too long.
    """
    tokens = [match.span() for match in _TOKEN.finditer(written)]
    meant = list(written)
    for start, end in _numbers(written, tokens):
        meant[start:end] = written[start:end].translate(_MEANT)
    return "".join(meant)


def _numbers(written: str, tokens: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield where neighbouring tokens together have the length of a number, and enough true digits."""
    done = 0
    for first in range(len(tokens)):
        if tokens[first][0] < done:
            continue
        length = true = 0
        last_end = tokens[first][0]
        begins_with_nought = written[last_end].translate(_MEANT) == "0"
        for start, end in tokens[first : first + max(_LENGTHS)]:
            token = written[start:end]
            digits = sum(map(str.isdigit, token))
            length, true = length + len(token), true + digits
            if length > max(_LENGTHS) or not _BETWEEN.fullmatch(written, last_end, start):
                break
            if not digits and not _ALONE.issuperset(token):
                break
            last_end = end
            if true >= _LEAST and (length in _LENGTHS or (length == 12 and begins_with_nought)):
                yield tokens[first][0], end
                done = end
