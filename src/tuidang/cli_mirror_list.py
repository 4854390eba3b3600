"""The commands `tuidang mirror-list` and `tuidang reach`: sets of mirrors, measured, and to be signed."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from tuidang.base.clock import china_today
from tuidang.cli_answers import JSON, answer
from tuidang.cli_log import parse_key
from tuidang.cli_source import source_sentences
from tuidang.cli_trusted import ROOT, TRUST, believe
from tuidang.reach.lists.document import ListError, read_list
from tuidang.reach.lists.measured import Measured, Network, Thing, Unreadable, read_measured, write_measured
from tuidang.reach.lists.spread import moved
from tuidang.tlog.note import NoteError, open_note
from tuidang.trust.reading import NotTrustedError

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
@click.option("--signed", is_flag=True, help="As a note signed by the key of lists of files.")
def lists(name: str, *, signed: bool) -> None:
    """Write the list of a set of mirrors: equal lists are equal bytes.

    What the trust root signs can be read by everybody. The set of a narrow way is signed here instead, and
    whoever has it asks `tuidang mirror-list check`, which takes the key from the trust root.

    \b
    Examples:
      tuidang reach lists posters > posters.json
      tuidang reach lists friends --signed > friends.txt
    """
    with source_sentences(as_json=False):
        from tuidang.reach.lists.queries import find_set, list_bytes
        from tuidang.web.house import files_key

        found = find_set(name)
        if found is None:
            raise click.ClickException(f"There is no set {name}.")
        written = list_bytes(found)
        sys.stdout.buffer.write(files_key().sign(written.decode()).encode() if signed else written)
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
    """Show each set: its mirrors, its canary, and how many live mirrors are in none.

    \b
    Examples:
      tuidang mirror-list show
    """
    with source_sentences(as_json=as_json):
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


@mirror_list.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", metavar="FILE|TEXT", help="The key of lists of files, from a source you trust.")
@TRUST
@ROOT
@JSON
def check(*, file: Path, key: str | None, trust: str | None, root: str | None, as_json: bool) -> None:
    """Check a signed list that somebody gave you, and show its mirrors. Asks no database.

    Exit code 0: it is ours, and its canary lives; 1: it is not, or nobody has renewed the canary.

    \b
    Examples:
      tuidang mirror-list check friends.txt --trust https://example.org/trust --root 'a1b2 c3d4 …'
      tuidang mirror-list check friends.txt --key files.vkey
    """
    trusted = believe(trust, root)
    if (trusted is None) == (key is None):
        raise click.UsageError("Say whose signature counts: --trust with --root, or --key.")
    try:
        signer = trusted.files_key() if trusted else parse_key(str(key), "--key")
        listed = read_list(open_note(file.read_bytes(), signer).text)
    except (NoteError, NotTrustedError, ListError, OSError) as error:
        raise click.ClickException(f"NOT OURS: {error}") from None
    canary = listed.canary
    alive = canary is not None and canary.until >= china_today()
    said = f'"{canary.words}" until {canary.until}' if canary else "nobody has said anything of it"
    rows = {
        "set": listed.name,
        "signed_by": signer.name,
        "mirrors": list(listed.addresses),
        "canary": {"words": canary.words, "until": canary.until.isoformat()} if canary else None,
        "alive": alive,
    }
    lines = [f"Signed by {signer.name}.", *listed.addresses, f"Canary: {said}{'' if alive else ' (OVER)'}."]
    answer(rows, "\n".join(lines), as_json=as_json)
    sys.exit(0 if alive else 1)


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
    """Put each live mirror that is in no set into the smallest.

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
        from tuidang.base.clock import utc_now
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
