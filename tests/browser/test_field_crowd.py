"""Many phones come back to a network at once: everything they have arrives, and each entry once."""

from __future__ import annotations

import json

import pytest
from field_walk import new_team

from field_crowd import send_all
from served import Served


@pytest.mark.parametrize(
    ("devices", "each"), [(10, 12), pytest.param(50, 40, marks=pytest.mark.soak)], ids=["few", "fifty"]
)
def test_all_that_phones_send_at_once_is_taken_once(site: Served, devices: int, each: int) -> None:
    _code, team, _number = new_team(site)
    keys = str(site.data / "sealing-sample")
    site.run("field", "import", "--keys", keys)
    crowd = send_all(site.address, team, devices, each)
    assert len(crowd.kept) == crowd.entries == devices * each
    told = json.loads(site.run("field", "import", "--keys", keys, "--json"))
    assert told == {"taken": devices * each, "refused": 0, "unreadable": 0, "before": 0}
