"""The command `tuidang field`: what is done on the server for sites, and what with the keys elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from tuidang.base.clock import china_today
from tuidang.cli_answers import JSON, answer
from tuidang.cli_field_key import key, read_keys
from tuidang.cli_start import prepare, start_django

_FILE = click.Path(path_type=Path, dir_okay=False)
_THERE = click.Path(path_type=Path, dir_okay=False, exists=True)


@contextmanager
def _sentences() -> Iterator[None]:
    """Set Django up, and end with a sentence where something cannot be done."""
    start_django()
    from tuidang.field.actions.entries import FieldClosed
    from tuidang.field.actions.taking import CannotTake
    from tuidang.register.actions.intake import IntakeClosed

    prepare()
    try:
        yield
    except (FieldClosed, IntakeClosed):
        raise click.ClickException(
            "The register takes nothing just now: too much waits, or the disk is full. "
            "What was taken is taken; give the same command again later."
        ) from None
    except (CannotTake, OSError, ValueError) as error:
        raise click.ClickException(str(error)) from None


@click.group()
def field() -> None:
    """Tend sites, and turn what their phones sealed into statements.

    \b
    Examples:
      tuidang field site add "Taipei, the tower" --region TW
      tuidang field export sealed.jsonl     on the server
      tuidang field open --keys /media/keys sealed.jsonl opened.jsonl     where the keys are
      tuidang field import opened.jsonl     on the server
    """


field.add_command(key)


@field.group()
def site() -> None:
    """Open and close sites.

    \b
    Examples:
      tuidang field site list
    """


@site.command("list")
@JSON
def list_sites(as_json: bool) -> None:
    """List sites, and the codes of their teams that are not revoked.

    \b
    Examples:
      tuidang field site list
    """
    with _sentences():
        from tuidang.field.models import Site
        from tuidang.field.queries import team_codes

        rows: list[dict[str, object]] = []
        lines: list[str] = []
        for one in Site.objects.order_by("name"):
            teams = {team.id: f"{team.label}, since {team.day}" for team in team_codes(one.code)}
            named = {"code": one.code, "name": one.name, "region": one.region, "open": one.is_open}
            rows.append({**named, "teams": teams})
            state = "open" if one.is_open else "closed"
            lines.append(f"{one.code}  {state:<6}  {one.region:<6} {one.name}")
            lines += [f"          team {number}  {words}" for number, words in teams.items()]
    answer(rows, "\n".join(lines) or "There is no site yet.", as_json=as_json)


@site.command("add")
@click.argument("name")
@click.option("--region", required=True, help="Where it is: an ISO 3166 code, as TW or CN-GD.")
@JSON
def add_site(name: str, region: str, as_json: bool) -> None:
    """Open a site called NAME.

    \b
    Examples:
      tuidang field site add "Taipei, the tower" --region TW
    """
    with _sentences():
        from tuidang.field.actions.sites import create_site

        made = create_site(name, region)
    answer({"code": made.code}, f"{made.code} is open.", as_json=as_json)


@site.command("set")
@click.argument("code")
@click.argument("state", type=click.Choice(["open", "closed"]))
@JSON
def set_site(code: str, state: str, as_json: bool) -> None:
    """Open or close the site CODE; a closed one takes what phones still have, and nothing new.

    \b
    Examples:
      tuidang field site set K7M2QX closed
    """
    with _sentences():
        from tuidang.field.actions.sites import set_site_open

        set_site_open(code, is_open=state == "open")
    answer({"code": code, "state": state}, f"{code} is {state}.", as_json=as_json)


@field.group()
def team() -> None:
    """Make and revoke the codes by which a site's phones may send.

    \b
    Examples:
      tuidang field team make K7M2QX mornings
    """


@team.command("make")
@click.argument("site_code", metavar="SITE")
@click.argument("label")
@JSON
def make_team(site_code: str, label: str, as_json: bool) -> None:
    """Make a code for a team of SITE, called LABEL; it is shown this once.

    \b
    Examples:
      tuidang field team make K7M2QX mornings
    """
    with _sentences():
        from tuidang.field.actions.sites import make_team_code
        from tuidang.field.queries import find_team

        code = make_team_code(site_code, label, china_today())
        made = find_team(code)
    number = made.id if made else None  # somebody may have revoked it this moment
    answer(
        {"code": code, "number": number},
        f"Give it to the team by hand; it is not shown again:\n  {code}",
        as_json=as_json,
    )


@team.command("revoke")
@click.argument("number", type=int)
@JSON
def revoke_team(number: int, as_json: bool) -> None:
    """Take nothing more under the code that `tuidang field site list` shows as NUMBER.

    \b
    Examples:
      tuidang field team revoke 4711
    """
    with _sentences():
        from tuidang.field.actions.sites import revoke_team_code

        revoke_team_code(number, china_today())
    answer({"revoked": number}, "Nothing is taken under it any more.", as_json=as_json)


@field.command("state")
@JSON
def show_state(as_json: bool) -> None:
    """Show by week how many entries wait sealed, and what became of the others.

    \b
    Examples:
      tuidang field state
    """
    with _sentences():
        from tuidang.field.queries import entries_by_week

        rows = [vars(row) for row in entries_by_week()]
    lines = [f"{row['week']}  {row['state']:<10} {row['entries']:>7}" for row in rows]
    answer(rows, "\n".join(lines) or "Nothing came yet.", as_json=as_json)


@field.command("take-in")
@click.argument("file", type=_THERE)
@click.option("--site", "site_code", required=True, help="The site for which it is counted.")
@JSON
def take_in(file: Path, site_code: str, as_json: bool) -> None:
    """Take FILE in, which a phone handed over; it stays sealed, and counts once.

    \b
    Examples:
      tuidang field take-in 2026-11-28.sealed --site K7M2QX
    """
    with _sentences():
        from tuidang.field.actions.entries import keep_entries
        from tuidang.field.batches import read_handed_over
        from tuidang.field.models import Site

        found = Site.objects.filter(code=site_code).first()
        if found is None:
            raise click.ClickException(f"There is no site {site_code}.")
        entries = read_handed_over(file.read_bytes())
        late = keep_entries(found, entries, china_today())
    told = {"kept": len(entries) - len(late), "late": len(late)}
    answer(told, f"{told['kept']} are kept, {told['late']} come too late.", as_json=as_json)


@field.command("export")
@click.argument("file", type=_FILE)
@JSON
def export(file: Path, as_json: bool) -> None:
    """Write all that waits sealed into FILE, to be carried to where the keys are. Nothing changes here.

    Compare the fingerprint with the one that `tuidang field open` shows: what comes back is sealed to it.

    \b
    Examples:
      tuidang field export sealed.jsonl
    """
    with _sentences():
        from tuidang.field.actions.taking import carry_away

        count, print_ = carry_away(file, china_today())
    told = f"{count} sealed entries are in {file}. The way back has the fingerprint\n  {print_}"
    answer({"entries": count, "fingerprint": print_}, told, as_json=as_json)


@field.command("open")
@click.argument("sealed", type=_THERE)
@click.argument("opened", type=_FILE)
@click.option(
    "--keys",
    "folder",
    required=True,
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="The folder of private halves.",
)
@click.option("--fingerprint", "expected", help="As `tuidang field export` showed it; asked for otherwise.")
def open_sealed(sealed: Path, opened: Path, folder: Path, expected: str | None) -> None:
    """Open SEALED with the keys, and write OPENED to be carried back. Needs no network and no data folder.

    What is opened is sealed again at once, to the server alone; nothing readable is written to a disk.

    \b
    Examples:
      tuidang field open --keys /media/keys sealed.jsonl opened.jsonl
    """
    from tuidang.field.batches import fingerprint, open_batch, print_of_file, return_key_of

    try:
        _compare("The way back has the fingerprint", fingerprint(return_key_of(sealed)), expected)
        found = open_batch(sealed, opened, read_keys(folder))
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{found.opened} are opened, {found.unreadable} cannot be opened with the key of their week.")
    for week, count in sorted(found.left.items()):
        click.echo(f"{count} of {week} are left out: its key is not in {folder}.")
    click.echo(f"What goes back has the fingerprint\n  {print_of_file(opened)}")


@field.command("import")
@click.argument("file", type=_THERE, required=False)
@click.option(
    "--keys",
    "folder",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Without FILE: open what waits here, with the private halves in this folder.",
)
@click.option("--fingerprint", "expected", help="As `tuidang field open` showed it; asked for otherwise.")
@JSON
def take(file: Path | None, folder: Path | None, expected: str | None, as_json: bool) -> None:
    """Take the statements in FILE, which `tuidang field open` has made; each once, however often.

    Compare the fingerprint with the one that was shown there: who carried the file could have changed it.

    With --keys instead, open and take what waits in one step: only where server and keys are one machine
    anyway. Whoever takes that machine can then read every entry that comes.

    \b
    Examples:
      tuidang field import opened.jsonl
      tuidang field import --keys /media/keys
    """
    if (file is None) == (folder is None):
        raise click.UsageError("Name a file, or a folder by --keys.")
    if file is not None and as_json and expected is None:
        raise click.UsageError("Nobody can be asked here: say the fingerprint by --fingerprint.")
    with _sentences():
        from tuidang.field.actions.taking import take_file, take_with_keys
        from tuidang.field.batches import opened_day, print_of_file

        if file is not None:
            opened_day(file)  # a file that is none is told before anybody compares anything
            _compare("What came back has the fingerprint", print_of_file(file), expected)
        if folder is not None:
            done = take_with_keys(read_keys(folder).values(), china_today())
        else:
            assert file is not None
            done = take_file(file, china_today())
    told = (
        f"{done.taken} statements were taken, {done.before} had been before. "
        f"{done.refused} make no statement, {done.unreadable} could not be opened."
    )
    answer(vars(done), told, as_json=as_json)
    if file is not None and not as_json:
        click.echo("Destroy the file, and where it was carried on.", err=True)


def _compare(told: str, shown: str, expected: str | None) -> None:
    """Let a person compare a fingerprint with what the other machine showed, or compare it for him."""
    if expected is None:
        click.echo(f"{told}\n  {shown}")
        click.confirm("Is it the one that the other machine showed?", abort=True)
    elif "".join(expected.split()) != "".join(shown.split()):
        raise click.ClickException("The fingerprint is another: this file was changed on its way.")
