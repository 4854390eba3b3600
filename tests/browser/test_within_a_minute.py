"""The demonstration as a newcomer starts it: what he posts is public within about a minute, by itself."""

from __future__ import annotations

import time

import pytest
from walk import ask, post_by_program

from served import serve


def test_a_statement_is_public_within_about_a_minute(tmp_path_factory: pytest.TempPathFactory) -> None:
    with serve(tmp_path_factory.mktemp("up")) as site:
        before = ask(site, "figures")["total"]
        receipt = post_by_program(site, "金福", "我退出。")
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            found = ask(site, "receipts", {"receipt": receipt, "name": "金福"})
            total = ask(site, "figures")["total"]  # from the folder, which follows the database
            if found["state"] == "published" and total != before:
                break
            time.sleep(1)
        assert found["state"] == "published"
        assert total == before + 1  # type: ignore[operator]  # it is a number
