"""Sealing: what it hides, and that nothing but the key opens it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey

from tuidang.privacy.sealing import CannotOpenError, open_sealed, open_sealed_to, seal, seal_to

KEY = bytes(range(32))
PUBLIC = bytes(PrivateKey(KEY).public_key)
NUMBERS = st.text("0123456789", min_size=1, max_size=15)


@given(st.binary(max_size=2000))
def test_what_is_sealed_opens_with_its_key(content: bytes) -> None:
    assert open_sealed(KEY, seal(KEY, content)) == content


@given(st.binary(max_size=1000))
def test_the_length_shows_only_in_steps_of_256_bytes(content: bytes) -> None:
    assert len(seal(KEY, content)) == 40 + 256 * (len(content) // 256 + 1)


@given(st.binary(max_size=600), st.data())
def test_any_altered_byte_is_noticed(content: bytes, data: st.DataObject) -> None:
    sealed = bytearray(seal(KEY, content))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(CannotOpenError):
        open_sealed(KEY, bytes(sealed))


@given(st.binary(max_size=300))
def test_rubbish_and_another_key_are_refused_in_one_way(rubbish: bytes) -> None:
    for key, sealed in ((KEY, rubbish), (bytes(32), seal(KEY, rubbish))):
        with pytest.raises(CannotOpenError):
            open_sealed(key, sealed)


def test_the_same_content_is_never_sealed_alike() -> None:
    assert seal(KEY, b"same") != seal(KEY, b"same")


@given(NUMBERS)
def test_a_sealed_number_opens_with_the_private_half_and_tells_no_length(number: str) -> None:
    sealed = seal_to(PUBLIC, number)
    assert open_sealed_to(KEY, sealed) == number
    assert len(sealed) == 112
    assert sealed != seal_to(PUBLIC, number)


@given(NUMBERS, st.data())
def test_any_altered_byte_of_a_sealed_number_is_noticed(number: str, data: st.DataObject) -> None:
    sealed = bytearray(seal_to(PUBLIC, number))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(CannotOpenError):
        open_sealed_to(KEY, bytes(sealed))


@given(st.binary(max_size=200))
def test_rubbish_is_no_sealed_number(rubbish: bytes) -> None:
    with pytest.raises(CannotOpenError):
        open_sealed_to(KEY, rubbish)


@given(st.text(max_size=20).filter(lambda text: not (text.isascii() and text.isdigit() and len(text) <= 15)))
def test_what_is_no_number_is_not_sealed_and_not_named(text: str) -> None:
    with pytest.raises(ValueError, match=r"^a telephone number has 1 to 15 digits, and nothing else$"):
        seal_to(PUBLIC, text)
