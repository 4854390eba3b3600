"""Every page a visitor can come to, in the order he comes to them, in a browser without script."""

from __future__ import annotations

import json
import secrets
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Page

from served import Served

LANGUAGES = ("zh-hans", "zh-hant", "en")
TEXTS = ("safe", "verify", "about", "privacy", "found")
BOOK = "taking-back-an-oath"  # the sample of the library
PLAIN = (
    *("", "write/", "write/for-others/", "my-statement/", "hide/"),
    *(
        "how/",
        "tools/",
        "register/",
        "register/search/",
        "figures/",
        "figures/regions/",
        "figures/organisations/",
    ),
    *("figures/channels/", "integrity/", "give/", "give/totals/", "calendar/", "nothing-is-here/"),
    *(f"{name}/" for name in TEXTS),
    *("counter/", "styleguide/", "library/news/", "library/offline/"),
    *("library/", f"library/{BOOK}/", f"library/{BOOK}/1/", f"library/{BOOK}/6/pass-on/"),
)
# What a name table does not call rare: neither shortened nor advised against.
COMMON = "张伟"
RARE = "慕容雪松"
TELLING = "我的电话是13800138000，微信号：abc_12345。我退出。"


@dataclass(frozen=True)
class Own:
    """A published statement, and what its owner holds."""

    receipt: str
    name: str
    leaf: int


def post_by_program(site: Served, name: str, text: str = "", **more: object) -> str:
    """Post a statement through the interface for programs, and return its receipt."""
    body = {"name": name, "orgs": ["party"], "text": text, "consent": "own", **more}
    body["idempotency_key"] = secrets.token_hex(16)
    return str(ask(site, "statements", body)["receipt"])


def ask(site: Served, path: str, body: dict[str, object] | None = None) -> dict[str, object]:
    """Ask the interface for programs."""
    request = urllib.request.Request(
        f"{site.address}/api/v1/{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        answered: dict[str, object] = json.load(answer)
    return answered


def publish_own(site: Served, text: str) -> Own:
    """Post a statement, publish it, and return what its owner holds."""
    name = "金福"
    receipt = post_by_program(site, name, text)
    site.publish()
    state = ask(site, "receipts", {"receipt": receipt, "name": name})
    return Own(receipt, name, int(str(state["index"])))


def endless_text() -> str:
    """Return a text as long as may be, of characters that hardly compress: the heaviest there is."""
    characters = [chr(code) for code in range(0x4E00, 0x9FA0)]
    return "".join(secrets.choice(characters) for _ in range(5000))


def stations(page: Page, language: str, own: Own) -> Iterator[str]:
    """Lead a page through everything; at each station its name is given, and the page stands there."""
    home = f"/{language}/"
    for path in PLAIN:
        page.goto(home + path)
        yield f"GET {path}"
    for path in (f"statement/{own.leaf}/", f"statement/{own.leaf}/2/", "my-statement/correct/"):
        page.goto(home + path)
        yield f"GET {path}"
    page.goto(f"{home}figures/")
    for where in ("figures/days", "register/day"):
        page.goto(str(page.locator(f'a[href^="{home}{where}"]').first.get_attribute("href")))
        yield f"GET {where}"
    yield from _write(page, home)
    yield from _write_for_others(page, home)
    yield from _search(page, home, own)
    yield from _search_library(page, home)
    yield from _own(page, home, own)
    page.goto(f"{home}hide/")
    press(page)
    yield "hide: no number"
    page.fill("#number", str(own.leaf))
    press(page)
    yield "hide: asked"


def write(page: Page, home: str, name: str = COMMON, text: str = "我退出。") -> None:
    """Fill in the form for oneself and go to the preview."""
    page.goto(f"{home}write/")
    page.fill("#name", name)
    page.check('[name=orgs][value="league"]')
    page.select_option("#region", "CN-SD")
    page.fill("#text", text)
    page.check("#consent")
    press(page, "preview")


def press(page: Page, step: str = "") -> None:
    """Press the main button, or the one for a step."""
    go(page, f'main button[name=step][value="{step}"]' if step else "main form button")


def go(page: Page, selector: str) -> None:
    """Click on the first of what is meant, and wait for the page it leads to."""
    with page.expect_navigation():
        page.locator(selector).first.click()


def receipt_of(page: Page) -> str:
    """Read the receipt off the page."""
    return page.locator(".receipt").inner_text()


def _write(page: Page, home: str) -> Iterator[str]:
    page.goto(f"{home}write/")
    press(page, "preview")
    yield "write: everything missing"
    write(page, home, RARE, TELLING)
    yield "write: preview of a rare name and a telling text"
    go(page, ".alias")
    yield "write: preview with an alias"
    press(page, "change")
    yield "write: changing something"
    press(page, "preview")
    press(page, "post")
    yield "write: receipt"


def _write_for_others(page: Page, home: str) -> Iterator[str]:
    page.goto(f"{home}write/for-others/")
    press(page, "preview")
    yield "for others: everything missing"
    press(page, "more")
    yield "for others: more rows"
    for row, name in enumerate((COMMON, RARE)):
        page.fill(f'[name="people.{row}.name"]', name)
        page.check(f'[name="people.{row}.orgs"][value="pioneers"]')
    page.fill("#text", TELLING)
    page.check("#consent")
    press(page, "preview")
    yield "for others: preview"
    press(page, "post")
    yield "for others: receipts"


def _search(page: Page, home: str, own: Own) -> Iterator[str]:
    for field, words in (("name", own.name), ("words", "退出"), ("number", "nothing")):
        page.goto(f"{home}register/search/")
        page.fill(f"#{field}", words)
        go(page, f"form:has(#{field}) button")
        yield f"search: by {field}"


def _search_library(page: Page, home: str) -> Iterator[str]:
    for words in ("x", "oath" if home == "/en/" else "誓言"):
        page.goto(f"{home}library/search/")
        page.fill("#words", words)
        go(page, "form:has(#words) button")
        yield f"library: search for {words}"


def _own(page: Page, home: str, own: Own) -> Iterator[str]:
    look_up(page, home, "1234", "")
    yield "own: mistyped"
    write(page, home)
    press(page, "post")
    receipt = receipt_of(page)
    look_up(page, home, receipt, "王五")
    yield "own: not found"
    look_up(page, home, receipt, COMMON)
    yield "own: waiting"
    press(page, "change")
    yield "own: correcting"
    page.check('[name=orgs][value="pioneers"]')
    page.check("#consent")
    press(page, "preview")
    yield "own: preview of the correction"
    press(page, "post")
    yield "own: corrected"
    look_up(page, home, receipt, COMMON)
    press(page, "withdraw")
    yield "own: withdrawn"
    look_up(page, home, own.receipt, own.name)
    yield "own: published"
    press(page, "before_erasure")
    yield "own: before erasing"


def look_up(page: Page, home: str, receipt: str, name: str) -> None:
    """Ask for one's own statement."""
    page.goto(f"{home}my-statement/")
    page.fill("#receipt", receipt)
    page.fill("#name", name)
    press(page, "find")
