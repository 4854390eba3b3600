"""China's table of blocks, and what is said of a bad line in an operator's own."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import lru_cache
from random import Random

import phonenumbers
import pytest
from phonenumbers import PhoneNumberType

from tuidang.phone.numbers.blocks import NumberBlock, china_blocks, is_block, read_blocks
from tuidang.phone.rules import Zone
from tuidang.privacy.regions import PROVINCES


@lru_cache(maxsize=1)
def table() -> dict[str, NumberBlock]:
    return {block.prefix: block for block in china_blocks()}


def test_the_table_has_every_block_of_mobiles_and_no_other() -> None:
    assert len(table()) == 521_600
    assert list(table()) == sorted(table())
    for number in Random(3).sample(range(1_000_000, 2_000_000), 2_000):
        parsed = phonenumbers.parse(f"+86{number}4321")
        assert (f"{number}" in table()) == (phonenumbers.number_type(parsed) is PhoneNumberType.MOBILE)


def test_every_province_is_known_and_two_fifths_of_the_places_are_not() -> None:
    regions = Counter(block.region for block in table().values())
    assert set(regions) == {"", *(p.code for p in PROVINCES if p.code.startswith("CN-"))}
    assert regions[""] == 521_600 - 331_117 + 10_000  # libphonenumber's places, less "Beijing" for all of 173


def test_a_place_that_a_whole_three_digit_prefix_shares_is_unknown() -> None:
    shared = defaultdict(set)
    for block in table().values():
        shared[block.prefix[:3]].add(block.region)
    assert all(regions == {""} for regions in shared.values() if len(regions) == 1)
    assert table()["1730000"] == NumberBlock("1730000", "", "China Telecom", Zone.UNKNOWN)


@pytest.mark.parametrize(
    ("prefix", "region", "carrier", "zone"),
    [
        ("1380013", "CN-BJ", "China Mobile", Zone.EAST),
        ("1300000", "CN-SD", "China Unicom", Zone.EAST),
        ("1399999", "CN-XJ", "China Mobile", Zone.WEST),
        ("1990000", "", "China Telecom", Zone.UNKNOWN),
    ],
)
def test_a_block_has_the_place_and_carrier_that_libphonenumber_gives(
    prefix: str, region: str, carrier: str, zone: Zone
) -> None:
    assert table()[prefix] == NumberBlock(prefix, region, carrier, zone)


@pytest.mark.parametrize(
    "prefix", ["", "138", "13800138", "1000000", "1160000", "21000000", "1380 13", "１３８００１３"]
)
def test_what_begins_no_mobile_is_no_block(prefix: str) -> None:
    assert not is_block(prefix)


def test_an_operators_own_table_is_read() -> None:
    lines = [
        "\ufeffblock,region,carrier,zone",
        "1380013,CN-XZ,China Mobile,",
        "+861990001,,,east",
        "",
        "1730000,CN-GD,,west",
    ]
    assert list(read_blocks(lines)) == [
        NumberBlock("1380013", "CN-XZ", "China Mobile", Zone.WEST),
        NumberBlock("1990001", "", "", Zone.EAST),
        NumberBlock("1730000", "CN-GD", "", Zone.WEST),
    ]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("1380013,CN-GD", r"line 1: there are 2 columns, not the four"),
        ("1110013,,,", r"line 1: '1110013' is no block of Chinese mobiles"),
        ("1380013,GD,,", r"line 1: region 'GD' is no province"),
        ("1380013,TW,,", r"line 1: region 'TW' is no province"),
        ("1380013,,The China Mobile Company,", r"line 1: the carrier's name has more than 20 letters"),
        ("1380013,,,noon", r"line 1: zone 'noon' is not east or west"),
        ("1380013,CN-XJ,,east", r"line 1: CN-XJ lives later than the east"),
    ],
)  # fmt: skip
def test_a_bad_line_is_answered_with_a_sentence(line: str, sentence: str) -> None:
    (answer,) = read_blocks([line])
    assert isinstance(answer, str)
    assert answer.startswith(sentence)


def test_a_number_in_a_file_is_refused_and_not_repeated() -> None:
    for line in ("13800138001,,,", "+8613800138001,,,", "1380013,13800138001,,", "1380013,,,13800138001"):
        (answer,) = read_blocks([line])
        assert isinstance(answer, str)
        assert "13800138" not in answer


def test_a_block_that_comes_twice_is_named_with_both_lines() -> None:
    assert list(read_blocks(["1380013,,,", "1380014,,,", "1380013,CN-BJ,,"]))[2:] == [
        "line 3: block 1380013 is on line 1 already"
    ]
