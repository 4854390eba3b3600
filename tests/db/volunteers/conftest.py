"""Somebody with a password and an app, and limits that nobody else has used up."""

from __future__ import annotations

import pytest

from tuidang.base.limits import Budget, Slowdown
from tuidang.volunteers import joining, views
from tuidang.volunteers.actions import ways
from tuidang.volunteers.models import Role
from tuidang.volunteers.once import Once
from volunteer_cast import Password, settle


@pytest.fixture(autouse=True)
def fresh_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "_tries_of_network", Budget(burst=20, per_hour=120))
    monkeypatch.setattr(views, "_failures_of_pseudonym", Slowdown(free=5, longest=60, forgiven=600))
    monkeypatch.setattr(joining, "_tries_of_network", Budget(burst=30, per_hour=60))
    monkeypatch.setattr(ways, "_codes_used", Once(seconds=120))
    monkeypatch.setattr(ways, "_guesses_of_account", Slowdown(free=5, longest=3600, forgiven=86400))


@pytest.fixture
def password(db: None, house: object) -> Password:
    """Give the password of linden, a reviewer, with what makes his codes."""
    return settle("linden", Role.REVIEWER)
