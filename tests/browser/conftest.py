"""A real server, and a real browser that notes every request it makes and every complaint it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright
from walk import Own, endless_text, publish_own

from served import Served, serve_still

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu"]

# What Chromium says of a page that answers a mistake with the status for it.
_VIEWER = "chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai/"  # of PDF, in the browser itself
_ANSWERED = "Failed to load resource: the server responded with a status of 4"

Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Give a running site on a sample register, shared by all tests of a process."""
    with serve_still(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture(scope="session")
def own(site: Served) -> Own:
    """Give the heaviest statement there can be, published, with its receipt."""
    return publish_own(site, endless_text())


# Not for the session: as long as Playwright lives its loop runs in the main thread, where tests beside these
# run loops of their own.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Give Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def large_letters(chromium: Browser) -> Iterator[Browser]:
    """Give a browser whose owner has set its letters to twice their size."""
    arguments = [*ARGUMENTS, "--blink-settings=defaultFontSize=32"]
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=arguments)
    yield browser
    browser.close()


@pytest.fixture
def visit(site: Served, chromium: Browser) -> Iterator[Visit]:
    """Give a function that opens a fresh browser profile, without script unless it is asked for.

    Whatever the test does, no profile may ask another site for anything, nor see the browser complain.
    """
    contexts: list[BrowserContext] = []
    foreign: list[str] = []
    complaints: list[str] = []

    def note(request: Request) -> None:
        own = (site.address, site.address.replace("127.0.0.1", "localhost"))
        ours = (*own, *(f"blob:{address}" for address in own))
        if not request.url.startswith((*ours, "data:", "about:", _VIEWER)):
            foreign.append(request.url)

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(_ANSWERED):
            complaints.append(message.text)

    def open_profile(
        *,
        script: bool = False,
        width: int = 1280,
        dark: bool = False,
        browser: Browser = chromium,
        **more: object,
    ) -> Page:
        context = browser.new_context(
            base_url=site.address,
            java_script_enabled=script,
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            **more,  # type: ignore[arg-type]  # whatever else Playwright knows
        )
        contexts.append(context)
        context.on("request", note)
        context.on("console", hear)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        return context.new_page()

    yield open_profile
    for context in contexts:
        context.close()
    assert not foreign
    assert not complaints
