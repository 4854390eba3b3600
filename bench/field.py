"""Measure the field app: its weight, how soon a slow phone has it on a slow line, and what a server takes in.

The line is a proxy of 250 kbit/s and 300 ms there and back (2G), so that the app's worker is slow too; the
processor is slowed six times by the browser.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_connection, create_server, socket

from playwright.sync_api import CDPSession, Page, sync_playwright

BYTES_A_SECOND = 250_000 / 8
DELAY = 0.15  # seconds, one way
SLOWER = 6
PIECE = 1024
PATIENCE = 180.0


class Line:
    """A slow line: what passes waits its turn, and then for the delay."""

    def __init__(self) -> None:
        self._free = 0.0
        self._lock = threading.Lock()

    def carry(self, piece: bytes) -> None:
        """Take as long as the piece takes."""
        with self._lock:
            now = time.monotonic()
            self._free = max(now, self._free) + len(piece) / BYTES_A_SECOND
            arrives = self._free + DELAY
        time.sleep(max(0.0, arrives - time.monotonic()))


@contextmanager
def slow_line(port: int) -> Iterator[int]:
    """Give the port of a proxy that passes everything on slowly."""
    server, down, up = create_server(("127.0.0.1", 0)), Line(), Line()

    def pass_on(source: socket, target: socket, line: Line) -> None:
        try:
            while piece := source.recv(PIECE):
                line.carry(piece)
                target.sendall(piece)
            target.shutdown(1)
        except OSError:
            pass

    def accept() -> None:
        while True:
            try:
                near, _ = server.accept()
            except OSError:
                return
            far = create_connection(("127.0.0.1", port))
            for pair in ((near, far, up), (far, near, down)):
                threading.Thread(target=pass_on, args=pair, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield int(server.getsockname()[1])
    server.close()


@contextmanager
def site(folder: Path) -> Iterator[tuple[int, str]]:
    """Start a sample, and give its port and the code of its team."""
    with create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    environ = {**os.environ, "TUIDANG_DATA": str(folder / "var"), "PORT": str(port), "TUIDANG_PHONE": "no"}
    with (folder / "output").open("w") as output:
        process = subprocess.Popen([sys.executable, "-m", "tuidang", "up"], env=environ, stdout=output)
    try:
        patience = time.monotonic() + PATIENCE
        while not (found := re.search(r"team code (\S+)", (folder / "output").read_text())):
            if time.monotonic() > patience or process.poll() is not None:
                raise SystemExit("the site did not open")
            time.sleep(0.2)
        yield port, found[1]
    finally:
        process.terminate()
        process.wait()


def weight(port: int) -> float:
    """Weigh all that the app keeps on a phone, compressed, in kilobytes."""

    def get(path: str) -> bytes:
        asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(asked) as answer:
            return bytes(answer.read())

    worker = get("/field/worker.js")
    text = gzip.decompress(worker).decode() if worker[:2] == b"\x1f\x8b" else worker.decode()
    lists = [
        json.loads(found) for found in re.findall(r"^const (?:FILES|FRESH) = (\[.*?\]);", text, re.MULTILINE)
    ]
    return round((len(worker) + sum(len(get(path)) for one in lists for path in one)) / 1024, 1)


def slow_down(page: Page) -> CDPSession:
    """Make the processor slow."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return devtools


def starts(port: int, team: str) -> dict[str, float]:
    """Time how soon the app can be used on a slow phone, the first time and from then on."""
    found = {}
    with sync_playwright() as playwright, slow_line(port) as slow:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(
            base_url=f"http://127.0.0.1:{slow}", viewport={"width": 390, "height": 844}
        )
        page = context.new_page()
        slow_down(page)
        began = time.perf_counter()
        page.goto("/field/zh-hans/", wait_until="commit")
        page.wait_for_selector("#screen-sites:not([hidden])", timeout=PATIENCE * 1000)
        found["first start, until a site can be chosen, seconds"] = time.perf_counter() - began
        page.wait_for_selector("html[data-ready=yes]", timeout=PATIENCE * 1000)
        found["first start, until no network is needed, seconds"] = time.perf_counter() - began
        page.fill("#team", team)
        page.click("#site-form button")
        page.wait_for_selector("#screen-person:not([hidden])", timeout=PATIENCE * 1000)
        context.set_offline(True)
        page.close()
        page = context.new_page()
        slow_down(page)
        began = time.perf_counter()
        page.goto("/field/zh-hans/", wait_until="commit")
        page.wait_for_selector(".alias", timeout=PATIENCE * 1000)
        found["later starts, without a network, seconds"] = time.perf_counter() - began
        times = []
        for _ in range(5):
            page.click("#next" if page.is_visible("#next") else "#go-person")
            page.fill("#name", "金福")
            page.check("[value=league]")
            page.check("#own")
            page.click("#person .actions button")
            began = time.perf_counter()
            page.click("#seal")
            page.wait_for_selector("#screen-receipt:not([hidden])")
            times.append(time.perf_counter() - began)
        found["from sealing to the receipt, seconds"] = sorted(times)[2]
        browser.close()
    return {name: round(seconds, 2) for name, seconds in found.items()}


def sync(port: int, team: str) -> dict[str, float]:
    """Let fifty phones send two thousand entries at once, and weigh it against one phone that sends alone."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    from field_crowd import send_all

    address = f"http://127.0.0.1:{port}"
    alone = send_all(address, team, 1, 400)
    crowd = send_all(address, team, 50, 40)
    if len(crowd.kept) != crowd.entries:
        raise SystemExit("not every entry was kept")
    rate, single = crowd.entries / crowd.seconds, alone.entries / alone.seconds
    return {
        "entries per second from fifty phones": round(rate),
        "entries per second from one phone": round(single),
        "fifty phones, times one": round(rate / single, 2),
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuidang.web.settings")
    with tempfile.TemporaryDirectory() as folder, site(Path(folder)) as (port, team):
        os.environ["TUIDANG_DATA"] = folder
        import django

        django.setup()
        figures = {"kilobytes in all, compressed": weight(port)} | starts(port, team) | sync(port, team)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
