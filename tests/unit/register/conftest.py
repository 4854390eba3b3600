"""What the tests of the register's folder share."""

from __future__ import annotations

import pytest

from tuidang.register.folder import parallel


@pytest.fixture
def many_hands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have several processes do even small work."""
    monkeypatch.setattr(parallel, "WORTH_WORKERS", 1)
    monkeypatch.setattr(parallel, "_PIECE", 256)
