"""Blocks of numbers: who calls which, and how far the pass over each has come. None twice, none skipped.

A machine leases a block for a slice of its pass, draws numbers by moving the counter, and gives the block
back. Every step is one conditional UPDATE, so that whoever comes second changes nothing: that is as good here
as PostgreSQL's SKIP LOCKED, for nobody waits longer than one such statement, and it holds on SQLite too.
Whether machines agree on the time decides only when a dead one's block is free again, never whether a number
is drawn twice: a draw moves the counter from where it was read, or not at all.

Everything here is done forty times a second for years, so it speaks SQL, in words that both databases know.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from django.db import connection, transaction

from tuidang.base.clock import CHINA
from tuidang.phone.models import random_key
from tuidang.phone.numbers.blocks import NumberBlock, in_batches
from tuidang.phone.numbers.permutation import STEPS, number_at
from tuidang.phone.numbers.sampler import NO_TALLIES, SLICE, Sampler
from tuidang.phone.rules import Zone, is_open, last_day_of_old_pass, open_zones

LEASE = timedelta(minutes=2)  # each draw begins it anew; a dead machine's block is free after that
LEARNT = timedelta(minutes=1)  # how long a sampler goes by the tallies it has read
MACHINE_LENGTH = 31  # letters of a machine's name
_AT_ONCE = 5_000  # blocks in one statement

_LOAD = """INSERT INTO phone_block
           (prefix, region, carrier, zone, seed, counter, dialled, live, answered, leased_by) {}
           ON CONFLICT (prefix) DO UPDATE SET
           region = excluded.region, carrier = excluded.carrier, zone = excluded.zone"""
_ROW = "(%s, %s, %s, %s, %s, 0, 0, 0, 0, '')"
# PostgreSQL takes five columns three times faster than as many rows.
_COLUMNS = """SELECT *, 0, 0, 0, 0, ''
              FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[])"""
# A pass that is whole begins anew, in another order, when the least time is over.
_LEASE = """UPDATE phone_block SET leased_by = %s, leased_until = %s,
            seed = CASE WHEN counter = %s THEN %s ELSE seed END,
            counter = CASE WHEN counter = %s THEN 0 ELSE counter END
            WHERE prefix = %s AND (leased_by = '' OR leased_until <= %s) AND (counter < %s OR passed <= %s)
            RETURNING region, zone, seed, counter"""
_READ = "SELECT seed, counter FROM phone_block WHERE prefix = %s AND leased_by = %s AND leased_until > %s"
_DRAW = """UPDATE phone_block SET counter = %s, leased_until = %s,
           passed = CASE WHEN %s = %s THEN %s ELSE passed END
           WHERE prefix = %s AND leased_by = %s AND leased_until > %s AND counter = %s"""
_RETURN = "UPDATE phone_block SET leased_by = '', leased_until = NULL WHERE prefix = %s AND leased_by = %s"
_RETURN_ALL = """UPDATE phone_block SET leased_by = '', leased_until = NULL
                 WHERE leased_by <> '' AND substr(leased_by, 1, %s) = %s"""
_TALLY = """UPDATE phone_block SET dialled = dialled + %s, live = live + %s, answered = answered + %s
            WHERE prefix = %s"""
_TABLE = "SELECT prefix, region, zone FROM phone_block ORDER BY prefix"
_TALLIES = """SELECT CAST(prefix AS integer), dialled, answered,
              CASE WHEN counter = %s AND passed > %s THEN 1 ELSE 0 END FROM phone_block
              WHERE dialled > 0 OR counter = %s"""


class LeaseLost(Exception):  # noqa: N818  an answer, not a mistake
    """The lease ran out, and the block may be another machine's: draw no more of it, and lease another."""


@dataclass(frozen=True)
class Lease:
    """A block that one machine calls for a while: from its counter up to the step `stop`."""

    prefix: str
    region: str
    machine: str
    zone: Zone
    stop: int
    token: str  # tells this lease from another of the same machine
    simulated: bool

    @property
    def holder(self) -> str:
        """Name the lease as its row does."""
        return f"{self.machine}#{self.token}"


def load_blocks(blocks: Sequence[NumberBlock], progress: Callable[[int], None] = lambda _: None) -> int:
    """Put blocks into the table, or correct place, carrier and zone; passes and tallies stay as they are.

    `progress` is told how many more are there. A crash leaves a part of them; loading again brings the rest.
    """
    for batch in in_batches(blocks, _AT_ONCE):
        rows = [(b.prefix, b.region, b.carrier, b.zone.value, random_key()) for b in batch]
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(_LOAD.format(_COLUMNS), [list(column) for column in zip(*rows, strict=True)])
            else:
                values = ", ".join([_ROW] * len(rows))
                cursor.execute(_LOAD.format(f"VALUES {values}"), [cell for row in rows for cell in row])
        progress(len(batch))
    return len(blocks)


def lease_block(
    machine: str,
    sampler: Sampler,
    *,
    now: datetime,
    days_between: int,
    regions: Collection[str] = (),
    simulated: bool = False,
) -> Lease | None:
    """Lease a slice of a block in these regions (none named: all) that may be called now; None if none.

    `sampler` is the machine's own; it learns the tallies here when those it has are old. `days_between`
    two passes, and at least what the rules demand. `simulated`: for trunks that are `rules.is_simulated`,
    where it is never too late. ValueError for a machine's name that is empty, too long or has a "#".
    """
    if not 0 < len(machine) <= MACHINE_LENGTH or "#" in machine:
        raise ValueError(f"a machine's name has 1 to {MACHINE_LENGTH} letters, and no #")
    zones = frozenset(Zone) if simulated else open_zones(now)
    passed = _day(last_day_of_old_pass(_today(now), days_between))
    fresh = False
    while zones:
        if sampler.learnt is None or not (fresh or now - LEARNT < sampler.learnt <= now):
            _teach(sampler, now, passed)
            fresh = True
        prefix = sampler.choose(zones, regions)
        if prefix is None and fresh:
            return None
        if prefix is None:
            sampler.learnt = None  # what was given out meanwhile may be free again
        elif lease := _lease(prefix, machine, now, passed, simulated=simulated):
            return lease
    return None


def draw_numbers(lease: Lease, count: int, *, now: datetime) -> tuple[str, ...]:
    """Draw the next `count` numbers of a lease, E.164 digits, in random order: dialled from now on.

    Fewer at the end of the slice, and none once it is over or outside the place's hours: then give the block
    back. Each draw extends the lease. Raises LeaseLost.
    """
    if not lease.simulated and not is_open(lease.zone, now):
        return ()
    whose = (lease.prefix, lease.holder, _moment(now))
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_READ, whose)
            row = cursor.fetchone()
            if row is None:
                raise LeaseLost(f"the lease of block {lease.prefix} has run out")
            seed, counter = row
            if counter >= lease.stop:
                return ()
            numbers, after = _walk(seed, counter, lease.stop, count)
            moved = (after, _moment(now + LEASE), after, STEPS, _day(_today(now)))
            with transaction.atomic(durable=True):
                cursor.execute(_DRAW, (*moved, *whose, counter))
            # A crash before the commit leaves the numbers undrawn; after it they count as dialled.
            if cursor.rowcount == 1:
                return tuple(f"86{lease.prefix}{number:04d}" for number in numbers)


def tally_block(prefix: str, *, dialled: int, live: int, answered: int) -> None:
    """Add to a block's tallies what became of its calls; no lease is needed, for calls end after it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TALLY, (dialled, live, answered, prefix))


def return_block(lease: Lease) -> None:
    """Give a block back; without effect if the lease has run out and the block is another's."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_RETURN, (lease.prefix, lease.holder))


def return_blocks(machine: str) -> int:
    """Give back what a machine that ended without a word had leased; return how many blocks.

    For its next start, when it is known that no other process dials under its name.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_RETURN_ALL, (len(machine) + 1, f"{machine}#"))
        return int(cursor.rowcount)


def _lease(prefix: str, machine: str, now: datetime, passed: date | str, *, simulated: bool) -> Lease | None:
    token = secrets.token_hex(4)
    mine = (f"{machine}#{token}", _moment(now + LEASE))
    anew = (STEPS, random_key(), STEPS)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LEASE, (*mine, *anew, prefix, _moment(now), STEPS, passed))
        row = cursor.fetchone()
    # A crash after the commit leaves a lease that nobody uses until it runs out.
    if row is None:
        return None
    region, zone, seed, counter = row
    _, stop = _walk(seed, counter, STEPS, SLICE)
    return Lease(prefix, region, machine, Zone(zone), stop, token, simulated)


def _walk(seed: int, counter: int, stop: int, count: int) -> tuple[list[int], int]:
    """Take steps until there are `count` numbers or the slice is over; give them, and the counter then."""
    numbers: list[int] = []
    while counter < stop and len(numbers) < count:
        number = number_at(seed, counter)
        if number is not None:
            numbers.append(number)
        counter += 1
    # The last steps of a pass may name no number: they end it together with its last number.
    while counter < stop and number_at(seed, counter) is None:
        counter += 1
    return numbers, counter


def _teach(sampler: Sampler, now: datetime, passed: date | str) -> None:
    """Let a sampler read the table, if that has changed, and all tallies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM phone_block")
        if cursor.fetchone()[0] != len(sampler):
            cursor.execute(_TABLE)
            table = cursor.fetchall()
            sampler.place_blocks(*([row[column] for row in table] for column in range(3)))
        cursor.execute(_TALLIES, (STEPS, passed, STEPS))
        tallies = [NO_TALLIES]
        while rows := cursor.fetchmany(_AT_ONCE):  # in parts, so that other threads get their turn
            tallies.append(np.array(rows, np.int64))
    sampler.learn(np.concatenate(tallies))
    sampler.learnt = now


def _today(now: datetime) -> date:
    return now.astimezone(CHINA).date()


def _day(day: date) -> date | str:
    """Write a day as the database keeps it."""
    return connection.ops.adapt_datefield_value(day) or day


def _moment(now: datetime) -> datetime | str:
    """Write a time as the database keeps it."""
    return connection.ops.adapt_datetimefield_value(now) or now
