"""What a name gives away: how many people bear it in a region, and how it is published."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import product
from pathlib import Path

from tuidang.privacy.nameforms import (
    COMPOUND_SURNAMES,
    RARE_SURNAMES,
    Lexicon,
    NameForm,
    NameKind,
    characters_of,
    read_company,
    read_name,
    split_names,
)
from tuidang.privacy.namelists import NameLists, NameTableError, read_built_in, read_folder
from tuidang.privacy.regions import REGIONS

__all__ = ["NameKind", "NameTable", "NameTableError", "Rarity", "published_name"]

RARE_BELOW = 1000

# A table may list as surnames what hardly anybody is called (自, 心): below ten in a million, a word
# begins so.
_LEAST_SURNAME_SHARE = 1e-5
_COMMON_SURNAMES = 100
# Given names have 1.75 characters on average: three in four people have two. So of those who have a character
# in their name one in seven has it alone, and two stand together, in this order, as a quarter of the product.
_ALONE = 1 / 7
_TOGETHER = 1 / 4


@dataclass(frozen=True)
class Rarity:
    """What a name is, and how many bear it in a region; None where we cannot tell, or it is nobody's."""

    kind: NameKind
    bearers: int | None = None
    surname: str = ""
    given: str = ""

    @property
    def about(self) -> int | None:
        """The number of bearers as a page says it: two figures (12,000), for it is an estimate."""
        if self.bearers is None or self.bearers < 100:
            return self.bearers
        return int(float(f"{self.bearers:.1e}"))

    def is_rare(self, threshold: int = RARE_BELOW) -> bool:
        """Tell whether it points at somebody: a full name of fewer than `threshold` people or unknown."""
        return self.kind is NameKind.FULL and (self.bearers is None or self.bearers < threshold)


@dataclass(frozen=True, eq=False)
class NameTable:
    """How many people bear a name, from lists of shares.

    Independence of surname and given name is assumed, and one distribution of surnames for all regions.
    """

    lists: NameLists

    @staticmethod
    @cache
    def default() -> "NameTable":
        """Return the built-in table. It knows few given names, so most full names are rare to it."""
        return NameTable(read_built_in())

    @staticmethod
    def load(folder: Path) -> "NameTable":
        """Read an operator's tables (see `read_folder`); raises NameTableError."""
        return NameTable(read_folder(folder))

    def estimate(self, name: str, region: str) -> Rarity:
        """Return what `name` is and who bears it in `region` (a code of REGIONS); of several, the rarest."""
        rarities = [self.rarity(form, region) for _, _, form in self.read_line(name)]
        full = [rarity for rarity in rarities if rarity.kind is NameKind.FULL]
        if full:
            return min(full, key=lambda rarity: rarity.bearers or 0)
        return rarities[0] if rarities else Rarity(NameKind.OTHER)

    def rarity(self, form: NameForm, region: str) -> Rarity:
        """Return how rare a name that was read is in `region`."""
        if form.kind is not NameKind.FULL:
            return Rarity(form.kind)
        return Rarity(form.kind, self._bearers(form.surname, form.given, region), form.surname, form.given)

    def read_line(self, line: str) -> tuple[tuple[int, int, NameForm], ...]:
        """Return places and forms of the names in a line; usually one, whatever parts it (王　伟, 王*伟)."""
        if form := read_name("".join(line.split()), self.lexicon):
            return ((0, len(line), form),)
        form = read_name(characters_of(line), self.lexicon)
        if form and form.kind is NameKind.FULL:
            return ((0, len(line), form),)
        return tuple(found for start, end in split_names(line) for found in self._read_run(line, start, end))

    def _read_run(self, line: str, start: int, end: int) -> Iterator[tuple[int, int, NameForm]]:
        if form := read_name(line[start:end], self.lexicon):
            yield start, end, form
            return
        for first, past, form in read_company(line[start:end], self.lexicon):
            yield start + first, start + past, form

    def common_names(self, region: str, least: int) -> tuple[str, ...]:
        """Return full names (simplified) that at least `least` people bear in `region`, commonest first.

        Of the 20 commonest surnames and 100 given names: nobody chooses among more.
        """
        surnames = self._surnames[:20]
        given_names = sorted(
            self.lists.given_names, key=lambda given: self._bearers(surnames[0], given, region) or 0
        )
        full = product(surnames, given_names[-100:])
        counted = ((self._bearers(surname, given, region) or 0, surname + given) for surname, given in full)
        return tuple(name for bearers, name in sorted(counted, reverse=True) if bearers >= least)

    @cached_property
    def lexicon(self) -> Lexicon:
        """The surnames and given names that names are read with."""
        known = {surname for surname, share in self.lists.surnames.items() if share >= _LEAST_SURNAME_SHARE}
        return Lexicon(
            frozenset(known | RARE_SURNAMES | COMPOUND_SURNAMES),
            frozenset(self._surnames[:_COMMON_SURNAMES]),
            frozenset(name for name in self.lists.given_names if len(name) == 2),
        )

    @cached_property
    def _surnames(self) -> tuple[str, ...]:
        return tuple(sorted(self.lists.surnames, key=lambda surname: -self.lists.surnames[surname]))

    def _bearers(self, surname: str, given: str, region: str) -> int | None:
        surname_share, given_share = self.lists.surnames.get(surname), self._given_share(given)
        population = REGIONS[region].population if region in REGIONS else None
        if surname_share is None or given_share is None or population is None:
            return None
        return round(surname_share * self.lists.counted.get(given, {}).get(region, given_share * population))

    def _given_share(self, given: str) -> float | None:
        listed = self.lists.given_names.get(given)
        if listed is not None or not self.lists.characters or not 1 <= len(given) <= 2:
            return listed
        shares = [self.lists.characters.get(character, 0.0) for character in given]
        likely = _ALONE * shares[0] if len(shares) == 1 else _TOGETHER * shares[0] * shares[1]
        return min(likely, self._least_given_share)  # the list has the commonest: what it lacks is rarer

    @cached_property
    def _least_given_share(self) -> float:
        return min(self.lists.given_names.values(), default=1.0)


def published_name(
    name: str, region: str, table: NameTable, threshold: int = RARE_BELOW, *, spoken_with: bool = False
) -> str:
    """Return `name` as it is published: a rare full name becomes its surname and 某, anything else stays.

    `spoken_with`: a volunteer has spoken with the declarant, so that it is not an enemy's name; it stays.
    Aliases, nicknames and anonymous names are never changed.
    """
    if spoken_with:
        return name
    published = name
    for start, end, form in reversed(table.read_line(name)):
        if table.rarity(form, region).is_rare(threshold):
            published = published[:start] + form.shown + "某" + form.title + published[end:]
    return published
