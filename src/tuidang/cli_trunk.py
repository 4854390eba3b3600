"""The commands `tuidang phone trunk`: ways into the telephone network, and their limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tuidang.cli_answers import JSON, answer, sentences

if TYPE_CHECKING:
    from tuidang.phone.models import Trunk


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
    with sentences(as_json=as_json):
        from tuidang.phone.queries import all_trunks

        rows = [_row(one) for one in all_trunks()]
    lines = [
        f"{row['name']:<16} {row['host']:<28} {'live, ' if row['live'] else ''}"
        f"{row['calls_per_second']} calls a second, {row['channels']} at once"
        for row in rows
    ]
    answer(rows, "\n".join(lines) or "There is no trunk yet.", as_json=as_json)


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
@JSON
def save_trunk(name: str, host: str, as_json: bool, **options: Any) -> None:
    """Make the trunk NAME to HOST (with its port), or make it anew: what is not named is as in a new one.

    Limits hold from the next second on; Asterisk learns of the rest at its next start.

    \b
    Examples:
      tuidang phone trunk save lab 127.0.0.1:5070 --calls-per-second 40 --channels 500
      tuidang phone trunk save out sip.example.org:5060 --live --caller 14165550123
    """
    with sentences(as_json=as_json):
        from tuidang.phone.actions.campaigns import save_trunk as save
        from tuidang.phone.models import Trunk

        save(name, host, **options)
        saved = _row(Trunk.objects.get(name=name))
    answer(saved, f"Trunk {name} was saved. Asterisk takes it up at its next start.", as_json=as_json)


def _row(trunk: Trunk) -> dict[str, Any]:
    return {
        "name": trunk.name,
        "host": trunk.host,
        "username": trunk.username,
        "caller": trunk.caller,
        "live": trunk.live,
        "calls_per_second": trunk.calls_per_second,
        "channels": trunk.channels,
    }
