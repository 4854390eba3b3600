"""The command `tuidang onion`: the site as an onion service."""

from __future__ import annotations

import click

from tuidang.reach.onion import FOLDER, SOCKET, write_configuration


@click.group()
def onion() -> None:
    """Let the site be opened by Tor Browser without leaving Tor.

    \b
    Examples:
      tuidang onion config > /etc/tor/torrc
    """


@onion.command()
@click.option("--folder", default=FOLDER, show_default=True, help="Where tor keeps the onion's key and name.")
@click.option("--socket", default=SOCKET, show_default=True, help="Where the web server listens for tor.")
def config(folder: str, socket: str) -> None:
    """Write the configuration for Debian's tor, with its defences against floods.

    deploy/nginx-onion.conf is the web server's side. Back the folder up: who has its key is the onion.

    \b
    Examples:
      tuidang onion config > /etc/tor/torrc
      tuidang onion config --socket /run/elsewhere/web.sock
    """
    try:
        click.echo(write_configuration(folder, socket), nl=False)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
