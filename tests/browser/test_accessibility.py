"""Every page passes axe-core's rules for WCAG 2.2 AA, in three languages, by day and by night."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from walk import LANGUAGES, Own, stations

from conftest import Visit

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


def faults(page: Page, rules: object) -> list[str]:
    """Return what axe-core finds wrong on the page: the rule, and where."""
    found = Axe().run(page, options={**rules, "resultTypes": ["violations"]})  # type: ignore[dict-item]
    return [
        f"{violation['id']}: {node['html'][:120]} — {node['failureSummary'].splitlines()[-1].strip()}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_can_be_used_by_everybody(visit: Visit, own: Own, language: str) -> None:
    page = visit(script=True, width=360)  # axe-core itself is a script
    wrong = []
    for name in stations(page, language, own):
        wrong += [(name, fault) for fault in faults(page, RULES)]
        assert page.get_attribute("html", "lang") == language, name
        assert page.locator("h1").count() == 1, name
        assert page.title().strip(), name
    assert not wrong


def test_every_page_can_be_read_at_night(visit: Visit, own: Own) -> None:
    page = visit(script=True, dark=True)
    wrong = [(name, fault) for name in stations(page, "zh-hans", own) for fault in faults(page, COLOURS)]
    assert not wrong


def test_the_judge_notices_a_fault(visit: Visit) -> None:
    page = visit(script=True)
    page.set_content('<html lang="en"><title>x</title><main><h1>x</h1><input name="a"></main></html>')
    assert any("label" in fault for fault in faults(page, RULES))
