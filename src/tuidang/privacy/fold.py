"""The folding of names: what two spellings of one name have in common, frozen as version 1."""

import re
from functools import cache
from itertools import groupby
from unicodedata import ucd_3_2_0

from tuidang.privacy.frozen import read_rows

FOLD_VERSION = 1

# What most names are written in. None of these, nor what the table makes of it, ever joins with another.
_SIMPLE = re.compile("[0-9a-z\u4e00-\u9fff]*")


def fold(name: str) -> str:
    """Return `name` without what a person may type differently the next time.

    Compatibility forms (full width), traditional characters, case, white space, and the dots, hyphens and
    apostrophes inside a name disappear. Idempotent. A name of nothing but such marks folds to "": forms
    refuse it. Hashes are stored over the result, so it must never change: the table is a file, and the
    normalisation is that of Unicode 3.2 (`unicodedata.ucd_3_2_0`, which Python keeps for IDNA) over the
    characters Unicode 3.2 knew.
    """
    if _SIMPLE.fullmatch(name):
        return name.translate(_table())
    folded = name
    # Dropping a space can bring a letter and its accent together, so go on until nothing moves.
    # It ends: past the first round every character stands for itself, and only joining, which shortens,
    # is left.
    while (again := _normalise(_normalise(folded).translate(_table()))) != folded:
        folded = again
    return folded


def _normalise(text: str) -> str:
    # Characters younger than Unicode 3.2 are left alone: their composition comes from Python's current
    # tables.
    runs = groupby(text, key=lambda character: ucd_3_2_0.category(character) != "Cn")
    return "".join(
        ucd_3_2_0.normalize("NFKC", "".join(run)) if known else "".join(run) for known, run in runs
    )


@cache
def _table() -> dict[int, str]:
    return {int(code, 16): folded for code, folded in read_rows("fold_v1.txt")}
