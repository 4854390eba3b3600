"""Roles: given with the account, changed later, listed; what is wrong is told in a sentence."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from tuidang.base.audit.chain import AT_SHELL
from tuidang.base.audit.queries import newest_entries
from tuidang.base.clock import china_today, utc_now
from tuidang.cli import main
from tuidang.cli_volunteer import ROLES
from tuidang.register.actions.head import init_log
from tuidang.volunteers.actions import create_volunteer, set_roles
from tuidang.volunteers.actions.invitations import (
    NotInvited,
    find_invited,
    join_with_password,
    recover_volunteer,
)
from tuidang.volunteers.models import Role, User
from tuidang.volunteers.queries import all_volunteers
from volunteer_cast import CHOSEN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def listed() -> list[tuple[str, tuple[Role, ...]]]:
    return [(one.pseudonym, one.roles) for one in all_volunteers(china_today())]


def run(*arguments: str) -> tuple[int, str]:
    told = CliRunner().invoke(main, ["volunteer", *arguments])
    return told.exit_code, told.output


@pytest.fixture(autouse=True)
def prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the tables as the test has them: they are made."""
    monkeypatch.setattr("tuidang.cli_volunteer.prepare", lambda: None)


def test_the_shell_knows_every_role() -> None:
    assert tuple(Role) == ROLES


@pytest.mark.parametrize("roles", [(), ("reviewer",), ("operator",), ("reviewer", "operator")])
def test_an_account_has_the_roles_it_is_given_and_no_other(roles: tuple[str, ...]) -> None:
    create_volunteer("linden", [Role(role) for role in roles])
    user = User.objects.get()
    assert [role for role in Role if user.has_role(role)] == list(roles)


def test_roles_are_changed_and_taken_away_and_the_password_stays() -> None:
    create_volunteer("linden", [Role.REVIEWER])
    before = User.objects.get().password
    set_roles("Linden ", [Role.OPERATOR], by="oak", now=utc_now())
    assert listed() == [("linden", (Role.OPERATOR,))]
    set_roles("linden", [], by="oak", now=utc_now())
    assert listed() == [("linden", ())]
    assert User.objects.get().password == before


def test_a_link_from_the_desk_opens_no_account_that_was_given_more_power_since() -> None:
    create_volunteer("linden", [Role.LISTENER])
    token = recover_volunteer("linden", by="planted coordinator", now=utc_now())
    set_roles("linden", [Role.AUDITOR], by=AT_SHELL, now=utc_now())
    with pytest.raises(NotInvited):
        find_invited(token, utc_now().date())


@pytest.fixture
def begun(house: Path) -> Path:
    """Begin a register in the data folder."""
    init_log("example.org/test", date(2026, 1, 1))
    return house


def test_no_account_is_made_where_no_register_was_begun(house: Path) -> None:
    code, told = run("invite", "linden", "--role", "reviewer")
    assert code == 1
    assert f"No register was begun in {house}: name its data folder by TUIDANG_DATA." in told
    assert listed() == []


@pytest.mark.usefixtures("begun")
def test_the_shell_invites_changes_closes_and_lists() -> None:
    code, told = run("invite", "linden", "--role", "reviewer", "--role", "operator")
    assert code == 0
    assert re.fullmatch(r"http://localhost:\d+/desk/join/[\w-]{24}/", told.split()[-1])
    join_with_password(told.split("/")[-2], CHOSEN, bytes(20), utc_now())
    link = json.loads(run("invite", "birch", "--role", "operator", "--json")[1])["link"]
    until = (china_today() + timedelta(days=3)).isoformat()
    assert json.loads(run("list", "--json")[1]) == [
        {"pseudonym": "birch", "roles": ["operator"], "active": True, "joined": False, "link_until": until},
        {
            "pseudonym": "linden",
            "roles": ["reviewer", "operator"],
            "active": True,
            "joined": True,
            "link_until": None,
        },
    ]
    assert run("roles", "linden", "--role", "reviewer") == (0, "linden has reviewer now.\n")
    assert run("roles", "birch", "--none") == (0, "birch has no role now.\n")
    assert run("list")[1].split("\n")[0].split(maxsplit=1) == ["birch", "no role (the link was not used)"]
    assert json.loads(run("recover", "birch", "--json")[1])["link"] != link
    assert run("disable", "linden") == (0, "The account of linden is closed.\n")
    assert "linden               reviewer (closed)" in run("list")[1]
    assert "is disabled" in run("recover", "linden")[1]
    assert run("enable", "linden") == (0, "The account of linden is open again.\n")
    done = [(entry.who, entry.act) for entry in reversed(newest_entries())]
    assert done[0] == ("(shell)", "invite")
    assert [act for who, act in done if who == "(shell)"] == [
        *("invite", "invite", "roles", "roles", "recover", "disable", "enable")
    ]
    assert [act for who, act in done if who == "linden"] == ["join"]


@pytest.mark.usefixtures("begun")
@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("invite", "linden"), 2, "Missing option '--role'"),
        (("invite", "linden", "--role", "owner"), 2, "'owner' is not one of"),
        (("invite", "a@example.org", "--role", "reviewer"), 1, "not an e-mail address"),
        (("roles", "linden"), 2, "--none"),
        (("roles", "linden", "--role", "reviewer", "--none"), 2, "--none"),
        (("roles", "linden", "--none"), 1, "nobody is called linden"),
        (("disable", "linden"), 1, "nobody is called linden"),
        (("recover", "linden"), 1, "nobody is called linden"),
    ],
)
def test_what_is_entered_wrongly_is_told_and_changes_nothing(
    arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    ended, told = run(*arguments)
    assert ended == code
    assert sentence in told
    assert not User.objects.exists()
