"""The command `tuidang phone funnel`: what came of the calls; and how a funnel is written on one line."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

import click

from tuidang.cli_start import start_django

if TYPE_CHECKING:
    from tuidang.phone.records.funnel import Row

JSON = click.option("--json", "as_json", is_flag=True, help="Print it for a program to read.")
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("funnel")
@click.option("--by", default="", help="What to group by: day,region,campaign,trunk,message,outcome,reason.")
@click.option("--from", "first", type=_DAY, help="The first day, UTC+8.")
@click.option("--to", "last", type=_DAY, help="The last day.")
@click.option("--campaign", "name", default="", help="One campaign only.")
@JSON
def funnel(by: str, first: datetime | None, last: datetime | None, name: str, as_json: bool) -> None:
    """Count the calls: dialled, live, answered, heard, pressed; denominators always shown.

    \b
    Examples:
      tuidang phone funnel
      tuidang phone funnel --by day,region,message --from 2026-11-01 --json
    """
    options = start_django()
    from tuidang.phone.records.funnel import funnel as count

    groups = [group for group in by.split(",") if group]
    try:
        rows = count(
            options.data / "phone" / "records",
            groups,
            first=first.date() if first else None,
            last=last.date() if last else None,
            campaign=name,
        )
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        click.echo(json.dumps([_row(groups, row) for row in rows]))
        return
    for row in rows:
        click.echo(f"{' '.join(word or '-' for word in row.group)} {in_words(row.counts)}".strip())
    if not rows:
        click.echo("Nothing was recorded.")


def in_words(counts: dict[str, int]) -> str:
    """Write a funnel on one line, each stage with its share of the one it is a part of."""
    if not counts.get("dialled"):
        return "nothing dialled" + (f", {counts['refused']} refused" if counts.get("refused") else "")
    whole = {"live": "dialled", "answered": "dialled"}
    parts = [f"{counts['dialled']:,} dialled"]
    for stage in ("live", "answered", "heard", "whole", "more", "person", "withdraw", "never"):
        base = counts[whole.get(stage, "answered")]
        share = f" ({100 * counts[stage] / base:.1f}% of {base:,})" if base else ""
        parts.append(f"{counts[stage]:,} {stage}{share}")
    return ", ".join([*parts, f"{counts['refused']:,} refused"])


def _row(groups: list[str], row: Row) -> dict[str, object]:
    return {**dict(zip(groups, row.group, strict=True)), **row.counts, "people": row.people}
