"""The commands `tuidang witness …`: cosign the checkpoints of others' logs. They run without Django."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click

from tuidang.base.logs import PlainFormatter
from tuidang.cli_log import parse_key
from tuidang.cli_log_said import say
from tuidang.tlog.note import NoteError
from tuidang.witness.folder import WitnessError, WitnessFolder
from tuidang.witness.service import serve as run

_FOLDER = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except (WitnessError, NoteError, OSError) as error:
        raise click.ClickException(str(error)) from None


@click.group()
def witness() -> None:
    """Be a witness of other people's logs: say by a signature that a log has not shown you two histories.

    It needs one folder on one machine, and no register.

    \b
    Examples:
      tuidang witness init witness witness.example.net/w1
      tuidang witness keys witness --add example.org/register+a1b2c3d4+AW…
      tuidang witness serve witness
    """


@witness.command()
@_FOLDER
@click.argument("name")
def init(folder: Path, name: str) -> None:
    """Begin a witness in FOLDER: make its key, and print its public half for logs and verifiers.

    NAME is best a host name and path of your own without a scheme; it stays for good. Keep the folder on one
    machine, and never put it back from a copy: what was cosigned since would be forgotten, and could be
    contradicted. If it is lost, begin a new witness.

    \b
    Examples:
      tuidang witness init witness witness.example.net/w1
    """
    with _sentences():
        made = WitnessFolder.init(folder, name)
        click.echo(made.key().verifier.text)


@witness.command()
@_FOLDER
@click.option("--add", metavar="FILE|VKEY", multiple=True, help="The key of a log to cosign from now on.")
@click.option("--json", "as_json", is_flag=True, help="Print what there is for a program to read.")
def keys(folder: Path, add: tuple[str, ...], as_json: bool) -> None:
    """Show the witness's own key, and the logs that it cosigns with the size last cosigned of each.

    A log's key must reach you by a way that you trust. It counts at once, while `serve` runs. To cosign a
    log no more, take its line out of the file `logs` in the folder.

    \b
    Examples:
      tuidang witness keys witness
      tuidang witness keys witness --add example.org/register+a1b2c3d4+AW…
    """
    found = WitnessFolder(folder)
    with _sentences():
        own = found.key().verifier.text
        for key in add:
            found.add_log(parse_key(key, "--add"))
        logs = [(key.text, found.last(key.name).size) for keys in found.logs().values() for key in keys]
    if as_json:
        click.echo(json.dumps({"key": own, "logs": [{"key": key, "size": size} for key, size in logs]}))
        return
    click.echo(own)
    for key, size in logs:
        say(f"  cosigns {key}, {size} leaves so far")


@witness.command()
@_FOLDER
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on, in numbers.")
@click.option("--port", default=8300, show_default=True, type=click.IntRange(1, 65535), help="Its port.")
def serve(folder: Path, host: str, port: int) -> None:
    """Answer logs that ask for cosignatures, until stopped. It can be killed at any moment.

    Let them come through a proxy that speaks TLS, and takes a request whole before it passes it on. Nothing
    about who asks is stored or logged.

    \b
    Examples:
      tuidang witness serve witness
      tuidang witness serve witness --port 8301
    """
    handler = logging.StreamHandler()
    handler.setFormatter(PlainFormatter())
    logging.getLogger("tuidang").addHandler(handler)
    found = WitnessFolder(folder)
    with _sentences(), found.alone(), suppress(KeyboardInterrupt):
        name, logs = found.key().name, len(found.logs())
        click.echo(f"{name} listens on {host}, port {port}, for {logs} logs. Ctrl-C stops it.")
        run(found, host, port)
