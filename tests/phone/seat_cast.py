"""The hotline's part in desk telephones, where a test runs without it: who sits where may sign in there."""

from __future__ import annotations

import json
import sqlite3
import urllib.request
from contextlib import closing
from pathlib import Path
from uuid import UUID

from line_cast import headers_of

from tuidang.phone.asterisk.config import Desk, Setup, desk_of

SITS = UUID(int=7)  # at every desk of a test that knows no accounts


def desk_at(setup: Setup, number: int) -> Desk:
    """Give a desk telephone as who sits there signs in."""
    return desk_of(number, setup.password, SITS)


def seat(setup: Setup, number: int, volunteer: UUID = SITS) -> Desk:
    """Let a volunteer in at a desk telephone, and give it as he signs in there."""
    desk = desk_of(number, setup.password, volunteer)
    fields = {"auth_type": "digest", "username": desk.name, "password": desk.secret}
    body = {"fields": [{"attribute": what, "value": value} for what, value in fields.items()]}
    address = f"{setup.ari}/asterisk/config/dynamic/res_pjsip/auth/{desk.name}"
    headers = {**headers_of(setup), "Content-Type": "application/json"}
    asked = urllib.request.Request(address, json.dumps(body).encode(), headers, method="PUT")
    with urllib.request.urlopen(asked, timeout=90):
        return desk


def on_duty(data: Path) -> dict[int, UUID]:
    """Say who sits where, as a running site with the data folder has it."""
    with closing(sqlite3.connect(data / "private.sqlite3")) as database:
        found = database.execute("SELECT desk, volunteer FROM phone_duty").fetchall()
    return {number: UUID(volunteer) for number, volunteer in found}


def seat_all(setup: Setup, data: Path) -> None:
    """Let everybody in who is on duty."""
    for number, volunteer in on_duty(data).items():
        seat(setup, number, volunteer)
