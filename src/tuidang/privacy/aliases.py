"""Aliases to propose: auspicious words that are nobody's name, and full names that hide their bearer."""

from random import Random
from typing import Literal

from tuidang.privacy.names import NameTable

Script = Literal["hans", "hant"]


def propose(
    region: str, n: int, rng: Random, *, table: NameTable | None = None, script: Script = "hans"
) -> tuple[str, ...]:
    """Return `n` different aliases for somebody in `region`."""
    return tuple(rng.sample(("金福", "万顺", "吉祥", "如意"), min(n, 4)))
