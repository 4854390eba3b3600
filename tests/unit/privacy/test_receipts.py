"""Receipts: the same form the same digits, every slip of the hand noticed, nothing stored that leads back."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuidang.privacy.receipts import (
    HASH_BYTES,
    KeyRing,
    NumberedKey,
    format_digits,
    is_wellformed,
    lookup_hash,
    lookup_hashes,
    make_digits,
    spoken_hash,
    spoken_hashes,
)

KEY = bytes(range(32))
PREVIEW = bytes(16)
FORM = hashlib.sha256(b"a form").digest()
OLD, NEW = NumberedKey(1, bytes(32)), NumberedKey(2, KEY)
RING = KeyRing((NEW, OLD))

DIGITS = st.builds(make_digits, st.just(KEY), st.just(PREVIEW), st.just(FORM), st.integers(0, 2**32 - 1))


def test_digits_are_those_that_the_specification_gives() -> None:
    digest = hmac.new(KEY, b"tuidang/receipt/v1" + PREVIEW + FORM + b"\0\0\0\7", hashlib.sha256).digest()
    assert make_digits(KEY, PREVIEW, FORM, 7)[:15] == str(int.from_bytes(digest, "big") % 10**15).zfill(15)
    assert make_digits(KEY, PREVIEW, FORM, 7) == "6462478058602131"


def test_the_check_digit_is_that_of_the_published_example() -> None:
    """572 and 4: the example of Damm's own table."""
    assert is_wellformed("000000000000" + "5724") == "0000000000005724"


def test_any_change_gives_other_digits() -> None:
    same = make_digits(KEY, PREVIEW, FORM, 0)
    assert same == make_digits(KEY, PREVIEW, FORM, 0)
    others = {
        make_digits(bytes(32), PREVIEW, FORM, 0),
        make_digits(KEY, b"1" * 16, FORM, 0),
        make_digits(KEY, PREVIEW, bytes(32), 0),
        make_digits(KEY, PREVIEW, FORM, 1),
    }
    assert len(others | {same}) == 5


@pytest.mark.parametrize("key", [b"", bytes(15), bytes(17)])
def test_a_short_idempotency_key_is_refused(key: bytes) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        make_digits(KEY, key, FORM, 0)


@given(DIGITS)
def test_every_single_wrong_digit_and_every_exchange_of_neighbours_is_noticed(digits: str) -> None:
    for place, right in enumerate(digits):
        for wrong in set("0123456789") - {right}:
            assert is_wellformed(digits[:place] + wrong + digits[place + 1 :]) is None
    for place in range(15):
        one, other = digits[place], digits[place + 1]
        if one != other:
            assert is_wellformed(digits[:place] + other + one + digits[place + 2 :]) is None


@given(DIGITS, st.sampled_from([" ", "-", "", "\u3000", ".", "，", " - ", "\n"]))
def test_digits_are_understood_however_they_are_typed(digits: str, between: str) -> None:
    groups = format_digits(digits).split()
    full_width = digits.translate({ord(str(n)): 0xFF10 + n for n in range(10)})
    spoken_aloud = digits.translate(str.maketrans("0123456789", "零幺二三四五六七八九"))
    assert [len(group) for group in groups] == [4, 4, 4, 4]
    for typed in (
        between.join(groups),
        f" {digits} ",
        full_width,
        spoken_aloud,
        digits[:8] + spoken_aloud[8:],
    ):
        assert is_wellformed(typed) == digits


@given(st.text())
def test_nothing_else_is_a_receipt(typed: str) -> None:
    read = is_wellformed(typed)
    assert read is None or (len(read) == 16 and read.isascii() and read.isdigit())


def test_endless_input_is_refused_at_once() -> None:
    assert is_wellformed("1 " * 10_000_000) is None


@given(DIGITS)
def test_a_receipt_is_found_by_another_spelling_of_the_name_and_by_no_other_name(digits: str) -> None:
    stored = lookup_hash(RING, digits, "萬 順")
    assert stored in lookup_hashes(RING, digits, "万顺")
    assert stored not in lookup_hashes(RING, digits, "万福")
    assert stored not in lookup_hashes(RING, make_digits(KEY, b"another preview!", FORM, 0), "万顺")


@given(DIGITS)
def test_a_receipt_heard_is_found_by_the_sound_of_the_alias(digits: str) -> None:
    stored = spoken_hash(RING, digits, "金福")
    assert stored in spoken_hashes(RING, digits, "今富")
    assert stored in spoken_hashes(RING, digits, "jin fu")
    assert stored not in spoken_hashes(RING, digits, "万顺")
    assert stored not in lookup_hashes(RING, digits, "金福")


@given(DIGITS)
def test_what_an_old_key_stored_is_still_found(digits: str) -> None:
    before = KeyRing((OLD,))
    assert lookup_hash(before, digits, "金福") in lookup_hashes(RING, digits, "金福")
    assert spoken_hash(before, digits, "金福") in spoken_hashes(RING, digits, "金福")
    assert lookup_hash(RING, digits, "金福") == lookup_hashes(RING, digits, "金福")[0]


@given(DIGITS, st.text())
def test_a_hash_says_its_version_and_key_and_nothing_of_the_name(digits: str, name: str) -> None:
    stored = lookup_hash(RING, digits, name)
    assert len(stored) == HASH_BYTES
    assert tuple(stored[:2]) == (1, 2)
    assert lookup_hash(KeyRing((NumberedKey(2, bytes(32)),)), digits, name) != stored


def test_a_name_that_no_form_could_take_is_looked_up_without_error() -> None:
    assert len(lookup_hashes(RING, "0000000000005724", "\ud800\0")) == 2


def test_receipts_of_many_people_with_one_alias_do_not_meet() -> None:
    stored = {lookup_hash(RING, make_digits(KEY, PREVIEW, FORM, row), "金福") for row in range(2000)}
    assert len(stored) == 2000
