"""What keys 9 and 8 store: once a call, found again by who was called, and readable by nobody else."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.cache import cache as memory
from django.db import Error, connection, transaction
from pytest_django.fixtures import Settings

from call_cast import at_confirmation, receipt_of
from intake_cast import content_of
from tuidang.phone.actions import choices
from tuidang.phone.actions.choices import (
    call_back_keys,
    forget_choices,
    make_pin,
    store_call_back,
    use_pin,
    withdraw,
)
from tuidang.phone.call import Key, Withdraw, Withdrawn, step
from tuidang.phone.models import CallBack, Pin
from tuidang.privacy.calls import pin_hash
from tuidang.privacy.keys import KeyFolder, KeyMissingError
from tuidang.privacy.receipts import is_wellformed
from tuidang.privacy.sealing import CannotOpenError, open_sealed_to
from tuidang.register import queries
from tuidang.register.actions import intake, owner
from tuidang.register.actions.intake import IntakeClosed
from tuidang.register.actions.owner import Outcome, OwnState, find_statement
from tuidang.register.models import Head, Receipt, Waiting
from tuidang.register.rules.content import Channel
from tuidang.web.worker import look

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house")]

TODAY = date(2026, 11, 21)
CALL = sha256(b"the call of this test").digest()[:16]
OTHER = sha256(b"another call").digest()[:16]
NUMBER = "8613837145926"
ONE = (("金福", ("league", "pioneers")),)
FAMILY = (("万顺", ("party",)), ("福安", ("league",)), ("清泉", ("pioneers",)))


@pytest.fixture(autouse=True)
def fresh_memory() -> Iterator[None]:
    """Forget measured loads from one test to the next."""
    memory.clear()
    queries._measured.clear()
    yield
    memory.clear()


def publish_by_hand() -> None:
    """Move what waits to the receipts, as publication does."""
    with transaction.atomic():
        for leaf, row in enumerate(Waiting.objects.all()):
            Receipt.objects.create(
                hash=row.receipt_hash, spoken_hash=row.spoken_hash, leaf=leaf, state="published"
            )
            row.delete()
        Head.objects.update_or_create(id=1, defaults={"origin": "test.invalid", "size": 100})


# Key 9.


def test_a_statement_by_phone_waits_like_any_other_and_counts_as_a_machine_call() -> None:
    (receipt,) = withdraw(CALL, ONE, "CN-HA", today=TODAY)
    assert is_wellformed(receipt) == receipt
    content = content_of(Waiting.objects.get())
    assert (content.name, content.orgs, content.region) == ("金福", ("league", "pioneers"), "CN-HA")
    assert (content.channel, content.text, content.place) == (Channel.MACHINE, "", "")


def test_a_family_gets_a_receipt_each_and_nothing_stored_joins_them() -> None:
    receipts = withdraw(CALL, FAMILY, "", today=TODAY)
    assert len(set(receipts)) == 3
    assert Waiting.objects.count() == 3
    for (name, _), receipt in zip(FAMILY, receipts, strict=True):
        assert find_statement(receipt, name) is not None
    assert {bytes(row.group) for row in Waiting.objects.all()} == {b""}


def test_the_same_confirmation_told_again_stores_nothing_and_gives_the_same_receipts() -> None:
    first = withdraw(CALL, FAMILY, "CN-HA", today=TODAY)
    for day in (TODAY, TODAY + timedelta(days=1)):
        assert withdraw(CALL, FAMILY, "CN-HA", today=day) == first
    assert Waiting.objects.count() == 3


def test_the_same_confirmation_told_again_after_publication_stores_nothing() -> None:
    first = withdraw(CALL, ONE, "CN-HA", today=TODAY)
    publish_by_hand()
    assert withdraw(CALL, ONE, "CN-HA", today=TODAY) == first
    assert Waiting.objects.count() == 0


def test_the_same_confirmation_told_from_many_sides_at_once_is_stored_once() -> None:
    def tell(_: int) -> tuple[str, ...]:
        try:
            return withdraw(CALL, FAMILY, "CN-HA", today=TODAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        told = set(threads.map(tell, range(12)))
    assert len(told) == 1
    assert Waiting.objects.count() == 3


def test_two_confirmations_of_a_call_and_two_calls_are_different_statements() -> None:
    receipts = {
        withdraw(call, ONE, "CN-HA", round=number, today=TODAY) for call in (CALL, OTHER) for number in (0, 1)
    }
    assert len(receipts) == 4
    assert Waiting.objects.count() == 4


def test_a_call_id_of_another_length_is_refused() -> None:
    for call_id in (b"", CALL[:15], CALL + b"x"):
        with pytest.raises(ValueError, match="16 bytes"):
            withdraw(call_id, ONE, "", today=TODAY)
    assert Waiting.objects.count() == 0


def test_a_listener_finds_his_statement_by_the_sound_of_the_alias() -> None:
    (receipt,) = withdraw(CALL, ONE, "CN-HA", today=TODAY)
    grouped = " ".join(receipt[start : start + 4] for start in range(0, 16, 4))
    for typed in ("金福", "jinfu", "Jin Fu", "jīn fú", "今富", "JINFU"):
        found = find_statement(grouped, typed)
        assert found is not None
        assert (found.state, found.only_shows) == (OwnState.ACCEPTED, True)
    for wrong in ("jifu", "金", "wanshun", ""):
        assert find_statement(receipt, wrong) is None


def test_a_receipt_as_it_was_read_aloud_is_understood_as_it_was_heard() -> None:
    (receipt,) = withdraw(CALL, ONE, "CN-HA", today=TODAY)
    heard = "".join("零幺二三四五六七八九"[int(digit)] for digit in receipt)
    assert find_statement(heard, "jinfu") is not None


def test_a_receipt_read_aloud_neither_withdraws_nor_erases_alone() -> None:
    (receipt,) = withdraw(CALL, ONE, "CN-HA", today=TODAY)
    assert owner.withdraw_statement(receipt, "jinfu") is Outcome.ONLY_SHOWS
    publish_by_hand()
    assert owner.request_erasure(receipt, "金福", TODAY) is Outcome.REVIEWED


def test_a_closed_register_takes_nothing_and_the_same_may_be_told_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(intake, "_is_full", lambda *, slow: True)
    with pytest.raises(IntakeClosed):
        withdraw(CALL, ONE, "CN-HA", today=TODAY)
    assert Waiting.objects.count() == 0
    monkeypatch.undo()
    assert withdraw(CALL, ONE, "CN-HA", today=TODAY)
    assert Waiting.objects.count() == 1


def test_a_database_that_is_away_for_a_moment_loses_no_confirmation(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The whole way: the machine confirms, the store fails, is told again, and the machine hears of it."""
    line = at_confirmation()
    call, commands = step(line.call, Key("1"))
    (command,) = [c for c in commands if isinstance(c, Withdraw)]

    def away(*_: object) -> None:
        raise Error("the database is away")

    monkeypatch.setattr(intake, "store_statements", away)
    with pytest.raises(IntakeClosed):
        withdraw(CALL, command.people, command.region, round=command.round, today=TODAY)
    assert Waiting.objects.count() == 0
    assert caplog.messages == []  # whoever keeps a log puts the time of the choice beside each line
    monkeypatch.undo()
    receipts = withdraw(CALL, command.people, command.region, round=command.round, today=TODAY)
    call, commands = step(call, Withdrawn(receipts))
    assert call.withdrawn == Waiting.objects.count() == 1
    assert receipts[0] != receipt_of(0)


# Key 8: a call-back.


def test_a_call_back_is_opened_by_the_private_half_of_its_day_alone() -> None:
    forget_choices(today=TODAY)
    store_call_back(CALL, NUMBER, "CN-HA", "evening", today=TODAY)
    row = CallBack.objects.get()
    assert (row.day, row.region, row.hours, row.urgent) == (TODAY, "CN-HA", "evening", False)
    keys = call_back_keys()
    assert open_sealed_to(keys.private_key(TODAY), bytes(row.sealed)) == NUMBER
    for wrong in (keys.private_key(TODAY + timedelta(days=1)), keys.public_key(TODAY)):
        with pytest.raises(CannotOpenError):
            open_sealed_to(wrong, bytes(row.sealed))


def test_who_writes_a_number_needs_the_public_half_alone(house: Path) -> None:
    forget_choices(today=TODAY)
    aside = house / "keys" / "call-backs"
    aside.rename(house / "elsewhere")
    store_call_back(CALL, NUMBER, "", "any", today=TODAY)
    with pytest.raises(KeyMissingError):
        call_back_keys().private_key(TODAY)
    (house / "elsewhere").rename(aside)
    assert open_sealed_to(call_back_keys().private_key(TODAY), bytes(CallBack.objects.get().sealed)) == NUMBER


def test_the_same_call_asks_for_one_call_back_and_its_last_hours_hold() -> None:
    store_call_back(CALL, NUMBER, "CN-HA", "morning", today=TODAY)
    sealed = bytes(CallBack.objects.get().sealed)
    store_call_back(CALL, NUMBER, "CN-HA", "morning", today=TODAY + timedelta(days=1))
    store_call_back(CALL, NUMBER, "CN-HA", "evening", today=TODAY)
    row = CallBack.objects.get()
    assert (row.hours, bytes(row.sealed), row.day) == ("evening", sealed, TODAY)
    store_call_back(OTHER, NUMBER, "CN-HA", "any", today=TODAY)
    assert CallBack.objects.count() == 2


def test_a_call_back_told_from_many_sides_at_once_is_stored_once() -> None:
    forget_choices(today=TODAY)

    def tell(_: int) -> None:
        try:
            store_call_back(CALL, NUMBER, "CN-HA", "any", today=TODAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(tell, range(12)))
    assert CallBack.objects.count() == 1


def test_no_length_tells_a_number() -> None:
    for row, number in enumerate(("1", "13837145926", NUMBER, "123456789012345")):
        store_call_back(sha256(bytes([row])).digest()[:16], number, "", "any", today=TODAY)
    assert {len(bytes(row.sealed)) for row in CallBack.objects.all()} == {112}


@pytest.mark.parametrize("wrong", ["", "+8613837145926", "86 138", "1234567890123456", "８６１３８", "abc"])
def test_what_is_no_number_is_refused_without_being_named(wrong: str) -> None:
    with pytest.raises(ValueError, match="1 to 15 digits") as refused:
        store_call_back(CALL, wrong, "", "any", today=TODAY)
    assert not wrong or wrong not in str(refused.value)
    assert CallBack.objects.count() == 0


def test_the_same_number_is_never_sealed_alike_so_that_rows_cannot_be_matched() -> None:
    for call_id in (CALL, OTHER):
        store_call_back(call_id, NUMBER, "", "any", today=TODAY)
    first, second = (bytes(row.sealed) for row in CallBack.objects.all())
    assert first != second


# Key 8: a PIN.


def test_a_pin_has_six_digits_is_the_same_for_the_same_call_and_is_stored_as_a_hash() -> None:
    pin = make_pin(CALL, today=TODAY)
    assert len(pin) == 6
    assert pin.isdigit()
    assert make_pin(CALL, today=TODAY + timedelta(days=1)) == pin
    row = Pin.objects.get()
    assert bytes(row.hash) == pin_hash(KeyFolder(choices.settings.TUIDANG.keys).call_key(), pin)
    assert pin.encode() not in bytes(row.hash)


def test_pins_of_different_calls_differ_and_a_shared_one_is_good_for_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls = [sha256(bytes([row])).digest()[:16] for row in range(50)]
    assert len({make_pin(call_id, today=TODAY) for call_id in calls}) >= 48
    monkeypatch.setattr(choices, "pin_of", lambda *_: "777777")
    Pin.objects.all().delete()
    assert make_pin(CALL, today=TODAY) == make_pin(OTHER, today=TODAY + timedelta(days=9)) == "777777"
    assert Pin.objects.get().day == TODAY + timedelta(days=9)


# Two weeks.


def test_after_two_weeks_numbers_pins_and_the_keys_of_their_days_are_gone() -> None:
    forget_choices(today=TODAY)
    store_call_back(CALL, NUMBER, "", "any", today=TODAY)
    make_pin(CALL, today=TODAY)
    sealed = bytes(CallBack.objects.get().sealed)
    last = TODAY + timedelta(days=14)
    forget_choices(today=last)
    assert open_sealed_to(call_back_keys().private_key(TODAY), sealed) == NUMBER
    assert (CallBack.objects.count(), Pin.objects.count()) == (1, 1)
    forget_choices(today=last + timedelta(days=1))
    assert (CallBack.objects.count(), Pin.objects.count()) == (0, 0)
    with pytest.raises(KeyMissingError):
        call_back_keys().private_key(TODAY)
    with pytest.raises(KeyMissingError):
        call_back_keys().public_key(TODAY)


def test_the_daily_round_makes_the_pairs_of_today_and_tomorrow_and_may_be_repeated() -> None:
    for _ in range(2):
        forget_choices(today=TODAY)
        assert call_back_keys().days() == (TODAY, TODAY + timedelta(days=1))
    before = call_back_keys().public_key(TODAY)
    forget_choices(today=TODAY)
    assert call_back_keys().public_key(TODAY) == before


def test_the_worker_does_the_daily_round_even_before_a_register_is_begun() -> None:
    store_call_back(CALL, NUMBER, "", "any", today=TODAY - timedelta(days=15))
    with pytest.raises(LookupError):
        look(datetime(TODAY.year, TODAY.month, TODAY.day, 4, tzinfo=UTC))
    assert CallBack.objects.count() == 0
    assert call_back_keys().days() == (TODAY, TODAY + timedelta(days=1))


# What is written anywhere.


def forms_of(number: str) -> list[bytes]:
    """List the shapes in which a number could lie in a file."""
    shapes = [number, number[2:], number[2:9], number[-8:]]
    found = [shape.encode(coding) for shape in shapes for coding in ("ascii", "utf-16-le", "utf-32-be")]
    value = int(number)
    packed = bytes.fromhex(number if len(number) % 2 == 0 else "0" + number)
    return [*found, value.to_bytes(6, "big"), value.to_bytes(6, "little"), packed, number[::-1].encode()]


def test_the_tables_hold_no_number_no_pin_and_no_call_id(
    caplog: pytest.LogCaptureFixture, house: Path, settings: Settings
) -> None:
    with caplog.at_level(logging.DEBUG):
        store_call_back(CALL, NUMBER, "CN-HA", "any", today=TODAY)
        pin = make_pin(CALL, today=TODAY)
        withdraw(CALL, ONE, "CN-HA", today=TODAY)
    assert settings.TUIDANG.data == house
    rows = [
        value
        for table in (CallBack, Pin, Waiting)
        for row in table.objects.values_list()
        for value in row  # type: ignore[attr-defined]
    ]
    everything = b"\n".join(
        bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode() for value in rows
    )
    everything += b"".join(path.read_bytes() for path in house.rglob("*") if path.is_file())
    everything += caplog.text.encode()
    for shape in (*forms_of(NUMBER), CALL, CALL.hex().encode(), pin.encode()):
        assert shape not in everything


# A PIN is used once.


def test_a_pin_is_good_once_and_gives_the_language_it_was_read_in() -> None:
    pin = make_pin(CALL, today=TODAY, language="yue")
    assert use_pin(f"{(int(pin) + 1) % 10**6:06d}", today=TODAY) is None
    assert use_pin("", today=TODAY) is use_pin("12345", today=TODAY) is None
    assert use_pin(pin, today=TODAY + timedelta(days=14)) == "yue"
    assert use_pin(pin, today=TODAY + timedelta(days=14)) is None
    assert Pin.objects.count() == 0


def test_a_pin_is_not_good_after_two_weeks() -> None:
    pin = make_pin(CALL, today=TODAY)
    assert use_pin(pin, today=TODAY + timedelta(days=15)) is None


def test_of_many_who_enter_a_pin_at_once_one_is_let_through() -> None:
    pin = make_pin(CALL, today=TODAY)

    def enter(_: int) -> bool:
        try:
            return use_pin(pin, today=TODAY) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(enter, range(12))) == 1
