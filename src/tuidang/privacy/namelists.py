"""Lists of surnames and given names with their shares: built in, or read from an operator's tables."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from tuidang.privacy.fold import fold
from tuidang.privacy.regions import CHINA, NOT_SAID, REGIONS

# The built-in list has 131 of the commonest given names without their shares. Most are borne by 500 to
# 2,000 people in a million; the lower end stands for all.
_BUILT_IN_GIVEN_SHARE = 0.0005
# The built-in list counts two spellings of a surname as one, under the older. What part writes the newer,
# roughly.
_NEWER_SPELLING = {"萧": ("肖", 0.98), "阎": ("闫", 0.9), "傅": ("付", 0.75), "戴": ("代", 0.45)}


class NameTableError(ValueError):
    """A table of names cannot be read; the message says which file and why."""


@dataclass(frozen=True)
class NameLists:
    """Shares of all people (0 to 1) bearing a surname, a given name, a character in the given name; folded.

    `counted` has people by given name and region, where a table knows them.
    """

    surnames: Mapping[str, float]
    given_names: Mapping[str, float]
    counted: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    characters: Mapping[str, float] = field(default_factory=dict)


def read_built_in() -> NameLists:
    """Return Faker's lists for zh_CN (MIT): 399 weighted surnames and 131 given names."""
    # Only this module of the package, and only when a name is asked for: it takes a fifth of a second.
    provider = import_module("faker.providers.person.zh_CN").Provider
    surnames = {str(surname): float(percent) / 100 for surname, percent in provider.last_names.items()}
    for older, (newer, part) in _NEWER_SPELLING.items():
        surnames[newer] = surnames[older] * part
        surnames[older] *= 1 - part
    return NameLists(surnames, {str(name): _BUILT_IN_GIVEN_SHARE for name in provider.first_names})


def read_folder(folder: Path) -> NameLists:
    """Read tables in CSV (UTF-8, with a heading); raises NameTableError.

    surnames.csv: surname, people. given_names_by_region.csv: given_name, male, female, then a column of
    people for each region, by its code. given_name_characters.csv, which may be missing: character,
    per_million.
    """
    try:
        return _read_folder(folder)
    except (OSError, ValueError, KeyError, csv.Error) as error:
        reason = f"{type(error).__name__}: {error}"
        raise NameTableError(f"the tables of names in {folder} cannot be read: {reason}") from error


def _read_folder(folder: Path) -> NameLists:
    surnames: Counter[str] = Counter()
    for row in _rows(folder / "surnames.csv"):
        surnames[fold(row["surname"])] += int(row["people"])
    everybody = surnames.total()
    if not everybody:
        raise ValueError("surnames.csv counts nobody")
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for row in _rows(folder / "given_names_by_region.csv"):
        regions = counted[fold(row["given_name"])]
        for region in row.keys() & REGIONS.keys():
            regions[region] += int(row[region])
        for everywhere in (CHINA, NOT_SAID):
            regions[everywhere] += int(row["male"]) + int(row["female"])
    characters: dict[str, float] = defaultdict(float)
    if (folder / "given_name_characters.csv").exists():
        for row in _rows(folder / "given_name_characters.csv"):
            characters[fold(row["character"])] += float(row["per_million"]) / 1e6
    return NameLists(
        {surname: people / everybody for surname, people in surnames.items()},
        {name: regions[CHINA] / everybody for name, regions in counted.items()},
        counted,
        characters,
    )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)
