"""The limits of each trunk, divided among the machines that dial by it: together they never use more.

What a row says is taken, whether its machine uses it or not. So a machine raises its row before it uses more,
and lowers it after it uses less: whoever joins takes what the others have given up, and nothing before. They
look one at a time, and nobody's clock has to agree with another's.

A volunteer's call has a row of its own, for as long as it is up. It goes before the machines: what such calls
take is taken from the whole before that is divided, and a call is begun when the machines have made room.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from django.db import connection, transaction

from tuidang.phone.models import Trunk, TrunkShare, random_key

_CALL: Final = "call:"  # begins the rows of volunteers' calls; no machine's name has a colon
_CALL_LETTERS: Final = 26  # of a call's name, in its row


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


def ask_for_place(call: str, trunk: str) -> None:
    """Ask for room for one call by a volunteer on a trunk; the machines make it within seconds."""
    TrunkShare.objects.get_or_create(
        machine=_row_of(call),
        trunk_id=trunk,
        defaults={"calls_per_second": 1, "channels": 1, "mark": random_key()},
    )


def has_place(call: str, find_dead: Callable[[Mapping[str, int]], Collection[str]]) -> bool:
    """Tell whether the room is there: all rows of its trunk together are within the trunk's limits.

    Of several that ask for the last place at once each may be told no; then one has to leave.
    """
    with transaction.atomic():
        _one_at_a_time()
        row = TrunkShare.objects.filter(machine=_row_of(call)).first()
        limits = Trunk.objects.filter(pk=row.trunk_id).first() if row else None
        if row is None or limits is None:
            return False
        others = list(TrunkShare.objects.exclude(machine=row.machine))
        dead = find_dead({one.machine: one.mark for one in others})
        TrunkShare.objects.filter(machine__in=dead).delete()
        there = [row, *(one for one in others if one.trunk_id == row.trunk_id and one.machine not in dead)]
        return (
            sum(one.calls_per_second for one in there) <= limits.calls_per_second
            and sum(one.channels for one in there) <= limits.channels
        )


def see_marks(find_dead: Callable[[Mapping[str, int]], Collection[str]]) -> None:
    """Let whoever will ask for a place know which machines are alive; to be repeated every few seconds."""
    find_dead(dict(TrunkShare.objects.values_list("machine", "mark")))


def keep_place(call: str, *, is_begun: bool) -> None:
    """Say that a call is there still, or is about to be; once it is begun it takes a channel only."""
    rows = TrunkShare.objects.filter(machine=_row_of(call))
    rows.update(mark=random_key(), **({"calls_per_second": 0} if is_begun else {}))


def leave_place(call: str) -> None:
    """Give the room of a volunteer's call back to the machines."""
    leave_shares(_row_of(call))


def _row_of(call: str) -> str:
    return f"{_CALL}{call[:_CALL_LETTERS]}"


def _divide(limit: Share, machine: str, rows: Mapping[str, TrunkShare]) -> Share:
    """Give a machine its part; no more than the others have left, and no channel to whom no call is left."""
    calls = [row for name, row in rows.items() if name.startswith(_CALL)]
    others = {name: row for name, row in rows.items() if not name.startswith(_CALL)}
    limit = Share(
        max(0, limit.calls_per_second - sum(row.calls_per_second for row in calls)),
        max(0, limit.channels - sum(row.channels for row in calls)),
    )
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
