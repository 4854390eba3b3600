"""The measure of the advice on names runs on any tables of the form."""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[3] / "bench" / "names.py"


def test_every_drawn_person_is_either_shown_or_hidden(
    name_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["names.py", str(name_folder), "--people", "200", "--json"])
    runpy.run_path(str(BENCH), run_name="__main__")
    figures = json.loads(capsys.readouterr().out)
    assert set(figures) == {"by province", "whole country"}
    for shares in figures.values():
        told = sum(share for what, share in shares.items() if what.endswith(("shown", "hidden")))
        assert told == pytest.approx(1)
