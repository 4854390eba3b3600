"""What is looked at wherever a page of the desk stands: by whom it can be used, and at which width."""

from __future__ import annotations

from collections.abc import Iterable

from playwright.sync_api import Page
from test_accessibility import RULES, faults
from test_desk_calls import OVERLAPS
from test_hands_and_eyes import OVERFLOW, TARGETS

WIDTHS = (320, 390, 1280)


def wrong_at(page: Page, stations: Iterable[str], language: str) -> list[tuple[object, ...]]:
    """Lead a page 390 px wide through its stations; return what is wrong at each."""
    wrong: list[tuple[object, ...]] = []
    for station in stations:
        assert page.get_attribute("html", "lang") == language
        wrong += [(station, fault) for fault in faults(page, RULES)]
        wrong += [(station, target) for target in page.evaluate(TARGETS)]
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            wrong += [(station, width, pair) for pair in page.evaluate(OVERLAPS)]
            if (over := page.evaluate(OVERFLOW)) > 0:
                wrong.append((station, f"{over} px too wide at {width}"))
        page.set_viewport_size({"width": 390, "height": 800})
    return wrong
