"""The places whose clocks volunteers live by, as the desk lists and names them."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from tuidang.desk.shift_words import grouped_zones, place_name, usual_name
from tuidang.volunteers.shifts.rules import zones


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_every_clock_is_offered_once_and_under_one_name(language: str) -> None:
    with override(language):
        groups = grouped_zones()
    offered = [place for _, places in groups for place in places]
    assert len(groups[0][1]) == 10
    assert {usual_name(zone) for zone in zones()} == {zone for zone, _ in offered}
    assert len({zone for zone, _ in offered}) == len({name for _, name in offered}) == len(offered)


def test_places_are_named_in_the_readers_language() -> None:
    with override("zh-hans"):
        groups = grouped_zones()
        assert place_name("Asia/Calcutta") == "加尔各答"
    latin = [name for _, places in groups for _, name in places if name.isascii()]
    assert len(latin) < 5
    with override("en"):
        assert place_name("America/Buenos_Aires") == "Buenos Aires"
