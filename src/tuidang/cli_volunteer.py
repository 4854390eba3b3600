"""The commands under `tuidang volunteer`: who may sign in at the desk, and what he may do there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from tuidang.cli_start import prepare, start_django

# The names of `volunteers.models.Role`, which cannot be read before Django is set up; a test compares them.
ROLES = ("reviewer", "campaigns")


def _roles(*, required: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return click.option(
        "--role",
        "roles",
        type=click.Choice(ROLES),
        multiple=True,
        required=required,
        help="reviewer: decides about held statements. campaigns: starts and stops calls. May be repeated.",
    )


@contextmanager
def _sentences() -> Iterator[None]:
    """Set Django up, and end with a sentence for what was entered wrongly."""
    start_django()
    prepare()
    try:
        yield
    except ValueError as error:
        raise click.ClickException(str(error)) from None


@click.group()
def volunteer() -> None:
    """Tend accounts: who may sign in at the desk, and do what there.

    \b
    Examples:
      tuidang volunteer list
    """


@volunteer.command("add")
@click.argument("pseudonym")
@_roles(required=True)
def add(pseudonym: str, roles: tuple[str, ...]) -> None:
    """Make an account for PSEUDONYM (never a legal name) and show its password, once.

    \b
    Examples:
      tuidang volunteer add linden --role reviewer
      tuidang volunteer add maple --role reviewer --role campaigns
    """
    with _sentences():
        from django.conf import settings

        from tuidang.volunteers.actions import create_volunteer
        from tuidang.volunteers.models import Role
        from tuidang.web import house

        if house.is_empty():  # the account would open no desk that anybody serves
            raise ValueError(
                f"No register was begun in {settings.TUIDANG.data.resolve()}:"
                " name its data folder by TUIDANG_DATA."
            )
        password = create_volunteer(pseudonym, {Role(role) for role in roles})
    click.echo(
        f"{pseudonym} can sign in at /desk/ with this password, which is not shown again:\n  {password}"
    )


@volunteer.command("roles")
@click.argument("pseudonym")
@_roles(required=False)
@click.option("--none", "no_role", is_flag=True, help="Take every role away, as from somebody who left.")
def roles(pseudonym: str, roles: tuple[str, ...], no_role: bool) -> None:
    """Give PSEUDONYM these roles and no other, from the next press on.

    \b
    Examples:
      tuidang volunteer roles linden --role reviewer --role campaigns
      tuidang volunteer roles birch --none
    """
    if bool(roles) == no_role:
        raise click.UsageError("Name the roles with --role, or take every role away with --none.")
    with _sentences():
        from tuidang.volunteers.actions import set_roles
        from tuidang.volunteers.models import Role

        set_roles(pseudonym, {Role(role) for role in roles})
    click.echo(f"{pseudonym} has {' and '.join(dict.fromkeys(roles)) or 'no role'} now.")


@volunteer.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print it for a program to read.")
def list_volunteers(as_json: bool) -> None:
    """List who may sign in, and their roles.

    \b
    Examples:
      tuidang volunteer list
      tuidang volunteer list --json
    """
    with _sentences():
        from tuidang.volunteers.queries import all_volunteers

        found = all_volunteers()
    if as_json:
        click.echo(
            json.dumps([{"pseudonym": name, "roles": held} for name, held in found], ensure_ascii=False)
        )
        return
    lines = [f"{name:<20} {', '.join(held) or 'no role'}" for name, held in found]
    click.echo("\n".join(lines) or "There is no volunteer yet: `tuidang volunteer add` makes an account.")
