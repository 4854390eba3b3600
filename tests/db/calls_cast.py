"""The cast of the tests of calls: campaigns, what was recorded of them, and what a machine says right now."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

from django.test import Client

from tuidang.phone.actions.campaigns import Limits, create_campaign, save_trunk, set_messages, set_trunks
from tuidang.phone.records.outcomes import Outcome, Record
from tuidang.phone.records.spool import Spool

TWO = [("first", "message/sample-1", 1, True), ("second", "message/sample-2", 1, True)]
PLAN = "first=1 second=1"

Enter = Callable[..., Client]  # (pseudonym, *roles) -> the browser of somebody who has signed in


def make_sounds(phone: Path, *names: str) -> None:
    """Prepare the shortest of sounds for messages, in the telephone's folder."""
    (phone / "sounds/message").mkdir(parents=True)
    for name in names:
        (phone / f"sounds/message/{name}.alaw").write_bytes(b"\xd5")


def draft(name: str = "autumn") -> str:
    """Make a campaign that can be started."""
    save_trunk("lab", "127.0.0.1:5070", calls_per_second=40, channels=500)
    create_campaign(name, "Autumn leaves", Limits())
    set_messages(name, TWO)
    set_trunks(name, ["lab"])
    return name


def live_draft(name: str = "autumn") -> str:
    """Make a campaign that would call real people."""
    draft(name)
    save_trunk("out", "sip.example.org:5060", caller="14165550123", live=True)
    set_trunks(name, ["out"])
    return name


def all_is_well() -> int:
    """Be a doctor who finds nothing, as where everything is set up: `settings.COUNT_WARNINGS`."""
    return 0


def typed(**more: str | list[str]) -> dict[str, str | list[str]]:
    """Fill the form of a new campaign, rightly but for `more`."""
    return {
        "name": "winter",
        "title": "Winter",
        "opens": "10",
        "closes": "20",
        "daily_limit": "5000",
        "days_between": "60",
        "message-0": "first",
        "sound-0": "message/sample-1",
        "share-0": "3",
        "names-caller-0": "on",
        "share-1": "1",
        "trunks": ["lab"],
        "regions": ["CN-HA", "CN-SD"],
        **more,
    }


def keep(records: Path, calls: list[Record]) -> None:
    """Record calls."""
    spool = Spool(records)
    for call in calls:
        spool.add(call)
    spool.close()


def call(day: date, region: str, outcome: Outcome, *, message: str = "first", **more: object) -> Record:
    """Make a record of a call of the campaign "autumn"."""
    is_dialled = outcome is not Outcome.REFUSED
    return Record(
        day,
        region,
        "autumn",
        "lab",
        message if is_dialled else "",
        PLAN if is_dialled else "",
        outcome,
        **more,  # type: ignore[arg-type]  # whatever else a record has
    )


def snapshot(folder: Path, machine: str = "one", **more: object) -> Path:
    """Write what a dialling machine says at this moment."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{machine}.json"
    going = {"in_air": 213, "rate_10s": 38.2, "halted": "", "held": {"lab": {"trunk-rate": 2}}}
    carrying = {"up": True, "in_air": 213, "slowed": False, "failed": 3}
    content = {
        "machine": machine,
        "asterisk": True,
        "campaigns": {"autumn": going},
        "trunks": {"lab": carrying},
        **more,
    }
    path.write_text(json.dumps(content))
    return path
