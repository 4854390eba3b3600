"""The commands that look at calls: `tuidang phone campaign list` and `show`, `tuidang phone funnel`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from tuidang.base.clock import china_today
from tuidang.cli_answers import JSON, answer, sentences
from tuidang.cli_start import start_django

if TYPE_CHECKING:
    from tuidang.phone.models import Campaign
    from tuidang.phone.queries import Machine, Standing

_DAY = click.DateTime(["%Y-%m-%d"])
_STATES = {"draft": "is a draft", "running": "runs", "paused": "is paused", "stopped": "is stopped"}
_HEALTH = {"carries": "carries", "slowed": "is slowed", "fails": "fails", "idle": "is not used"}


@click.command("list")
@JSON
def list_campaigns(as_json: bool) -> None:
    """List campaigns, those that run first.

    \b
    Examples:
      tuidang phone campaign list
    """
    with sentences(as_json=as_json):
        from tuidang.phone.queries import all_campaigns

        rows = [row_of(campaign) for campaign in all_campaigns()]
    lines = [f"{row['name']:<20} {row['state']:<8} {row['title']}" for row in rows]
    answer(rows, "\n".join(lines) or "There is no campaign yet.", as_json=as_json)


@click.command("show")
@click.argument("name")
@JSON
def show_campaign(name: str, as_json: bool) -> None:
    """Show a campaign as its screen does: what it keeps to and plays, today's calls, trunks and machines.

    \b
    Examples:
      tuidang phone campaign show autumn
      tuidang phone campaign show autumn --json
    """
    with sentences(as_json=as_json):
        shown = _describe(name)
    answer(shown, "\n".join(_lines(shown)), as_json=as_json)


@click.command("funnel")
@click.option(
    "--by", default="", help="What to group by: day,region,campaign,trunk,message,plan,outcome,reason."
)
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
        raise click.BadParameter(str(error), param_hint="--by") from None
    lines = [f"{' '.join(word or '-' for word in row.group)} {_in_words(row.counts)}".strip() for row in rows]
    counted = [
        {**dict(zip(groups, row.group, strict=True)), **row.counts, "people": row.people} for row in rows
    ]
    answer(counted, "\n".join(lines) or "Nothing was recorded.", as_json=as_json)


def row_of(campaign: Campaign) -> dict[str, str]:
    """Give what the list says of a campaign, and every command that moved one."""
    return {"name": campaign.name, "title": campaign.title, "state": campaign.state}


def _describe(name: str) -> dict[str, Any]:
    from django.conf import settings

    from tuidang.desk import calls
    from tuidang.phone.actions.campaigns import find_campaign
    from tuidang.phone.queries import machines, standings, unassigned_complaints
    from tuidang.phone.records.funnel import STAGES

    found = find_campaign(name)
    folder = settings.TUIDANG.data / "phone"
    running = machines(folder / "live", datetime.now(UTC))
    today = calls.Day.read(folder / "records", name, china_today())
    return {
        **row_of(found),
        "opens": found.opens,
        "closes": found.closes,
        "daily_limit": found.daily_limit,
        "days_between": found.days_between,
        "regions": found.regions.split(),
        "language": found.language,
        "obstacles": _obstacles(found),
        "today": {
            **dict.fromkeys((*STAGES, "refused"), 0),
            **today.counts,
            "people": today.people,
            "by_region": today.by_region,
            "refusals": today.by_reason,
        },
        "trunks": [
            {
                "name": trunk.name,
                "health": trunk.health,
                "in_air": trunk.in_air,
                "channels": trunk.channels,
                "failed": trunk.failed,
            }
            for trunk in calls.trunks_of(running, found.trunks.order_by("name"))
        ],
        "messages": [_message(standing) for standing in standings(folder / "records", found)],
        "complaints_of_no_message": unassigned_complaints(found),
        "machines": [_machine(machine, name) for machine in running if name in machine.campaigns],
    }


def _obstacles(found: Campaign) -> list[str]:
    """List what keeps a campaign from starting, as `start` would say it; nothing of one that cannot start."""
    from django.conf import settings

    from tuidang.phone.queries import obstacles
    from tuidang.web import doctor

    if found.state not in {found.State.DRAFT, found.State.PAUSED}:
        return []
    return obstacles(found, phone_live=settings.TUIDANG.phone_live, warnings=doctor.count_warnings())


def _message(standing: Standing) -> dict[str, Any]:
    compared = standing.comparison
    return {
        "name": standing.message.name,
        "sound": standing.message.sound,
        "share": standing.message.share,
        "counts": standing.row.counts,
        "complaints": standing.complaints,
        "verdict": compared.verdict if compared else None,
        # How many times as many do it as after the others, from and to.
        "limits": {
            "ask": _finite(compared.asks),
            "opt_out": _finite(compared.never),
            "complain": _finite(compared.complaints),
        }
        if compared
        else None,
    }


def _machine(machine: Machine, campaign: str) -> dict[str, Any]:
    going = machine.campaigns[campaign]
    return {
        "name": machine.name,
        "is_up": machine.is_up,
        "asterisk": machine.asterisk,
        "in_air": going.in_air if machine.is_up else 0,
        "rate": going.rate if machine.is_up else 0,
        "halted": going.halted if machine.is_up else "",
        "held": going.held,
    }


def _lines(shown: dict[str, Any]) -> Iterator[str]:
    """Write on lines what a program is given."""
    today = shown["today"]
    yield f"{shown['title']} ({shown['name']}) {_STATES[shown['state']]}."
    yield from (f"Before it can start: {obstacle}" for obstacle in shown["obstacles"])
    yield f"Today: {_in_words(today)}"
    regions = sorted(today["by_region"].items(), key=lambda item: -item[1]["dialled"])
    if places := [
        f"{region or 'place not known'} {counts['answered']:,} of {counts['dialled']:,}"
        for region, counts in regions
        if counts["dialled"]
    ]:
        yield f"Answered, by place: {', '.join(places)}"
    if today["refusals"]:
        yield f"Not dialled: {_reasons(today['refusals'])}"
    for message in shown["messages"]:
        complaints = f", {message['complaints']:,} complained" if message["complaints"] else ""
        yield f"{message['name']}: {_in_words(message['counts'])}{complaints}{_verdict(message)}"
    for trunk in shown["trunks"]:
        yield (
            f"Trunk {trunk['name']} {_HEALTH[trunk['health']]}:"
            f" {trunk['in_air']:,} of {trunk['channels']:,} calls in the air, {trunk['failed']:,} failed"
        )
    for machine in shown["machines"]:
        state = "dials" if machine["is_up"] and machine["asterisk"] else "is silent"
        yield f"{machine['name']} {state}, with {machine['in_air']} calls in the air."
        if machine["halted"]:
            yield f"{machine['name']} dials nothing new right now: {machine['halted']}"
        for trunk, times in machine["held"].items():
            yield f"{machine['name']} was held back on {trunk}: {_reasons(times)}"


def _reasons(counts: dict[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    return ", ".join(f"{reason} {count:,}" for reason, count in ordered)


def _in_words(counts: dict[str, int]) -> str:
    """Write a funnel on one line, each stage with its share of the one it is a part of."""
    if not counts.get("dialled"):
        return "nothing dialled" + (f", {counts['refused']:,} refused" if counts.get("refused") else "")
    whole = {"live": "dialled", "answered": "dialled"}
    parts = [f"{counts['dialled']:,} dialled"]
    for stage in ("live", "answered", "heard", "whole", "more", "person", "withdraw", "never"):
        base = counts[whole.get(stage, "answered")]
        share = f" ({100 * counts[stage] / base:.1f}% of {base:,})" if base else ""
        parts.append(f"{counts[stage]:,} {stage}{share}")
    return ", ".join([*parts, f"{counts['refused']:,} refused"])


def _verdict(message: dict[str, Any]) -> str:
    if message["verdict"] is None:
        return ""
    words = {"ask": "ask", "opt_out": "want never to be called again", "complain": "complain"}
    parts = [
        f"{low:.2f} to {high:.2f} times as many {words[do]} as after the others"
        for do, (low, high) in message["limits"].items()
        if high is not None
    ]
    return f"; {message['verdict']}" + (f": {', '.join(parts)}" if parts else "")


def _finite(limits: tuple[float, float]) -> tuple[float, float | None]:
    """Give limits as JSON can hold them: no greatest one is null."""
    low, high = limits
    return low, high if high < float("inf") else None
