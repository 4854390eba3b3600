"""Roles: given with the account, changed later, listed; what is wrong is told in a sentence."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from tuidang.cli import main
from tuidang.cli_volunteer import ROLES
from tuidang.register.actions.head import init_log
from tuidang.volunteers.actions import create_volunteer, set_roles
from tuidang.volunteers.models import Role, User
from tuidang.volunteers.queries import all_volunteers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def run(*arguments: str) -> tuple[int, str]:
    told = CliRunner().invoke(main, ["volunteer", *arguments])
    return told.exit_code, told.output


@pytest.fixture(autouse=True)
def prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the tables as the test has them: they are made."""
    monkeypatch.setattr("tuidang.cli_volunteer.prepare", lambda: None)


def test_the_shell_knows_every_role() -> None:
    assert tuple(Role) == ROLES


@pytest.mark.parametrize("roles", [(), ("reviewer",), ("campaigns",), ("reviewer", "campaigns")])
def test_an_account_has_the_roles_it_is_given_and_no_other(roles: tuple[str, ...]) -> None:
    create_volunteer("linden", [Role(role) for role in roles])
    user = User.objects.get()
    assert [role for role in Role if user.has_role(role)] == list(roles)


def test_roles_are_changed_and_taken_away_and_the_password_stays() -> None:
    create_volunteer("linden", [Role.REVIEWER])
    before = User.objects.get().password
    set_roles("Linden ", [Role.CAMPAIGNS])
    assert all_volunteers() == [("linden", (Role.CAMPAIGNS,))]
    set_roles("linden", [])
    assert all_volunteers() == [("linden", ())]
    assert User.objects.get().password == before


@pytest.fixture
def begun(house: Path) -> Path:
    """Begin a register in the data folder."""
    init_log("example.org/test", date(2026, 1, 1))
    return house


def test_no_account_is_made_where_no_register_was_begun(house: Path) -> None:
    code, told = run("add", "linden", "--role", "reviewer")
    assert code == 1
    assert f"No register was begun in {house}: name its data folder by TUIDANG_DATA." in told
    assert all_volunteers() == []


@pytest.mark.usefixtures("begun")
def test_the_shell_adds_changes_and_lists() -> None:
    code, told = run("add", "linden", "--role", "reviewer", "--role", "campaigns")
    assert code == 0
    assert User.objects.get().check_password(told.split()[-1])
    run("add", "birch", "--role", "campaigns")
    assert json.loads(run("list", "--json")[1]) == [
        {"pseudonym": "birch", "roles": ["campaigns"]},
        {"pseudonym": "linden", "roles": ["reviewer", "campaigns"]},
    ]
    assert run("roles", "linden", "--role", "reviewer") == (0, "linden has reviewer now.\n")
    assert run("roles", "birch", "--none") == (0, "birch has no role now.\n")
    assert run("list")[1].split("\n")[0].split(maxsplit=1) == ["birch", "no role"]


@pytest.mark.usefixtures("begun")
@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("add", "linden"), 2, "Missing option '--role'"),
        (("add", "linden", "--role", "owner"), 2, "'owner' is not one of"),
        (("add", "a@example.org", "--role", "reviewer"), 1, "not an e-mail address"),
        (("roles", "linden"), 2, "--none"),
        (("roles", "linden", "--role", "reviewer", "--none"), 2, "--none"),
        (("roles", "linden", "--none"), 1, "nobody is called linden"),
    ],
)
def test_what_is_entered_wrongly_is_told_and_changes_nothing(
    arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    ended, told = run(*arguments)
    assert ended == code
    assert sentence in told
    assert not User.objects.exists()
