"""The commands `tuidang phone campaign`: who is called, what is played to whom, and when."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import click

from tuidang.cli_answers import JSON, answer, sentences
from tuidang.cli_show import list_campaigns, row_of, show_campaign


def _limits(*, new: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options that say what a campaign keeps to; one that is not new keeps the others."""

    def give(command: Callable[..., None]) -> Callable[..., None]:
        for name, default, words in (
            ("--days-between", 90, "Days between two passes."),
            ("--daily-limit", 10_000, "Calls a day."),
            ("--closes", 21, "O'clock, in the called place."),
            ("--opens", 9, "O'clock, in the called place."),
        ):
            command = click.option(
                name, type=int, default=default if new else None, show_default=new, help=words
            )(command)
        language = click.option(
            "--language",
            type=click.Choice(["zh-hans", "zh-hant", "en"]),
            default="zh-hans" if new else None,
            show_default=new,
            help="Of what of the library key 1 plays.",
        )
        title = click.option("--title", required=new, help="What it is called on the screens.")
        others = "everywhere" if new else "those it has"
        region = click.option(
            "--region", "regions", multiple=True, help=f"A province, such as CN-HA; none: {others}."
        )
        return title(region(language(command)))

    return give


@click.group()
def campaign() -> None:
    """Tend campaigns: what is played to whom, when, by which trunks, and how it goes.

    \b
    Examples:
      tuidang phone campaign list
      tuidang phone campaign show autumn --json
    """


campaign.add_command(list_campaigns)
campaign.add_command(show_campaign)


@campaign.command("create")
@click.argument("name")
@_limits(new=True)
@JSON
def create(name: str, title: str, regions: tuple[str, ...], as_json: bool, **limits: Any) -> None:
    """Make a draft that calls nobody yet.

    \b
    Examples:
      tuidang phone campaign create autumn --title "Autumn" --daily-limit 50000 --region CN-HA
    """
    with sentences(as_json=as_json):
        from tuidang.phone.actions.campaigns import Limits, create_campaign

        with _noted("change-campaign", name):
            create_campaign(name, title, Limits(regions=regions, **limits))
        _tell(name, f"{name} is a draft. Give it messages and trunks, and start it.", as_json=as_json)


@campaign.command("change")
@click.argument("name")
@_limits(new=False)
@click.option("--everywhere", is_flag=True, help="No province in particular any more.")
@JSON
def change(name: str, *, as_json: bool, everywhere: bool, **named: Any) -> None:
    """Change what is named and leave the rest; a running campaign does so from the next call on.

    \b
    Examples:
      tuidang phone campaign change autumn --closes 20 --daily-limit 500
      tuidang phone campaign change autumn --everywhere
    """
    changes = {what: value for what, value in named.items() if value not in (None, ())}
    if not changes and not everywhere:
        raise click.UsageError("Name what to change.")
    if "regions" in changes and everywhere:
        raise click.UsageError("Name provinces with --region, or none with --everywhere.")
    if everywhere:
        changes["regions"] = ()
    with sentences(as_json=as_json):
        from tuidang.phone.actions.campaigns import Limits, change_campaign, find_campaign

        found = find_campaign(name)
        title = changes.pop("title", found.title)
        before = Limits(
            found.opens,
            found.closes,
            found.daily_limit,
            found.days_between,
            tuple(found.regions.split()),
            found.language,
        )
        with _noted("change-campaign", name):
            change_campaign(name, title, replace(before, **changes))
        _tell(name, f"{name} was changed.", as_json=as_json)


@campaign.command("messages")
@click.argument("name")
@click.argument("messages", nargs=-1, required=True)
@click.option("--they-name-the-caller", is_flag=True, help="You listened: each says first who is calling.")
@JSON
def messages(name: str, messages: tuple[str, ...], they_name_the_caller: bool, as_json: bool) -> None:
    """Set what is played: MESSAGES as NAME=SOUND or NAME=SOUND:SHARE.

    A SOUND is one of your own recordings (message/…), or a chapter of the library that is read aloud
    (library/…): `tuidang library list --heard` names them.

    \b
    Examples:
      tuidang phone campaign messages autumn first=message/sample-1 second=message/sample-2:3
    """
    shares = []
    for message in messages:
        word, _, rest = message.partition("=")
        sound, _, share = rest.partition(":")
        if not sound or (share and not (share.isdecimal() and share.isascii())):
            raise click.BadParameter(f"{message} is not NAME=SOUND or NAME=SOUND:SHARE")
        shares.append((word, sound, int(share or 1), they_name_the_caller))
    with sentences(as_json=as_json):
        from tuidang.phone.actions.campaigns import set_messages

        with _noted("change-campaign", name):
            set_messages(name, shares)
        _tell(name, f"{name} plays {len(shares)} message{'' if len(shares) == 1 else 's'}.", as_json=as_json)


@campaign.command("trunks")
@click.argument("name")
@click.argument("trunks", nargs=-1, required=True)
@JSON
def trunks(name: str, trunks: tuple[str, ...], as_json: bool) -> None:
    """Set the TRUNKS by which a campaign calls.

    \b
    Examples:
      tuidang phone campaign trunks autumn lab
    """
    with sentences(as_json=as_json):
        from tuidang.phone.actions.campaigns import set_trunks

        with _noted("change-campaign", name):
            set_trunks(name, trunks)
        _tell(name, f"{name} calls by {', '.join(trunks)}.", as_json=as_json)


@campaign.command("start")
@click.argument("name")
@JSON
def start(name: str, as_json: bool) -> None:
    """Start a campaign, or let it go on; or say all that keeps it from starting.

    \b
    Examples:
      tuidang phone campaign start autumn
    """
    with sentences(as_json=as_json):
        from django.conf import settings

        from tuidang.phone.actions.campaigns import start_campaign
        from tuidang.web import doctor

        warnings = doctor.count_warnings()
        with _noted("start-campaign", name):
            start_campaign(name, phone_live=settings.TUIDANG.phone_live, warnings=warnings)
        _tell(name, f"{name} runs.", as_json=as_json)


@campaign.command("pause")
@click.argument("name")
@JSON
def pause(name: str, as_json: bool) -> None:
    """Begin no further call; those in the air go on to their end.

    \b
    Examples:
      tuidang phone campaign pause autumn
    """
    with sentences(as_json=as_json):
        from tuidang.phone.actions.campaigns import pause_campaign

        with _noted("stop-campaign", name):
            pause_campaign(name)
        _tell(name, f"{name} is paused.", as_json=as_json)


@campaign.command("stop")
@click.argument("name")
@JSON
def stop(name: str, as_json: bool) -> None:
    """End a campaign for good; clone it to call again.

    \b
    Examples:
      tuidang phone campaign stop autumn
    """
    with sentences(as_json=as_json):
        from tuidang.phone.actions.campaigns import stop_campaign

        with _noted("stop-campaign", name):
            stop_campaign(name)
        _tell(name, f"{name} is stopped.", as_json=as_json)


@campaign.command("clone")
@click.argument("name")
@click.argument("copy")
@JSON
def clone(name: str, copy: str, as_json: bool) -> None:
    """Make a draft COPY like the campaign NAME.

    \b
    Examples:
      tuidang phone campaign clone autumn winter
    """
    with sentences(as_json=as_json):
        from tuidang.phone.actions.campaigns import clone_campaign

        with _noted("change-campaign", copy):
            clone_campaign(name, copy)
        _tell(copy, f"{copy} is a draft like {name}.", as_json=as_json)


@campaign.command("complaint")
@click.argument("name")
@click.option("--message", default="", help="Which message it was about; none: he cannot say.")
@click.option("--take-back", is_flag=True, help="One was noted by mistake.")
@JSON
def complaint(name: str, message: str, take_back: bool, as_json: bool) -> None:
    """Count that somebody complained; nothing else is kept of it. Do it on the day it reaches you.

    \b
    Examples:
      tuidang phone campaign complaint autumn --message first
      tuidang phone campaign complaint autumn --message first --take-back
    """
    with sentences(as_json=as_json):
        from tuidang.phone.actions.complaints import note_complaint, take_back_complaint

        (take_back_complaint if take_back else note_complaint)(name, message)
        _tell(name, "Taken back." if take_back else "Counted.", as_json=as_json)


def _noted(act: str, name: str) -> AbstractContextManager[None]:
    """Have what the shell does to a campaign stand in the audit chain."""
    from tuidang.base.audit import Act, noted
    from tuidang.base.audit.chain import AT_SHELL
    from tuidang.base.clock import utc_now

    return noted(AT_SHELL, Act(act), f"campaign {name}", utc_now())


def _tell(name: str, sentence: str, *, as_json: bool) -> None:
    """Print a sentence, or what `list` says of the campaign now."""
    from tuidang.phone.actions.campaigns import find_campaign

    answer(row_of(find_campaign(name)), sentence, as_json=as_json)
