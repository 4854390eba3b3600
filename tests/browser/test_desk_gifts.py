"""The treasurer's screens in a browser: from a gift to its receipt, for everybody, on a phone too."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from test_accessibility import COLOURS, RULES, faults
from walk import go

from conftest import Visit
from served import Served

FILE = "Date,Amount,Description\n11/21/2026,55.00,W CHEN GIFT\n"


def wide(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


@pytest.mark.parametrize(("width", "dark"), [(390, False), (1280, True)])
def test_a_treasurer_s_day(site: Served, visit: Visit, width: int, dark: bool) -> None:
    name = f"willow {width}"
    password = site.add_volunteer(name, "treasurer")
    page = visit(script=True, width=width, dark=dark)
    site.enter(page, name, password)
    rules = COLOURS if dark else RULES
    wrong: list[object] = []

    def look(station: str) -> None:
        wrong.extend((station, fault) for fault in faults(page, rules))
        if wide(page):
            wrong.append((station, "wider than the screen"))

    page.goto("/desk/gifts/new/")
    look("a new gift")
    page.fill("#amount", "300")
    page.fill("#name", f"Margaret Lin {width}")
    page.get_by_text("Something was given in return").click()
    page.fill("#benefit", "a book")
    page.fill("#value", "300")
    go(page, "main .actions button")
    look("what is wrong with it")
    page.fill("#value", "20")
    go(page, "main .actions button")
    look("an entry")
    go(page, 'button[value="receipt"]')
    look("a receipt")
    go(page, 'button[value="text"]')
    look("the text for a mail")
    go(page, 'a[href*="/donors/"]:has-text("The donor")')
    look("a donor")
    page.goto("/desk/gifts/bank/")
    page.fill("#file", FILE.replace("55", str(width)))
    go(page, "main form button")
    look("the bank")
    go(page, 'a[href*="/gifts/bank/"]:not([aria-current])')
    look("a line of the bank's")
    for path in ("", "other/", "receipts/", "donors/", "year/2026/"):
        page.goto(f"/desk/gifts/{path}")
        look(path)
    assert not wrong
