"""The documentation holds: its links lead somewhere, and it names every setting and command that exists."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tuidang.base.options import Options, read_options
from tuidang.cli import main

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def _commands(group: click.Command, path: str = "tuidang") -> list[tuple[str, click.Command]]:
    inner = group.commands if isinstance(group, click.Group) else {}
    return [(path, group), *(c for name, cmd in inner.items() for c in _commands(cmd, f"{path} {name}"))]


COMMANDS = _commands(main)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", page.read_text())
    lost = [target for target in targets if not (page.parent / target).exists()]
    assert not lost


def test_every_setting_is_documented() -> None:
    source = (ROOT / "src/tuidang/base/options.py").read_text()
    names = set(re.findall(r'get\(\s*"([A-Z_]+)"', source))
    page = (ROOT / "docs/reference/settings.md").read_text()
    documented = set(re.findall(r"^\| `([A-Z_]+)`", page, re.MULTILINE))
    assert names == documented


def test_every_setting_has_the_default_that_its_page_says() -> None:
    page = (ROOT / "docs/reference/settings.md").read_text()
    rows = re.findall(r"^\| `([A-Z_]+)` \| (?:`([^`]+)`|\([^|]+\)) \|", page, re.MULTILINE)
    assert len(rows) == len(fields(Options))
    assert read_options({name: default for name, default in rows if default}) == read_options({})
    source = (ROOT / "src/tuidang/base/options.py").read_text()
    assert dict(rows) == dict(re.findall(r'get\(\s*"([A-Z_]+)",\s*"([^"]*)"', source))


@pytest.mark.parametrize("path", [path for path, _ in COMMANDS])
def test_every_command_shows_help_with_examples(path: str) -> None:
    told = CliRunner().invoke(main, [*path.split()[1:], "--help"])
    assert told.exit_code == 0
    assert "Examples:" in told.stdout, f"{path} shows no example"
    assert path in told.stdout.partition("Examples:")[2]


def test_every_command_is_in_the_reference() -> None:
    text = (ROOT / "docs/reference/commands.md").read_text()
    assert not [path for path, command in COMMANDS if f"`{path}" not in text and path != "tuidang"]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_command_that_a_page_tells_to_type_exists(page: Path) -> None:
    code = re.findall(r"`([^`\n]+)`|^ {4,}(.+)$", page.read_text(), re.MULTILINE)
    typed = [
        word for one in code for word in re.findall(r"(?<!-u )\btuidang ((?:[a-z][a-z-]* ?)+)", "".join(one))
    ]
    known = {path.removeprefix("tuidang "): command for path, command in COMMANDS}
    for words in typed:
        first, *rest = words.split()
        assert first in known, words
        if isinstance(known[first], click.Group) and rest:
            assert f"{first} {rest[0]}" in known, words


def test_every_make_target_that_a_page_tells_to_type_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    typed = {t for page in PAGES for t in re.findall(r"(?:`| {4})make ([a-z-]+)", page.read_text())}
    assert typed <= targets
    assert {"run", "test", "check", "bench", "docs"} <= targets


def test_every_page_of_the_documentation_is_on_the_index() -> None:
    index = (ROOT / "docs/README.md").read_text()
    pages = [p for p in PAGES if "docs" in p.parts and p.parent.name not in {"decisions", "docs"}]
    assert not [str(p) for p in pages if str(p.relative_to(ROOT / "docs")) not in index]
