"""Whoever tries a sample out is shown a way in, until somebody has taken it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tuidang.base.clock import china_today, utc_now
from tuidang.register.actions.head import init_log
from tuidang.volunteers.actions.invitations import NotInvited, find_invited, join_with_password
from tuidang.volunteers.models import Role, User
from tuidang.web import house as keeper
from volunteer_cast import CHOSEN

pytestmark = pytest.mark.django_db


def test_each_start_shows_a_new_link_to_one_account_and_none_once_somebody_came(house_folder: Path) -> None:
    first, second = (keeper.invite_newcomer(utc_now()).split("/")[-2] for _ in range(2))
    assert User.objects.count() == 1
    assert all(User.objects.get().has_role(role) for role in Role)
    with pytest.raises(NotInvited):
        find_invited(first, china_today())
    join_with_password(second, CHOSEN, bytes(20), utc_now())
    assert keeper.invite_newcomer(utc_now()) == ""


@pytest.fixture(name="house_folder")
def begun(house: Path) -> Path:
    """Begin a register in a data folder."""
    init_log("example.org/test", date(2026, 1, 1))
    return house
