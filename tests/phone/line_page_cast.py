"""Volunteers in real browsers, with microphones that beep, and what is heard at their ends."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"),
    *("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"),
    *("--allow-loopback-in-peer-connection", "--disable-features=WebRtcHideLocalIpsWithMdns"),
]
PATIENCE = 60.0

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_SMALL = """() => [...document.querySelectorAll("main :is(a, button, select, summary)")]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44)
  .map((one) => one.outerHTML.slice(0, 120))"""

# The loudest moment within a second of what comes out of the page's loudspeaker, or would.
_HEARD = """async () => {
  const sound = document.querySelector("#voice").srcObject;
  if (!sound?.active) return 0;
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  const wave = new Float32Array(analyser.fftSize);
  context.createMediaStreamSource(sound).connect(analyser);
  let loudest = 0;
  for (let times = 0; times < 40; times++) {
    await new Promise((then) => setTimeout(then, 25));
    analyser.getFloatTimeDomainData(wave);
    loudest = Math.max(loudest, ...wave.map(Math.abs));
  }
  await context.close();
  return loudest;
}"""


def wait(holds: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


class Volunteer:
    """Somebody at a page of his own, whose telephone can be torn from the network."""

    def __init__(self, context: BrowserContext, enter: Callable[[Page], None]) -> None:
        """Open a page of a browser profile, and `enter` the desk."""
        self.context = context
        self.complaints: list[str] = []
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.page: Page = context.new_page()
        self.page.on("dialog", lambda dialog: dialog.accept())
        enter(self.page)
        self.page.wait_for_url("**/desk/line/")

    def go_on_duty(self, best: str = "zh") -> None:
        """Press through, until the telephone is there; who is on duty still, is."""
        if self.page.locator("#line").count():
            return
        self.page.select_option("#best", best)
        self.page.click("[aria-keyshortcuts=d]")
        self.page.wait_for_selector("#line")

    @property
    def state(self) -> str:
        """Name the state that the page shows."""
        return str(self.page.get_attribute("#line", "data-at"))

    @property
    def says(self) -> str:
        """Read what it says."""
        return self.page.inner_text("#says")

    def until(self, *states: str, patience: float = PATIENCE) -> None:
        """Wait for one of some states."""
        try:
            self.page.wait_for_selector(
                ", ".join(f'#line[data-at="{state}"]' for state in states), timeout=patience * 1000
            )
        except Exception as error:
            raise AssertionError(f"not {states} but {self.state}: {self.says}") from error

    def press(self, key: str) -> None:
        """Press a key, the page itself being in focus."""
        self.page.evaluate("document.activeElement.blur()")
        self.page.keyboard.press(key)

    def faults(self) -> list[str]:
        """Return what keeps somebody from using the page as it is now: axe-core's findings, small targets."""
        found = Axe().run(self.page, options={"runOnly": RULES, "resultTypes": ["violations"]})
        faults = [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found.response["violations"]]
        return [*faults, *self.page.evaluate(_SMALL)]

    def hears(self) -> bool:
        """Tell whether anything but silence comes out."""
        return float(self.page.evaluate(_HEARD)) > 0.02

    def go_home(self) -> None:
        """Go off duty, if on duty; the call must be over."""
        if self.page.locator("#line").count():
            self.until("ready", "away", "wrap-up", "signing-in", "down")
            if self.state == "wrap-up":
                self.page.click("[data-does=done]")
                self.until("ready", "away")
            self.page.click("[name=off]")
            self.page.wait_for_selector("#best")

    def until_hears(self, patience: float = PATIENCE) -> None:
        """Wait until it is not silent any more."""
        wait(self.hears, f"nothing is heard: {self.state}", patience)


@contextmanager
def open_browser(playwright: Playwright) -> Iterator[Browser]:
    """Give a browser with a microphone that beeps."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield browser
    browser.close()


class Cable:
    """What lies between browsers and Asterisk's port for SIP, to be cut and joined again."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._is_whole = True
        self._open: list[socket.socket] = []
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def cut(self) -> None:
        """Cut it: what is open ends, and nothing comes through."""
        self._is_whole = False
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def join(self) -> None:
        """Let everything through again."""
        self._is_whole = True

    def close(self) -> None:
        """Take it away."""
        self.cut()
        self._door.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._door.accept()
                if not self._is_whole:
                    near.close()
                    continue
                try:
                    far = socket.create_connection(("127.0.0.1", self._to))
                except OSError:  # Asterisk is away
                    near.close()
                    continue
                self._open += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=_carry, args=(one, other), daemon=True).start()


def _carry(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while part := one.recv(65536):
            other.sendall(part)
    with suppress(OSError):
        other.shutdown(socket.SHUT_RDWR)
