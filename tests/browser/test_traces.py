"""What a visit leaves in the browser of who posted: nothing that the site could have kept from it."""

from __future__ import annotations

import re

from playwright.sync_api import Error, Page, Response
from walk import COMMON, Own, go, press, receipt_of, stations, write

from conftest import Visit

STORES = """async () => ({
  local: localStorage.length, session: sessionStorage.length,
  databases: (await indexedDB.databases()).length,
  caches: (await caches.keys()).length,
  workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""


def test_no_page_sets_a_cookie_or_may_be_kept(visit: Visit, own: Own) -> None:
    page = visit(script=True)
    kept: list[str] = []

    def look(response: Response) -> None:
        headers = response.all_headers()
        if "set-cookie" in headers:
            kept.append(f"cookie: {response.url}")
        if "/static/" not in response.url and headers.get("cache-control") != "no-store":
            kept.append(f"kept: {response.url} {headers.get('cache-control')}")
        if headers.get("referrer-policy") != "no-referrer":
            kept.append(f"referrer: {response.url}")

    page.on("response", look)
    for _ in stations(page, "zh-hans", own):
        assert not page.context.cookies()
    assert set(page.evaluate(STORES).values()) == {0}
    assert not kept


def test_after_quick_exit_the_back_button_shows_nothing_of_the_statement(visit: Visit) -> None:
    page = visit(script=True)
    write(page, "/zh-hans/", COMMON, "我有话要说。")
    press(page, "post")
    receipt = receipt_of(page)
    go(page, ".exit a")
    assert receipt not in page.content()
    for _ in range(4):
        _go_back(page)
        values = page.locator("input, textarea").evaluate_all("all => all.map(e => e.value)")
        shown = page.content() + "".join(values)
        assert receipt not in shown
        assert "我有话要说" not in shown
        assert COMMON not in shown


def test_quick_exit_has_the_browser_throw_away_what_the_site_left(visit: Visit) -> None:
    page = visit(script=True)
    page.goto("/en/write/")
    page.evaluate("localStorage.setItem('trace', 'x'); document.cookie = 'trace=x'")
    with page.expect_response(re.compile("/calendar/")) as answer:
        page.locator(".exit a").first.click()
    assert answer.value.all_headers()["clear-site-data"] == '"cache", "cookies", "storage"'
    page.wait_for_load_state()
    assert not page.context.cookies()
    assert set(page.evaluate(STORES).values()) == {0}


def test_what_was_exited_to_says_nothing_of_the_site(visit: Visit) -> None:
    page = visit()
    page.goto("/zh-hans/write/")
    go(page, ".exit a")
    shown = page.title() + page.locator("body").inner_text()
    assert not re.search("退|党|声明|登记|register|withdraw", shown, re.IGNORECASE)


def test_the_whole_posting_way_has_the_exit_and_no_field_is_remembered(visit: Visit, own: Own) -> None:
    page = visit()
    for name in stations(page, "en", own):
        if name.startswith(("write", "for others", "own", "GET write", "GET my-statement", "hide")):
            assert page.locator(".exit a.stop").count() == 1, name
            assert page.locator(".exit").inner_text().count("history") == 1, name
            assert not _remembered(page), name


def test_no_address_tells_what_was_typed(visit: Visit, own: Own) -> None:
    page = visit()
    addresses = [page.url for _ in stations(page, "zh-hans", own)]
    assert not [address for address in addresses if "?" in address or "%" in address]


def _go_back(page: Page) -> None:
    # Whichever page comes, the one before or Chromium's page of an error, it has come when this ends.
    with page.expect_event("framenavigated"):
        try:
            page.go_back(wait_until="commit")
        except Error as error:
            # A page that answered a form is not kept, and Chromium does not send the form again by itself.
            assert "ERR_CACHE_MISS" in error.message  # noqa: PT017 -- another error fails the test
    page.wait_for_load_state()


def _remembered(page: Page) -> list[str]:
    """Return the fields whose values the browser would offer another time."""
    names: list[str] = page.locator("form").evaluate_all(
        "forms => forms.flatMap(f => [...f.elements]).filter(e => e.matches('input, textarea, select')"
        " && e.type != 'hidden' && (e.autocomplete || e.form.autocomplete) != 'off').map(e => e.name)"
    )
    return names
