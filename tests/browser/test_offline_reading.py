"""The library on a device without a network: when asked for, kept up to date, wiped with one press."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page
from test_traces import STORES
from walk import BOOK, go

from conftest import Visit
from served import Served

HOME = "/zh-hans/library/"
OFFLINE = f"{HOME}offline/"
BUTTON = '[data-work="{}"] [data-keep]'
DROP = '[data-work="{}"] [data-drop]'
KEPT = """async () => {
  const cache = await caches.open('library-zh-hans');
  return (await cache.keys()).map((request) => new URL(request.url).pathname);
}"""
SCOPES = """async () => {
  const found = await navigator.serviceWorker.getRegistrations();
  return found.map((one) => new URL(one.scope).pathname);
}"""
FACE = "getComputedStyle(document.querySelector('.chapter')).fontFamily"
TAKE_DOWN = "from tuidang.library.models import Work; Work.objects.filter(name='kept-book').delete()"
TEXT = """async (path) => (await (await caches.match(path)).text())"""
DATABASES = "async () => (await indexedDB.databases()).map((one) => one.name)"


@pytest.fixture
def device(visit: Visit) -> Page:
    """Give a browser that keeps the sample book."""
    page = visit(script=True, width=390)
    keep(page, BOOK)
    return page


def keep(page: Page, name: str) -> None:
    """Press to keep a work, and wait until it is."""
    page.goto(OFFLINE)
    page.click(BUTTON.format(name))
    page.wait_for_selector(f'[data-work="{name}"] [data-state]:has-text("已存")', timeout=60_000)


def test_reading_the_page_about_it_keeps_nothing(visit: Visit) -> None:
    page = visit(script=True)
    page.goto(OFFLINE)
    page.wait_for_selector("[data-all] button")
    assert not page.is_visible("[data-wipe]")
    page.goto(HOME)
    assert set(page.evaluate(STORES).values()) == {0}


def test_a_work_that_is_kept_is_read_without_a_network(device: Page) -> None:
    device.context.set_offline(True)
    device.goto(HOME)
    go(device, f'a[href="{HOME}{BOOK}/"]')
    go(device, ".contents a")
    read = [device.inner_text("h1")]
    while device.locator('a[rel="next"]').count():
        go(device, 'a[rel="next"]')
        read.append(device.inner_text("h1"))
    assert len(read) == len(set(read)) == 9
    # As it looks with a network: the stylesheets are kept too.
    assert device.evaluate(FACE).startswith('"Songti')
    device.goto(f"{HOME}{BOOK}/1/?type=larger")
    assert device.inner_text("h1") == read[0]
    device.goto(f"{HOME}search/")  # what is not kept leads to what is
    assert device.locator("[data-offline]").count()


def test_everything_on_the_page_is_kept_with_one_press_news_too(visit: Visit) -> None:
    page = visit(script=True)
    page.goto(OFFLINE)
    page.click("[data-all] button")
    wait_until(page, lambda: not page.locator("[data-state]:empty").count())
    page.context.set_offline(True)
    page.goto(HOME)
    go(page, f'a[href="{HOME}sample-news/1/"]')
    assert page.inner_text("h1") == "书库开放了"


def test_a_kept_work_follows_the_library_and_goes_with_it(visit: Visit, site: Served, tmp_path: Path) -> None:
    publish(site, tmp_path, "第一稿。")
    page = visit(script=True)
    keep(page, "kept-book")
    publish(site, tmp_path, "第二稿。")
    page.goto(f"{HOME}kept-book/1/")
    assert "第一稿" in page.inner_text(".chapter")  # from the device; meanwhile it asks for what is new
    wait_until(page, lambda: "第二稿" in page.evaluate(TEXT, f"{HOME}kept-book/1/"))
    page.context.set_offline(True)
    page.goto(f"{HOME}kept-book/1/")
    assert "第二稿" in page.inner_text(".chapter")
    site.run("manage", "shell", "-c", TAKE_DOWN)
    page.context.set_offline(False)
    page.goto(f"{HOME}kept-book/1/")
    wait_until(page, lambda: not [path for path in page.evaluate(KEPT) if "kept-book" in path])


def test_one_work_is_taken_away_and_the_others_stay(device: Page) -> None:
    device.click(BUTTON.format("sample-news"))
    device.wait_for_selector('[data-said]:has-text("存了 2 部")')
    assert not device.is_visible(BUTTON.format(BOOK)), "what is kept is not offered"
    device.click(DROP.format(BOOK))
    device.wait_for_selector(f"{BUTTON.format(BOOK)}:visible")
    assert not device.is_visible(DROP.format(BOOK))
    assert device.evaluate("document.activeElement.hasAttribute('data-keep')")
    assert device.inner_text("[data-said]").startswith("已经从这台设备上删掉了。 存了 1 部")
    kept = device.evaluate(KEPT)
    assert not [path for path in kept if BOOK in path]
    assert f"{HOME}sample-news/1/" in kept
    device.goto(HOME)  # nor does it come back by itself
    device.wait_for_timeout(300)
    assert not [path for path in device.evaluate(KEPT) if BOOK in path]


def test_the_sum_is_that_of_the_works_and_what_else_lies_there_is_said(device: Page) -> None:
    said, one = device.inner_text("[data-said]"), device.inner_text(f'[data-work="{BOOK}"] [data-state]')
    assert one.partition("，")[2] in said
    assert "书目和网页的样式" in said


def test_a_kept_page_says_that_only_the_library_opens_without_a_network(device: Page) -> None:
    for offline in (False, True):
        device.context.set_offline(offline)
        device.goto(f"{HOME}{BOOK}/1/")
        assert "只打得开书库" in device.inner_text("main > [data-kept]")
    device.context.set_offline(False)
    device.goto(f"{HOME}search/")
    assert not device.locator("[data-kept]").count()


def test_one_press_wipes_everything(device: Page) -> None:
    assert f"{HOME}{BOOK}/9/" in device.evaluate(KEPT)
    assert device.inner_text("[data-said]").startswith("存了 1 部")
    device.click("[data-wipe] button")
    device.wait_for_selector('[data-said]:has-text("都清掉了")')
    assert set(device.evaluate(STORES).values()) == {0}
    assert device.evaluate(DATABASES) == []
    assert not device.is_visible("[data-wipe]")
    device.goto(HOME)  # nothing comes back by itself
    device.goto(f"{HOME}{BOOK}/1/")
    assert set(device.evaluate(STORES).values()) == {0}
    assert not device.evaluate("Boolean(navigator.serviceWorker.controller)")


def test_leaving_quickly_wipes_it_too(device: Page) -> None:
    go(device, ".exit a.stop")
    device.wait_for_load_state()
    assert set(device.evaluate(STORES).values()) == {0}
    device.context.set_offline(True)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        device.goto(HOME)


def test_the_worker_has_no_say_beyond_the_library_of_its_language(device: Page) -> None:
    assert device.evaluate(SCOPES) == [HOME]
    for path in ("/zh-hans/write/", "/zh-hant/library/"):
        device.goto(path)
        assert not device.evaluate("Boolean(navigator.serviceWorker.controller)"), path
    kept = device.evaluate(KEPT)
    assert all(path.startswith((HOME, "/static/")) for path in kept)


def test_without_script_the_page_says_so(visit: Visit) -> None:
    page = visit()
    page.goto(OFFLINE)
    assert page.is_visible("[data-missing]")
    assert not page.locator("main button:visible").count()


def wait_until(page: Page, is_so: Callable[[], bool]) -> None:
    """Wait until something is so on the device."""
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline, "it never came to be so"
        page.wait_for_timeout(20)


def publish(site: Served, folder: Path, words: str) -> None:
    """Publish a book of one chapter; again, with other words."""
    text = folder / "kept-book" / "zh-hans"
    text.mkdir(parents=True, exist_ok=True)
    (text / "about.md").write_text("---\ntitle: 存着的书\nauthor: 某人\n---\n一本书。")
    (text / "1.md").write_text(f"---\ntitle: 第一章\n---\n{words}")
    site.run("library", "import", str(text.parent), "--publish")
