"""Killed between any two instructions, choices are stored once each, and no number lies in a file."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from random import SystemRandom

import pytest
from django.db import connection

from kill_cast import FAMILIES, Nursery
from kill_nursery import read_acknowledged
from phone_nursery import AFTER, MOMENTS, call_of, number_of, people_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def nursery(tmp_path: Path) -> Iterator[Nursery]:
    """Begin a register in a folder and a database of its own."""
    database = ""
    name = f"choices_{os.getpid()}"
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
        database = os.environ["TUIDANG_DATABASE"].rpartition("/")[0] + f"/{name}"
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    nursery = Nursery(data, database, program="phone_nursery.py")
    nursery.finish("begin")
    yield nursery
    nursery.close()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.parametrize("moment", [*MOMENTS, *AFTER])
def test_a_kill_at_the_very_moment_makes_neither_two_nor_none(nursery: Nursery, moment: str) -> None:
    family = FAMILIES[0]
    for number in range(3):
        assert not nursery.succeeds(f"die {moment} {family}")
        assert len(read_acknowledged(nursery.data, family)) == number
        nursery.finish(f"choose-once {family}")
    check(nursery)


def test_kills_at_any_moment_lose_nothing_and_double_nothing(nursery: Nursery) -> None:
    dice = SystemRandom()
    children = {family: nursery.start(f"choose {family}") for family in FAMILIES}
    for _ in range(12):
        time.sleep(dice.uniform(0.02, 0.4))
        family = dice.choice(FAMILIES)
        assert nursery.kill(children[family]), f"{family} had ended by itself"
        children[family] = nursery.start(f"choose {family}")
    for child in children.values():
        nursery.kill(child)
    for family in FAMILIES:
        nursery.finish(f"choose-once {family}")  # whoever was not answered is told again
    check(nursery)


def check(nursery: Nursery) -> None:
    """Compare what was acknowledged with what is stored, and look for numbers in every file."""
    nursery.finish("report")
    report = json.loads((nursery.data / "report.json").read_text())
    calls = [
        (family, number)
        for family in FAMILIES
        for number in range(len(read_acknowledged(nursery.data, family)))
    ]
    assert calls
    assert len(report["found"]) == len(calls)
    assert all(all(found) for found in report["found"].values())
    assert report["statements"] == sum(len(people_of(number)) for _, number in calls)
    numbers = [number_of(*call) for call in calls]
    assert report["numbers"] == sorted(sha256(number.encode()).hexdigest() for number in numbers)
    assert len(calls) - 2 <= report["pins"] <= len(calls)  # two calls may have the same six digits
    written = [path for path in nursery.data.rglob("*") if path.is_file()]
    assert connection.vendor != "sqlite" or any(path.name == "private.sqlite3" for path in written)
    everything = b"".join(path.read_bytes() for path in written)
    for family, number in calls:
        told = number_of(family, number)
        for shape in (told, told[2:], call_of(family, number).hex()):
            assert shape.encode() not in everything
            assert shape.encode("utf-16-le") not in everything
        assert call_of(family, number) not in everything
        assert bytes.fromhex("0" + told) not in everything
        assert int(told).to_bytes(6, "big") not in everything
