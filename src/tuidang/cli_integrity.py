"""The command `tuidang integrity`: the integrity report from a public folder, without Django."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from tuidang.cli_log_said import CannotTell
from tuidang.register.folder.integrity import load_report, recount_integrity
from tuidang.register.folder.shelf import published_size


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Compare with the report that lies in the folder.")
@click.option("--json", "as_json", is_flag=True, help="Print the report for a program to read.")
def integrity(folder: Path, check: bool, as_json: bool) -> None:
    """Make the integrity report anew from FOLDER, a register's public folder: every leaf and every record.

    It says which days lie outside of what is usual, how many texts are short or alike, what was taken out of
    the count, erased, or published without words, and what share of the auditors' canaries was found. It can
    not say whether a line is a person. Whether the folder is whole, `tuidang log verify` says.

    Exit code 0: made, or equal to the folder's own; 1: the folder's own report says something else; 2: wrong
    usage; 3: the folder is no register, or is damaged.

    \b
    Examples:
      tuidang integrity var/log
      tuidang integrity var/log --check
      tuidang integrity /mnt/mirror/log --json
    """
    try:
        size = published_size(folder)
        if not size:
            raise CannotTell(f"{folder} holds no published statement. Is it the public folder of a register?")
        with click.progressbar(
            length=size, label="Leaves", file=sys.stderr, hidden=not sys.stderr.isatty()
        ) as bar:
            report = recount_integrity(folder, bar.update)
        differences = _differences(report, load_report(folder)) if check else []
    except (OSError, ValueError, LookupError) as error:
        raise CannotTell(str(error)) from None
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, sort_keys=True))
    elif not check:
        _tell(report)
    if check:
        click.echo("\n".join(differences) or "The folder's own report says the same.", err=as_json)
    sys.exit(1 if differences else 0)


def _differences(report: dict[str, Any], shown: dict[str, Any] | None) -> list[str]:
    if shown is None:
        return ["the folder has no report of its own"]
    names = sorted(report.keys() | shown.keys())
    return [f"{name} differs: compare with --json" for name in names if report.get(name) != shown.get(name)]


def _tell(report: dict[str, Any]) -> None:
    sums, canaries = report["shares"]["all"], report["canaries"]["all"]
    click.echo(f"{sums['statements']} statements from {report['first']} to {report['last']}.")
    click.echo(f"{report['judged']} days can be compared with others; {report['strange']} lie outside:")
    for one in report["outlying"]:
        low, high = one["usual"]
        what = "statements" if one["what"] == "statements" else "with a text that another one has"
        click.echo(f"  {one['day']}  {one['count']} {what}; usual are {low} to {high}")
    click.echo(
        f"{sums['texts']} have a text, {sums['short']} a short one, {sums['alike']} one alike that day."
    )
    click.echo(f"{sums['withheld']} were published without their words, being held and undecided.")
    click.echo(f"{sums['statements'] - sums['records']} are erased.")
    taken = ", ".join(f"{count} {reason}" for reason, count in report["uncounted"].items())
    click.echo(f"{sums['uncounted']} were taken out of the count: {taken}.")
    if canaries["sent"]:
        arrive = f"{canaries['low'] / 100:.1f}% to {canaries['high'] / 100:.1f}% arrive"
        click.echo(f"Of {canaries['sent']} canaries {canaries['found']} were found: {arrive}.")
    else:
        click.echo("Auditors have published no round of canaries, so how many are lost is not known.")
