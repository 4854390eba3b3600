"""The commands `tuidang canary …`: auditors send statements, and look for them in the register."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import wraps
from pathlib import Path
from random import SystemRandom
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlsplit

import click

from tuidang.base.clock import china_today
from tuidang.cli_log_said import CannotTell
from tuidang.cli_start import prepare, start_django
from tuidang.privacy.receipts import is_wellformed
from tuidang.register.canary.file import (
    SHORTEST,
    Canaries,
    Canary,
    FileError,
    channels_of,
    open_file,
    save_file,
)
from tuidang.register.canary.rounds import API, MACHINE, WAIT, WEB, close_round, look_for, send, waiting
from tuidang.register.canary.site import Site, SiteError
from tuidang.register.canary.words import compose, make_canary, read_examples
from tuidang.register.folder.canaries import share
from tuidang.register.folder.records import ORGANISATIONS
from tuidang.tlog.note import NoteError, VerifierKey

_BY_PEOPLE = ("web", "onion", MACHINE, "volunteer-call", "hotline", "field", "mail")
_MOST = 100  # sent by one command

P = ParamSpec("P")


class _Open:
    """A sealed file that was opened."""

    def __init__(self, path: Path, passphrase: str) -> None:
        self.path, self._passphrase = path, passphrase
        try:
            self.canaries = open_file(path, passphrase)
        except FileError as error:
            raise CannotTell(str(error)) from None

    @property
    def site(self) -> Site:
        return Site(self.canaries.site)

    def save(self) -> None:
        """Write it, as it now is."""
        save_file(self.path, self._passphrase, self.canaries)


_passphrase = click.option(
    "--passphrase",
    envvar="CANARY_PASSPHRASE",
    prompt=True,
    hide_input=True,
    help="What seals the file; asked for, or taken from CANARY_PASSPHRASE.",
)
_file = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
_json = click.option("--json", "as_json", is_flag=True, help="Print what was done for a program to read.")


def _opens(command: Callable[Concatenate[_Open, P], None]) -> Callable[..., None]:
    """Have a command begin with the sealed file."""

    @_file
    @_passphrase
    @wraps(command)
    def opened(file: Path, passphrase: str, *args: P.args, **kwargs: P.kwargs) -> None:
        with _told():
            command(_Open(file, passphrase), *args, **kwargs)

    return opened


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (SiteError, OSError) as error:
        raise CannotTell(str(error)) from None
    except ValueError as error:
        raise click.ClickException(str(error)) from None


@click.group()
def canary() -> None:
    """Find out, as an auditor, what share of the statements that are sent arrives in the register.

    Statements of your own go to a site as everybody's do; the receipts lie in a file that only you can open.
    Weeks later they are looked for. What was found is taken out of the count, in the open, by two auditors at
    the desk, and the share is published on the integrity page.

    \b
    Examples:
      tuidang canary begin mine.canaries --site https://example.org
      tuidang canary send mine.canaries --count 10
      tuidang canary find mine.canaries
      tuidang canary close mine.canaries --out round.json
    """


@canary.command()
@_file
@click.option("--site", required=True, help="The register's address, as visitors have it.")
@click.option(
    "--passphrase",
    envvar="CANARY_PASSPHRASE",
    prompt=True,
    hide_input=True,
    confirmation_prompt=True,
    help=f"What will seal the file, {SHORTEST} characters or more; nobody can open it without.",
)
def begin(file: Path, site: str, passphrase: str) -> None:
    """Make an empty sealed FILE for canaries that go to one site. A file that exists is never overwritten.

    Exit code 0: made; 1: it cannot be; 2: wrong usage.

    \b
    Examples:
      tuidang canary begin mine.canaries --site https://example.org
    """
    parts = urlsplit(site)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
        raise click.BadParameter("give an address like https://example.org", param_hint="--site")
    if len(passphrase) < SHORTEST:
        raise click.BadParameter(f"give {SHORTEST} characters or more", param_hint="--passphrase")
    if file.exists():
        raise click.ClickException(f"{file} exists already and is not overwritten.")
    with _told():
        save_file(file, passphrase, Canaries(site))
    click.echo(f"{file} is made. Keep it and its passphrase apart, and neither near the register.")


@canary.command("send")
@_opens
@click.option("--count", type=click.IntRange(1, _MOST), default=5, show_default=True, help="How many.")
@click.option(
    "--channel",
    type=click.Choice([WEB, API, MACHINE]),
    default=WEB,
    show_default=True,
    help="The form, page by page; the interface for programs; or, on the register's own machine only, what a "
    "call machine does at key 9.",
)
@click.option(
    "--texts",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Texts of your own, one a line. Without them sentences of published statements are put together.",
)
@click.option("--pause", type=float, default=60, show_default=True, help="Seconds between two, on average.")
@_json
def send_some(
    opened: _Open, *, count: int, channel: str, texts: Path | None, pause: float, as_json: bool
) -> None:
    """Send canaries, and keep their receipts in the sealed FILE. What was broken off before is sent first.

    The site should not be able to tell them from other statements: words of your own are best, sent from
    where other people send, some each day. A site can tell this program from a browser if it wants to (by how
    TLS begins); with a browser, by telephone or mail, send by hand, and then: `tuidang canary note`.

    Exit code 0: all sent; 1: some could not be; 2: wrong usage; 3: the file does not open.

    \b
    Examples:
      tuidang canary send mine.canaries --count 10 --pause 600
      tuidang canary send mine.canaries --channel api --texts my-words.txt
    """
    rng = SystemRandom()
    unfinished = [one for one in opened.canaries.canaries if not one.receipt and one.channel == channel]
    own = texts.read_text(encoding="utf-8").split("\n") if texts else []
    taken = {one.text for one in opened.canaries.canaries}
    own = [text for text in (line.strip() for line in own) if text and text not in taken]
    words = [""] * count
    if channel != MACHINE:
        words = compose(own, read_examples(opened.site) if len(own) < count else [], rng, count)
    fresh = [make_canary(channel, str(china_today()), text, rng) for text in words]
    opened.canaries.canaries += fresh
    press = _call if channel == MACHINE else lambda one: send(opened.site, one, opened.save)
    sent, failed = 0, []
    with _bar([*unfinished, *fresh], "Sent") as line:
        for number, one in enumerate(line):
            if number and pause:
                time.sleep(rng.expovariate(1 / pause))
            try:
                press(one)
                sent += 1
            except SiteError as error:
                failed.append(str(error))
            opened.save()
    if as_json:
        click.echo(json.dumps({"sent": sent, "failed": failed}, ensure_ascii=False))
    else:
        click.echo(f"{sent} sent.")
        for why in failed:
            click.echo(f"Not sent: {why}", err=True)
    sys.exit(1 if failed else 0)


@canary.command()
@_opens
@click.option("--channel", type=click.Choice(_BY_PEOPLE), required=True, help="How it was sent.")
@click.option("--name", required=True, help="The name or alias, as it was given.")
@click.option("--org", "orgs", type=click.Choice(ORGANISATIONS), multiple=True, required=True)
@click.option("--receipt", required=True, help="The sixteen digits.")
@click.option("--text", default="", help="The words, if there were any.")
@click.option("--sent", metavar="YYYY-MM-DD", default="", help="The day; today if nothing is said.")
def note(
    opened: _Open, *, channel: str, name: str, orgs: tuple[str, ...], receipt: str, text: str, sent: str
) -> None:
    """Note a canary in FILE that was sent by hand: in a browser, on the telephone, by mail, on the spot.

    Exit code 0: noted; 1: it cannot be; 2: wrong usage; 3: the file does not open.

    \b
    Examples:
      tuidang canary note mine.canaries --channel machine-call --name 金福 --org league --org pioneers \\
        --receipt "1234 5678 9012 3456"
    """
    digits = is_wellformed(receipt)
    if digits is None:
        raise click.BadParameter("these are not the digits of a receipt", param_hint="--receipt")
    if any(one.receipt == digits for one in opened.canaries.canaries):
        raise click.ClickException("This receipt is in the file already.")
    day = date.fromisoformat(sent) if sent else china_today()
    chosen = tuple(org for org in ORGANISATIONS if org in orgs)
    opened.canaries.canaries.append(Canary(channel, str(day), name, chosen, text=text, receipt=digits))
    opened.save()
    click.echo("Noted.")


@canary.command()
@_opens
@click.option(
    "--vkey", metavar="FILE|TEXT", help="The log's public key, from elsewhere: leaves are proved by it."
)
@_json
def find(opened: _Open, vkey: str | None, as_json: bool) -> None:
    """Look in the register for the canaries of FILE that no round has reported yet.

    One is found when its receipt leads to a published statement with its words, which the log proves. After
    16 days without that it is lost: fourteen is the longest that a statement waits.

    Exit code 0: none is lost; 1: some are lost, rejected, or something else stands there; 2: wrong usage;
    3: the file does not open, or the site does not answer.

    \b
    Examples:
      tuidang canary find mine.canaries --vkey paper.vkey
      tuidang canary find mine.canaries --json
    """
    verifier = _key(vkey)
    if verifier is None:
        click.echo("Without --vkey it is believed that what the site shows is in the log.", err=True)
    today = china_today()
    with _bar([one for one in opened.canaries.open if one.receipt], "Looked for") as line:
        for one in line:
            look_for(opened.site, one, today, verifier)
            opened.save()
    _tell(opened.canaries, today, as_json)
    sys.exit(1 if any(one.state in {"lost", "rejected", "other"} for one in opened.canaries.open) else 0)


@canary.command()
@_opens
@_json
def show(opened: _Open, as_json: bool) -> None:
    """Show what became of the canaries of FILE, as far as it was looked for.

    Exit code 0: shown; 2: wrong usage; 3: the file does not open.

    \b
    Examples:
      tuidang canary show mine.canaries
    """
    _tell(opened.canaries, china_today(), as_json)


@canary.command()
@_opens
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the round. A file that exists is never overwritten.",
)
def close(opened: _Open, out: Path) -> None:
    """Close a round: write down how many canaries of FILE were sent and found, to be handed in at the desk.

    What may still come waits for the next round. The file that is written holds the receipts of those found:
    with them you show at the desk that the statements are yours. Hand it in, and destroy it. What you sent by
    telephone is reported, and goes on counting: others may have heard its receipt.

    Exit code 0: written; 1: nothing can be reported yet; 2: wrong usage; 3: the file does not open.

    \b
    Examples:
      tuidang canary find mine.canaries && tuidang canary close mine.canaries --out round.json
    """
    if out.exists():
        raise click.ClickException(f"{out} exists already and is not overwritten.")
    closed = close_round(opened.canaries, china_today())
    descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(closed.as_dict(), file, ensure_ascii=False)
    # A crash before the next line leaves a round that is written and not noted: destroy it, and close again.
    opened.save()
    found, sent = sum(closed.found.values()), sum(closed.sent.values())
    click.echo(
        f"{found} of {sent} were found. Hand {out} in at the desk, Canaries; another auditor grants it."
    )


def _call(one: Canary) -> None:
    """Store a canary as a call machine does at key 9."""
    start_django()
    prepare()
    from tuidang.phone.actions.choices import withdraw
    from tuidang.register.actions.intake import IntakeClosed

    try:
        receipts = withdraw(
            bytes.fromhex(one.key), [(one.name, one.orgs)], one.region, today=date.fromisoformat(one.sent)
        )
    except IntakeClosed as error:
        raise SiteError("the register takes nothing now") from error
    (one.receipt,) = receipts


def _key(vkey: str | None) -> VerifierKey | None:
    if vkey is None:
        return None
    try:
        return VerifierKey.parse(Path(vkey).read_text("utf-8").strip() if Path(vkey).is_file() else vkey)
    except (NoteError, OSError, ValueError) as error:
        raise click.BadParameter(f"it is neither a file nor a key: {error}", param_hint="--vkey") from None


def _bar(canaries: list[Canary], label: str) -> Any:
    return click.progressbar(canaries, label=label, file=sys.stderr, hidden=not sys.stderr.isatty())


def _tell(canaries: Canaries, today: date, as_json: bool) -> None:
    still = waiting(canaries.open, today)
    decided = [one for one in canaries.open if one.receipt and one not in still]
    found = [one for one in decided if one.state == "found"]
    sums = {
        "waiting": sum(bool(one.receipt) for one in still),
        "reported": len(canaries.canaries) - len(canaries.open),
        **{
            state: sum(one.state == state for one in decided)
            for state in ("found", "lost", "rejected", "other")
        },
        "channels": {
            channel: share(channels_of(found).get(channel, 0), sent)
            for channel, sent in channels_of(decided).items()
        },
        "all": share(len(found), len(decided)),
    }
    if as_json:
        click.echo(json.dumps(sums))
        return
    for what in ("found", "lost", "rejected", "other", "waiting", "reported"):
        click.echo(f"{what:9} {sums[what]:5}")
    for one in decided:
        if one.state != "found":
            click.echo(f"  {one.state}: sent {one.sent} by {one.channel}, receipt {one.receipt}")
    if decided:
        of = sums["all"]
        assert isinstance(of, dict)
        click.echo(
            f"So {of['low'] / 100:.1f}% to {of['high'] / 100:.1f}% arrive (95%); lost after {WAIT} days."
        )
