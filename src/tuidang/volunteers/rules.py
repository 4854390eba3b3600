"""What a pseudonym may be, and which roles are given where."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from typing import Final

# A coordinator gives these at the desk; roles that can do more than his, or check him, only the machine.
GIVEN_AT_DESK: Final = frozenset({"reviewer", "listener", "field-lead", "editor", "treasurer"})

SHORTEST, LONGEST = 2, 40

_UNTRIED: Final = timedelta(days=4)  # 72 hours, wherever in its day it began

# Any bracket: `(shell)` is the machine in the audit chain, and nobody is to look like it.
_BRACKETS: Final = {"Ps", "Pe"}
# Scripts whose letters look alike: mixed in one word they pass for another's pseudonym.
_ALIKE: Final = ("LATIN ", "CYRILLIC ", "GREEK ")


def tidy_pseudonym(typed: str) -> str:
    """Return a pseudonym as it is kept: NFKC, lower case, single spaces, whatever a keyboard adds."""
    return " ".join(unicodedata.normalize("NFKC", typed).casefold().split())


def pseudonym_fault(pseudonym: str) -> str | None:
    """Say what is wrong with a tidied pseudonym, in a sentence to act on; None when it is good."""
    if not SHORTEST <= len(pseudonym) <= LONGEST:
        return f"a pseudonym has {SHORTEST} to {LONGEST} characters"
    if "@" in pseudonym:
        return "a pseudonym is not an e-mail address: choose a word that says nothing about the person"
    if any(unicodedata.category(c) in {"Cc", "Cf", "Cn", "Co", "Cs"} for c in pseudonym):
        return "a pseudonym is made of letters, digits and signs that can be seen"
    if any(unicodedata.category(c) in _BRACKETS or c in "<>" for c in pseudonym):
        return "a pseudonym has no brackets: leave them out"
    if any(len(_scripts(word)) > 1 for word in re.split(r"[\W\d_]+", pseudonym)):
        return "a word of a pseudonym is of one alphabet: write it in Latin, Cyrillic or Greek letters alone"
    return None


def second_from(opened: date | None, today: date) -> date | None:
    """Give the first day on which an account may be the second person; None when it may be today.

    From its opening at least 72 hours pass, in which others see that it was opened: else who makes links
    would stand for both.
    """
    first = opened + _UNTRIED if opened else today
    return first if first > today else None


def _scripts(word: str) -> set[str]:
    names = [unicodedata.name(c, "") for c in word]
    return {script for script in _ALIKE if any(name.startswith(script) for name in names)}
