"""The commands `tuidang trust set …`: draft what the trust root is to say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click

from tuidang.base.clock import utc_now
from tuidang.cli_log import parse_key
from tuidang.cli_log_said import say
from tuidang.cli_trust_keys import sentences
from tuidang.tlog.note import VerifierKey, split_note
from tuidang.trust.drafts import DraftError, Drafts
from tuidang.trust.says import (
    LOG,
    POLICY,
    TrustedLog,
    mirrors_path,
    read_logs,
    sealing_path,
    write_logs,
    write_mirrors,
)

_FOLDER = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_FILES_KEY = click.option("--files", metavar="FILE|VKEY", help="The key that signs lists of files.")


@click.group("set")
def say_what() -> None:
    """Draft what the trust root is to say, in a folder that then travels to be signed.

    \b
    Examples:
      tuidang trust set log-key ceremony var/log/vkey
      tuidang trust set mirrors ceremony addresses.txt --name poster
    """


@say_what.command("log-key")
@_FOLDER
@click.argument("vkey")
@_FILES_KEY
def log_key(folder: Path, vkey: str, files: str | None) -> None:
    """Draft which log is ours: VKEY is its public key, or the file with it. For a first log.

    \b
    Examples:
      tuidang trust set log-key ceremony example.org/register+a1b2c3d4+AW…
      tuidang trust set log-key ceremony var/log/vkey --files files.vkey
    """
    key = parse_key(vkey, "VKEY")

    def change(logs: tuple[TrustedLog, ...]) -> tuple[TrustedLog, ...]:
        if logs and logs[-1].key != key:
            raise DraftError(
                f"{logs[-1].key.name} is named already: `tuidang trust set successor` names what follows it"
            )
        return (*logs[:-1], TrustedLog(key, _key(files) or (logs[-1].files if logs else None)))

    _change_logs(folder, change)


@say_what.command()
@_FOLDER
@click.argument("vkey")
@click.option(
    "--sealed", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The last checkpoint of the old log that is believed, best one that witnesses have cosigned.",
)  # fmt: skip
@_FILES_KEY
def successor(folder: Path, vkey: str, sealed: Path, files: str | None) -> None:
    """Draft that the log is sealed, and that another, of the key VKEY, goes on from there.

    What the old key signs beyond that checkpoint nobody believes any more: neither of a thief, nor of us.

    \b
    Examples:
      tuidang trust set successor ceremony example.org/register-2+… --sealed sealed-checkpoint
    """
    key = parse_key(vkey, "VKEY")

    def change(logs: tuple[TrustedLog, ...]) -> tuple[TrustedLog, ...]:
        if not logs:
            raise DraftError("no log is named yet: `tuidang trust set log-key`")
        closed = replace(logs[-1], sealed=sealed.read_text())
        end = closed.end
        assert end is not None
        others = len(split_note(closed.sealed)[1]) - 1
        say(
            f"{closed.key.name} is sealed at {end.size} leaves, under {others} signatures of others; "
            f"{key.name} goes on from there."
        )
        return (*logs[:-1], closed, TrustedLog(key, _key(files)))

    _change_logs(folder, change)


@say_what.command()
@_FOLDER
@_FILE
def policy(folder: Path, file: Path) -> None:
    """Draft which witnesses must have cosigned (c2sp.org/tlog-policy, without lines `log`).

    \b
    Examples:
      tuidang trust set policy ceremony witnesses.policy
    """
    _say(folder, POLICY, file.read_bytes())


@say_what.command()
@_FOLDER
@_FILE
@click.option("--name", required=True, help="The set: for one poster, one mailing, one country.")
def mirrors(folder: Path, file: Path, name: str) -> None:
    """Draft a set of mirrors: FILE has an address a line, or is what `tuidang reach lists` has written.

    What the trust root says can be read by everybody: a set for few is given by hand.

    \b
    Examples:
      tuidang trust set mirrors ceremony addresses.txt --name poster
      tuidang trust set mirrors ceremony posters.json --name posters
    """
    data = file.read_bytes()
    if not data.startswith(b"{"):
        lines = (line.strip() for line in file.read_text().splitlines())
        data = write_mirrors([line for line in lines if line and line[0] != "#"])
    _say(folder, mirrors_path(name), data)


@say_what.command()
@_FOLDER
@_FILE
@click.option("--week", required=True, help="The week, as 2026-W48.")
def sealing(folder: Path, file: Path, week: str) -> None:
    """Draft the key of a week that teams in the field seal with.

    Where the server signs these keys, it does so alone, and nobody needs this.

    \b
    Examples:
      tuidang trust set sealing ceremony 2026-W48.json --week 2026-W48
    """
    _say(folder, sealing_path(week), file.read_bytes())


@say_what.command()
@_FOLDER
@click.argument("path")
def nothing(folder: Path, path: str) -> None:
    """Draft that nothing is said any more under PATH.

    \b
    Examples:
      tuidang trust set nothing ceremony mirrors/poster.json
    """
    with sentences():
        Drafts(folder).unsay(path, utc_now())
    click.echo(f"Drafted: {path} is named no more.")


def _change_logs(folder: Path, change: Callable[[tuple[TrustedLog, ...]], tuple[TrustedLog, ...]]) -> None:
    with sentences():
        said = Drafts(folder).file(LOG)
        _say(folder, LOG, write_logs(change(read_logs(said) if said else ())))


def _say(folder: Path, path: str, data: bytes) -> None:
    with sentences():
        Drafts(folder).say(path, data, utc_now())
    click.echo(f"Drafted: {path}.")


def _key(text: str | None) -> VerifierKey | None:
    return parse_key(text, "--files") if text else None
