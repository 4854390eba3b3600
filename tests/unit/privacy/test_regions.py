"""Regions: the standard's codes, the census, and a grid with north up."""

from __future__ import annotations

import pytest

from tuidang.privacy.regions import CHINA_POPULATION, LANGS, PROVINCES, REGIONS, parse_region

TILES = {province.code: province.tile for province in PROVINCES if province.tile}


def test_every_country_of_the_standard_is_there_and_every_province() -> None:
    assert sum(len(code) == 2 for code in REGIONS) == 249
    assert sum(code.startswith("CN-") for code in REGIONS) == 31
    assert len(REGIONS) == 249 + 31 + 1  # and "not said"


def test_every_region_has_a_name_in_every_language() -> None:
    for region in REGIONS.values():
        assert all(region.name(lang).strip() for lang in LANGS)
    assert REGIONS["TW"].names == {"zh-hans": "台湾", "zh-hant": "臺灣", "en": "Taiwan"}
    assert REGIONS["CA"].name("zh-hant") == "加拿大"


def test_the_provinces_and_the_soldiers_make_the_census() -> None:
    people = sum(province.population or 0 for province in PROVINCES if province.code.startswith("CN-"))
    assert people + 2_000_000 == CHINA_POPULATION == REGIONS["CN"].population


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("", ""),
        (" ", ""),
        ("CN", "CN"),
        ("cn-bj", "CN-BJ"),
        ("CN-TW", "TW"),
        ("TW", "TW"),
        ("CN-HK", "HK"),
        ("CN-MO", "MO"),
        ("us", "US"),
        ("CN-XX", None),
        ("XX", None),
        ("EU", None),
        ("北京", None),
        ("CN-BJ\0", None),
    ],
)
def test_a_place_has_one_code_whichever_the_standard_lists(sent: str, kept: str | None) -> None:
    assert parse_region(sent) == kept


def test_each_province_has_a_tile_of_its_own_on_a_grid_that_fits_a_phone() -> None:
    assert len(TILES) == len(set(TILES.values())) == 34
    assert all(0 <= column < 7 and 0 <= row < 8 for column, row in TILES.values())


@pytest.mark.parametrize(
    ("north", "south"),
    [("CN-HL", "CN-JL"), ("CN-BJ", "CN-SH"), ("CN-NX", "CN-YN"), ("CN-HA", "CN-HB"), ("CN-GD", "HK")],
)
def test_north_is_up(north: str, south: str) -> None:
    assert TILES[north][1] < TILES[south][1]


@pytest.mark.parametrize(
    ("west", "east"),
    [("CN-XJ", "CN-GS"), ("CN-XZ", "CN-SC"), ("CN-SN", "CN-SD"), ("CN-YN", "CN-FJ"), ("CN-FJ", "TW")],
)
def test_east_is_right(west: str, east: str) -> None:
    assert TILES[west][0] < TILES[east][0]
