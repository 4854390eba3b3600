"""A site and its mirror, made once; tests that change something take a copy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from mirror_cast import Home, copy, grow_on, settle


@contextmanager
def _folder() -> Iterator[Path]:
    """Give a folder in memory, where there is one: a disk that others keep busy makes each sync wait."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(prefix="tuidang-test-", dir=memory if memory.is_dir() else None) as name:
        yield Path(name)


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Give a folder for one test."""
    with _folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def first() -> Iterator[Home]:
    """Give a small site and its mirror, for tests that only look."""
    with _folder() as folder:
        yield settle(folder)


@pytest.fixture(scope="session")
def later(first: Home) -> Iterator[tuple[Home, dict[str, int]]]:
    """Give the same site a day later, and what bringing its mirror up to date did."""
    with _folder() as folder:
        home = copy(first, folder / "home")
        yield home, grow_on(home)


@pytest.fixture
def home(first: Home, tmp_path: Path) -> Home:
    """Give a copy of it that may be changed."""
    return copy(first, tmp_path / "home")
