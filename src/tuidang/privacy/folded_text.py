"""Folding of whole texts, for searching: what two spellings of the same words have in common."""

from __future__ import annotations

from unicodedata import category, normalize

from tuidang.privacy.fold import fold


class _Folding(dict[int, str]):
    """What each character folds to: letters, marks and digits as in a name, all else a space."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = fold(character) if _is_kept(character) else " "
        folded = "".join(part if _is_kept(part) else " " for part in folded)  # ⑴ folds to (1)
        self[code] = folded
        return folded


def _is_kept(character: str) -> bool:
    return category(character)[0] in "LMN"


_FOLDING = _Folding()


def fold_text(text: str) -> str:
    """Fold a text of any length, character by character; words are separated by spaces."""
    return normalize("NFC", text).translate(_FOLDING)
