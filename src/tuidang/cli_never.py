"""The commands `tuidang phone never`: whom no machine calls again."""

from __future__ import annotations

import json
import sys

import click

from tuidang.cli_start import start_django


@click.group()
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
