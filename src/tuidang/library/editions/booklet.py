"""Which pages stand beside each other on a sheet that is printed on both sides and folded. Pure."""

from __future__ import annotations

from typing import Final

MOST_SHEETS: Final = 16  # that fold into each other; a thicker book is several, stacked and bound

Side = tuple[int | None, int | None]  # the pages on the left and on the right, from 1 on; None: an empty one


def impose(pages: int) -> list[Side]:
    """Give the sides of all sheets, front and back in turn; they are flipped on the short edge.

    A sheet has four pages. Where more than MOST_SHEETS are needed, they are shared out among gatherings
    that are folded each for itself, one behind the other.
    """
    sheets = -(-pages // 4)
    gatherings = -(-sheets // MOST_SHEETS)
    sides: list[Side] = []
    first = 0
    for number in range(gatherings):
        own = sheets // gatherings + (number < sheets % gatherings)
        sides += _gathering(first, own * 4, pages)
        first += own * 4
    return sides


def _gathering(first: int, count: int, pages: int) -> list[Side]:
    def page(place: int) -> int | None:
        return first + place if first + place <= pages else None

    sides: list[Side] = []
    for sheet in range(count // 4):
        outer, inner = count - 2 * sheet, 2 * sheet + 1
        sides += [(page(outer), page(inner)), (page(inner + 1), page(outer - 1))]
    return sides
