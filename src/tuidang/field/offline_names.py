"""What a phone needs to tell, without a network, how rare a name is: a small table, cut out of ours. Pure.

The phone only advises. How a name is published is decided on arrival, by the whole table.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tuidang.privacy.aliases import in_traditional
from tuidang.privacy.frozen import read_rows
from tuidang.privacy.nameforms import COMPOUND_SURNAMES, RARE_SURNAMES
from tuidang.privacy.names import NameTable
from tuidang.privacy.regions import CHINA_POPULATION, REGIONS

PER: Final = 10_000_000  # shares are whole numbers of people among so many
_GIVEN: Final = 1500  # the commonest: a rarer one is rare to the phone
_LEAST: Final = 20  # per ten million: below it a character is a word's rather than a surname
_WORDS: Final = 300  # of those to propose


def offline_names(table: NameTable, threshold: int) -> dict[str, object]:
    """Give the table as the phone reads it: runs of names of one share, the commonest first.

    A surname so rare that nobody who bears it has a common name comes without its share.
    """
    given = sorted(table.lists.given_names.items(), key=lambda pair: -pair[1])[:_GIVEN]
    most = max((share for _, share in given), default=0) * CHINA_POPULATION
    listed = {name: share for name, share in table.lists.surnames.items() if share * PER >= _LEAST}
    common = {name: share for name, share in listed.items() if share * most >= threshold}
    rare = (RARE_SURNAMES | COMPOUND_SURNAMES | listed.keys()) - common.keys()
    words = [row for row in read_rows("aliases.txt") if len(row[0]) == 2][:_WORDS]
    return {
        "threshold": threshold,
        "people": {code: region.population for code, region in REGIONS.items() if region.population},
        "surnames": _runs(common.items()),
        "given": _runs(given),
        "rare": "".join(sorted(name for name in rare if len(name) == 1)),
        "pairs": "".join(sorted(name for name in rare if len(name) == 2)),
        "words": "".join(hans for hans, _ in words),
        "traditional": _traditional(words, [*listed, *dict(given)]),
    }


def _runs(shares: Iterable[tuple[str, float]]) -> list[list[object]]:
    """Put names of about the same share together: [people among ten million, "name name …"]."""
    runs: dict[int, list[str]] = {}
    for name, share in shares:
        runs.setdefault(_rounded(share * PER), []).append(name)
    return [[people, " ".join(names)] for people, names in sorted(runs.items(), reverse=True)]


def _rounded(people: float) -> int:
    """Keep two figures, and never more people than there are."""
    whole = int(people)
    step = int(10 ** max(0, len(str(whole)) - 2))
    return whole // step * step


def _traditional(words: Iterable[tuple[str, ...]], names: Iterable[str]) -> str:
    """Give pairs of characters, simplified and traditional, as the words and names are written."""
    pairs = {}
    for hans, hant in words:
        pairs.update({a: b for a, b in zip(hans, hant, strict=False) if a != b})
    for name in names:
        pairs.update({a: b for a, b in zip(name, in_traditional(name), strict=False) if a != b})
    return "".join(a + b for a, b in sorted(pairs.items()))
