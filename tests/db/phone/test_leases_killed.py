"""Dialling machines that are killed at any moment: nothing is dialled twice, nothing is skipped.

Each machine is a process of its own that notes what it drew. What it drew but could not note is at most one
draw: those numbers were in the air, and count as dialled.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random, SystemRandom

import pytest
from django.db import connection, connections

from lease_cast import GUANGDONG, NOON, TIBET, UNKNOWN, dial_dry, every_number, lease, settle
from tuidang.phone.actions import blocks
from tuidang.phone.actions.blocks import LeaseLost, draw_numbers, return_block
from tuidang.phone.models import Block
from tuidang.phone.numbers.permutation import STEPS
from tuidang.phone.numbers.sampler import Sampler

pytestmark = pytest.mark.django_db(transaction=True)
MACHINES = 4
DRAWN_AT_ONCE = 40
LEASE = timedelta(seconds=0.5)


def start(machine: str, notes: Path) -> int:
    """Fork a machine, which dials until nothing is left; give its process id."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            dial(machine, notes)
        except BaseException as error:  # noqa: BLE001  a child says it, and ends
            (notes / f"failed-{machine}").write_text(f"{type(error).__name__}: {error}")
        finally:
            os._exit(0)
    return child


def dial(machine: str, notes: Path) -> None:
    """Lease, draw and give back; some leases are left to run out."""
    blocks.LEASE, blocks.SLICE = LEASE, 400
    dice, sampler = Random(machine), Sampler()
    with (notes / f"drawn-{machine}").open("a") as file:
        while not (notes / "stop").exists():
            held = lease(sampler, machine, datetime.now(UTC), simulated=True)
            if held is None:
                if Block.objects.exclude(counter=STEPS).count() == 0:
                    return
                time.sleep(0.05)
                continue
            with suppress(LeaseLost):
                while numbers := draw_numbers(held, dice.randint(1, DRAWN_AT_ONCE), now=datetime.now(UTC)):
                    file.write("".join(f"{number}\n" for number in numbers))
                    file.flush()
                    if dice.random() < 0.01:
                        time.sleep(LEASE.total_seconds() * 1.5)  # a machine that stalls loses its lease
            if dice.random() < 0.8:
                return_block(held)


def noted(notes: Path) -> list[str]:
    """Give every number that a machine noted; a line that a kill cut is none."""
    assert not [file.read_text() for file in notes.glob("failed-*")]
    lines = [line for file in notes.glob("drawn-*") for line in file.read_text().splitlines()]
    return [line for line in lines if len(line) == 13]


def await_end(children: list[int]) -> None:
    for child in children:
        os.waitpid(child, 0)


def test_several_processes_draw_every_number_once(tmp_path: Path) -> None:
    settle(GUANGDONG, TIBET, UNKNOWN)
    await_end([start(f"m{number}", tmp_path) for number in range(MACHINES)])
    assert sorted(noted(tmp_path)) == every_number(GUANGDONG, TIBET, UNKNOWN)
    assert len([file for file in tmp_path.glob("drawn-*") if file.stat().st_size]) == MACHINES


def test_killed_again_and_again_they_draw_nothing_twice_and_skip_nothing(tmp_path: Path) -> None:
    settle(GUANGDONG, TIBET, UNKNOWN)
    dice, kills = SystemRandom(), 0
    children = {number: start(f"m{number}.0", tmp_path) for number in range(MACHINES)}
    for turn in range(1, 21):
        time.sleep(dice.uniform(0.02, 0.25))
        number = dice.randrange(MACHINES)
        os.kill(children[number], signal.SIGKILL)
        _, status = os.waitpid(children[number], 0)
        kills += os.WIFSIGNALED(status)
        children[number] = start(f"m{number}.{turn}", tmp_path)
    await_end(list(children.values()))
    drawn = noted(tmp_path)
    assert len(drawn) == len(set(drawn))
    in_the_air = set(every_number(GUANGDONG, TIBET, UNKNOWN)) - set(drawn)
    assert len(in_the_air) <= kills * DRAWN_AT_ONCE
    assert set(drawn) <= set(every_number(GUANGDONG, TIBET, UNKNOWN))
    assert set(Block.objects.values_list("counter", flat=True)) == {STEPS}


def test_the_database_away_for_a_moment_costs_no_number(tmp_path: Path) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite is a file: it does not go away by itself")
    sampler = settle(GUANGDONG)
    held = lease(sampler)
    assert held is not None
    drawn = [*draw_numbers(held, 20, now=NOON)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", (backend,))
    other.close()
    with pytest.raises(Exception, match=r"terminat|closed"):
        draw_numbers(held, 20, now=NOON)
    connection.close()
    drawn += draw_numbers(held, 20, now=NOON)
    return_block(held)
    dial_dry(sampler, NOON, drawn.extend)
    assert sorted(drawn) == every_number(GUANGDONG)
