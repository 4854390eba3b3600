"""What every test of giving with a database stands on."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _keys(house: object) -> None:
    """Give a data folder with keys."""
