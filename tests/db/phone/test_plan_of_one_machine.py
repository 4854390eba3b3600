"""A dialler begins calls by a plan that holds, and by none that others may have divided anew."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from calls_cast import make_sounds
from django.db import connections

from tuidang.phone.actions.blocks import load_blocks
from tuidang.phone.dialler.service import Dialler
from tuidang.phone.models import Block, Campaign, Message, Trunk
from tuidang.phone.numbers.blocks import NumberBlock
from tuidang.phone.rules import Zone
from tuidang.privacy.keys import KeyFolder

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 60  # looks at the plan


@pytest.fixture
def campaign(house: Path) -> None:
    """Make a campaign that could dial at once."""
    load_blocks([NumberBlock("1381234", "CN-SD", "", Zone.EAST)])
    row = Campaign.objects.create(name="sample", title="Sample", state="running")
    Message.objects.create(campaign=row, name="a", sound="message/a")
    make_sounds(house / "phone", "a")
    row.trunks.add(Trunk.objects.create(name="lab", host="127.0.0.1:5070", calls_per_second=20, channels=9))


def dialler(house: Path, machine: str = "m1") -> Dialler:
    """Make a dialler whose Asterisk seems to hear it."""
    made = Dialler(machine, house, KeyFolder(house / "keys").journal_key(), examine=lambda: 0)
    made._exchange._ari.up = True
    return made


async def end(*machines: Dialler) -> None:
    for machine in machines:
        await machine._run(machine._disk, machine._books.close)
        await machine._run(machine._database, connections.close_all)
        for threads in (machine._database, machine._choices, machine._disk):
            threads.shutdown()


@pytest.mark.usefixtures("campaign")
def test_two_diallers_divide_a_trunk_and_one_that_stops_leaves_it_to_the_other(house: Path) -> None:
    async def run() -> None:
        first, second = dialler(house), dialler(house, "m2")
        await first._look()
        await second._look()
        assert (_limits(first), _limits(second)) == ((20, 9), (0, 0))
        for _ in range(PATIENCE):
            await asyncio.sleep(0.6)  # what was given up is taken a second later
            await first._look()
            await second._look()
            both = _limits(first), _limits(second)
            assert both[0][0] + both[1][0] <= 20
            assert both[0][1] + both[1][1] <= 9
            if both == ((10, 5), (10, 4)):
                break
        assert both == ((10, 5), (10, 4))
        await second._run(second._database, second._give_back)
        await first._look()
        assert _limits(first) == (20, 9)
        await end(first, second)

    asyncio.run(run())


@pytest.mark.usefixtures("campaign")
def test_a_machine_that_could_not_look_for_long_draws_nothing(house: Path) -> None:
    async def run() -> None:
        one = dialler(house)
        await one._look()
        one._plan_until = asyncio.get_running_loop().time()
        await asyncio.sleep(0.3)
        await one._dial()
        await end(one)

    asyncio.run(run())
    assert Block.objects.get().counter == 0


@pytest.mark.usefixtures("campaign")
def test_a_number_that_took_too_long_to_draw_counts_as_dialled_and_is_not(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> None:
        one = dialler(house)
        await one._look()
        await asyncio.sleep(0.3)
        whole = one._run

        async def slowly(*arguments: object) -> object:
            drawn = await whole(*arguments)  # type: ignore[arg-type]
            one._plan_until = 0.0
            return drawn

        with monkeypatch.context() as slow:
            slow.setattr(one, "_run", slowly)
            await one._dial()
        assert one._calls == {}
        (trunk,) = one._trunks.named(["lab"])
        assert trunk.gate.in_air == 0
        await end(one)

    asyncio.run(run())
    assert Block.objects.get().counter > 0


def _limits(machine: Dialler) -> tuple[int, int]:
    (trunk,) = machine._trunks.named(["lab"])
    return trunk.plan.calls_per_second, trunk.plan.channels
