"""What a planted volunteer must not come to: each of these fails on main of today."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from calls_cast import Enter
from django.test import Client
from pytest_django.fixtures import Settings
from test_people_written import CALL, PEOPLE, Sheet

from tuidang.base.audit.chain import AT_SHELL
from tuidang.base.clock import utc_now
from tuidang.phone.actions import duty
from tuidang.phone.hotline_now import DeskNow, HotlineNow, write_now
from tuidang.phone.models import DeskOrder, Duty
from tuidang.volunteers.actions import create_volunteer, set_roles
from tuidang.volunteers.actions.accounts import disable_volunteer
from tuidang.volunteers.actions.invitations import NotInvited, find_invited, recover_volunteer
from tuidang.volunteers.models import Role, User
from tuidang.volunteers.rules import pseudonym_fault


@pytest.fixture
def desks(settings: Settings) -> None:
    """Let there be telephones for two."""
    settings.TUIDANG = replace(settings.TUIDANG, phone_desks=2)


def say(house: Path, **calls: str) -> None:
    """Let the hotline say who is in which call."""
    desks = {}
    for user in User.objects.order_by("pseudonym"):
        desk = duty.go_on_duty(user.pk, ["zh"], False, datetime.now(UTC))
        if user.pseudonym in calls:
            desks[desk] = DeskNow("talking", calls[user.pseudonym])
    write_now(house, HotlineNow(desks=desks))


@pytest.mark.usefixtures("desks")
def test_who_handed_a_call_on_reads_nothing_of_it_when_it_is_over(house: Path, enter: Enter) -> None:
    aspen, birch = enter("aspen", Role.LISTENER), enter("birch", Role.LISTENER)
    address = f"/desk/people/{CALL}/"
    say(house, aspen=CALL)
    assert aspen.get(address).status_code == 200
    say(house, birch=CALL)
    sheet = Sheet(birch, address)
    sheet.type(PEOPLE)
    sheet.press("confirm")
    receipts = sheet.receipts()
    assert len(receipts) == 3
    say(house)  # it is over; birch still writes
    seen = aspen.get(address)
    assert not any(digits in seen.content.decode() for digits in receipts)


@pytest.mark.usefixtures("desks")
def test_the_telephone_of_somebody_who_talks_is_nobody_else_s(house: Path, db: None) -> None:
    now = datetime.now(UTC)
    talks, waits, planted = uuid4(), uuid4(), uuid4()
    desk = duty.go_on_duty(talks, ["zh"], False, now - timedelta(minutes=6))  # his heartbeats are held up
    duty.go_on_duty(waits, ["zh"], False, now)
    write_now(house, HotlineNow(desks={desk: DeskNow("talking", CALL)}))
    with pytest.raises(duty.NoDeskError):
        duty.go_on_duty(planted, ["zh"], False, now)


@pytest.mark.usefixtures("house", "db")
def test_a_link_from_the_desk_opens_no_account_that_was_given_more_power_since() -> None:
    create_volunteer("linden", [Role.LISTENER])
    token = recover_volunteer("linden", by="planted coordinator", now=utc_now())
    set_roles("linden", [Role.AUDITOR], by=AT_SHELL, now=utc_now())
    with pytest.raises(NotInvited):
        find_invited(token, utc_now().date())


def test_nobody_is_called_as_the_shell_is_in_the_audit_chain() -> None:
    assert pseudonym_fault(AT_SHELL)


@pytest.mark.usefixtures("desks", "house", "db")
def test_who_is_disabled_is_on_duty_no_more() -> None:
    user = create_volunteer("linden", [Role.LISTENER])
    duty.go_on_duty(user.pk, ["zh"], True, utc_now())
    disable_volunteer("linden", by=AT_SHELL, now=utc_now())
    assert not Duty.objects.exists()


@pytest.mark.usefixtures("desks", "house", "db")
def test_orders_that_nobody_takes_do_not_pile_up() -> None:
    now = datetime.now(UTC)
    for minute in range(5):
        duty.give_order(1, "hold", now=now + timedelta(minutes=minute))
    assert DeskOrder.objects.count() <= 1


@pytest.mark.usefixtures("desks", "house")
def test_a_listener_takes_no_mark_back(enter: Callable[..., Client]) -> None:
    aspen = enter("aspen", Role.LISTENER)
    aspen.post("/desk/line/", {"best": "zh"})
    assert aspen.post("/desk/line/order/", {"verb": "unmark", "argument": "0" * 16}).status_code == 422
