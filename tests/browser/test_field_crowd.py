"""Many phones come back to a network at once: everything they have arrives, and each entry once."""

from __future__ import annotations

import pytest
from field_walk import new_team, take_all

from field_crowd import send_all
from served import Served


@pytest.mark.parametrize(
    ("devices", "each"), [(10, 12), pytest.param(50, 40, marks=pytest.mark.soak)], ids=["few", "fifty"]
)
def test_all_that_phones_send_at_once_is_taken_once(site: Served, devices: int, each: int) -> None:
    _code, team, _number = new_team(site)
    take_all(site)  # what other tests have left
    crowd = send_all(site.address, team, devices, each)
    assert len(crowd.kept) == crowd.entries == devices * each
    assert take_all(site) == {"taken": devices * each, "refused": 0, "unreadable": 0, "before": 0}
