"""How a volunteer uses the field app, step by step."""

from __future__ import annotations

import json

from playwright.sync_api import BrowserContext, Page

from served import Served

READY = "document.documentElement.dataset.ready"


def new_team(site: Served, name: str = "灯塔码头 Pier") -> tuple[str, str, str]:
    """Open a site, and give its code, that of its team, and the number by which that is revoked."""
    code = json.loads(site.run("field", "site", "add", name, "--region", "TW", "--json"))["code"]
    team = json.loads(site.run("field", "team", "make", code, "mornings", "--json"))
    return code, team["code"], str(team["number"])


def take_all(site: Served) -> dict[str, int]:
    """Open and take what phones have sent, with the keys of the sample; tell what became of it."""
    told = json.loads(site.run("field", "import", "--keys", str(site.data / "sealing-sample"), "--json"))
    assert isinstance(told, dict)
    return told


def settle_down(page: Page, team: str, language: str = "zh-hans") -> None:
    """Open the app, choose a site, and wait until all of it is on the phone."""
    page.goto(f"/field/{language}/")
    page.fill("#team", team)
    page.click("#site-form button")
    page.wait_for_selector("#screen-person:not([hidden])")
    page.wait_for_selector(".alias")
    page.wait_for_selector("html[data-ready=yes]")


def write_down(page: Page, name: str, text: str = "", org: str = "league") -> str:
    """Write one person down, and return the receipt."""
    page.click("#next" if page.is_visible("#next") else "#go-person")
    fill(page, name, text, org)
    page.click("#person .actions button")
    page.click("#seal")
    page.wait_for_selector("#screen-receipt:not([hidden])")
    return "".join(page.inner_text("#digits").split())


def fill(page: Page, name: str, text: str = "", org: str = "league") -> None:
    """Fill the form in."""
    page.fill("#name", name)
    page.check(f"[value={org}]")
    page.fill("#text", text)
    page.check("#own")


def unsent(page: Page) -> int:
    """Tell how many entries the app says were not sent."""
    return int(page.locator("#count").text_content() or "0")


def wait_until_sent(page: Page) -> None:
    """Wait until the app says that everything is sent."""
    page.wait_for_selector("#count:empty", state="attached", timeout=120_000)


def network(context: BrowserContext, *, there: bool) -> None:
    """Take the network away, or give it back."""
    context.set_offline(not there)
