"""A stranger whose number was typed on the hotline is rung once; fails on main of today."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from tuidang.phone.actions.call_backs import Attempt, begin_try, lease_call_back, settle_call_back
from tuidang.phone.actions.choices import store_call_back
from tuidang.phone.call_back_rules import Outcome

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house")]
NOON = datetime(2026, 11, 28, 4, 30, tzinfo=UTC)  # half past twelve in China


def test_who_was_talked_with_is_not_rung_again_because_others_typed_his_number_too() -> None:
    for _ in range(3):  # three calls, of whoever shows whatever number
        store_call_back(secrets.token_bytes(16), "8613812345678", "CN-HA", "any", today=date(2026, 11, 28))
    rung = 0
    while (lent := lease_call_back(volunteer := uuid4(), ["zh"], NOON)) is not None:
        rung += isinstance(begin_try(volunteer, lent.key, NOON, simulated=True), Attempt)
        assert settle_call_back(volunteer, lent.key, Outcome.WRONG_NUMBER, NOON)
    assert rung == 1
