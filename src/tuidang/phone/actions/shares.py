"""The limits of each trunk, divided among the machines that dial by it: together they never use more.

What a row says is taken, whether its machine uses it or not. So a machine raises its row before it uses more,
and lowers it after it uses less: whoever joins takes what the others have given up, and nothing before. They
look one at a time, and nobody's clock has to agree with another's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.db import connection, transaction

from tuidang.phone.models import TrunkShare, random_key


@dataclass(frozen=True, slots=True)
class Share:
    """Calls a second and channels of a trunk: all of them, or what one machine has."""

    calls_per_second: int = 0
    channels: int = 0


def take_shares(
    machine: str,
    limits: Mapping[str, Share],
    held: Mapping[str, Share],
    find_dead: Callable[[Mapping[str, int]], Collection[str]],
) -> dict[str, Share]:
    """Give what `machine` may use from now on of each trunk in `limits`, once this is committed.

    `held`: what it may be using meanwhile, its calls that are up among it; that stays taken until a later
    look finds it given up. `find_dead` tells from the other machines' marks which are dead, and use nothing.
    """
    with transaction.atomic(durable=True):
        _one_at_a_time()
        rows = list(TrunkShare.objects.exclude(machine=machine))
        dead = find_dead({row.machine: row.mark for row in rows})
        TrunkShare.objects.filter(machine__in=dead).delete()
        shares, mine, mark = {}, [], random_key()
        for name in sorted(limits.keys() | held.keys()):
            others = {row.machine: row for row in rows if row.trunk_id == name and row.machine not in dead}
            share = _divide(limits.get(name, Share()), machine, others)
            uses = held.get(name, Share())
            taken = Share(
                max(share.calls_per_second, uses.calls_per_second), max(share.channels, uses.channels)
            )
            if name in limits or taken != Share():
                mine.append(
                    TrunkShare(
                        machine=machine,
                        trunk_id=name,
                        calls_per_second=taken.calls_per_second,
                        channels=taken.channels,
                        mark=mark,
                    )
                )
            if name in limits:
                shares[name] = share
        TrunkShare.objects.filter(machine=machine).exclude(trunk__in=[row.trunk_id for row in mine]).delete()
        TrunkShare.objects.bulk_create(
            mine,
            update_conflicts=True,
            unique_fields=["machine", "trunk"],
            update_fields=["calls_per_second", "channels", "mark"],
        )
    # A crash after the commit leaves a row that nobody uses until its machine starts again, or is found dead.
    return shares


def leave_shares(machine: str) -> None:
    """Leave to the others what a machine had taken, when it begins no further call."""
    TrunkShare.objects.filter(machine=machine).delete()


def _divide(limit: Share, machine: str, others: Mapping[str, TrunkShare]) -> Share:
    """Give a machine its part; no more than the others have left, and no channel to whom no call is left."""
    place = sorted([machine, *others]).index(machine)
    among = min(len(others) + 1, limit.calls_per_second, limit.channels)
    if place >= among:
        return Share()
    rate, channels = (
        max(0, min(whole // among + (place < whole % among), whole - sum(taken)))
        for whole, taken in (
            (limit.calls_per_second, [row.calls_per_second for row in others.values()]),
            (limit.channels, [row.channels for row in others.values()]),
        )
    )
    return Share(rate, channels)


def _one_at_a_time() -> None:
    """Let no other machine look before this one has written; on SQLite a transaction is alone anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE phone_trunkshare IN SHARE ROW EXCLUSIVE MODE")
