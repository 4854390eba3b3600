"""A mirror in a browser that reaches nothing else: every page read, and checked by the browser itself."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, sync_playwright

from mirror_cast import ERASED, Home, nginx

pytestmark = pytest.mark.skipif(
    not shutil.which("nginx", path="/usr/sbin:/usr/bin"), reason="nginx is not installed"
)

LANGUAGES = ("zh-hans", "zh-hant", "en")
LINKS = "() => [...document.querySelectorAll('a[href], link[href]')].map(one => one.href)"
PATIENCE = 120_000  # milliseconds

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Give Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def open_at(chromium: Browser) -> Iterator[Open]:
    """Give a function that opens pages from which nothing but one address can be reached."""
    tried: list[str] = []
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    with ExitStack() as stack:

        def open_page(allowed: str, **options: object) -> Page:
            context = stack.enter_context(chromium.new_context(**options))  # type: ignore[arg-type]
            context.set_default_timeout(PATIENCE)

            def decide(route: Route) -> None:
                if route.request.url.startswith((allowed, "data:", "blob:")):
                    route.continue_()
                else:
                    tried.append(route.request.url)
                    route.abort()

            context.route("**/*", decide)
            page = context.new_page()
            page.on("console", hear)
            return page

        yield open_page
    assert not tried
    assert not complaints


@pytest.fixture
def served(home: Home, tmp_path: Path) -> Iterator[str]:
    """Give the address of a mirror behind nginx."""
    (tmp_path / "nginx").mkdir()
    with nginx(home.mirror, tmp_path / "nginx") as address:
        yield address


def said(page: Page, do: str = "one") -> str:
    """Press a button of the page that checks, and return what it says when it is done."""
    page.click(f"#check [data-do={do}]")
    return wait(page)


def wait(page: Page) -> str:
    """Return what the page that checks has to say, when it is done."""
    page.wait_for_function(
        "() => document.querySelector('#check [data-do=stop]').hidden"
        " && document.querySelector('#check [data-part=said]').textContent"
    )
    return page.inner_text("#check [data-part=said]")


def test_every_page_can_be_walked_to_with_the_network_to_the_site_itself_cut(
    served: str, open_at: Open
) -> None:
    page = open_at(served, java_script_enabled=False)
    waiting, seen = [f"{served}/"], set[str]()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        deep = urlsplit(address).path.count("/") > 3 and "/zh-hans/" not in address
        if deep or "/type-" in address or re.search(r"/statement/\d*[1-9]/", address):
            continue  # of what has many like it some are enough; all links are looked at elsewhere
        answer = page.goto(address)
        assert answer
        assert answer.status == 200, address
        if urlsplit(address).path.count("/") > 1:
            assert "register.example" in page.content() or "/calendar/" in address or "/file/" in address, (
                address
            )
        waiting += [
            urldefrag(urljoin(address, link)).url
            for link in page.evaluate(LINKS)
            if link.startswith(served) and urlsplit(link).path.endswith((".html", "/"))
        ]
    for path in (
        "library/taking-back-an-oath/9/",
        "statement/290/",
        "register/day/2026-11-03/",
        "figures/regions/",
    ):
        assert f"{served}/zh-hans/{path}index.html" in seen


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_needs_the_site_itself_says_so_and_leads_there(
    served: str, open_at: Open, language: str
) -> None:
    page = open_at(served, java_script_enabled=False)
    for path in ("write/", "my-statement/", "register/search/", "library/search/"):
        page.goto(f"{served}/{language}/{path}")
        target = page.get_attribute("main a.button", "href")
        assert target == f"https://register.example/{language}/{path}"
        assert not page.query_selector("form, input, textarea")
    page.goto(f"{served}/{language}/library/")
    assert not page.query_selector("form")


def test_the_browser_alone_checks_checkpoint_statement_and_the_whole_log(served: str, open_at: Open) -> None:
    page = open_at(served)
    page.goto(f"{served}/en/verify/#{ERASED}")
    shown = wait(page)
    assert "300 entries" in shown
    assert f"Entry {ERASED} is in the signed log: a statement of 2026-11-04" in shown
    assert "Its words are those that were published" in shown
    assert "从此清清白白做人" in shown
    assert "All 300 entries are in the signed log" in said(page, "all")
    page.fill("#check-leaf", "12")  # of a day without a page
    assert "Entry 12 is in the signed log: a statement of 2026-11-02" in said(page)
    page.fill("#check-leaf", "300")
    assert "there is no such number" in said(page)
    page.fill("#check-key", "mirrored.tuidang.invalid+00000000+AAAA")
    assert "not a key" in said(page)


def test_the_browser_names_what_was_altered(served: str, home: Home, open_at: Open) -> None:
    page = open_at(served)
    page.goto(f"{served}/en/verify/")
    key = page.input_value("#check-key")
    for path, asks in (
        ("log/tile/entries/000", "all"),
        ("log/tile/0/000", "all"),
        ("log/tile/0/001.p/44", "one"),
        ("log/statements/2026/11/04.jsonl.gz", "one"),
    ):
        file = home.mirror / path
        right = file.read_bytes()
        file.unlink()
        file.write_bytes(right[:100] + bytes([right[100] ^ 1]) + right[101:])
        page.fill("#check-leaf", str(ERASED))
        shown = said(page, asks)
        assert "NOT RIGHT" in shown, path
        assert path in shown, (path, shown)
        file.unlink()
        file.write_bytes(right)
    head = home.mirror / "log/checkpoint"
    signed = head.read_text()
    head.unlink()
    head.write_text(signed.replace("\n300\n", "\n301\n"))
    assert "has not signed the checkpoint" in said(page)
    page.fill("#check-key", key[:-2])
    assert "not a key" in said(page)


def test_from_a_stick_without_any_server_it_can_be_read_and_checked(home: Home, open_at: Open) -> None:
    page = open_at(home.mirror.as_uri())
    page.goto(f"{home.mirror.as_uri()}/index.html")
    page.click("text=简体")
    page.click("nav.menu a[href*=register]")
    page.click("ol.hits a >> nth=0")
    assert "从此清清白白做人" in page.inner_text("main")
    page.goto(f"{home.mirror.as_uri()}/en/verify/index.html")
    assert "Choose the folder" in said(page)
    page.set_input_files("#check-folder", home.mirror)
    page.fill("#check-leaf", str(ERASED))
    assert "Its words are those that were published" in said(page)
    assert "All 300 entries" in said(page, "all")
