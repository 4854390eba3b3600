"""The commands `tuidang phone`: blocks of numbers, the do-not-call list; campaigns are beside this file."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from tuidang.cli_campaign import campaign, funnel
from tuidang.cli_start import start_django
from tuidang.cli_trunk import trunk

_SHOWN = 20  # bad lines of a file


@click.group()
def phone() -> None:
    """Tend what the telephone calls, and whom it never calls.

    \b
    Examples:
      tuidang phone blocks load
      tuidang phone never count
    """


phone.add_command(campaign)
phone.add_command(trunk)
phone.add_command(funnel)


@phone.group()
def blocks() -> None:
    """Tend the blocks of numbers that machines call.

    \b
    Examples:
      tuidang phone blocks load
    """


@blocks.command("load")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print what was loaded for a program to read.")
def load(file: Path | None, as_json: bool) -> None:
    """Load China's blocks of mobile numbers, with place and carrier where libphonenumber knows them.

    FILE is an operator's own table in their stead: CSV with the columns block (seven digits after +86),
    region (ISO 3166-2, such as CN-GD), carrier and zone (east or west); all but the first may be empty.
    Nothing is loaded from a file with a bad line. Loading again corrects places; passes and tallies stay.

    \b
    Examples:
      tuidang phone blocks load
      tuidang phone blocks load blocks.csv
    """
    start_django()
    from tuidang.phone.actions.blocks import load_blocks
    from tuidang.phone.numbers.blocks import NumberBlock, china_blocks, read_blocks
    from tuidang.web import house

    if file is None:
        found = china_blocks()
    else:
        try:
            lines = list(read_blocks(file.read_text(encoding="utf-8-sig").splitlines()))
        except UnicodeDecodeError:
            raise click.ClickException(f"{file} is not UTF-8: save it so, and load it again") from None
        bad = [line for line in lines if isinstance(line, str)]
        if bad:
            more = [f"and {len(bad) - _SHOWN} more"] if len(bad) > _SHOWN else []
            raise click.ClickException("\n".join([f"{file} was not loaded", *bad[:_SHOWN], *more]))
        found = tuple(line for line in lines if isinstance(line, NumberBlock))
    house.prepare()
    with click.progressbar(length=len(found), label="Blocks", file=sys.stderr) as bar:
        load_blocks(found, bar.update)
    placed = sum(1 for block in found if block.region)
    click.echo(
        json.dumps({"blocks": len(found), "with_place": placed})
        if as_json
        else f"Loaded {len(found)} blocks; the place of {placed} is known."
    )


@phone.group()
def never() -> None:
    """Tend the do-not-call list. A number is read from standard input, never from the command line.

    \b
    Examples:
      tuidang phone never add
    """


@never.command("add")
@click.option("--json", "as_json", is_flag=True, help="Print what was done for a program to read.")
def never_add(as_json: bool) -> None:
    """Put numbers on the list, one a line of standard input, for good. A wrong line puts none on it.

    \b
    Examples:
      tuidang phone never add
      tuidang phone never add < wishes.txt
    """
    start_django()
    from tuidang.phone.actions.never import never_call
    from tuidang.web import house

    house.prepare()
    numbers = _read_numbers()
    for number in numbers:
        never_call(number)
    click.echo(
        json.dumps({"added": len(numbers)})
        if as_json
        else f"{len(numbers)} will never be called again, in any campaign."
    )


@never.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print the answer for a program to read.")
def never_check(as_json: bool) -> None:
    """Tell whether a number, read from standard input, is on the list.

    Exit code 0: it is; 1: it is not.

    \b
    Examples:
      tuidang phone never check
    """
    start_django()
    from tuidang.phone.actions.never import is_never
    from tuidang.web import house

    house.prepare()
    numbers = _read_numbers()
    if len(numbers) != 1:
        raise click.ClickException("give one number, on one line")
    found = bool(is_never(numbers))
    if as_json:
        click.echo(json.dumps({"never": found}))
    else:
        click.echo("On the list: never called." if found else "Not on the list.")
    sys.exit(0 if found else 1)


@never.command("count")
@click.option("--json", "as_json", is_flag=True, help="Print the number for a program to read.")
def never_count(as_json: bool) -> None:
    """Tell how many numbers are on the list, and that its keys are all there.

    \b
    Examples:
      tuidang phone never count
    """
    start_django()
    from tuidang.phone.actions.never import count_never
    from tuidang.privacy.keys import KeyMissingError
    from tuidang.web import house

    house.prepare()
    try:
        count = count_never()
    except KeyMissingError as error:
        raise click.ClickException(str(error)) from None
    click.echo(json.dumps({"count": count}) if as_json else f"{count} numbers are on the list.")


def _read_numbers() -> list[str]:
    """Read numbers from standard input; the end names the wrong line, never what stands there."""
    from tuidang.phone.actions.never import read_number

    if sys.stdin.isatty():
        click.echo("Type the number, Enter, then Ctrl-D:", err=True)
    numbers = []
    for row, line in enumerate(sys.stdin, 1):
        if line.strip():
            try:
                numbers.append(read_number(line))
            except ValueError as error:
                raise click.ClickException(f"line {row}: {error}") from None
    if not numbers:
        raise click.ClickException("no number came from standard input")
    return numbers
