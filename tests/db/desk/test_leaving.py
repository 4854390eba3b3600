"""Who leaves, or may talk no more, is on duty no more from that moment, and has nobody to call."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from calls_cast import Enter
from click.testing import CliRunner
from pytest_django.fixtures import Settings

from tuidang.base.audit.chain import AT_SHELL
from tuidang.base.clock import utc_now
from tuidang.cli import main
from tuidang.desk.leaving import set_roles
from tuidang.phone.actions import duty
from tuidang.phone.actions.call_backs import begin_try, lease_call_back
from tuidang.phone.actions.choices import store_call_back
from tuidang.phone.models import CallBack, Duty
from tuidang.volunteers.models import Role, User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("desks", "house")]
NOON = datetime(2026, 11, 28, 4, 30, tzinfo=UTC)  # half past twelve in China


@pytest.fixture
def desks(settings: Settings) -> None:
    """Let there be telephones for two."""
    settings.TUIDANG = replace(settings.TUIDANG, phone_desks=2)


@pytest.fixture
def linden(enter: Enter) -> User:
    """Give a volunteer on duty who has called somebody back, and not said yet what became of it."""
    enter("linden", Role.LISTENER)
    user = User.objects.get()
    duty.go_on_duty(user.pk, ["zh"], coordinator=False, now=utc_now())
    store_call_back(secrets.token_bytes(16), "8613812345678", "CN-HA", "any", today=NOON.date())
    lent = lease_call_back(user.pk, ["zh"], NOON)
    assert lent
    begin_try(user.pk, lent.key, NOON, simulated=True)
    assert CallBack.objects.get().called
    return user


def by_shell(_enter: Enter, user: User) -> None:
    assert CliRunner().invoke(main, ["volunteer", "disable", user.pseudonym]).exit_code == 0


def by_screen(enter: Enter, user: User) -> None:
    screen = f"/desk/volunteers/{user.pk}/"
    assert enter("maple", Role.COORDINATOR).post(screen, {"move": "disable"}).status_code == 200


def by_other_roles(enter: Enter, user: User) -> None:
    screen = f"/desk/volunteers/{user.pk}/"
    sent = {"move": "roles", "role": ["reviewer"]}
    assert enter("maple", Role.COORDINATOR).post(screen, sent).status_code == 200


@pytest.mark.parametrize("leave", [by_shell, by_screen, by_other_roles])
def test_who_may_talk_no_more_is_off_duty_at_once_and_has_nobody_to_call(
    leave: Callable[[Enter, User], None], linden: User, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tuidang.cli_volunteer.prepare", lambda: None)
    leave(enter, linden)
    assert not Duty.objects.exists()
    left = CallBack.objects.get()
    assert (left.leased_by, left.called, left.tries) == (None, False, 1)


def test_who_is_no_coordinator_any_more_is_called_into_no_conversation(linden: User) -> None:
    for roles in ([Role.COORDINATOR], [Role.LISTENER]):
        set_roles("linden", roles, by=AT_SHELL, now=utc_now())
        assert Duty.objects.get().coordinator is (Role.COORDINATOR in roles)
    assert CallBack.objects.get().leased_by == linden.pk
