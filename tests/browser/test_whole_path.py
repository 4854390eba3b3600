"""From a person's browser to a count that anyone can recompute: without script, on a desk and on a phone."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Page
from walk import COMMON, go, look_up, press, receipt_of, write

from conftest import Visit
from served import Served


@pytest.mark.parametrize("width", [1280, 360])
def test_a_statement_is_written_published_found_counted_and_verified(
    site: Served, visit: Visit, tmp_path: Path, width: int
) -> None:
    page = visit(width=width)
    site.publish()  # what other tests left waiting
    site.publish()  # what other tests left waiting
    total = _figures(site)["total"]
    reason = "那年冬天以后，我就不再相信了。"
    write(page, "/zh-hans/", COMMON, reason)
    letter = page.locator(".letter").inner_text()
    assert COMMON in letter
    assert reason in letter
    press(page, "post")
    receipt = receipt_of(page)
    assert [len(group) for group in receipt.split()] == [4, 4, 4, 4]
    look_up(page, "/zh-hans/", receipt, COMMON)
    assert reason not in page.content(), "it waits, and nobody reads it here"

    site.publish()

    assert _figures(site)["total"] == total + 1
    look_up(page, "/zh-hans/", receipt, COMMON)
    assert reason in page.locator(".letter").inner_text()
    page.locator("details summary").click()
    proof = tmp_path / "mine.tlog-proof"
    proof.write_bytes(page.request.get(_link(page, "/proofs/")).body())
    go(page, 'details a[href*="/statement/"]')
    assert reason in page.locator(".letter").inner_text()
    leaf = int(page.url.rstrip("/").rpartition("/")[2])
    page.goto("/zh-hans/register/")
    assert page.locator(f'a[href="/zh-hans/statement/{leaf}/"]').count() == 1
    _verify(site, leaf, reason, proof)


def test_what_was_sent_twice_by_the_back_button_counts_once(site: Served, visit: Visit) -> None:
    page = visit()
    write(page, "/en/")
    press(page, "post")
    receipt = receipt_of(page)
    page.reload()
    assert receipt_of(page) == receipt


def test_a_form_with_mistakes_comes_back_whole_with_each_fields_own_sentence(visit: Visit) -> None:
    page = visit(width=360)
    page.goto("/en/write/")
    page.fill("#text", "My own words,\nover two lines.")
    page.fill("#place", "x" * 61)
    page.select_option("#region", "CN-TJ")
    press(page, "preview")
    assert page.locator(".errors a").count() == 4
    for link in page.locator(".errors a").all():
        target = str(link.get_attribute("href"))
        assert page.locator(f'[id="{target[1:]}"]').count() == 1
        assert page.locator(f'[id="{target[1:]}-error"]').inner_text() == link.inner_text()
    assert page.input_value("#text") == "My own words,\nover two lines."
    assert page.input_value("#place") == "x" * 61
    assert page.input_value("#region") == "CN-TJ"


def _link(page: Page, part: str) -> str:
    return str(page.locator(f'main a[href*="{part}"]').first.get_attribute("href"))


def _figures(site: Served) -> dict[str, int]:
    with urllib.request.urlopen(f"{site.address}/api/v1/figures") as answer:
        figures: dict[str, int] = json.load(answer)
    return figures


def _verify(site: Served, leaf: int, reason: str, proof: Path) -> None:
    """Verify from what the site serves alone: the proof behind its link, the day file, and the whole log."""
    shown = site.run("log", "verify", str(proof), "--vkey", _fetch(site, "vkey").decode())
    entry = json.loads(shown[shown.index("{") : shown.rindex("}") + 1])
    year, month, day = entry["day"].split("-")
    lines = gzip.decompress(_fetch(site, f"statements/{year}/{month}/{day}.jsonl.gz")).splitlines()
    line = next(line for line in map(json.loads, lines) if line["leaf"] == leaf)
    sealed = b"tuidang/record/v1\n" + base64.b64decode(line["salt"]) + line["record"].encode()
    assert entry["commitment"] == base64.b64encode(hashlib.sha256(sealed).digest()).decode()
    assert json.loads(line["record"])["text"] == reason
    assert "Proven" in shown
    site.run("log", "verify", f"{site.address}/log")


def _fetch(site: Served, path: str) -> bytes:
    with urllib.request.urlopen(f"{site.address}/log/{path}") as answer:
        return bytes(answer.read())
