"""Charts are well-formed SVG that says what it shows and starts at nought."""

from __future__ import annotations

import re
from datetime import date
from math import inf, log2
from xml.etree import ElementTree

import pytest

from tuidang.base import charts

WORDS = charts.Words("key", "A <title>", "What it & shows")
BARS = [charts.Bar("first", 0, "0"), charts.Bar("<b>", 5, "5"), charts.Bar("last", 10, "10")]
TILES = [
    charts.Tile(0, 0, "Heilongjiang", "HL", 9, "9"),
    charts.Tile(2, 1, "北京", "北京", 0, "0"),
]
MONTHS = [f"{month}月" for month in range(1, 13)]
COUNTS = {date(2024, 2, 29): 4, date(2024, 3, 1): 1, date(2023, 3, 1): 99}
MARKS = [(0.25, "¼"), (1.0, "1"), (4.0, "4")]
SPANS = [
    charts.Span("worse", 0.5, 0.8, "0.5 to 0.8"),
    charts.Span("<open>", 0.0, inf, "not known"),
    charts.Span("far better", 2.0, 64.0, "2 to 64"),
]

DRAWN = {
    "rows": charts.rows(WORDS, BARS),
    "columns": charts.columns(WORDS, BARS, "at most 10"),
    "year": charts.year(WORDS, 2024, COUNTS, MONTHS, until=date(2024, 3, 2)),
    "grid": charts.grid(WORDS, TILES),
    "spans": charts.spans(WORDS, SPANS, MARKS),
    "no spans": charts.spans(WORDS, [], MARKS),
    "nothing": charts.rows(WORDS, []),
    "no days": charts.columns(WORDS, [], ""),
    "no year": charts.year(WORDS, 2024, {}, MONTHS, until=date(2024, 12, 31)),
    "no tiles": charts.grid(WORDS, []),
}


def percent(element: ElementTree.Element, name: str) -> float:
    return float(element.attrib.get(name, "0%").removesuffix("%"))


def bars(picture: str, shade: str) -> list[ElementTree.Element]:
    return [rect for rect in ElementTree.fromstring(picture).iter("rect") if rect.attrib["class"] == shade]


@pytest.mark.parametrize("picture", DRAWN.values(), ids=DRAWN)
def test_a_chart_has_title_and_description_and_no_style_of_its_own(picture: str) -> None:
    svg = ElementTree.fromstring(picture)
    told = {part.attrib["id"]: part.text for part in svg if part.tag in {"title", "desc"}}
    assert [told[name] for name in svg.attrib["aria-labelledby"].split()] == ["A <title>", "What it & shows"]
    assert svg.attrib["role"] == "img"
    assert not re.search(r"\b(style|on\w+)=", picture)


@pytest.mark.parametrize("picture", DRAWN.values(), ids=DRAWN)
def test_nothing_is_drawn_beyond_the_edges(picture: str) -> None:
    for rect in ElementTree.fromstring(picture).iter("rect"):
        assert 0 <= percent(rect, "x") <= percent(rect, "x") + percent(rect, "width") <= 100.01


def test_the_length_of_a_bar_is_its_share_of_the_greatest() -> None:
    assert [percent(bar, "width") for bar in bars(DRAWN["rows"], "bar")] == [0, 50, 100]
    heights = [float(bar.attrib["height"].removesuffix("em")) for bar in bars(DRAWN["columns"], "bar")]
    assert heights[0] == 0
    assert heights[2] == 2 * heights[1] > 0


def test_a_span_lies_where_its_ratios_are_on_a_scale_by_doubling() -> None:
    sure, unsure = bars(DRAWN["spans"], "bar"), bars(DRAWN["spans"], "level-2")
    assert [(percent(bar, "x"), percent(bar, "width")) for bar in sure][1] == (75, 25)  # cut at its end
    assert percent(sure[0], "x") == 25
    assert percent(sure[0], "x") + percent(sure[0], "width") == pytest.approx(50 + 12.5 * log2(0.8) * 2, 0.01)
    assert [(percent(bar, "x"), percent(bar, "width")) for bar in unsure] == [(0, 100)]
    (one,) = ElementTree.fromstring(DRAWN["spans"]).iter("line")
    assert percent(one, "x1") == percent(one, "x2") == 50


def test_a_year_has_a_field_for_each_day_that_has_been() -> None:
    fields = [*ElementTree.fromstring(DRAWN["year"]).iter("rect")]
    assert len(fields) == 31 + 29 + 2
    assert len(bars(DRAWN["year"], "level-4")) == 1
    assert len(bars(DRAWN["year"], "level-1")) == 1


def test_a_tile_shows_its_name_in_two_lengths_only_where_they_differ() -> None:
    texts = [(text.text, text.attrib["class"]) for text in ElementTree.fromstring(DRAWN["grid"]).iter("text")]
    assert ("Heilongjiang", "on-4 roomy") in texts
    assert ("HL", "on-4 narrow") in texts
    assert [name for name, _ in texts].count("北京") == 1


def test_shades_part_the_values_into_quarters() -> None:
    levels = [charts.level_of(value, 100) for value in (0, 1, 25, 26, 50, 51, 75, 76, 100)]
    assert levels == [0, 1, 1, 2, 2, 3, 3, 4, 4]
    for most in (1, 2, 3, 5, 97):
        ends = [0, *charts.level_ends(most)]
        for value in range(1, most + 1):
            level = charts.level_of(value, most)
            assert ends[level - 1] < value <= ends[level]
