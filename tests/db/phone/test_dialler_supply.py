"""What a dialler draws: no more than it may, none in vain, and every number looked at by the rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from calls_cast import make_sounds

from tuidang.phone.actions.blocks import load_blocks, return_blocks, tally_block
from tuidang.phone.actions.never import never_call
from tuidang.phone.actions.quota import reserve_calls, return_calls
from tuidang.phone.dialler.outcomes import tally_of
from tuidang.phone.dialler.plan import CampaignPlan, load_plan, trunk_refusal
from tuidang.phone.dialler.supply import Supply
from tuidang.phone.models import Block, Campaign, CampaignDay, Message, Trunk
from tuidang.phone.numbers.blocks import NumberBlock
from tuidang.phone.numbers.sampler import Sampler
from tuidang.phone.queries import obstacles
from tuidang.phone.records.outcomes import LIVE, Outcome
from tuidang.phone.rules import Refusal, Zone
from tuidang.register.actions.head import begin_log

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime(2026, 11, 28, 4, tzinfo=UTC)  # in China
NIGHT = NOON + timedelta(hours=11)


@pytest.fixture
def campaign(house: Path) -> CampaignPlan:
    """Give a running campaign of a hundred calls a day, with three blocks to call."""
    load_blocks([NumberBlock(f"138123{n}", "CN-SD", "", Zone.EAST) for n in range(3)])
    row = Campaign.objects.create(name="sample", title="Sample", state="running", daily_limit=100)
    Message.objects.create(campaign=row, name="b", sound="message/b", share=2, names_caller=True)
    Message.objects.create(campaign=row, name="a", sound="message/a")
    row.trunks.add(Trunk.objects.create(name="lab", host="127.0.0.1:5070", calls_per_second=9))
    make_sounds(house / "phone", "a", "b")
    return load_plan().campaigns[0]


def supply(machine: str = "m1", *, simulated: bool = False) -> Supply:
    return Supply(machine, Sampler(1), simulated=simulated)


def test_the_plan_holds_running_campaigns_with_messages_and_trunks_only(campaign: CampaignPlan) -> None:
    Campaign.objects.create(name="paused", title="P", state="paused")
    Campaign.objects.create(name="mute", title="M", state="running")
    plan = load_plan()
    assert [one.name for one in plan.campaigns] == ["sample"]
    assert list(plan.trunks) == ["lab"]
    assert campaign.shares_text == "b=2 a=1"
    assert not campaign.names_caller


def test_a_trunk_that_leads_outside_is_refused_until_everything_is_in_order(campaign: CampaignPlan) -> None:
    simulated = load_plan().trunks["lab"]
    outside = replace(simulated, host="sip.example.org:5060", live=True, caller="85212345678")
    named = replace(campaign, names_caller=True)
    may_use = partial(trunk_refusal, is_sample=None)
    assert may_use(campaign, simulated, phone_live=False, warnings=9) is None
    assert may_use(named, outside, phone_live=False, warnings=0) is Refusal.NOT_LIVE
    assert may_use(campaign, outside, phone_live=True, warnings=0) is Refusal.CALLER_UNNAMED
    assert may_use(named, outside, phone_live=True, warnings=1) is Refusal.DOCTOR
    assert may_use(named, outside, phone_live=True, warnings=0) is None


def test_nobody_is_called_to_hear_silence(campaign: CampaignPlan, house: Path) -> None:
    (house / "phone/sounds/message/b.alaw").unlink()
    plan = load_plan()
    refusal = trunk_refusal(
        plan.campaigns[0], plan.trunks["lab"], phone_live=False, warnings=0, is_sample=None
    )
    assert refusal is Refusal.NO_SOUND


@pytest.mark.parametrize(("origin", "is_sample"), [("phone.invalid", True), ("example.org/register", False)])
def test_simulated_people_are_called_for_a_sample_and_real_ones_for_a_real_register(
    campaign: CampaignPlan, origin: str, is_sample: bool
) -> None:
    assert load_plan().is_sample is None
    begin_log(origin, date(2026, 11, 28))
    plan = load_plan()
    simulated = plan.trunks["lab"]
    outside = replace(simulated, host="sip.example.org:5060", live=True, caller="85212345678")
    may_use = partial(trunk_refusal, replace(campaign, names_caller=True), phone_live=True, warnings=0)
    refused = [
        trunk.name if may_use(trunk, is_sample=plan.is_sample) is Refusal.REGISTER else ""
        for trunk in (simulated, replace(outside, name="out"))
    ]
    assert refused == (["", "out"] if is_sample else ["lab", ""])
    told = obstacles(Campaign.objects.get(name="sample"), phone_live=False, warnings=0)
    assert len(told) == (not is_sample)


def test_no_number_comes_twice_and_the_day_s_limit_holds_over_all_machines(campaign: CampaignPlan) -> None:
    machines = [supply(f"m{n}") for n in range(3)]
    drawn = [one for _ in range(30) for machine in machines for one in machine.draw(campaign, 7, NOON)]
    assert len(drawn) == len({one.number for one in drawn}) == len({one.call for one in drawn}) == 100
    assert {machine.halted for machine in machines} == {Refusal.DAILY_LIMIT}


def test_the_next_day_has_a_limit_of_its_own_and_yesterday_is_forgotten(campaign: CampaignPlan) -> None:
    machine = supply()
    assert sum(len(machine.draw(campaign, 60, NOON)) for _ in range(3)) == 100
    assert len(machine.draw(campaign, 20, NOON + timedelta(days=1))) == 20
    assert CampaignDay.objects.count() == 1


def test_outside_the_campaign_s_hours_nothing_is_drawn_unless_nobody_can_be_woken(
    campaign: CampaignPlan,
) -> None:
    machine = supply()
    assert machine.draw(replace(campaign, closes=12), 5, NOON) == []
    assert machine.draw(campaign, 5, NIGHT) == []
    assert machine.halted is Refusal.HOURS
    assert not Block.objects.filter(counter__gt=0).exists()
    assert not CampaignDay.objects.exists()
    assert len(supply(simulated=True).draw(campaign, 5, NIGHT)) == 5


def test_who_asked_never_to_be_called_is_drawn_and_refused(campaign: CampaignPlan) -> None:
    Block.objects.exclude(prefix="1381230").delete()
    for number in range(10_000):
        if number % 1000 == 0:
            never_call(f"861381230{number:04d}")
    machine, found = supply(), []
    every = replace(campaign, daily_limit=10_000)
    while drawn := machine.draw(every, 500, NOON):
        found += drawn
    refused = [one for one in found if one.refusal is not None]
    assert len(found) == 10_000
    assert {one.refusal for one in refused} == {Refusal.NEVER}
    assert sorted(one.number[-4:] for one in refused) == [f"{n}000" for n in range(10)]


def test_without_a_key_of_the_do_not_call_list_no_number_is_drawn(
    campaign: CampaignPlan, house: Path
) -> None:
    never_call("8613812300000")
    for key in (house / "keys").glob("do-not-call.*.key"):
        key.unlink()
    one = supply()
    assert one.draw(campaign, 5, NOON) == []
    assert one.halted is Refusal.NEVER_KEY
    assert not Block.objects.filter(counter__gt=0).exists()


def test_where_there_is_no_block_nothing_is_asked_for_a_while(campaign: CampaignPlan) -> None:
    Block.objects.all().delete()
    machine = supply()
    assert machine.draw(campaign, 5, NOON) == []
    assert machine.halted is Refusal.NO_NUMBERS
    load_blocks([NumberBlock("1381230", "CN-SD", "", Zone.EAST)])
    assert machine.draw(campaign, 5, NOON + timedelta(seconds=1)) == []
    assert len(machine.draw(campaign, 5, NOON + timedelta(seconds=6))) == 5


def test_a_machine_that_stops_gives_back_its_block_and_its_calls(campaign: CampaignPlan) -> None:
    machine = supply()
    machine.draw(campaign, 5, NOON)
    assert Block.objects.exclude(leased_by="").count() == 1
    machine.give_up(campaign.name)
    assert not Block.objects.exclude(leased_by="").exists()
    assert CampaignDay.objects.get().reserved == 5


def test_what_a_killed_machine_had_leased_is_given_back_and_nothing_of_others(
    campaign: CampaignPlan,
) -> None:
    supply("m1").draw(campaign, 5, NOON)
    supply("m10").draw(campaign, 5, NOON)
    assert return_blocks("m1") == 1
    assert [block.leased_by.split("#")[0] for block in Block.objects.exclude(leased_by="")] == ["m10"]


def test_calls_are_reserved_up_to_the_limit_and_can_be_given_back(campaign: CampaignPlan) -> None:
    day = NOON.date()
    assert [reserve_calls("sample", 40, day, 100) for _ in range(3)] == [40, 40, 20]
    return_calls("sample", 15, day)
    assert reserve_calls("sample", 40, day, 100) == 15
    assert reserve_calls("sample", 40, day, 50) == 0  # somebody has lowered the limit


def test_a_block_takes_the_tally_of_a_single_call_whatever_became_of_it(campaign: CampaignPlan) -> None:
    for outcome in Outcome:
        tally_block("1381230", **{**dict.fromkeys(("dialled", "live", "answered"), 0), **tally_of(outcome)})
    row = Block.objects.get(prefix="1381230")
    assert (row.dialled, row.live, row.answered) == (len(Outcome) - 3, len(LIVE), 1)
