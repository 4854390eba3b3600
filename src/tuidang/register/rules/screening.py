"""Screening: which statements pass by themselves, and for which reasons the others wait for a reviewer."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files

from tuidang.privacy.fold import fold
from tuidang.register.rules.content import Content


class Reason(StrEnum):
    """Why a statement waits for a reviewer."""

    FLOOD = "flood"  # its text came from its region more often today than is usual
    HOSTILE = "hostile"  # slurs against those who leave
    ADVERTISING = "advertising"
    PRAISE = "praise"  # slogans of praise where a declaration should be
    CORRECTED = "corrected"  # by its owner, after a reviewer had decided


class Rejection(StrEnum):
    """Why a reviewer rejects a statement."""

    HOSTILE = "hostile"
    ADVERTISING = "advertising"
    NOT_A_STATEMENT = "not_a_statement"
    FORGED = "forged"
    DUPLICATE = "duplicate"


@dataclass(frozen=True)
class ScreeningRules:
    """The settings of screening. Lengths are in bare letters, `usual` in times a day from one region.

    A short text is a template that many honest people write alike: only a great many of it are a flood. Who
    names no region, or China, is one of all its people: so many more of them write alike.
    """

    slurs: frozenset[str]
    advertising: frozenset[str]
    advertising_weak: frozenset[str]
    praise: frozenset[str]
    praise_share: float = 0.5  # of a text's letters that are slogans
    short: int = 40
    usual_short: int = 1000
    middle: int = 120
    usual_middle: int = 100
    usual_long: int = 10
    everywhere: int = 10  # times as often without a province: as many people as name ten of them


def _read_words() -> Mapping[str, frozenset[str]]:
    words: dict[str, set[str]] = {}
    section: set[str] = set()
    text = files("tuidang.register.rules").joinpath("screening_words.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("["):
            section = words.setdefault(line.strip("[]"), set())
        elif not line.startswith(";"):
            section.update(line.split())
    return {name: frozenset(found) for name, found in words.items()}


_WORDS = _read_words()
DEFAULT_RULES = ScreeningRules(
    slurs=_WORDS["slurs"],
    advertising=_WORDS["advertising"],
    advertising_weak=_WORDS["advertising-weak"],
    praise=_WORDS["praise"],
)

_EVERYWHERE = frozenset({"", "CN"})

_LOOKALIKES = str.maketrans(
    "аеорсухікмтвнѕјԁԛԝɡɑοανρτυικχեոսօ",
    "aeopcyxikmtbhsjdqwgaoavptuikxenuo",
)


class _BareLetters(dict[int, str]):
    """What becomes of each character, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        # The folding is frozen at an old Unicode; this Python knows younger compatibility forms.
        apart = unicodedata.normalize("NFD", fold(unicodedata.normalize("NFKC", chr(code))))
        self[code] = "".join(c for c in apart if c.isalpha()).translate(_LOOKALIKES)
        return self[code]


_BARE = _BareLetters()


def bare_letters(text: str) -> str:
    """Give the letters alone, in one spelling: what stands between them, or looks like them, changes nothing.

    Cyrillic, Greek and Armenian letters become the Latin ones they look like; accents and digits disappear;
    compatibility forms, capitals and traditional characters become the plain ones.
    """
    return text.translate(_BARE)


def usual_count(letters: str, region: str, rules: ScreeningRules) -> int:
    """Say how often a day a text of these bare letters may come from one region before it is a flood."""
    times = rules.everywhere if region in _EVERYWHERE else 1
    if len(letters) <= rules.short:
        return times * rules.usual_short
    return times * (rules.usual_middle if len(letters) <= rules.middle else rules.usual_long)


def is_flood(letters: str, region: str, seen: int, rules: ScreeningRules = DEFAULT_RULES) -> bool:
    """Tell whether a text of these bare letters, `seen` so often today from its region, is a flood."""
    return seen > usual_count(letters, region, rules)


def screen_words(content: Content, letters: str, rules: ScreeningRules = DEFAULT_RULES) -> tuple[Reason, ...]:
    """Give the reasons in its own words for which a statement must wait; `letters` are its text's."""
    parts = (bare_letters(content.name), bare_letters(content.place), letters)
    everything = "\n".join(parts)
    reasons = []
    if any(word in everything for word in rules.slurs):
        reasons.append(Reason.HOSTILE)
    if _advertises(everything, rules):
        reasons.append(Reason.ADVERTISING)
    if any(_praises(part, rules) for part in parts):
        reasons.append(Reason.PRAISE)
    return tuple(reasons)


def _advertises(letters: str, rules: ScreeningRules) -> bool:
    weak = sum(word in letters for word in rules.advertising_weak)
    return weak >= 2 or any(word in letters for word in rules.advertising)


def _praises(letters: str, rules: ScreeningRules) -> bool:
    rest = letters
    for slogan in sorted(rules.praise, key=len, reverse=True):
        rest = rest.replace(slogan, "")
    return len(letters) - len(rest) > rules.praise_share * len(letters)
