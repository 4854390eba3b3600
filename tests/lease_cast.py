"""What tests of leases share: a small country, and machines that dial it dry."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from tuidang.phone.actions.blocks import Lease, draw_numbers, lease_block, load_blocks, return_block
from tuidang.phone.models import Block
from tuidang.phone.numbers.blocks import NumberBlock
from tuidang.phone.numbers.sampler import Sampler
from tuidang.phone.rules import Zone

NOON = datetime(2026, 11, 28, 4, tzinfo=UTC)  # twelve o'clock in China
DAYS = 90
GUANGDONG = NumberBlock("1380013", "CN-GD", "China Mobile", Zone.EAST)
TIBET = NumberBlock("1398900", "CN-XZ", "China Mobile", Zone.WEST)
UNKNOWN = NumberBlock("1990000", "", "China Telecom", Zone.UNKNOWN)


def settle(*blocks: NumberBlock) -> Sampler:
    """Make a country of these blocks, and give a machine's sampler."""
    Block.objects.all().delete()
    load_blocks(blocks)
    return Sampler(seed=1)


def lease(sampler: Sampler, machine: str = "m1", now: datetime = NOON, **more: object) -> Lease | None:
    """Lease a block as a campaign with ninety days between passes does."""
    return lease_block(machine, sampler, **{"now": now, "days_between": DAYS} | more)  # type: ignore[arg-type]


def dial_dry(
    sampler: Sampler, now: datetime, heard: Callable[[tuple[str, ...]], object], machine: str = "last"
) -> None:
    """Lease and draw until nothing is left; `heard` is told each draw."""
    while held := lease(sampler, machine, now, simulated=True):
        while numbers := draw_numbers(held, 10_000, now=now):
            heard(numbers)
        return_block(held)


def every_number(*blocks: NumberBlock) -> list[str]:
    """List all numbers of these blocks in order."""
    return sorted(f"86{block.prefix}{number:04d}" for block in blocks for number in range(10_000))
