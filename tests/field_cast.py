"""The cast of the tests of the field: what a phone seals, a site with a team, and keys of the weeks."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

from tuidang.field.actions.sites import create_site, make_team_code
from tuidang.field.batches import SealedEntry, name_of
from tuidang.field.models import Site
from tuidang.privacy.receipts import make_digits
from tuidang.privacy.weekly import WeekKey, seal_entry, week_of

TODAY = date(2026, 11, 25)
WEEK = week_of(TODAY)
KEY = WeekKey(WEEK, bytes(range(1, 33)))


def digits_of(number: int) -> str:
    """Give a receipt that is well formed, another for each number."""
    return make_digits(bytes(32), number.to_bytes(16, "big"), bytes(32), 0)


def content(number: int = 1, **others: object) -> dict[str, object]:
    """Give what a phone seals about somebody."""
    return {
        "v": 1,
        "name": "金福",
        "orgs": ["league", "pioneers"],
        "region": "CN-SC",
        "text": "",
        "lang": "zh-hans",
        "under_18": False,
        "own": True,
        "digits": digits_of(number),
        **others,
    }


def sealed(number: int = 1, uuid: UUID | None = None, week: str = WEEK, **others: object) -> SealedEntry:
    """Seal it, as a phone does."""
    data = json.dumps(content(number, **others)).encode()
    entry = SealedEntry(uuid4(), week, seal_entry(KEY.public, data))
    return replace(entry, uuid=uuid or name_of(entry))


def sealed_for(public: bytes, week: str, number: int) -> SealedEntry:
    """Seal another person for each number, to a key of a running site."""
    data = json.dumps(content(number, name=f"金福{number}")).encode()
    return SealedEntry(uuid4(), week, seal_entry(public, data))


def as_sent(*entries: SealedEntry) -> dict[str, object]:
    """Give entries as a phone sends them."""
    return {
        "entries": [
            {"uuid": str(one.uuid), "week": one.week, "sealed": b64encode(one.sealed).decode()}
            for one in entries
        ]
    }


def site_and_code() -> tuple[Site, str]:
    """Open a site, and give its team a code."""
    site = create_site("台北，塔前", "TW")
    return site, make_team_code(site.code, "mornings", TODAY)
