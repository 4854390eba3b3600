"""Real calls by volunteers: his telephone rings, a sealed number is dialled, they talk, nobody sees it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hotline_cast import House, Telephone, nothing_is_written, open_house, wait_for

from call_back_cast import counts
from tuidang.base.clock import china_today
from tuidang.phone.actions.call_backs import (
    leased_call_back,
    settle_call_back,
)
from tuidang.phone.actions.campaigns import save_trunk
from tuidang.phone.actions.choices import store_call_back
from tuidang.phone.actions.never import is_never, never_call
from tuidang.phone.call_back_rules import Outcome
from tuidang.phone.lab.carrier import Carrier
from tuidang.phone.lab.people import Kind, Person
from tuidang.phone.models import CallBack, Trunk, TrunkShare
from tuidang.privacy.keys import KeyFolder

pytestmark = pytest.mark.django_db(transaction=True)
NUMBERS = {
    "talks": "8613837100001",  # answers, and stays until we hang up
    "busy": "8613837100002",
    "leaves": "8613837100003",  # answers, and hangs up soon
    "rings": "8613837100004",  # does not answer
}
COUNTRY = {
    "00001": Person(Kind.ANSWERS, "200:r,600:a,20:h,60000:H,"),
    "00002": Person(Kind.BUSY, "100:r,300:B,"),
    "00003": Person(Kind.ANSWERS, "200:r,600:a,20:h,2500:H,"),
    "00004": Person(Kind.NO_ANSWER, "100:r,1:W,"),
}


@pytest.fixture(scope="module")
def built() -> Iterator[House]:
    with open_house() as house:
        yield house


@pytest.fixture(scope="module")
def carrier(built: House) -> Iterator[Carrier]:
    """Give the carrier behind the last trunk."""
    carrier = Carrier(built.data, built._ports[3], media=(built._media + 600, built._media + 799))
    carrier.populate(COUNTRY)
    carrier.start()
    yield carrier
    carrier.kill()


@pytest.fixture
def house(built: House, carrier: Carrier, settings: object) -> Iterator[House]:
    house = built
    settings.TUIDANG = replace(settings.TUIDANG, data=house.data, phone_desks=4)  # type: ignore[attr-defined]
    KeyFolder(house.data / "keys").ensure()
    save_trunk("in3", f"127.0.0.1:{house._ports[3]}", calls_per_second=1, channels=2)
    house.start_hotline()
    yield house
    house.clear()
    house.kill_hotline()


def lend(house: House, who: str) -> tuple[Telephone, UUID, int]:
    """Let a volunteer come on duty, and lend him somebody, at whatever hour it is."""
    number = NUMBERS[who]
    store_call_back(number.encode().ljust(16), number, "CN-HA", "any", today=china_today())
    telephone = house.come()
    volunteer = house.volunteers[telephone.number]
    CallBack.objects.update(leased_by=volunteer, leased_until=datetime.now(UTC) + timedelta(minutes=20))
    return telephone, volunteer, CallBack.objects.get().pk


def ended(carrier: Carrier) -> list[tuple[str, str]]:
    """Say of each call that has ended who was called and how it ended, as the carrier saw it."""
    return [(call.number, call.end) for call in carrier.calls()]


def test_one_press_rings_his_telephone_first_then_calls_and_bridges(house: House, carrier: Carrier) -> None:
    before = ended(carrier)
    telephone, volunteer, key = lend(house, "talks")
    house.order(telephone, "call", str(key))
    wait_for(lambda: house.desk(1).kind == "call-back")
    wait_for(lambda: house.together() == [2], "they are not bridged")
    assert len(telephone.rings) == 1
    leased = leased_call_back(volunteer)
    assert leased is not None
    assert leased.called
    assert CallBack.objects.get().tries == 1
    assert TrunkShare.objects.count() == 1
    nothing_is_written(house, NUMBERS["talks"], *telephone.heard)
    telephone.hang_up()
    wait_for(lambda: ended(carrier) == [*before, (NUMBERS["talks"], "they")])
    assert settle_call_back(volunteer, key, Outcome.DONE, datetime.now(UTC))
    wait_for(lambda: not TrunkShare.objects.exists(), "the trunk's place is not given back")
    assert counts() == {"done": 1}
    nothing_is_written(house, NUMBERS["talks"], *telephone.heard)


def test_who_hangs_up_first_ends_it_and_never_again_goes_to_the_list(house: House, carrier: Carrier) -> None:
    telephone, volunteer, key = lend(house, "leaves")
    house.order(telephone, "call", str(key))
    wait_for(lambda: house.desk(1).state == "wrap-up")
    assert (NUMBERS["leaves"], "we") in ended(carrier)
    assert telephone.ended == 1
    assert settle_call_back(volunteer, key, Outcome.NEVER, datetime.now(UTC))
    wait_for(lambda: is_never([NUMBERS["leaves"]]), "he is not put on the list")
    wait_for(lambda: not CallBack.objects.exists())


def test_who_is_busy_counts_as_tried_and_the_volunteer_is_free_again(house: House) -> None:
    telephone, volunteer, key = lend(house, "busy")
    house.order(telephone, "call", str(key))
    wait_for(lambda: telephone.ended == 1)
    wait_for(lambda: house.desk(1).state == "wrap-up")
    assert house.desk(1).note == "not-answered"
    assert CallBack.objects.get().tries == 1
    assert settle_call_back(volunteer, key, Outcome.NOT_REACHED, datetime.now(UTC))


def test_a_stranger_whose_number_was_given_twice_is_rung_once_a_day(house: House, carrier: Carrier) -> None:
    before = ended(carrier)
    telephone, volunteer, key = lend(house, "busy")
    house.order(telephone, "call", str(key))
    wait_for(lambda: telephone.ended == 1)
    assert settle_call_back(volunteer, key, Outcome.WRONG_NUMBER, datetime.now(UTC))
    store_call_back(b"another one's id", NUMBERS["busy"], "CN-HA", "any", today=china_today())
    now = datetime.now(UTC)
    CallBack.objects.update(leased_by=volunteer, leased_until=now + timedelta(minutes=20))
    wait_for(lambda: house.desk(1).state == "wrap-up")
    house.order(telephone, "wrapped")
    wait_for(lambda: house.desk(1).state == "ready")
    house.order(telephone, "call", str(CallBack.objects.get().pk))
    wait_for(lambda: house.desk(1).note == "not-lent")
    row = CallBack.objects.get()
    assert (row.tries, row.leased_by, row.called) == (0, None, False)
    assert row.rests_until is not None
    assert row.rests_until > now + timedelta(hours=23)
    assert len(ended(carrier)) == len(before) + 1


def test_who_does_not_answer_his_own_telephone_calls_nobody(house: House, carrier: Carrier) -> None:
    before = ended(carrier)
    telephone, _, key = lend(house, "talks")
    telephone.answers = "486 Busy Here"
    house.order(telephone, "call", str(key))
    wait_for(lambda: len(telephone.rings) == 1)
    wait_for(lambda: house.desk(1).state == "ready")
    assert (CallBack.objects.get().tries, ended(carrier)) == (0, before)


def test_who_may_never_be_called_is_not_and_is_shredded(house: House, carrier: Carrier) -> None:
    before = ended(carrier)
    telephone, _, key = lend(house, "talks")
    never_call(NUMBERS["talks"])
    house.order(telephone, "call", str(key))
    wait_for(lambda: not CallBack.objects.exists())
    wait_for(lambda: telephone.ended == 1)
    wait_for(lambda: house.desk(1).note == "refused-never")
    assert ended(carrier) == before


def test_a_carrier_that_fails_costs_no_try(house: House, carrier: Carrier) -> None:
    telephone, _, key = lend(house, "talks")
    carrier.refuse()
    house.order(telephone, "call", str(key))
    wait_for(lambda: telephone.ended == 1)
    wait_for(lambda: CallBack.objects.get().tries == 0 and not CallBack.objects.get().called)
    carrier.refuse(False)
    house.order(telephone, "call", str(key))
    wait_for(lambda: house.together() == [2])


def test_without_a_trunk_that_may_be_used_nothing_rings(house: House) -> None:
    telephone, _, key = lend(house, "talks")
    Trunk.objects.all().delete()
    house.order(telephone, "call", str(key))
    wait_for(lambda: house.desk(1).note == "no-trunk")
    assert telephone.rings == []


def test_a_full_trunk_is_waited_for_and_its_limit_kept(house: House, carrier: Carrier) -> None:
    before = ended(carrier)
    telephone, _, key = lend(house, "talks")
    TrunkShare.objects.create(machine="dial-1", trunk_id="in3", calls_per_second=1, channels=2, mark=1)
    house.order(telephone, "call", str(key))
    wait_for(lambda: len(telephone.rings) == 1)
    wait_for(lambda: TrunkShare.objects.filter(machine__startswith="call:").exists())
    assert ended(carrier) == before
    assert CallBack.objects.get().tries == 0
    TrunkShare.objects.filter(machine="dial-1").update(calls_per_second=0, channels=1)
    wait_for(lambda: house.together() == [2])


def test_killed_while_they_talk_they_talk_on_and_it_is_settled_afterwards(house: House) -> None:
    telephone, volunteer, key = lend(house, "talks")
    house.order(telephone, "call", str(key))
    wait_for(lambda: house.together() == [2])
    house.kill_hotline()
    assert house.together() == [2]
    house.start_hotline()
    wait_for(lambda: house.desk(1).state == "talking" and house.desk(1).kind == "call-back")
    telephone.hang_up()
    wait_for(lambda: not house.channels())
    assert settle_call_back(volunteer, key, Outcome.DONE, datetime.now(UTC))


def test_killed_while_it_rings_nobody_is_left_ringing_and_the_try_counts(house: House) -> None:
    telephone, _, key = lend(house, "rings")
    house.order(telephone, "call", str(key))
    wait_for(lambda: any(one["id"].startswith("out-") for one in house.channels()))
    house.kill_hotline()
    house.start_hotline()
    wait_for(lambda: not house.channels())
    assert CallBack.objects.get().tries == 1
