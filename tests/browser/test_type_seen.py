"""How digits and letters fall: a receipt in rows of equal groups, English in a Latin face."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page
from walk import BOOK, press, write

from conftest import Visit
from served import Served

ROWS = """() => {
  const rows = {};
  const walker = document.createTreeWalker(document.querySelector('.receipt'), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) for (const found of walker.currentNode.data.matchAll(/[0-9]{4}/g)) {
    const range = document.createRange();
    range.setStart(walker.currentNode, found.index);
    range.setEnd(walker.currentNode, found.index + 4);
    const boxes = range.getClientRects();
    if (boxes.length !== 1) return ['a group is torn'];
    const top = Math.round(boxes[0].top);
    rows[top] = (rows[top] || 0) + 1;
  }
  const box = document.querySelector('.receipt');
  if (box.scrollWidth > box.clientWidth || box.getBoundingClientRect().right > innerWidth) return ['wide'];
  return Object.values(rows);
}"""
WIDTHS = (320, 360, 390, 480, 640, 768, 1024, 1280)


def uneven(page: Page) -> dict[int, object]:
    """Give the widths at which the groups are neither four in a row nor two and two, with what they are."""
    found = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if (rows := page.evaluate(ROWS)) not in ([4], [2, 2]):
            found[width] = rows
    return found


def written(page: Page, home: str) -> None:
    """Write a statement, and come to its receipt."""
    write(page, home)
    press(page, "post")
    page.wait_for_selector(".receipt")


def test_the_groups_of_a_receipt_stand_four_in_a_row_or_two_and_two(
    visit: Visit, site: Served, large_letters: Browser
) -> None:
    page = visit()
    page.goto("/en/styleguide/")
    assert uneven(page) == {}
    large = large_letters.new_page()
    large.goto(f"{site.address}/en/styleguide/")
    assert uneven(large) == {}
    written(page, "/en/")
    assert uneven(page) == {}
    written(large, f"{site.address}/zh-hans/")
    assert uneven(large) == {}
    large.context.close()


@pytest.mark.parametrize("path", ["styleguide/", f"library/{BOOK}/1/"])
def test_english_to_be_read_begins_with_a_latin_face_and_chinese_with_a_chinese_one(
    visit: Visit, path: str
) -> None:
    page = visit()
    for language, first in (("en", "Georgia"), ("zh-hans", '"Songti SC"'), ("zh-hant", '"Songti TC"')):
        page.goto(f"/{language}/{path}")
        face = page.evaluate("getComputedStyle(document.querySelector('.letter, .chapter')).fontFamily")
        assert face.startswith(first), (language, face)
