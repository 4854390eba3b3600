"""Stylesheets are written shorter, and say what they said."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from tuidang.web.static_files import lighten

SHEETS = sorted((Path(__file__).parents[3] / "src/tuidang").rglob("*.css"))


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_a_stylesheet_loses_comments_and_loose_space_and_nothing_else(path: Path) -> None:
    written = path.read_text()
    light = lighten(written)
    bare = re.sub(r"/\*.*?\*/", "", written, flags=re.DOTALL)
    assert re.sub(r"\s", "", light) == re.sub(r"\s", "", bare)
    assert re.findall(r'"[^"\n]*"', light) == re.findall(r'"[^"\n]*"', bare)
    assert len(light) < len(written)
    assert lighten(light) == light


def test_what_is_in_quotes_and_what_space_means_stay() -> None:
    css = (
        '.a .b::after { content: "; {  }" / ""; }\n/* a; comment */\n@media (width > 1px) { a + b { x: y; } }'
    )
    assert lighten(css) == ('.a .b::after{content: "; {  }" / "";}@media (width > 1px){a + b{x: y;}}')


def test_what_browsers_are_sent_is_every_stylesheet_whole(tmp_path: Path, settings: Settings) -> None:
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", verbosity=0, interactive=False)
    paths = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    sheets = {name: tmp_path / path for name, path in paths.items() if name.endswith(".css")}
    assert len(sheets) == len(SHEETS)
    for path in SHEETS:
        (name,) = (one for one in sheets if path.as_posix().endswith(f"/static/{one}"))
        assert sheets[name].read_text() == lighten(path.read_text()), name
