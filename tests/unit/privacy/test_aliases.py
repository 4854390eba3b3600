"""Aliases: nobody's name, readable aloud, and never hidden."""

from __future__ import annotations

from random import Random

import pypinyin
import pytest

from tuidang.privacy.aliases import propose
from tuidang.privacy.fold import fold
from tuidang.privacy.frozen import read_rows
from tuidang.privacy.nameforms import read_full_name
from tuidang.privacy.names import NameKind, NameTable, published_name
from tuidang.privacy.pinyin import spoken
from tuidang.privacy.regions import PROVINCES

DEFAULT = NameTable.default()
WORDS = tuple(read_rows("aliases.txt"))
# The two that the Center's volunteers have always proposed, though they begin with surnames.
WELL_KNOWN = {"金福", "万顺"}


def test_there_are_some_hundred_words_of_two_characters_each_once() -> None:
    simplified = [hans for hans, _ in WORDS]
    assert len(simplified) == len(set(simplified)) > 500
    assert all(len(hans) == len(hant) == 2 for hans, hant in WORDS)
    assert set(simplified) >= WELL_KNOWN


def test_a_word_and_its_traditional_form_are_the_same_name() -> None:
    assert all(fold(hant) == fold(hans) == hans for hans, hant in WORDS)


def test_no_word_could_be_somebodys_full_name() -> None:
    read = {hans for hans, _ in WORDS if read_full_name(hans, DEFAULT.lexicon)}
    assert read == WELL_KNOWN


def test_every_word_sounds_as_it_is_looked_up() -> None:
    """The frozen reading of each character alone is the reading of the word."""
    assert all(spoken(hans) == "".join(pypinyin.lazy_pinyin(hans)) for hans, _ in WORDS)


@pytest.mark.parametrize("script", ["hans", "hant"])
def test_no_proposal_is_ever_hidden_in_any_region(table: NameTable, script: str) -> None:
    for used in (DEFAULT, table):
        for region in ("", "CN", "US", *(province.code for province in PROVINCES)):
            for alias in propose(region, 12, Random(region), table=used, script=script):  # type: ignore[arg-type]
                assert published_name(alias, region, used) == alias


def test_proposals_are_different_and_the_same_again_for_the_same_draw() -> None:
    once = propose("CN-SD", 20, Random(7), table=DEFAULT)
    assert len(set(once)) == 20
    assert once == propose("CN-SD", 20, Random(7), table=DEFAULT)
    assert once != propose("CN-SD", 20, Random(8), table=DEFAULT)


def test_common_full_names_are_proposed_where_they_hide_somebody_and_not_elsewhere() -> None:
    def full(region: str) -> int:
        return sum(
            DEFAULT.estimate(alias, region).kind is NameKind.FULL
            for alias in propose(region, 40, Random(1), table=DEFAULT)
        )

    assert full("CN") == 20
    assert full("CN-XZ") == 0  # too few people
    assert full("US") == 0  # nobody knows how many


def test_traditional_names_keep_the_characters_that_names_keep() -> None:
    seen = {alias for seed in range(60) for alias in propose("CN", 40, Random(seed), script="hant")}
    assert any(alias.startswith("張") for alias in seen)
    assert any(alias.startswith("劉") for alias in seen)
    assert not any(alias.startswith(("於", "餘", "範")) for alias in seen)


def test_asking_for_more_than_there_are_gives_all() -> None:
    assert len(propose("US", 10_000, Random(1))) == len(WORDS)
