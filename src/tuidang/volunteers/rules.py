"""What a pseudonym may be."""

from __future__ import annotations

import unicodedata

SHORTEST, LONGEST = 2, 40


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
    return None
