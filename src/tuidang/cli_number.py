"""The commands `tuidang phone number` and `test-call`: our own numbers, and whether they answer."""

from __future__ import annotations

from collections.abc import Mapping

import click

from tuidang.cli_answers import JSON, answer, sentences
from tuidang.cli_start import start_django


@click.group()
def number() -> None:
    """Tend the numbers under which people call us; each is called once a day, to hear that it answers.

    \b
    Examples:
      tuidang phone number list
    """


@number.command("list")
@JSON
def list_numbers(as_json: bool) -> None:
    """List our numbers, and what became of the last call to each.

    \b
    Examples:
      tuidang phone number list
    """
    with sentences(as_json=as_json):
        from tuidang.base.clock import china_today
        from tuidang.phone.test_calls.queries import all_numbers, standings

        stands = {one.code: one for one in standings(china_today())}
        rows = [
            {
                "code": way.code,
                "number": way.number,
                "trunk": way.trunk,
                "last": str(stands[way.code].last or ""),
                "day": str(stands[way.code].last_day or ""),
                "heard": stands[way.code].heard,
                "tried": stands[way.code].tried,
            }
            for way in all_numbers()
        ]
    lines = [f"{row['code']:<16} {row['number']:<20} {row['trunk']:<16} {_told(row)}" for row in rows]
    answer(rows, "\n".join(lines) or "There is no number of ours yet.", as_json=as_json)


@number.command("save")
@click.argument("code")
@click.argument("digits")
@click.option("--trunk", required=True, help="The trunk by which it is called.")
@JSON
def save_number(code: str, digits: str, trunk: str, as_json: bool) -> None:
    """Keep one of our numbers, DIGITS as the trunk dials it, under the short name CODE.

    \b
    Examples:
      tuidang phone number save toronto 0014165550123 --trunk out
    """
    with sentences(as_json=as_json):
        from tuidang.phone.test_calls.actions import save_number as save

        save(code, digits, trunk)
    answer({"code": code}, f"{code} is called once a day from now on.", as_json=as_json)


@number.command("forget")
@click.argument("code")
@JSON
def forget_number(code: str, as_json: bool) -> None:
    """Forget the number CODE, and what became of the calls to it.

    \b
    Examples:
      tuidang phone number forget toronto
    """
    with sentences(as_json=as_json):
        from tuidang.phone.test_calls.actions import forget_number as forget

        was_there = forget(code)
    said = f"{code} is forgotten." if was_there else f"{code} is not there."
    answer({"forgotten": was_there}, said, as_json=as_json)


@click.command("test-call")
@click.argument("code", required=False)
def test_call(code: str | None) -> None:
    """Call our own numbers now, or the one named CODE, and say whether a voice was heard.

    The hotline does this by itself once a day, for each number at a minute of its own.

    \b
    Examples:
      tuidang phone test-call
      tuidang phone test-call toronto
    """
    options = start_django()
    import asyncio

    from tuidang.base.clock import china_today
    from tuidang.cli_start import prepare
    from tuidang.phone.test_calls.actions import note_test_call
    from tuidang.phone.test_calls.queries import all_numbers
    from tuidang.phone.test_calls.rules import Outcome
    from tuidang.phone.test_calls.service import try_number

    prepare()
    ways = [way for way in all_numbers() if code in {None, way.code}]
    if not ways:
        raise click.ClickException("there is no such number of ours: tuidang phone number list")
    failed = False
    for way in ways:
        outcome = asyncio.run(try_number(options, way))
        note_test_call(way.code, outcome, china_today())
        failed |= outcome is not Outcome.HEARD
        click.echo(f"{way.code}: {outcome}")
    if failed:
        raise click.ClickException("not every number answers with a voice")


def _told(row: Mapping[str, object]) -> str:
    if not row["last"]:
        return "not called yet"
    return f"{row['last']} on {row['day']}; heard on {row['heard']} of {row['tried']} days"
