"""The commands `tuidang trust key …`: keys of the trust root, on sticks and on paper."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import segno

from tuidang.base.manifest import files_signer
from tuidang.cli_log import parse_key
from tuidang.cli_log_said import say
from tuidang.cli_start import start_options
from tuidang.privacy.keys import KeyFolder
from tuidang.tlog.note import SigningKey as PrivateKey
from tuidang.tlog.note import VerifierKey, generate_key
from tuidang.trust.drafts import DraftError
from tuidang.trust.keys import (
    SHORTEST,
    KeyFileError,
    in_groups,
    is_sealed,
    open_key,
    save_key,
    seal_key,
    tuf_key,
)
from tuidang.trust.publishing import CannotPublish, ensure_server_key
from tuidang.trust.reading import NotTrustedError
from tuidang.trust.roles import RoleError

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW = click.Path(dir_okay=False, path_type=Path)


@contextmanager
def sentences() -> Iterator[None]:
    """End with a sentence where something cannot be done."""
    try:
        yield
    except NotTrustedError as error:
        raise click.ClickException(f"NOT TRUSTED: {error}.") from None
    except (CannotPublish, DraftError, RoleError, KeyFileError, OSError, ValueError) as error:
        raise click.ClickException(f"{error}.") from None


@click.group()
def key() -> None:
    """Make keys of the trust root, and show them.

    \b
    Examples:
      tuidang trust key new anna --paper anna.svg
      tuidang trust key show anna.pub
      tuidang trust key server > server.pub
    """


@key.command()
@click.argument("name")
@click.option("--out", type=_NEW, help="Where to write it; without: NAME.key, and NAME.pub for the others.")
@click.option("--paper", type=_NEW, help="Write the sealed key as a QR code too (SVG), to be printed.")
@click.option("--passphrase-file", type=_FILE, help="Where the passphrase lies; without: you are asked.")
@click.option("--json", "as_json", is_flag=True, help="Print what was made for a program to read.")
def new(name: str, out: Path | None, paper: Path | None, passphrase_file: Path | None, as_json: bool) -> None:
    """Make a key for NAME, who holds it: best a word that is nobody's name, for everybody can read it.

    The private half is sealed under a passphrase and never leaves you. The public half (.pub) goes to whoever
    drafts the root, who reads the four lines of digits back to you.

    \b
    Examples:
      tuidang trust key new anna
      tuidang trust key new anna --out /media/stick/anna.key --paper anna.svg
    """
    private = out or Path(f"{name}.key")
    passphrase = _passphrase(passphrase_file, confirm=True)
    if len(passphrase) < SHORTEST:
        raise click.ClickException(
            f"The passphrase is too short: {SHORTEST} characters or more, best six words."
        )
    with sentences():
        made, public = generate_key(name)
        line = seal_key(made, passphrase)
        save_key(private, line)
        private.with_suffix(".pub").write_text(public.text + "\n")
    if paper:
        draw(line.strip(), paper)
    _tell(public, as_json)
    if not as_json:
        click.echo(f"{private} is secret; give {private.with_suffix('.pub')} to the others.")


@key.command("show")
@click.argument("file", type=_FILE)
@click.option("--paper", type=_NEW, help="Write a sealed private key as a QR code (SVG), to be printed.")
@click.option("--passphrase-file", type=_FILE, help="Where the passphrase lies; without: you are asked.")
@click.option("--json", "as_json", is_flag=True, help="Print it for a program to read.")
def show_key(file: Path, paper: Path | None, passphrase_file: Path | None, as_json: bool) -> None:
    """Show the fingerprint of a key as four lines, for two people to read to each other. FILE: .pub or .key.

    Of a private key it shows that file and passphrase fit each other; try that once a year.

    \b
    Examples:
      tuidang trust key show anna.pub
      tuidang trust key show anna.key --paper anna.svg
    """
    line = file.read_text()
    if not is_sealed(line):
        _tell(read_public(file), as_json)
        return
    _tell(read_private(file, passphrase_file).verifier, as_json)
    if paper:
        draw(line.strip(), paper)


@key.command()
def server() -> None:
    """Print the public key that this server signs with in the trust root; made when it is missing.

    The server signs what is shown today, and the weekly sealing keys; it cannot change what the holders sign.

    \b
    Examples:
      tuidang trust key server > server.pub
    """
    options = start_options()
    with sentences():
        click.echo(ensure_server_key(options.keys / "trust", "server").verifier.text)


@key.command()
def files() -> None:
    """Print the public key that signs lists of files here (editions, mirrors), for `set log-key --files`.

    \b
    Examples:
      tuidang trust key files > files.vkey
    """
    options = start_options()
    with sentences():
        log = VerifierKey.parse((options.log / "vkey").read_text())
        click.echo(files_signer(log.name, KeyFolder(options.keys).files_key()).verifier.text)


def read_public(path: Path) -> VerifierKey:
    """Read the file of a public key."""
    return parse_key(str(path), str(path))


def read_private(path: Path, passphrase_file: Path | None) -> PrivateKey:
    """Open the file of a private key, with a passphrase where it has one."""
    try:
        line = path.read_text()
        return open_key(line, _passphrase(passphrase_file) if is_sealed(line) else "")
    except (KeyFileError, OSError) as error:
        raise click.ClickException(f"{path}: {error}.") from None


def public_half(path: Path) -> VerifierKey | None:
    """Give the public half of a private key's file, unopened: the .pub beside it, where it lies."""
    line = path.read_text()
    if not is_sealed(line):
        return open_key(line).verifier
    beside = path.with_suffix(".pub")
    return read_public(beside) if beside.is_file() else None


def _passphrase(file: Path | None, *, confirm: bool = False) -> str:
    if file:
        return file.read_text().rstrip("\n")
    answer: str = click.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm, err=True)
    return answer


def draw(line: str, path: Path) -> None:
    """Write a line as a QR code, to be printed."""
    segno.make(line, error="m", micro=False).save(str(path), kind="svg", scale=4, border=4)


def _tell(public: VerifierKey, as_json: bool) -> None:
    digits = tuf_key(public).keyid
    if as_json:
        click.echo(json.dumps({"name": public.name, "key": public.text, "fingerprint": digits}))
        return
    say(f"The key of {public.name}. Read it to each other:")
    for number, line in enumerate(in_groups(digits), 1):
        say(f"  line {number}:  {line}")
