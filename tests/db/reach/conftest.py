"""A tally that is empty, a budget that is whole, and a day that the test decides."""

from __future__ import annotations

import pytest
from reach_cast import Days

from tuidang.base.limits import Budget
from tuidang.reach import views
from tuidang.reach.tally import Tally


@pytest.fixture
def days(house: object, db: None, monkeypatch: pytest.MonkeyPatch) -> Days:
    """Give the calendar; nothing is counted yet, and nobody has spent anything."""
    found = Days()
    monkeypatch.setattr(views, "TALLY", Tally())
    monkeypatch.setattr(views, "_BUDGET", Budget(burst=1000, per_hour=30))
    monkeypatch.setattr(views, "china_today", lambda: found.today)
    return found
