"""A mirror of a million statements: made, brought up to date, passed on, served, and checked in a browser."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from test_mirror_browser import Open, chromium, open_at, said

from mirror_cast import nginx

ROOT = Path(__file__).parents[2]
SIZE = 1_000_000

__all__ = ["chromium", "open_at"]


@pytest.mark.soak
def test_a_mirror_of_a_million_statements_is_whole_and_served_and_checked_by_a_browser(
    open_at: Open, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("million")
    command = [
        sys.executable,
        "-m",
        "bench.mirror",
        "--statements",
        str(SIZE),
        "--folder",
        str(folder),
        "--json",
    ]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    found = json.loads(done.stdout)
    print(found)  # noqa: T201 -- what `make soak -s` is run for
    assert found["pages"] > 60_000
    assert found["pages written for the day"] < found["pages"] / 4
    assert found["files fetched for the day"] < found["files"] / 4
    work = folder / "nginx"
    work.mkdir()
    with nginx(folder / "copy", work) as address:
        page = open_at(address)
        page.goto(f"{address}/zh-hans/register/index.html")
        page.click("ol.hits a >> nth=0")
        assert page.inner_text("main .letter")
        page.goto(f"{address}/en/verify/")
        page.fill("#check-leaf", "123456")
        assert "Its words are those that were published" in said(page)
        page.set_default_timeout(1_800_000)
        assert "entries are in the signed log" in said(page, "all")
