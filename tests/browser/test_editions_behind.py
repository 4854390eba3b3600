"""What is published becomes editions in a process of its own, and whoever has them can check them."""

from __future__ import annotations

import json
import time
import urllib.request
from pathlib import Path

from served import serve_bare
from tuidang.library.editions.folder import read_made

PATIENCE = 300.0  # seconds, on a machine with much else to do


def test_the_worker_builds_after_a_publication_and_the_site_serves_what_was_listed(tmp_path: Path) -> None:
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
        with urllib.request.urlopen(f"{site.address}/zh-hant/library/a-book/1/") as answer:
            assert "/editions/a-book/zh-hant/1-booklet.pdf" in answer.read().decode()
        assert "There is no work named" in _refused(site.run, "library", "build", "--work", "no-such")


def _refused(run: object, *arguments: str) -> str:
    try:
        run(*arguments)  # type: ignore[operator]
    except AssertionError as error:
        return str(error)
    raise AssertionError("it was not refused")
