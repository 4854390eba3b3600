"""Aliases to propose: auspicious words that are nobody's name, and full names that hide their bearer."""

from functools import cache, lru_cache
from random import Random
from typing import Literal

from opencc import OpenCC

from tuidang.privacy.frozen import read_rows
from tuidang.privacy.names import RARE_BELOW, NameTable

Script = Literal["hans", "hant"]

# A full name is proposed only where three times as many bear it as it takes not to be hidden: the shares are
# estimates.
_SAFE = 3 * RARE_BELOW

# Characters that stay in names though they change elsewhere (於, 餘, 範 are no surnames), or change
# otherwise.
_TRADITIONAL_IN_NAMES = {"于": "于", "余": "余", "范": "范", "岩": "岩", "艳": "艷"}


def propose(
    region: str, n: int, rng: Random, *, table: NameTable | None = None, script: Script = "hans"
) -> tuple[str, ...]:
    """Return `n` different aliases for somebody in `region` (a code of REGIONS); none is ever hidden.

    Words and, where the region has names that are common enough, full names, half each and mixed. The
    same `rng` state gives the same aliases. At most as many as there are words (five hundred).
    """
    table = table or NameTable.default()
    words = [hant if script == "hant" else hans for hans, hant in _words()]
    names = _safe_names(table, region)
    chosen = [
        in_traditional(name) if script == "hant" else name
        for name in rng.sample(names, min(n // 2, len(names)))
    ]
    chosen += rng.sample(words, min(n - len(chosen), len(words)))
    rng.shuffle(chosen)
    return tuple(chosen)


@lru_cache(maxsize=1024)
def _safe_names(table: NameTable, region: str) -> tuple[str, ...]:
    return table.common_names(region, _SAFE)


def in_traditional(name: str) -> str:
    """Write a simplified name in traditional characters, as names are written."""
    return "".join(_TRADITIONAL_IN_NAMES.get(char) or _converter().convert(char) for char in name)


@cache
def _words() -> tuple[tuple[str, str], ...]:
    return tuple(read_rows("aliases.txt"))


@cache
def _converter() -> OpenCC:
    return OpenCC("s2tw")
