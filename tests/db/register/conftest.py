"""What the tests of the register's tables share: nothing is remembered from one test to the next."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache as memory

from tuidang.register import queries
from tuidang.register.actions import owner


@pytest.fixture(autouse=True)
def fresh_memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Forget measured loads, and who failed to look something up."""
    memory.clear()
    queries._measured.clear()
    failures = owner._failures
    monkeypatch.setattr(owner, "_failures", type(failures)(free=5, longest=30, forgiven=60))
    yield
    memory.clear()
