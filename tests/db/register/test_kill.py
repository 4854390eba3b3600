"""Killed at random moments, the register keeps every acknowledged statement, counts it once, stays whole."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from random import SystemRandom

import pytest
from django.db import connection

from folder_cast import read_leaves
from kill_cast import FAMILIES, Nursery, check

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def nursery(tmp_path: Path) -> Iterator[Nursery]:
    """Begin a log in a folder and a database of its own."""
    database = ""
    name = f"killed_{os.getpid()}"
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
        database = os.environ["TUIDANG_DATABASE"].rpartition("/")[0] + f"/{name}"
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    nursery = Nursery(data, database)
    nursery.finish("begin")
    yield nursery
    nursery.close()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_twenty_kills_lose_nothing_and_double_nothing(nursery: Nursery) -> None:
    kill_again_and_again(nursery, 20)
    check(nursery)


@pytest.mark.soak
def test_two_hundred_kills_lose_nothing_and_double_nothing(nursery: Nursery) -> None:
    kill_again_and_again(nursery, 200)
    check(nursery)


def kill_again_and_again(nursery: Nursery, times: int) -> None:
    """Let two families post while the worker publishes and erases; kill one of the three each time."""
    dice = SystemRandom()
    commands = ["tend", *(f"intake {family}" for family in FAMILIES)]
    children = {command: nursery.start(command) for command in commands}
    for number in range(times):
        time.sleep(dice.uniform(0.02, 0.4))
        command = dice.choices(commands, [4, 1, 1])[0]
        assert nursery.kill(children[command]), f"`{command}` had ended by itself"
        look(nursery.data / "log")
        (nursery.data / "day.new").write_text(str(number // 3))
        (nursery.data / "day.new").replace(nursery.data / "day")
        children[command] = nursery.start(command)
    for child in children.values():
        nursery.kill(child)


def look(folder: Path) -> None:
    """See what a visitor sees while others write: a log whose every leaf is under its signed root."""
    read_leaves(folder)
