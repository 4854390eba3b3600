"""The commands under `tuidang volunteer`: who may sign in at the desk, and what he may do there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from tuidang.cli_start import prepare, start_django

if TYPE_CHECKING:
    from tuidang.volunteers.queries import Volunteer

# The names of `volunteers.models.Role`, which cannot be read before Django is set up; a test compares them.
ROLES = (
    *("reviewer", "listener", "field-lead", "editor"),
    *("treasurer", "coordinator", "operator", "auditor"),
)


def _roles(*, required: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return click.option(
        "--role",
        "roles",
        type=click.Choice(ROLES),
        multiple=True,
        required=required,
        help="What the volunteer may do; may be repeated.",
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


@volunteer.command("invite")
@click.argument("pseudonym")
@_roles(required=True)
@click.option("--json", "as_json", is_flag=True, help="Print it for a program to read.")
def invite(pseudonym: str, roles: tuple[str, ...], as_json: bool) -> None:
    """Make an account for PSEUDONYM (never a legal name), and show the link that opens it, once.

    The link works once, within three days. Whoever has it sets up a passkey, or a password and an app for
    codes; the address in it is that of the settings (TUIDANG_HOSTS, TUIDANG_HTTPS).

    \b
    Examples:
      tuidang volunteer invite linden --role reviewer
      tuidang volunteer invite maple --role reviewer --role operator --json
    """
    with _sentences():
        from django.conf import settings

        from tuidang.base.audit.chain import AT_SHELL
        from tuidang.base.clock import utc_now
        from tuidang.volunteers.actions.invitations import invite_volunteer
        from tuidang.volunteers.models import Role
        from tuidang.web import house

        if house.is_empty():  # the account would open no desk that anybody serves
            raise ValueError(
                f"No register was begun in {settings.TUIDANG.data.resolve()}:"
                " name its data folder by TUIDANG_DATA."
            )
        token = invite_volunteer(pseudonym, {Role(role) for role in roles}, by=AT_SHELL, now=utc_now())
    _show_link(pseudonym, token, as_json)


@volunteer.command("recover")
@click.argument("pseudonym")
@click.option("--json", "as_json", is_flag=True, help="Print it for a program to read.")
def recover(pseudonym: str, as_json: bool) -> None:
    """Show a link that opens the account of PSEUDONYM anew, for who has lost every way to sign in.

    Until it is used everything stays as it was; then old passkeys, password, app and codes end.

    \b
    Examples:
      tuidang volunteer recover linden
    """
    with _sentences():
        from tuidang.base.audit.chain import AT_SHELL
        from tuidang.base.clock import utc_now
        from tuidang.volunteers.actions.invitations import recover_volunteer

        token = recover_volunteer(pseudonym, by=AT_SHELL, now=utc_now())
    _show_link(pseudonym, token, as_json)


@volunteer.command("disable")
@click.argument("pseudonym")
def disable(pseudonym: str) -> None:
    """Close the account of PSEUDONYM, who has left: every session ends at the next press.

    Its telephone rings no more, and whom it was lent to call is another's; a conversation goes on.

    \b
    Examples:
      tuidang volunteer disable birch
    """
    with _sentences():
        from tuidang.base.audit.chain import AT_SHELL
        from tuidang.base.clock import utc_now
        from tuidang.desk.leaving import disable_volunteer

        disable_volunteer(pseudonym, by=AT_SHELL, now=utc_now())
    click.echo(f"The account of {pseudonym} is closed.")


@volunteer.command("enable")
@click.argument("pseudonym")
def enable(pseudonym: str) -> None:
    """Open the account of PSEUDONYM again, with what was set up before.

    \b
    Examples:
      tuidang volunteer enable birch
    """
    with _sentences():
        from tuidang.base.audit.chain import AT_SHELL
        from tuidang.base.clock import utc_now
        from tuidang.volunteers.actions.accounts import enable_volunteer

        enable_volunteer(pseudonym, by=AT_SHELL, now=utc_now())
    click.echo(f"The account of {pseudonym} is open again.")


@volunteer.command("roles")
@click.argument("pseudonym")
@_roles(required=False)
@click.option("--none", "no_role", is_flag=True, help="Take every role away, as from somebody who left.")
def roles(pseudonym: str, roles: tuple[str, ...], no_role: bool) -> None:
    """Give PSEUDONYM these roles and no other, from the next press on.

    A link that was not used yet ends with it: `tuidang volunteer recover` makes another.

    \b
    Examples:
      tuidang volunteer roles linden --role reviewer --role operator
      tuidang volunteer roles birch --none
    """
    if bool(roles) == no_role:
        raise click.UsageError("Name the roles with --role, or take every role away with --none.")
    with _sentences():
        from tuidang.base.audit.chain import AT_SHELL
        from tuidang.base.clock import utc_now
        from tuidang.desk.leaving import set_roles
        from tuidang.volunteers.models import Role

        set_roles(pseudonym, {Role(role) for role in roles}, by=AT_SHELL, now=utc_now())
    click.echo(f"{pseudonym} has {' and '.join(dict.fromkeys(roles)) or 'no role'} now.")


@volunteer.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print it for a program to read.")
def list_volunteers(as_json: bool) -> None:
    """List the accounts: what each may do, and whether it is open.

    \b
    Examples:
      tuidang volunteer list
      tuidang volunteer list --json
    """
    with _sentences():
        from tuidang.base.clock import china_today
        from tuidang.volunteers.queries import all_volunteers

        found = all_volunteers(china_today())
    if as_json:
        rows = [
            {
                "pseudonym": one.pseudonym,
                "roles": one.roles,
                "active": one.active,
                "joined": one.joined,
                "link_until": one.invited and one.invited.isoformat(),
            }
            for one in found
        ]
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    lines = [f"{one.pseudonym:<20} {', '.join(one.roles) or 'no role'}{_state(one)}" for one in found]
    click.echo("\n".join(lines) or "There is no volunteer yet: `tuidang volunteer invite` makes an account.")


def _state(one: Volunteer) -> str:
    if not one.active:
        return " (closed)"
    if one.invited:
        return f" (link until {one.invited})"
    return "" if one.joined else " (the link was not used)"


def _show_link(pseudonym: str, token: str, as_json: bool) -> None:
    from django.conf import settings

    from tuidang.web import house

    link = house.join_link(settings.TUIDANG, token)
    if as_json:
        click.echo(json.dumps({"pseudonym": pseudonym, "link": link}, ensure_ascii=False))
    else:
        click.echo(f"{pseudonym} can set up the account here, once, within three days:\n  {link}")
