"""The command `tuidang field key`: private halves of the weeks, on a machine that is no web server."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from tuidang.base.clock import china_today, utc_now
from tuidang.cli_start import prepare, start_django
from tuidang.privacy.erasing import erase_file
from tuidang.privacy.weekly import (
    PassphraseNeededError,
    WeekKey,
    make_week_key,
    monday_of,
    read_week_key,
    weeks_from,
    write_week_key,
)
from tuidang.trust.says import read_sealing, write_sealing

_FOLDER = click.Path(path_type=Path, file_okay=False)
_WEEKS_AT_MOST = 60


@click.group()
def key() -> None:
    """Make and destroy the weekly keys. Use another machine than the web server, best without a network.

    \b
    Examples:
      tuidang field key make --weeks 13 /media/keys
    """


@key.command("make")
@click.argument("out", type=_FOLDER)
@click.option("--weeks", type=click.IntRange(1, _WEEKS_AT_MOST), required=True, help="How many.")
@click.option("--from", "first", default="", help="The first week, as 2026-W48; this week otherwise.")
@click.option(
    "--passphrase", is_flag=True, help="Ask for a passphrase, and seal the private halves under it."
)
def make(out: Path, weeks: int, first: str, passphrase: bool) -> None:
    """Make pairs for WEEKS weeks: private halves in OUT, public ones in OUT/public. Those there already stay.

    Carry the public halves to the server, for `tuidang field key publish`; the private ones never leave OUT.

    \b
    Examples:
      tuidang field key make --weeks 13 /media/keys
      tuidang field key make --weeks 4 --from 2027-W01 --passphrase /media/keys
    """
    try:
        begin = monday_of(first) if first else china_today()
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    secret = click.prompt("Passphrase", hide_input=True, confirmation_prompt=True) if passphrase else ""
    public = out / "public"
    try:
        for folder in (out, public):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = [_make_one(out, public, week, secret) for week in weeks_from(begin, weeks)]
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{sum(made)} pairs were made, {len(made) - sum(made)} were there. Public halves: {public}")


@key.command("publish")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
def publish(folder: Path) -> None:
    """On the server: let the trust root say the public halves in FOLDER too.

    Of a week that it says already, the new half takes the old one's place. Past weeks are left out.

    Where it lets somebody else than the server sign them, `tuidang trust set sealing` drafts them for him.

    \b
    Examples:
      tuidang field key publish /media/public
    """
    start_django()
    from tuidang.trust.publishing import CannotPublish
    from tuidang.trust.reading import NotTrustedError
    from tuidang.web.field import add_keys

    prepare()
    try:
        halves = {
            path.stem: read_sealing(path.read_bytes(), path.stem)
            for path in sorted(folder.glob("????-W??.json"))
        }
        count = add_keys(halves, utc_now())
    except (CannotPublish, NotTrustedError, LookupError, OSError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Phones are given {count} weeks' public halves.")


@key.command("destroy")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--week", default="", help="This week's alone, at once; those whose time is over otherwise.")
def destroy(folder: Path, week: str) -> None:
    """Destroy private halves whose time is over: what they sealed can then be opened by nobody.

    The file is overwritten and removed. On a flash disk or a card that proves nothing: old cells stay until
    the disk reuses them. Keep OUT on an encrypted disk, and destroy the disk, or its key, when in doubt.

    \b
    Examples:
      tuidang field key destroy /media/keys
      tuidang field key destroy --week 2026-W48 /media/keys
    """
    from tuidang.field.rules import is_over

    today: date = china_today()
    try:
        paths = sorted(folder.glob("????-W??.key"))
        chosen = [path for path in paths if path.stem == week or (not week and is_over(path.stem, today))]
        for path in chosen:
            erase_file(path)
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{len(chosen)} were overwritten and removed, {len(paths) - len(chosen)} are left.")
    if chosen:
        click.echo("On a flash disk their bytes may still lie in cells that are not used any more.")


def read_keys(folder: Path) -> dict[str, WeekKey]:
    """Read all private halves of a folder, asking once for a passphrase where one is needed."""
    passphrase, keys = "", {}
    for path in sorted(folder.glob("????-W??.key")):
        try:
            found = read_week_key(path, passphrase)
        except PassphraseNeededError:
            passphrase = click.prompt("Passphrase", hide_input=True, err=True)
            found = read_week_key(path, passphrase)
        keys[found.week] = found
    return keys


def _make_one(out: Path, public: Path, week: str, secret: str) -> bool:
    path = out / f"{week}.key"
    if path.exists():
        return False
    made = make_week_key(week)
    (public / f"{week}.json").write_bytes(write_sealing(week, made.public))
    # A crash here leaves a public half without its private one; the next run makes both anew.
    write_week_key(out, made, secret)
    return True
