"""Leases: a held statement that one reviewer has in hand is shown to no other, and nobody has many."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from tuidang.register.models import Lease

IN_HAND = 50  # statements a reviewer may have
LEASED = timedelta(minutes=10)  # anew with every look at it
_LOCKS = 0x4C454153  # whose of PostgreSQL's advisory locks these are


@dataclass(frozen=True)
class Leased:
    """What was asked for, as it is now."""

    mine: tuple[int, ...]  # in the order asked for
    elsewhere: int  # in another reviewer's hands
    full: bool  # some were free, and not given: he has `IN_HAND` already


def lease_statements(ids: Sequence[int], most: int, reviewer: str, now: datetime) -> Leased:
    """Give a reviewer at most so many of these statements: those he has already first, then free ones.

    What nobody has looked at for ten minutes is free again. Two who ask at once get different ones.
    """
    with transaction.atomic():
        _one_by_one(reviewer)
        _forget(now)
        held = dict(Lease.objects.filter(waiting__in=ids).values_list("waiting", "reviewer"))
        own = [key for key in ids if held.get(key) == reviewer][:most]
        free = [key for key in ids if key not in held]
        room = IN_HAND - Lease.objects.filter(reviewer=reviewer).count()
        wanted = max(0, min(most - len(own), len(free)))
        taken = free[: max(0, min(wanted, room))]
        until = now + LEASED
        Lease.objects.filter(waiting__in=own).update(until=until)
        Lease.objects.bulk_create(
            [Lease(waiting=key, reviewer=reviewer, until=until) for key in taken], ignore_conflicts=True
        )
    # After the commit: with PostgreSQL another may have taken some of them just before.
    mine = set(
        Lease.objects.filter(waiting__in=[*own, *taken], reviewer=reviewer).values_list("waiting", flat=True)
    )
    elsewhere = sum(owner != reviewer for owner in held.values())
    return Leased(tuple(key for key in [*own, *taken] if key in mine), elsewhere, full=len(taken) < wanted)


def in_other_hands(ids: Collection[int], reviewer: str, now: datetime) -> frozenset[int]:
    """Name those of the statements that another reviewer has in hand."""
    others = Lease.objects.filter(waiting__in=list(ids), until__gt=now).exclude(reviewer=reviewer)
    return frozenset(others.values_list("waiting", flat=True))


def give_back(reviewer: str, ids: Collection[int] | None = None) -> int:
    """Give statements back, or all that a reviewer has in hand; give how many these were."""
    own = Lease.objects.filter(reviewer=reviewer)
    count, _ = (own if ids is None else own.filter(waiting__in=list(ids))).delete()
    return count


def _one_by_one(reviewer: str) -> None:
    """Let what a reviewer asks for at once be counted one after the other; SQLite does so by itself."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (_LOCKS, reviewer))


def _forget(now: datetime) -> None:
    Lease.objects.filter(until__lte=now).delete()
