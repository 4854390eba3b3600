"""From one Chinese script to the other: OpenCC, and before it the phrases that people have reviewed. Pure.

OpenCC chooses by a dictionary of phrases and is right nearly always. Where it is not, a person who reads both
scripts writes the phrase down, and from then on it is taken as written: the longest phrase first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from opencc import OpenCC

HANS: Final = "zh-hans"
HANT: Final = "zh-hant"
OTHER: Final[Mapping[str, str]] = {HANS: HANT, HANT: HANS}  # a script, and what is made of it

# Characters as Taiwan writes them, words left as they are: 裡 and 為, but no 軟體 where 软件 was written.
_CONFIGS: Final[Mapping[str, str]] = {HANT: "s2tw", HANS: "tw2s"}

Overrides = tuple[tuple[str, str], ...]  # phrase, and what it becomes


def convert(text: str, to: str, overrides: Overrides = ()) -> str:
    """Write a text in the script `to`; `overrides` stand before those that are shipped."""
    table = {**dict(shipped_overrides(to)), **dict(overrides)}
    phrases = sorted(table, key=len, reverse=True)
    parts = re.split(f"({'|'.join(map(re.escape, phrases))})", text) if phrases else [text]
    return "".join(table[part] if part in table else str(_converter(to).convert(part)) for part in parts)


def read_overrides(text: str) -> Overrides:
    """Read lines of a phrase, a space, and what it becomes; # begins a comment. Raises ValueError."""
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        if len(words) != 2:
            raise ValueError(f"line {number}: a phrase, a space, and what it becomes")
        if found.setdefault(words[0], words[1]) != words[1]:
            raise ValueError(f"line {number}: {words[0]} stands here twice")
    return tuple(found.items())


@cache
def shipped_overrides(to: str) -> Overrides:
    """Give the reviewed phrases that come with the software."""
    file = files("tuidang.library").joinpath("overrides", f"to-{to}.txt")
    return read_overrides(file.read_text(encoding="utf-8"))


@cache
def _converter(to: str) -> OpenCC:
    return OpenCC(_CONFIGS[to])
