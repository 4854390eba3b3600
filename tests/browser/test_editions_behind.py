"""What is published becomes editions in a process of its own, and whoever has them can check them."""

from __future__ import annotations

import json
import time
import urllib.request
from pathlib import Path

from looks import wrong_at
from playwright.sync_api import Browser

from served import serve_bare
from tuidang.library.editions.folder import read_made

PATIENCE = 300.0  # seconds, on a machine with much else to do


def test_the_worker_builds_after_a_publication_and_the_site_serves_what_was_listed(
    chromium: Browser, tmp_path: Path
) -> None:
    texts = tmp_path / "texts" / "a-book" / "zh-hans"
    texts.mkdir(parents=True)
    (texts / "about.md").write_text("---\ntitle: 一本书\n---\n说的是什么。\n")
    (texts / "1.md").write_text("---\ntitle: 第一章\n---\n今天，我收回当年的誓言。\n")
    (tmp_path / "site").mkdir()
    with serve_bare(tmp_path / "site") as site:
        site.run("library", "import", str(texts.parents[1]), "--publish")
        site.start("work")
        folder = site.data / "editions"
        deadline = time.monotonic() + PATIENCE
        while not read_made(folder).mark:
            assert time.monotonic() < deadline, site.output.read_text()
            time.sleep(0.2)
        site.stop("work")
        assert "not made" not in site.output.read_text()
        told = json.loads(site.run("library", "build", "--json"))
        assert (told["made"], told["kept"], told["left_out"]) == (0, 22, {})
        assert json.loads(site.run("library", "check", str(folder), "--key", told["key"], "--json"))["whole"]
        with urllib.request.urlopen(f"{site.address}/editions/a-book/zh-hant/1-booklet.pdf") as answer:
            assert answer.read() == (folder / "a-book/zh-hant/1-booklet.pdf").read_bytes()
        _look_at_lists(chromium, site.address)
        assert "There is no work named" in _refused(site.run, "library", "build", "--work", "no-such")


def _look_at_lists(chromium: Browser, address: str) -> None:
    page = chromium.new_context(base_url=address).new_page()
    for path in ("", "a-book/", "a-book/1/"):
        page.goto(f"/zh-hant/library/{path}")
        if page.locator("main details").count():
            page.locator("main details summary").click()
        links = page.locator(".take a")
        assert links.count() == (5 if path else 1)
        assert all(link.is_visible() for link in links.all())
        assert not wrong_at(page, [path], "zh-hant")
    with page.expect_download() as saved:
        links.last.click()
    assert saved.value.suggested_filename == "1-booklet.pdf"
    page.context.close()


def _refused(run: object, *arguments: str) -> str:
    try:
        run(*arguments)  # type: ignore[operator]
    except AssertionError as error:
        return str(error)
    raise AssertionError("it was not refused")
