"""A flooded hotline with a real Asterisk: callers of SIPp press the right keys, wrong ones, or none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hotline_cast import NUMBER, House, open_house, wait_for

from tuidang.phone.actions import duty
from tuidang.phone.duty_rules import NO_DESK
from tuidang.phone.floods.values import Counts, Level, Mark
from tuidang.phone.floods_now import FloodsNow, floods_now
from tuidang.phone.lab.caller import Caller

pytestmark = pytest.mark.django_db(transaction=True)
# Far apart: on a busy machine SIPp sends a key late, and the next one cuts it off.
RIGHT = ((2.0, "4"), (2.5, "7"))
WRONG = ((2.0, "1"), (2.5, "2"))
MANDARIN = (1.0, "1")
SOMEBODY, WORDLESS, ELDER = "13800138011", "13800138022", "13800138033"


@pytest.fixture(scope="module")
def built() -> Iterator[House]:
    with open_house() as house:
        yield house


@pytest.fixture
def house(built: House, settings: object) -> Iterator[House]:
    settings.TUIDANG = replace(settings.TUIDANG, data=built.data, phone_desks=4)  # type: ignore[attr-defined]
    built.start_hotline()
    yield built
    built.clear()
    built.kill_hotline()


def stand(house: House) -> FloodsNow:
    """Read how floods stand."""
    now = floods_now(house.data, datetime.now(UTC))
    return now or FloodsNow(Level.CALM, Counts(), ())


def flood(house: House) -> None:
    """Let somebody ring again and again, until the hotline defends itself."""
    flooder = house.callers[3]
    flooder.number = NUMBER
    flooder.call(stay=0.1, times=16)
    wait_for(lambda: stand(house).level >= Level.FLOODED, "the level does not rise")


def caller(house: House, place: int, number: str) -> Caller:
    """Give somebody with a number of his own."""
    house.callers[place].number = number
    return house.callers[place]


def test_in_a_flood_the_right_keys_lead_to_a_volunteer_before_the_call_is_taken(house: House) -> None:
    maple, _ = house.come(), house.come()
    flood(house)
    one = caller(house, 0, SOMEBODY)
    one.call((MANDARIN,), early=RIGHT)
    wait_for(lambda: house.desk(1).state == "talking")
    assert one.seen() == ["early", "answered"]
    wait_for(lambda: stand(house).counts.passed == 1)

    # Who presses wrong keys twice is not sent away; the second try takes his call.
    clumsy = caller(house, 1, ELDER)
    clumsy.call(early=WRONG)
    wait_for(lambda: house.desk(2).state == "talking")
    wait_for(lambda: stand(house).counts.failed == 1)

    # How it ended, in one key, marks him too; a coordinator takes that back.
    house.order(maple, "end")
    wait_for(lambda: one.seen()[-1] == "they")
    house.order(maple, "wrapped", "hostile")
    wait_for(lambda: [row.mark for row in stand(house).marks] == [Mark.HOSTILE])
    duty.give_order(NO_DESK, "unmark", stand(house).marks[0].id, now=datetime.now(UTC))
    wait_for(lambda: [row.undone for row in stand(house).marks] == [True])


def test_in_a_flood_who_is_silent_hears_what_to_do_and_no_volunteer_is_rung(house: House) -> None:
    maple = house.come()
    flood(house)
    wordless = caller(house, 2, WORDLESS)
    wordless.call(stay=120)
    wait_for(lambda: wordless.seen() == ["answered", "they"])
    assert not maple.rings
    wait_for(lambda: stand(house).counts.silent == 1)
    held = [path.read_bytes() for path in (house.data / "phone").rglob("*") if path.is_file()]
    assert not any(WORDLESS.encode() in content for content in held if b"scenario" not in content)


def test_in_calm_nobody_is_asked_and_a_marked_caller_is(house: House) -> None:
    maple, cedar = house.come(), house.come()
    one = caller(house, 0, SOMEBODY)
    for place, telephone in ((1, maple), (2, cedar)):
        one.call((MANDARIN,), early=() if place == 1 else RIGHT)
        wait_for(lambda place=place: house.desk(place).state == "talking")  # type: ignore[misc]
        house.order(telephone, "mark", "hostile")
        wait_for(lambda place=place: len(stand(house).marks) == place)  # type: ignore[misc]
        house.order(telephone, "end")
        wait_for(lambda: one.seen()[-1:] == ["they"])
        # At once free again: who is marked leaves one of two volunteers to others.
        wait_for(lambda place=place: house.desk(place).state == "wrap-up")  # type: ignore[misc]
        house.order(telephone, "wrapped", "hostile")
        wait_for(lambda place=place: house.desk(place).state == "ready")  # type: ignore[misc]
    # Two volunteers marked him: he hears that he is not put through, and nobody is rung.
    rings = len(maple.rings) + len(cedar.rings)
    one.call(stay=120)
    wait_for(lambda: one.seen() == ["answered", "they"])
    assert len(maple.rings) + len(cedar.rings) == rings
    assert stand(house).level is Level.CALM
