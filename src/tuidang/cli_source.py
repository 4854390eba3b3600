"""The command `tuidang source`: the numbers and addresses by which people find us, and what they bring."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from tuidang.cli_answers import JSON, answer, sentences
from tuidang.reach.rules import Door, Entry, How, Kind, Mistake, State


@click.group()
def source() -> None:
    """Tend the numbers, posters, sites and mirrors that we made public, each under a code of its own.

    \b
    Examples:
      tuidang source list
      tuidang source save toronto --kind number --title "Toronto" --place "001 416 555 0123"
    """


@contextmanager
def source_sentences(*, as_json: bool) -> Iterator[None]:
    """Set Django up, and end with the sentence of what cannot be, in the shell's language."""
    with sentences(as_json=as_json):
        try:
            yield
        except Mistake as error:
            raise click.ClickException(str(error)) from None


@source.command("list")
@JSON
def list_sources(as_json: bool) -> None:
    """List them, live ones first.

    \b
    Examples:
      tuidang source list
    """
    with source_sentences(as_json=as_json):
        from tuidang.reach.queries import all_sources

        rows = [
            {
                "code": one.entry.code,
                "kind": str(one.entry.kind),
                "state": str(one.entry.state),
                "since": one.since.isoformat(),
                "title": one.entry.title,
                "place": one.entry.place,
                "door": str(one.entry.door),
            }
            for one in all_sources()
        ]
    lines = [
        f"{row['code']:<16} {row['kind']:<9} {row['state']:<8} since {row['since']}  "
        f"{row['title']}  {row['place']}".rstrip()
        for row in rows
    ]
    answer(rows, "\n".join(lines) or "Nothing stands here yet.", as_json=as_json)


@source.command("save")
@click.argument("code")
@click.option(
    "--kind",
    type=click.Choice([one.value for one in Kind]),
    required=True,
    help="What it is; it cannot be changed.",
)
@click.option("--title", required=True, help="What we call it.")
@click.option("--place", default="", help="The number or address as it is published.")
@click.option(
    "--state", type=click.Choice([one.value for one in State]), default=State.LIVE.value, show_default=True
)
@click.option(
    "--door",
    type=click.Choice([one.value for one in Door]),
    default=Door.HOME.value,
    show_default=True,
    help="Where the short address /q/CODE/ leads.",
)
@JSON
def save_source(
    *, code: str, kind: str, title: str, place: str, state: str, door: str, as_json: bool
) -> None:
    """Keep one under CODE, or change what is known of it.

    \b
    Examples:
      tuidang source save tp26 --kind print --title "Taipei, spring"
      tuidang source save notes --kind banknote --title "What volunteers write on banknotes"
      tuidang source save m1 --kind mirror --title "A mirror" --place https://mirror.example/ --state blocked
    """
    entry = Entry(code, Kind(kind), title, place, State(state), Door(door))
    with source_sentences(as_json=as_json):
        from tuidang.base.audit import Act, noted
        from tuidang.base.audit.chain import AT_SHELL
        from tuidang.base.clock import china_today, utc_now
        from tuidang.reach.actions import change_source, create_source
        from tuidang.reach.queries import find_source

        is_new = find_source(code) is None
        with noted(AT_SHELL, Act.CHANGE_SOURCE, f"source {code}", utc_now()):
            (create_source if is_new else change_source)(entry, china_today())
    answer({"code": code, "new": is_new}, f"{code} is {'kept' if is_new else 'changed'}.", as_json=as_json)


@source.command("state")
@click.argument("code")
@click.argument("state", type=click.Choice([one.value for one in State]))
@JSON
def say_state(code: str, state: str, as_json: bool) -> None:
    """Say that CODE is live, blocked or retired from today on.

    \b
    Examples:
      tuidang source state m1 blocked
    """
    with source_sentences(as_json=as_json):
        from tuidang.base.audit import Act, noted
        from tuidang.base.audit.chain import AT_SHELL
        from tuidang.base.clock import china_today, utc_now
        from tuidang.reach.actions import set_state

        with noted(AT_SHELL, Act.CHANGE_SOURCE, f"source {code}", utc_now()):
            set_state(code, State(state), china_today())
    answer({"code": code, "state": state}, f"{code} is {state}.", as_json=as_json)


@source.command("figures")
@JSON
def show_figures(as_json: bool) -> None:
    """Show what each brought in twelve months, rounded down to tens; fewer than ten are not shown.

    \b
    Examples:
      tuidang source figures
    """
    with source_sentences(as_json=as_json):
        from tuidang.base.clock import china_today
        from tuidang.reach.queries import figures, months_until

        today = china_today()
        months = [f"{month:%Y-%m}" for month in months_until(today)]
        found = [
            (str(how), row.what, {m: n for m, n in zip(months, row.counts, strict=True) if n is not None})
            for how in How
            for row in figures(how, today)
        ]
    rows = [{"how": how, "what": what, "months": counts} for how, what, counts in found]
    lines = [
        f"{how:<7} {what:<16} "
        + ("  ".join(f"{month} {count}" for month, count in counts.items()) or "fewer than ten a month")
        for how, what, counts in found
    ]
    answer(rows, "\n".join(lines) or "Nothing was counted yet.", as_json=as_json)
