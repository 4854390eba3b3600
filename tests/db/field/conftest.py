"""Budgets that are whole, measures that are fresh, and a day that does not pass."""

from __future__ import annotations

import pytest

from field_cast import TODAY
from tuidang.base.limits import Budget
from tuidang.field import views
from tuidang.field.actions import entries


@pytest.fixture
def field_day(house: object, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be the day of the cast."""
    monkeypatch.setattr(views, "china_today", lambda: TODAY)
    for name in ("_TEAM", "_REQUESTS", "_WRONG_CODES"):
        monkeypatch.setattr(views, name, Budget(burst=1000, per_hour=1))
    monkeypatch.setattr(entries, "_KEPT", -1)
