"""The table is whole, and the page and the drawing in the documentation are the table's."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from call_page import DRAWING, PAGE, render_drawing, render_page
from tuidang.phone.call_sounds import SAYS
from tuidang.phone.call_table import OPEN, PLACES, ROWS, STATEMENT, TABLE, place
from tuidang.phone.call_values import At

SPEECHLESS = {
    *{At.RINGING, At.STORING, At.CALL_BACK, At.PIN, At.NEVER},
    *{At.REACHING, At.WITH_PERSON},
}
NO_PLACES = {At.BACK, At.STAY, At.ENDED}
REAL = [at for at in At if at not in NO_PLACES]


def test_the_page_is_what_the_table_says() -> None:
    assert PAGE.read_text() == render_page(), "the table has changed: run tests/call_page.py"


def test_the_drawing_is_what_the_table_says() -> None:
    assert DRAWING.read_text() == render_drawing(), "the table has changed: run tests/call_page.py"


def test_the_drawing_shows_every_place_and_way_and_asks_nobody_for_anything() -> None:
    text = DRAWING.read_text()
    seen = " ".join(ElementTree.fromstring(text).itertext())
    assert all(at in seen for at in REAL)
    assert "href" not in text.replace("http://www.w3.org/2000/svg", "")
    arrows_and_notes = text.count('marker-end="url(#a)"') + text.count("→")
    common = {(row.on, row.to) for group in (OPEN, STATEMENT) for row in TABLE if row.at is group[0]}
    ways = {
        (row.at, row.to)
        for row in TABLE
        if row.to not in {At.STAY, row.at} and (row.on, row.to) not in common
    }
    assert arrows_and_notes >= len(ways)


def test_every_place_can_be_reached_from_the_first() -> None:
    reached = {At.RINGING, At.CLOSING}
    while more := {row.to for row in TABLE if row.at in reached} - reached:
        reached |= more
    assert set(At) == reached | {At.BACK}


@pytest.mark.parametrize("at", REAL)
def test_a_place_that_speaks_leads_on_or_waits_and_one_that_waits_leads_on(at: At) -> None:
    events = {row.on for row in TABLE if row.at is at}
    assert (at in SAYS) == (at not in SPEECHLESS)
    if at in SAYS:
        assert ("played" in events) != bool(place(at).silence)
    if place(at).silence:
        assert events & {"silence", "unanswered"}
    assert "played" not in events or "silence" not in events


@pytest.mark.parametrize("at", REAL)
def test_nobody_waits_long_in_silence(at: At) -> None:
    assert place(at).silence <= 12
    assert 1 <= place(at).times <= 3


def test_no_row_is_behind_one_that_always_holds() -> None:
    for rows in ROWS.values():
        assert all(row.when for row in rows[:-1])
        assert len({(row.when, row.to, row.do) for row in rows}) == len(rows)


def test_every_row_has_words_for_the_page() -> None:
    for row in TABLE:
        for what in (row.do, row.when):
            assert what is None or (what.__doc__ or "").splitlines()[0].endswith(".")
    assert set(PLACES) <= set(REAL)
