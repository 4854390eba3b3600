"""An empty sample register to post into, and a visitor whom Django's own check of forms would refuse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from tuidang.base.limits import Budget
from tuidang.register.actions import owner
from tuidang.register.actions.head import begin_log
from tuidang.register.views import intake
from visitor_cast import DAY, Visitor, forget_measurements


@pytest.fixture
def register(house: Path, db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Begin an empty sample register, in which nobody has failed or spent anything; give its folder."""
    forget_measurements()
    monkeypatch.setattr(owner, "_failures", type(owner._failures)(free=5, longest=30, forgiven=60))
    monkeypatch.setattr(intake, "_BUDGET", Budget(burst=300, per_hour=120))
    begin_log("cast.invalid", DAY)
    yield settings.TUIDANG.log
    forget_measurements()


@pytest.fixture
def visitor(register: Path) -> Visitor:
    """Give somebody with a browser that sends neither cookie nor referrer, as ours make browsers do."""
    return Visitor(Client(enforce_csrf_checks=True, headers={"origin": "null"}))
