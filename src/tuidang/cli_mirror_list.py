"""The commands `tuidang mirror-list` and `tuidang reach`: sets of mirrors, measured, and to be signed."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from tuidang.cli_answers import JSON, answer
from tuidang.cli_source import source_sentences
from tuidang.reach.lists.measured import Measured, Network, Thing, Unreadable, read_measured, write_measured
from tuidang.reach.lists.spread import moved

_NETWORKS = click.Choice([one.value for one in Network])


@click.group()
def reach() -> None:
    """Write what is to be signed and given to people, so that they find us.

    \b
    Examples:
      tuidang reach lists e-mail > e-mail.json
    """


@reach.command()
@click.argument("name", metavar="SET")
def lists(name: str) -> None:
    """Write the list of a set of mirrors: equal lists are equal bytes.

    \b
    Examples:
      tuidang reach lists e-mail > e-mail.json
    """
    with source_sentences(as_json=False):
        from tuidang.reach.lists.queries import find_set, list_bytes

        found = find_set(name)
        if found is None:
            raise click.ClickException(f"There is no set {name}.")
        sys.stdout.buffer.write(list_bytes(found))
        sys.stdout.buffer.flush()


@click.group("mirror-list")
def mirror_list() -> None:
    """Tend sets of mirrors: each way by which they are told has a set of its own.

    \b
    Examples:
      tuidang mirror-list show
      tuidang mirror-list test
    """


@mirror_list.command()
@JSON
def show(as_json: bool) -> None:
    """Show each set: its mirrors, its canary, and how many mirrors are in none.

    \b
    Examples:
      tuidang mirror-list show
    """
    with source_sentences(as_json=as_json):
        from tuidang.base.clock import china_today
        from tuidang.reach.lists.queries import all_sets, assigned

        sets, (_names, mirrors, places), today = all_sets(), assigned(), china_today()
        rows = [
            {
                "set": one.name,
                "title": one.title,
                "canary": one.canary.until.isoformat() if one.canary else None,
                "mirrors": {each.listed.code: str(each.state) for each in one.mirrors},
            }
            for one in sets
        ]
        lines = []
        for one in sets:
            until = one.canary.until if one.canary else None
            said = "no canary" if until is None else f"canary until {until}"
            lines.append(f"{one.name:<16} {one.title}  ({said}{' OVER' if until and until < today else ''})")
            lines += [
                f"  {each.listed.code:<16} {each.state:<8} {each.listed.address}" for each in one.mirrors
            ]
        if left := len(set(mirrors) - set(places)):
            lines.append(f"{left} mirrors are in no set: `tuidang mirror-list hand-out`")
    answer(rows, "\n".join(lines) or "There is no set yet.", as_json=as_json)


@mirror_list.command("add-set")
@click.argument("name")
@click.option("--title", required=True, help="By which way it is told.")
@JSON
def add_set(name: str, title: str, as_json: bool) -> None:
    """Begin an empty set.

    \b
    Examples:
      tuidang mirror-list add-set e-mail --title "Who writes to the robot"
    """
    with source_sentences(as_json=as_json):
        from tuidang.base.audit import Act, noted
        from tuidang.base.audit.chain import AT_SHELL
        from tuidang.base.clock import utc_now
        from tuidang.reach.lists.actions import create_set

        with noted(AT_SHELL, Act.CHANGE_MIRRORS, f"set {name}", utc_now()):
            create_set(name, title)
    answer({"set": name}, f"{name} is begun.", as_json=as_json)


@mirror_list.command("hand-out")
@click.option("--even-out", is_flag=True, help="Also move the fewest mirrors that make the sets equal.")
@JSON
def hand_out(*, even_out: bool, as_json: bool) -> None:
    """Put each mirror that is in no set into the smallest.

    A mirror that is moved is known to the learners of two sets: even sets out only when you must.

    \b
    Examples:
      tuidang mirror-list hand-out
      tuidang mirror-list hand-out --even-out
    """
    with source_sentences(as_json=as_json):
        from tuidang.base.audit import Act, noted
        from tuidang.base.audit.chain import AT_SHELL
        from tuidang.base.clock import utc_now
        from tuidang.reach.lists.actions import even_out_sets, hand_out_mirrors
        from tuidang.reach.lists.queries import assigned

        before = assigned()[2]
        with noted(AT_SHELL, Act.CHANGE_MIRRORS, "sets", utc_now()):
            count = even_out_sets() if even_out else hand_out_mirrors()
        went = moved(before, assigned()[2])
    sentence = f"{count - went} mirrors were handed out, {went} moved."
    answer({"handed_out": count - went, "moved": went}, sentence, as_json=as_json)


@mirror_list.command()
@click.argument("name", metavar="SET")
@click.option("--words", required=True, help="What you say of it today, in one sentence.")
@click.option("--days", type=int, default=14, show_default=True, help="For how long it is to be believed.")
@JSON
def canary(name: str, words: str, days: int, as_json: bool) -> None:
    """Say of a set that nothing has happened to it. Never let a machine say it.

    \b
    Examples:
      tuidang mirror-list canary e-mail --words "Nobody has made us change this list."
    """
    with source_sentences(as_json=as_json):
        from tuidang.base.audit import Act, noted
        from tuidang.base.audit.chain import AT_SHELL
        from tuidang.base.clock import china_today, utc_now
        from tuidang.reach.lists.actions import renew_canary

        with noted(AT_SHELL, Act.RENEW_CANARY, f"set {name}", utc_now()):
            renew_canary(name, words, days, china_today())
    answer({"set": name, "days": days}, f"The canary of {name} lives for {days} days.", as_json=as_json)


@mirror_list.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@JSON
def load(file: Path, as_json: bool) -> None:
    """Take in measurements: CSV with mirror (or tool), network, day and works, or the same as JSON.

    \b
    Examples:
      tuidang mirror-list load measured.csv
    """
    with source_sentences(as_json=as_json):
        from tuidang.base.clock import china_today
        from tuidang.reach.lists.actions import keep_measured

        try:
            news = keep_measured(read_measured(file.read_text(encoding="utf-8"), china_today()))
        except (Unreadable, UnicodeDecodeError, OSError) as error:
            raise click.ClickException(str(error)) from None
    answer({"news": news}, f"{news} measurements were news.", as_json=as_json)


@mirror_list.command()
@click.option(
    "--network", type=_NETWORKS, default=Network.ABROAD.value, show_default=True, help="Where you are."
)
@click.option("--tor", metavar="HOST:PORT", help="Tor's SOCKS port, to try onions too.")
@click.option("--keep", is_flag=True, help="Keep what was found, as `load` would.")
@JSON
def test(*, network: str, tor: str | None, keep: bool, as_json: bool) -> None:
    """Open every mirror from here, look for our log there, and write what was found as a file to load.

    Exit code 1: one does not work.

    \b
    Examples:
      tuidang mirror-list test > measured.csv
      tuidang mirror-list test --network cn-mobile --tor 127.0.0.1:9050
    """
    with source_sentences(as_json=as_json):
        from django.conf import settings

        from tuidang.base.clock import china_today
        from tuidang.reach.lists.actions import keep_measured
        from tuidang.reach.lists.probe import Prober, parse_socks
        from tuidang.reach.lists.queries import mirrors_in_use

        try:
            prober = Prober(settings.TUIDANG.log, parse_socks(tor) if tor else None)
        except ValueError as error:
            raise click.UsageError(str(error)) from None
        today: date = china_today()
        found = []
        for one in mirrors_in_use():
            if (why := prober.why_not(one.place)) is None:
                click.echo(f"{one.code}: an onion, not tried without --tor", err=True)
                continue
            if why:
                click.echo(f"{one.code}: {why}", err=True)
            found.append(Measured(Thing.MIRROR, one.code, Network(network), today, not why))
        if keep:
            keep_measured(found)
    rows = [
        {"mirror": one.code, "network": str(one.network), "day": one.day.isoformat(), "works": one.works}
        for one in found
    ]
    answer(rows, write_measured(found).rstrip("\n"), as_json=as_json)
    sys.exit(0 if all(one.works for one in found) else 1)
