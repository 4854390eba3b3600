"""The house keeps its own rules: import contracts, file sizes, no path of one machine."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))


def _tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / line for line in listing.stdout.splitlines()]


def test_import_contracts_hold() -> None:
    run = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout


def test_no_source_file_has_grown_beyond_four_hundred_lines() -> None:
    long = [p for p in SOURCES if len(p.read_text().splitlines()) > 400 and "migrations" not in p.parts]
    assert not long


def test_every_module_opens_with_a_sentence() -> None:
    silent = [
        p
        for p in SOURCES
        if p.read_text().strip() and "migrations" not in p.parts and not p.read_text().startswith('"""')
    ]
    assert not silent


def test_no_two_modules_of_the_tests_have_one_name() -> None:
    # They are imported by their bare names: whichever folder comes first would give both.
    names = Counter(p.name for p in (ROOT / "tests").rglob("*.py") if p.name != "conftest.py")
    assert not [name for name, count in names.items() if count > 1]


def test_nothing_names_a_path_of_one_machine() -> None:
    telltale = re.compile(r"(^|[^\w.])/(work|farm|root)/")
    found = [
        f"{p.relative_to(ROOT)}:{n}"
        for p in _tracked()
        if p.is_file() and p.name != "LICENSE" and p.name != Path(__file__).name
        for n, line in enumerate(p.read_text(errors="replace").splitlines(), 1)
        if telltale.search(line)
    ]
    assert not found


def test_there_are_no_marks_of_unfinished_work() -> None:
    mark = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    found = [
        f"{p.relative_to(ROOT)}:{n}"
        for p in SOURCES
        for n, line in enumerate(p.read_text().splitlines(), 1)
        if mark.search(line)
    ]
    assert not found
