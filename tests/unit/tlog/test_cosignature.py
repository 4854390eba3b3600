"""Cosignatures: what a witness signs, and that nobody else's signature passes for it."""

from __future__ import annotations

import nacl.signing
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlog_cast import KEY
from tuidang.tlog.note import KeyKind, NoteError, SigningKey, VerifierKey, generate_key, open_note, split_note

WITNESS = SigningKey("witness.example.com/w1", bytes(range(2, 34)), KeyKind.COSIGNATURE)
TEXT = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
# c2sp.org/tlog-cosignature, "Ed25519 signed message".
MESSAGE = b"""\
cosignature/v1
time 1679315147
example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
"""


def test_what_is_signed_is_the_message_of_the_specification() -> None:
    _, ((name, raw),) = split_note(f"{TEXT}\n{WITNESS.cosign(TEXT, 1679315147)}")
    assert name == "witness.example.com/w1"
    assert raw[:4] == WITNESS.verifier.key_id
    assert raw[4:12] == bytes.fromhex("00000000641850cb")  # as in the specification's example
    nacl.signing.VerifyKey(WITNESS.verifier.public).verify(MESSAGE, raw[12:])


def test_the_key_of_a_witness_has_type_4_in_all_its_forms() -> None:
    key, verifier = generate_key("witness.example.com/w1", KeyKind.COSIGNATURE)
    assert SigningKey.parse(key.text) == key
    assert VerifierKey.parse(verifier.text) == verifier == key.verifier
    as_log = SigningKey(key.name, key.seed).verifier
    assert (as_log.public, as_log.key_id == verifier.key_id) == (verifier.public, False)


@given(st.integers(0, (1 << 63) - 1))
def test_every_cosignature_opens_with_its_time(timestamp: int) -> None:
    signed = f"{TEXT}\n{WITNESS.cosign(TEXT, timestamp)}"
    assert open_note(signed, WITNESS.verifier).signatures[0].timestamp == timestamp


@given(st.data())
def test_no_cosigned_note_opens_with_a_byte_altered(data: st.DataObject) -> None:
    signed = bytearray(f"{TEXT}\n{WITNESS.cosign(TEXT, 1679315147)}".encode())
    place = data.draw(st.integers(0, len(signed) - 1))
    signed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(NoteError):
        open_note(bytes(signed), WITNESS.verifier)


def test_a_key_signs_as_a_log_or_as_a_witness_and_never_as_both() -> None:
    with pytest.raises(NoteError, match="type 4"):
        WITNESS.sign(TEXT)
    with pytest.raises(NoteError, match="type 1"):
        KEY.cosign(TEXT, 0)


@pytest.mark.parametrize("timestamp", [-1, 1 << 63])
def test_there_is_no_cosignature_at_what_is_no_time(timestamp: int) -> None:
    with pytest.raises(NoteError, match="no time"):
        WITNESS.cosign(TEXT, timestamp)
