"""The commands `tuidang phone trunk`: ways into the telephone network, and their limits."""

from __future__ import annotations

import json
from typing import Any

import click

from tuidang.cli_campaign import sentences
from tuidang.cli_funnel import JSON


@click.group()
def trunk() -> None:
    """Tend trunks: ways into the telephone network.

    \b
    Examples:
      tuidang phone trunk list
    """


@trunk.command("list")
@JSON
def list_trunks(as_json: bool) -> None:
    """List trunks and their limits.

    \b
    Examples:
      tuidang phone trunk list
    """
    with sentences():
        from tuidang.phone.queries import all_trunks

        rows = [
            {
                "name": one.name,
                "host": one.host,
                "caller": one.caller,
                "live": one.live,
                "calls_per_second": one.calls_per_second,
                "channels": one.channels,
            }
            for one in all_trunks()
        ]
    if as_json:
        click.echo(json.dumps(rows))
        return
    lines = [
        f"{row['name']:<16} {row['host']:<28} {'live, ' if row['live'] else ''}"
        f"{row['calls_per_second']} calls a second, {row['channels']} at once"
        for row in rows
    ]
    click.echo("\n".join(lines) or "There is no trunk yet.")


@trunk.command("save")
@click.argument("name")
@click.argument("host")
@click.option(
    "--caller", default="", help="The one true number that is shown, digits with the country's code."
)
@click.option("--username", default="", help="Its password goes into the key folder, as the docs say.")
@click.option("--live", is_flag=True, help="It reaches real people.")
@click.option("--calls-per-second", type=int, default=1, show_default=True)
@click.option("--channels", type=int, default=10, show_default=True, help="Calls at once.")
def save_trunk(name: str, host: str, **options: Any) -> None:
    """Make or change the trunk NAME to HOST (with its port).

    \b
    Examples:
      tuidang phone trunk save lab 127.0.0.1:5070 --calls-per-second 40 --channels 500
      tuidang phone trunk save out sip.example.org:5060 --live --caller 14165550123
    """
    with sentences():
        from tuidang.phone.actions.campaigns import save_trunk as save

        save(name, host, **options)
    click.echo(f"Trunk {name} was saved. Asterisk takes it up at its next start.")
