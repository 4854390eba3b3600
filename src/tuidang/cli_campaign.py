"""The commands `tuidang phone campaign`: who is called, with what, and how it goes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from tuidang.base.clock import china_today
from tuidang.cli_funnel import JSON, in_words
from tuidang.cli_start import prepare, start_django

if TYPE_CHECKING:
    from tuidang.phone.actions.campaigns import Limits


@contextmanager
def sentences() -> Iterator[None]:
    """Set Django up, and end with the sentences of what was entered wrongly, in the shell's language."""
    start_django()
    from django.utils.translation import override

    from tuidang.phone.actions.campaigns import CannotStart, Mistake

    prepare()
    with override("en"):
        try:
            yield
        except CannotStart as error:
            raise click.ClickException("\n".join(error.reasons)) from None
        except Mistake as error:
            raise click.ClickException(str(error)) from None


def _limits(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say what a campaign keeps to."""

    @click.option("--title", required=True, help="What it is called on the screens.")
    @click.option("--opens", type=int, default=9, show_default=True, help="O'clock, in the called place.")
    @click.option("--closes", type=int, default=21, show_default=True, help="O'clock, in the called place.")
    @click.option("--daily-limit", type=int, default=10_000, show_default=True, help="Calls a day.")
    @click.option("--days-between", type=int, default=90, show_default=True, help="Days between two passes.")
    @click.option("--region", "regions", multiple=True, help="A province, such as CN-HA; none: everywhere.")
    @wraps(command)
    def with_limits(*arguments: object, **options: object) -> None:
        command(*arguments, **options)

    return with_limits


@click.group()
def campaign() -> None:
    """Tend campaigns: what is played to whom, when, by which trunks, and how it goes.

    \b
    Examples:
      tuidang phone campaign list
      tuidang phone campaign show autumn --json
    """


@campaign.command("list")
@JSON
def list_campaigns(as_json: bool) -> None:
    """List campaigns, those that run first.

    \b
    Examples:
      tuidang phone campaign list
    """
    with sentences():
        from tuidang.phone.queries import all_campaigns

        rows = [{"name": c.name, "title": c.title, "state": c.state} for c in all_campaigns()]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
    else:
        lines = [f"{row['name']:<20} {row['state']:<8} {row['title']}" for row in rows]
        click.echo("\n".join(lines) or "There is no campaign yet.")


@campaign.command("show")
@click.argument("name")
@JSON
def show_campaign(name: str, as_json: bool) -> None:
    """Show a campaign: what it keeps to, what it plays, today's funnel, and what its machines are doing.

    \b
    Examples:
      tuidang phone campaign show autumn
      tuidang phone campaign show autumn --json
    """
    with sentences():
        shown = _describe(name)
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False))
        return
    click.echo(f"{shown['title']} ({name}) is {shown['state']}.")
    click.echo(f"Today: {in_words(shown['today'])}{_reasons(shown['refused'])}")
    for message in shown["messages"]:
        click.echo(f"{message['name']}: {in_words(message['counts'])}{_verdict(message)}")
    for machine in shown["machines"]:
        state = "dials" if machine["is_up"] and machine["asterisk"] else "is silent"
        click.echo(f"{machine['name']} {state}, with {machine['in_air']} calls in the air.")
        for trunk, times in machine["held"].items():
            click.echo(f"{machine['name']} was held back on {trunk}{_reasons(times)}")


@campaign.command("create")
@click.argument("name")
@_limits
def create(name: str, title: str, regions: tuple[str, ...], **limits: int) -> None:
    """Make a draft that calls nobody yet.

    \b
    Examples:
      tuidang phone campaign create autumn --title "Autumn" --daily-limit 50000 --region CN-HA
    """
    with sentences():
        from tuidang.phone.actions.campaigns import create_campaign

        create_campaign(name, title, _read_limits(regions, limits))
    click.echo(f"{name} is a draft. Give it messages and trunks, and start it.")


@campaign.command("change")
@click.argument("name")
@_limits
def change(name: str, title: str, regions: tuple[str, ...], **limits: int) -> None:
    """Change what a campaign keeps to; a running one does so from the next call on.

    \b
    Examples:
      tuidang phone campaign change autumn --title "Autumn" --closes 20
    """
    with sentences():
        from tuidang.phone.actions.campaigns import change_campaign

        change_campaign(name, title, _read_limits(regions, limits))
    click.echo(f"{name} was changed.")


@campaign.command("messages")
@click.argument("name")
@click.argument("messages", nargs=-1, required=True)
@click.option("--they-name-the-caller", is_flag=True, help="You listened: each says first who is calling.")
def messages(name: str, messages: tuple[str, ...], they_name_the_caller: bool) -> None:
    """Set what is played: MESSAGES as NAME=SOUND or NAME=SOUND:SHARE.

    \b
    Examples:
      tuidang phone campaign messages autumn first=message/sample-1 second=message/sample-2:3
    """
    shares = []
    for message in messages:
        word, _, rest = message.partition("=")
        sound, _, share = rest.partition(":")
        if not sound or (share and not (share.isdecimal() and share.isascii())):
            raise click.ClickException(f"{message} is not NAME=SOUND or NAME=SOUND:SHARE")
        shares.append((word, sound, int(share or 1), they_name_the_caller))
    with sentences():
        from tuidang.phone.actions.campaigns import set_messages

        set_messages(name, shares)
    click.echo(f"{name} plays {len(shares)} messages.")


@campaign.command("trunks")
@click.argument("name")
@click.argument("trunks", nargs=-1, required=True)
def trunks(name: str, trunks: tuple[str, ...]) -> None:
    """Set the TRUNKS by which a campaign calls.

    \b
    Examples:
      tuidang phone campaign trunks autumn lab
    """
    with sentences():
        from tuidang.phone.actions.campaigns import set_trunks

        set_trunks(name, trunks)
    click.echo(f"{name} calls by {', '.join(trunks)}.")


@campaign.command("start")
@click.argument("name")
def start(name: str) -> None:
    """Start a campaign, or let it go on; or say all that keeps it from starting.

    \b
    Examples:
      tuidang phone campaign start autumn
    """
    with sentences():
        from django.conf import settings

        from tuidang.phone.actions.campaigns import start_campaign
        from tuidang.web import doctor

        start_campaign(name, phone_live=settings.TUIDANG.phone_live, warnings=doctor.count_warnings())
    click.echo(f"{name} runs.")


@campaign.command("pause")
@click.argument("name")
def pause(name: str) -> None:
    """Begin no further call; those in the air go on to their end.

    \b
    Examples:
      tuidang phone campaign pause autumn
    """
    with sentences():
        from tuidang.phone.actions.campaigns import pause_campaign

        pause_campaign(name)
    click.echo(f"{name} is paused.")


@campaign.command("stop")
@click.argument("name")
def stop(name: str) -> None:
    """End a campaign for good; clone it to call again.

    \b
    Examples:
      tuidang phone campaign stop autumn
    """
    with sentences():
        from tuidang.phone.actions.campaigns import stop_campaign

        stop_campaign(name)
    click.echo(f"{name} is stopped.")


@campaign.command("clone")
@click.argument("name")
@click.argument("copy")
def clone(name: str, copy: str) -> None:
    """Make a draft COPY like the campaign NAME.

    \b
    Examples:
      tuidang phone campaign clone autumn winter
    """
    with sentences():
        from tuidang.phone.actions.campaigns import clone_campaign

        clone_campaign(name, copy)
    click.echo(f"{copy} is a draft like {name}.")


@campaign.command("complaint")
@click.argument("name")
@click.option("--message", default="", help="Which message it was about; none: he cannot say.")
@click.option("--take-back", is_flag=True, help="One was noted by mistake.")
def complaint(name: str, message: str, take_back: bool) -> None:
    """Count that somebody complained; nothing else is kept of it. Do it on the day it reaches you.

    \b
    Examples:
      tuidang phone campaign complaint autumn --message first
      tuidang phone campaign complaint autumn --message first --take-back
    """
    with sentences():
        from tuidang.phone.actions.complaints import note_complaint, take_back_complaint

        (take_back_complaint if take_back else note_complaint)(name, message)
    click.echo("Taken back." if take_back else "Counted.")


def _read_limits(regions: tuple[str, ...], limits: dict[str, int]) -> Limits:
    from tuidang.phone.actions.campaigns import Limits

    return Limits(regions=regions, **limits)


def _describe(name: str) -> dict[str, Any]:
    from django.conf import settings

    from tuidang.phone.actions.campaigns import find_campaign
    from tuidang.phone.queries import machines, refused_numbers, standings, today_rows

    found = find_campaign(name)
    folder = settings.TUIDANG.data / "phone"
    return {
        "name": name,
        "title": found.title,
        "state": found.state,
        "opens": found.opens,
        "closes": found.closes,
        "daily_limit": found.daily_limit,
        "days_between": found.days_between,
        "regions": found.regions.split(),
        "trunks": [one.name for one in found.trunks.order_by("name")],
        "today": today_rows(folder / "records", name, china_today()).counts,
        "refused": refused_numbers(folder / "records", name, china_today()),
        "messages": [
            {
                "name": standing.message.name,
                "sound": standing.message.sound,
                "share": standing.message.share,
                "counts": standing.row.counts,
                "complaints": standing.complaints,
                "verdict": standing.comparison.verdict if standing.comparison else None,
                "asks": _finite(standing.comparison.asks) if standing.comparison else None,
            }
            for standing in standings(folder / "records", found)
        ],
        "machines": [
            {
                "name": machine.name,
                "is_up": machine.is_up,
                "asterisk": machine.asterisk,
                "in_air": machine.campaigns[name].in_air if machine.is_up else 0,
                "rate": machine.campaigns[name].rate if machine.is_up else 0,
                "halted": machine.campaigns[name].halted if machine.is_up else "",
                "held": machine.campaigns[name].held,
            }
            for machine in machines(folder / "live", datetime.now(UTC))
            if name in machine.campaigns
        ],
    }


def _reasons(counts: dict[str, int]) -> str:
    return ": " + ", ".join(f"{reason} {count:,}" for reason, count in counts.items()) if counts else ""


def _verdict(message: dict[str, Any]) -> str:
    if message["verdict"] is None:
        return ""
    low, high = message["asks"]
    if high is None:
        return f"; {message['verdict']}"
    return f"; {message['verdict']}: {low:.2f} to {high:.2f} times as many ask as after the others"


def _finite(limits: tuple[float, float]) -> tuple[float, float | None]:
    """Give limits as JSON can hold them: no greatest one is null."""
    low, high = limits
    return low, high if high < float("inf") else None
