"""A booklet: whoever prints, folds and stacks it reads every page once, in its order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.library.editions.booklet import MOST_SHEETS, Side, impose


def fold(sides: list[Side]) -> Iterator[int | None]:
    """Read a gathering as it is folded: the first sheet outermost, each flipped on its short edge."""
    sheets = list(zip(sides[::2], sides[1::2], strict=True))
    for front, back in sheets:  # the right halves, from the outside in
        yield from (front[1], back[0])
    for front, back in reversed(sheets):  # the left halves, from the inside out
        yield from (back[1], front[0])


def gatherings(sides: list[Side]) -> Iterator[list[Side]]:
    """Part the sides where a sheet's inner page does not follow that of the sheet around it."""
    own: list[Side] = []
    for number in range(0, len(sides), 2):
        if own and sides[number][1] != own[-2][1] + 2:  # type: ignore[operator]
            yield own
            own = []
        own += sides[number : number + 2]
    yield own


@given(st.integers(1, 700))
def test_folded_and_stacked_it_is_read_from_the_first_page_to_the_last(pages: int) -> None:
    sides = impose(pages)
    read = [page for own in gatherings(sides) for page in fold(own)]
    assert read == [*range(1, pages + 1), *[None] * (-pages % 4)]
    assert all(len(own) <= 2 * MOST_SHEETS for own in gatherings(sides))


@pytest.mark.parametrize(
    ("pages", "sides"),
    [
        (1, [(None, 1), (None, None)]),
        (4, [(4, 1), (2, 3)]),
        (7, [(None, 1), (2, 7), (6, 3), (4, 5)]),
        (8, [(8, 1), (2, 7), (6, 3), (4, 5)]),
    ],
)
def test_small_booklets_are_as_printers_know_them(pages: int, sides: list[Side]) -> None:
    assert impose(pages) == sides
