"""Keyed hashes of calls and PINs: the same call gives the same, another key or purpose something else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.privacy.calls import call_hash, make_pin, pin_hash, withdrawal_key

KEY = bytes(range(32))
CALLS = st.binary(min_size=16, max_size=16)


@given(CALLS, CALLS)
def test_two_calls_are_told_apart_and_one_is_known_again(one: bytes, other: bytes) -> None:
    assert (call_hash(KEY, one) == call_hash(KEY, other)) == (one == other)
    assert (withdrawal_key(one, 0) == withdrawal_key(other, 0)) == (one == other)
    assert make_pin(KEY, one) == make_pin(KEY, bytes(one))


@given(CALLS)
def test_each_confirmation_of_a_call_has_a_key_of_its_own(call: bytes) -> None:
    keys = {withdrawal_key(call, number) for number in range(20)}
    assert len(keys) == 20
    assert {len(key) for key in keys} == {16}


@given(CALLS)
def test_a_pin_is_six_digits(call: bytes) -> None:
    pin = make_pin(KEY, call)
    assert len(pin) == 6
    assert pin.isascii()
    assert pin.isdigit()


def test_pins_use_all_digits_evenly() -> None:
    pins = [make_pin(KEY, number.to_bytes(16, "big")) for number in range(3000)]
    for place in range(6):
        counts = [sum(pin[place] == digit for pin in pins) for digit in "0123456789"]
        assert max(counts) - min(counts) < 150


@given(CALLS)
def test_another_key_gives_nothing_that_matches(call: bytes) -> None:
    other = bytes(32)
    assert call_hash(KEY, call) != call_hash(other, call)
    assert pin_hash(KEY, "123456") != pin_hash(other, "123456")
    assert len(pin_hash(KEY, "123456")) == 18


def test_the_hashes_are_as_they_were_stored_before() -> None:
    call = bytes(range(16))
    assert call_hash(KEY, call).hex()[:16] == "088620c00413427f"
    assert withdrawal_key(call, 1).hex()[:16] == "2e9c6584076c8dc6"
    assert make_pin(KEY, call) == "945141"
    assert pin_hash(KEY, "000123").hex()[:16] == "0101ef3fbd6442fb"


@pytest.mark.parametrize("call", [b"", bytes(15), bytes(17)])
def test_a_call_id_of_another_length_is_refused(call: bytes) -> None:
    for make in (lambda: call_hash(KEY, call), lambda: make_pin(KEY, call), lambda: withdrawal_key(call, 0)):
        with pytest.raises(ValueError, match="16 bytes"):
            make()
