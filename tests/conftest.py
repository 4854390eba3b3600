"""What all tests stand on: a data folder of their own, thrown away afterwards."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import django
import hypothesis
import pytest

# Before Django reads its settings: each test process has its own folder. Were the settings named in
# pyproject.toml, pytest-django would read them before this file, and all tests would share ./var.
_folder = tempfile.mkdtemp(prefix="tuidang-test-")
os.environ["TUIDANG_DATA"] = _folder
(Path(_folder) / "static").mkdir()
os.environ["DJANGO_SETTINGS_MODULE"] = "tuidang.web.settings"
django.setup()

# How long an example takes says how busy the machine is, and nothing about us. What decides whether a change
# lands tries the same examples each time; everybody else explores.
hypothesis.settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("house")


def pytest_unconfigure() -> None:
    shutil.rmtree(_folder, ignore_errors=True)


@pytest.fixture
def house(tmp_path: Path, settings: object) -> Iterator[Path]:
    """Give a fresh, empty data folder with keys, and point the settings at it."""
    from tuidang.privacy.keys import KeyFolder

    settings.TUIDANG = replace(settings.TUIDANG, data=tmp_path)  # type: ignore[attr-defined]
    KeyFolder(settings.TUIDANG.keys).ensure()
    return tmp_path
