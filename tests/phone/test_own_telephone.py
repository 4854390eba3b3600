"""A volunteer at his own telephone: rung by a trunk, only a 1 takes the call, and the number is nowhere."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hotline_cast import House, nothing_is_written, open_house, wait_for

from tuidang.base.clock import china_today
from tuidang.phone.actions import duty
from tuidang.phone.actions.campaigns import save_trunk
from tuidang.phone.actions.choices import store_call_back
from tuidang.phone.lab.carrier import Called, Carrier, can_send_rfc4733
from tuidang.phone.lab.people import Kind, Person, by_info
from tuidang.phone.models import CallBack, Duty, Trunk, TrunkShare
from tuidang.privacy.keys import KeyFolder

pytestmark = pytest.mark.django_db(transaction=True)
ONE = ((0.3, "1"),)  # a caller chooses Mandarin
TAKES, SILENT, BUSY, CALLED = "12025550101", "12025550102", "12025550103", "8613837100004"
COUNTRY = {
    "50101": Person(Kind.ANSWERS, "200:r,400:a,20:h,1500:1,1000:+,60000:H,", by="rfc4733"),
    "50102": Person(Kind.MACHINE, "200:r,400:a,20:g,60000:H,"),  # a voice and a tone, and no key
    "50103": Person(Kind.BUSY, "100:r,300:B,"),
    "00004": Person(Kind.ANSWERS, "200:r,600:a,20:h,60000:H,"),
}


@pytest.fixture(scope="module")
def built() -> Iterator[House]:
    with open_house() as house:
        yield house


@pytest.fixture(scope="module")
def carrier(built: House) -> Iterator[Carrier]:
    """Give the carrier behind the last trunk, with the volunteers' telephones."""
    carrier = Carrier(built.data, built._ports[3], media=(built._media + 600, built._media + 799))
    can = can_send_rfc4733()
    carrier.populate({digits: one if can else by_info(one) for digits, one in COUNTRY.items()})
    carrier.start()
    yield carrier
    carrier.kill()


@pytest.fixture
def house(built: House, carrier: Carrier, settings: object) -> Iterator[House]:
    house = built
    settings.TUIDANG = replace(settings.TUIDANG, data=house.data, phone_desks=4)  # type: ignore[attr-defined]
    KeyFolder(house.data / "keys").ensure()
    save_trunk("in3", f"127.0.0.1:{house._ports[3]}", calls_per_second=4, channels=6)
    house.start_hotline()
    yield house
    house.clear()
    house.kill_hotline()


def until(house: House, what: Callable[[], object], why: str = "") -> None:
    """Wait until something is so; pages are heard of all the while, however slow the machine."""

    def is_so() -> object:
        for volunteer in house.volunteers.values():
            duty.keep_on_duty(volunteer, datetime.now(UTC))
        return what()

    wait_for(is_so, why)


def come(house: House, number: str) -> int:
    """Let a volunteer come on duty with a telephone of his own, and give the number of his line."""
    volunteer = uuid.uuid4()
    now = datetime.now(UTC)
    desk = duty.go_on_duty(volunteer, ["zh"], coordinator=False, now=now, own_number=number)
    house.volunteers[desk] = volunteer
    until(house, lambda: house.desk(desk).state == "ready")
    return desk


def lines(house: House, *states: str) -> set[str]:
    """Name the channels to volunteers' own telephones, those in some states alone."""
    found = [one for one in house.channels() if not states or one["state"] in states]
    return {str(one["id"]) for one in found if str(one["id"]).startswith("own-")}


def order(desk: int, verb: str, argument: str = "") -> None:
    duty.give_order(desk, verb, argument, now=datetime.now(UTC))


def test_a_one_takes_the_call_and_going_off_duty_shreds_the_number(house: House, carrier: Carrier) -> None:
    desk, caller = come(house, TAKES), house.callers[0]
    caller.call(ONE)
    until(house, lambda: house.desk(desk).state == "ringing")
    until(house, lambda: house.together() == [2], "they are not bridged")
    until(house, lambda: house.desk(desk).state == "talking")
    assert TrunkShare.objects.filter(machine__startswith="call:").count() == 1
    nothing_is_written(house, TAKES)
    duty.go_off_duty(house.volunteers.pop(desk))
    assert not Duty.objects.exists()
    assert house.together() == [2]  # the call goes on
    order(desk, "end")
    until(house, lambda: caller.seen() == ["answered", "they"])
    until(house, lambda: carrier.calls() and carrier.calls()[-1] == Called(TAKES, "they", "1"))
    until(house, lambda: not TrunkShare.objects.exists(), "the trunk's place is not given back")
    nothing_is_written(house, TAKES)


def test_a_machine_that_answers_and_a_line_that_is_busy_are_rung_in_vain(
    house: House, carrier: Carrier
) -> None:
    machine = come(house, SILENT)
    house.callers[0].call(ONE)
    until(house, lambda: lines(house, "Up"))
    asked = lines(house)
    busy, maple = come(house, BUSY), house.come()
    house.kill_hotline()
    house.start_hotline()
    until(house, lambda: not asked & lines(house), "whoever was only asked is let go")
    assert maple.rings == []
    until(house, lambda: house.desk(machine).note == "not-taken")
    until(house, lambda: house.desk(maple.number).state == "talking")
    until(house, lambda: house.desk(busy).note == "not-taken")
    assert house.desk(machine).state == "ready"
    until(house, lambda: house.together() == [2])
    assert {call.number for call in carrier.calls()} >= {SILENT, BUSY}
    nothing_is_written(house, SILENT, *maple.heard)


def test_a_call_handed_to_his_telephone_outlives_the_hotline_and_a_line_that_breaks(house: House) -> None:
    maple = house.come()
    house.callers[0].call(ONE)
    until(house, lambda: house.desk(maple.number).state == "talking")
    desk = come(house, TAKES)
    order(maple.number, "conference", f"desk:{desk}")
    until(house, lambda: house.together() == [3])
    order(maple.number, "leave")
    until(house, lambda: house.together() == [2])
    house.kill_hotline()
    house.start_hotline()
    until(house, lambda: house.desk(desk).state == "talking")
    assert house.together() == [2]
    (line,) = lines(house)
    house.ears.request("DELETE", f"channels/{line}?reason_code=44")  # as if no sound came any more
    until(house, lambda: house.desk(desk).note == "lost")
    until(house, lambda: house.together() == [2], "he is not rung again")
    assert line not in lines(house)
    order(desk, "end")
    until(house, lambda: not house.channels())


def test_he_calls_somebody_back_who_never_learns_a_number(house: House) -> None:
    store_call_back(CALLED.encode().ljust(16), CALLED, "CN-HA", "any", today=china_today())
    desk = come(house, TAKES)
    volunteer = house.volunteers[desk]
    CallBack.objects.update(leased_by=volunteer, leased_until=datetime.now(UTC) + timedelta(minutes=20))
    order(desk, "call", str(CallBack.objects.get().pk))
    until(house, lambda: house.together() == [2])
    assert CallBack.objects.get().tries == 1
    assert TrunkShare.objects.count() == 2
    nothing_is_written(house, TAKES)


def test_without_a_trunk_he_is_not_rung_and_told_why(house: House) -> None:
    Trunk.objects.all().delete()
    desk, maple = come(house, TAKES), house.come()
    house.callers[0].call(ONE)
    until(house, lambda: house.desk(maple.number).state == "talking")
    assert house.desk(desk).note == "no-trunk"
