"""The commands `tuidang audit`: what volunteers did, and whether the chain that says so is whole."""

from __future__ import annotations

import json
import sys

import click

from tuidang.cli_start import prepare, start_django


@click.group()
def audit() -> None:
    """Look at the audit chain: who saw, unmasked, decided or changed what, by the hour.

    It holds pseudonyms, acts, hours and keyed hashes of the objects; no text and no name.

    \b
    Examples:
      tuidang audit show --who linden
      tuidang audit verify
    """


@audit.command("show")
@click.option("--who", default="", help="Only what this volunteer did.")
@click.option("--act", "acts", multiple=True, help="Only this act, as `open`; may be repeated.")
@click.option("--thing", default="", help="Only what was done to this, as `leaf 7` or `campaign spring`.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="How many.")
@click.option("--json", "as_json", is_flag=True, help="Print it for a program to read.")
def show(who: str, acts: tuple[str, ...], thing: str, limit: int, as_json: bool) -> None:
    """List the newest entries of the chain, newest first.

    At most a thousand: the whole of it leaves the house only as two auditors agree to, at /desk/audit/.

    Exit code 0: listed; 2: wrong usage.

    \b
    Examples:
      tuidang audit show
      tuidang audit show --act open --act mask --limit 200
      tuidang audit show --thing "leaf 1234" --json
    """
    start_django()
    prepare()
    from tuidang.base.audit.chain import Act
    from tuidang.base.audit.queries import newest_entries

    if unknown := [act for act in acts if act not in list(Act)]:
        raise click.BadParameter(f"{unknown[0]!r} is none of {', '.join(Act)}", param_hint="--act")
    found = newest_entries(who=who, acts=acts, thing=thing, limit=limit)
    if as_json:
        click.echo(
            json.dumps(
                [
                    {
                        "ordinal": entry.ordinal,
                        "who": entry.who,
                        "act": entry.act,
                        "hour": f"{entry.hour:%Y-%m-%dT%H:00Z}",
                        "thing": entry.thing.hex(),
                        "hash": entry.hash.hex(),
                    }
                    for entry in found
                ],
                ensure_ascii=False,
            )
        )
        return
    lines = [
        f"{entry.ordinal:>8}  {entry.hour:%Y-%m-%d %H}h  {entry.who:<20} {entry.act:<16} "
        f"{entry.thing.hex()[:16]}"
        for entry in found
    ]
    click.echo("\n".join(lines) or "Nothing of this kind was done yet.")


@audit.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print what was found for a program to read.")
def verify(as_json: bool) -> None:
    """Hash the chain again from its first entry on, and look for every head that was made public.

    Exit code 0: it is whole; 1: it was altered.

    \b
    Examples:
      tuidang audit verify
      tuidang audit verify --json
    """
    options = start_django()
    prepare()
    from tuidang.base.audit.queries import count_entries, verify_chain
    from tuidang.register.folder.search import Reader

    heads = Reader(options.log).audit_heads()
    problems = verify_chain([head for _, head in heads])
    if as_json:
        found = {"sound": not problems, "entries": count_entries(), "heads": len(heads), "problems": problems}
        click.echo(json.dumps(found, ensure_ascii=False))
    elif problems:
        click.echo("NOT SOUND: " + "; ".join(problems))
        click.echo("Keep a copy of the database as it is, and tell the auditors.")
    else:
        click.echo(
            f"Sound: {count_entries()} entries, and all of the {len(heads)} heads made public are in it."
        )
    sys.exit(1 if problems else 0)
