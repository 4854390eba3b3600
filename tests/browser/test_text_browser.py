"""In a text browser everything can be read, and a statement can be posted."""

from __future__ import annotations

import re
import secrets
import shutil
import subprocess
from urllib.parse import urlencode

import pytest
from walk import COMMON, LANGUAGES, PLAIN, Own

from served import Served

pytestmark = pytest.mark.skipif(shutil.which("lynx") is None, reason="lynx is not installed")

LYNX = ["lynx", "-nolist", "-display_charset=utf-8", "-assume_charset=utf-8", "-width=80", "-nocolor"]


def read(address: str, form: dict[str, str] | None = None) -> str:
    """Return what the text browser shows at an address, after sending a form to it if there is one."""
    command = [*LYNX, *(["-dump"] if form is None else ["-post_data"]), address]
    typed = "" if form is None else f"{urlencode(form)}\n---\n"
    shown = subprocess.run(command, input=typed, capture_output=True, text=True, check=False, timeout=60)
    return shown.stdout


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_reads_well_as_text(site: Served, own: Own, language: str) -> None:
    for path in (*PLAIN, f"statement/{own.leaf}/"):
        shown = read(f"{site.address}/{language}/{path}")
        assert len(shown.split()) > 8, path
        if path == "counter/":  # which shows the code to copy
            shown = re.sub(r"<a\b.*?</a>", "", shown, flags=re.DOTALL)
        assert not re.search(r"\[(IMAGE|INLINE)\]|<\w+|\{[{%]", shown), path


def test_a_statement_is_posted_from_a_text_browser(site: Served) -> None:
    form = {"name": COMMON, "orgs": "party", "region": "CN-SD", "text": "我退出。", "consent": "own"}
    address = f"{site.address}/zh-hans/write/"
    shown = read(address, {**form, "step": "preview"})
    assert COMMON in shown
    assert "我退出。" in shown
    shown = read(address, {**form, "step": "post", "key": secrets.token_hex(16)})
    assert re.search(r"\b\d{4} \d{4} \d{4} \d{4}\b", shown)
