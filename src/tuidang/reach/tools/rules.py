"""What may be said of a circumvention tool, and how a size is written. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from tuidang.reach.rules import is_address

LANGUAGES: Final = ("zh-hans", "zh-hant", "en")
LONGEST_NAME: Final = 60
LONGEST_WORDS: Final = 160
LONGEST_PLACE: Final = 120
MOST_TOOLS: Final = 8  # live ones: the page stays within 14 KB
_SHA256 = re.compile(r"[0-9a-f]{64}")
_STEP: Final = 1024


@dataclass(frozen=True)
class Tool:
    """A tool as it is entered; words are by language, and every language has them."""

    code: str
    name: str
    does: dict[str, str] = field(default_factory=dict)  # in plain words
    risk: dict[str, str] = field(default_factory=dict)  # what remains
    open_source: bool = False
    anonymity: bool = False  # hides from the site who comes, and from each of those in between where he goes
    place: str = ""  # where it comes from
    size: int = 0  # bytes; 0: not known
    sha256: str = ""  # of the file; empty: not known
    signed_by: str = ""  # who signed that checksum
    shown: bool = True
    sample: bool = False  # invented, and says so


def faults_of(tool: Tool) -> list[tuple[str, str]]:
    """List what cannot be of a tool as (field, fault), in the order of its fields."""
    found = []
    if not tool.name or len(tool.name) > LONGEST_NAME or not tool.name.isprintable():
        found.append(("name", "name"))
    for name, words in (("does", tool.does), ("risk", tool.risk)):
        found += [
            (f"{name}-{language}", "words") for language in LANGUAGES if not _is_words(words.get(language))
        ]
    if len(tool.place) > LONGEST_PLACE or not is_address(tool.place):
        found.append(("place", "place"))
    if tool.size < 0:
        found.append(("size", "size"))
    if tool.sha256 and not _SHA256.fullmatch(tool.sha256):
        found.append(("sha256", "sha256"))
    if bool(tool.sha256) != bool(tool.signed_by) or len(tool.signed_by) > LONGEST_NAME:
        found.append(("signed_by", "signed_by"))
    return found


def size_words(size: int) -> str:
    """Write a size for people: 640 KB, 7.5 MB, 88 MB."""
    if size < _STEP * _STEP:
        return f"{max(1, round(size / _STEP))} KB"
    megabytes = size / _STEP / _STEP
    return f"{megabytes:.1f} MB" if megabytes < 10 else f"{megabytes:.0f} MB"


def read_size(text: str) -> int:
    """Read a size that somebody typed: bytes, or with KB, MB or GB behind it; -1 where it is none."""
    match = re.fullmatch(r"(\d{1,12})(?:[.,](\d{1,3}))?\s*(|[KMG]i?B)", text.strip(), re.IGNORECASE)
    if not text.strip():
        return 0
    if match is None:
        return -1
    unit = _STEP ** ("KMG".find(match[3][:1].upper()) + 1) if match[3] else 1
    return round(float(f"{match[1]}.{match[2] or 0}") * unit)


def _is_words(text: str | None) -> bool:
    return bool(text) and len(text or "") <= LONGEST_WORDS and (text or "").isprintable()
