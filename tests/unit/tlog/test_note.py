"""Signed notes and keys: published notes open, altered ones do not."""

from __future__ import annotations

import nacl.signing
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlog_cast import KEY, OTHER_KEY
from tuidang.tlog.note import KeyKind, NoteError, SigningKey, VerifierKey, generate_key, open_note, split_note

# Of Go's golang.org/x/mod/sumdb/note, note_test.go.
PETER_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_LINE = (
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ENOCH_LINE = (
    "— EnochRoot "
    "rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)

# Notes of logs in operation: the Go checksum database, a witness network's test log, and a Certificate
# Transparency log whose checkpoint public witnesses have cosigned (c2sp.org/tlog-cosignature, Ed25519).
REAL = {
    "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8": (
        "go.sum database tree\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "— sum.golang.org "
        "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    ),
    "geomys.org/witness/test-log+c0787ff4+AeMb5VOzy60PTGdGmLPxOKGAa0jNyDGsgv2rnprGju1t": (
        "geomys.org/witness/test-log\n1\nBCml5C32yqMcl0gjTrcSOeNVx59oPnSdytBzDGBO5k0=\n\n"
        "— geomys.org/witness/test-log "
        "wHh/9BPsoBNr2x0Ol3qPBYasIN0HI2ZiBg5ac0v3LQq/7F+YO7U4oWbDeJn1VaWVrlbSEM30Gr7WWYQjj2SBxRoJ/Ao=\n"
    ),
}
COSIGNED = (
    "arche2025h1.staging.ct.transparency.dev\n1432088532\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n\n"
    "— arche2025h1.staging.ct.transparency.dev "
    "zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=\n"
    "— arche2025h1.staging.ct.transparency.dev "
    "ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=\n"
    "— remora.n621.de "
    "2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==\n"
    "— witness.stagemole.eu "
    "Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY/2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==\n"
)
ARCHE = "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"
WITNESSES = (
    "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
    "witness.stagemole.eu+67f7aea0+BEqSG3yu9YrmcM3BHvQYTxwFj3uSWakQepafafpUqklv",
)


def test_signing_gives_the_bytes_that_go_gives() -> None:
    key = SigningKey.parse(PETER_SECRET)
    assert key.sign(TEXT) == f"{TEXT}\n{PETER_LINE}"
    assert key.verifier.text == PETER
    assert key.text == PETER_SECRET


def test_a_note_opens_with_any_of_its_keys() -> None:
    peter, enoch = VerifierKey.parse(PETER), VerifierKey.parse(ENOCH)
    signed = f"{TEXT}\n{PETER_LINE}{ENOCH_LINE}"
    assert [s.name for s in open_note(signed, peter).signatures] == ["PeterNeumann"]
    assert [s.name for s in open_note(signed.encode(), enoch, peter).signatures] == [
        "PeterNeumann",
        "EnochRoot",
    ]
    assert open_note(signed, enoch).text == TEXT


@pytest.mark.parametrize("vkey", REAL)
def test_checkpoints_of_logs_in_operation_open(vkey: str) -> None:
    assert open_note(REAL[vkey], VerifierKey.parse(vkey)).signatures


def test_cosignatures_of_public_witnesses_open_with_their_time() -> None:
    note = open_note(COSIGNED, VerifierKey.parse(ARCHE), *map(VerifierKey.parse, WITNESSES))
    assert [(s.name, s.timestamp) for s in note.signatures] == [
        ("arche2025h1.staging.ct.transparency.dev", None),
        ("remora.n621.de", 1779573024),
        ("witness.stagemole.eu", 1779573024),
    ]


@pytest.mark.parametrize("vkey", [ARCHE, *WITNESSES])
def test_an_altered_checkpoint_opens_with_none_of_its_keys(vkey: str) -> None:
    with pytest.raises(NoteError, match="altered after signing"):
        open_note(COSIGNED.replace("1432088532", "1432088533"), VerifierKey.parse(vkey))


def test_a_signature_is_not_taken_for_a_cosignature_of_the_same_key() -> None:
    witness = VerifierKey(KEY.name, KEY.verifier.public, KeyKind.COSIGNATURE)
    assert VerifierKey.parse(witness.text) == witness
    with pytest.raises(NoteError, match="no trusted key"):
        open_note(KEY.sign("a\n"), witness)


def test_one_wrong_signature_of_a_known_key_spoils_the_note() -> None:
    wrong = PETER_LINE.replace("x08go/Z", "x08go/a")
    with pytest.raises(NoteError, match="PeterNeumann is wrong"):
        open_note(f"{TEXT}\n{wrong}{ENOCH_LINE}", VerifierKey.parse(PETER), VerifierKey.parse(ENOCH))


def test_signatures_of_unknown_keys_are_ignored_even_under_a_known_name() -> None:
    signed = KEY.sign("a\n") + OTHER_KEY.sign("a\n").removeprefix("a\n\n")
    assert [s.key_id for s in open_note(signed, KEY.verifier).signatures] == [KEY.verifier.key_id]


def test_a_signature_that_stands_twice_counts_once() -> None:
    note = open_note(f"{TEXT}\n{PETER_LINE}{PETER_LINE}", VerifierKey.parse(PETER))
    assert [s.name for s in note.signatures] == ["PeterNeumann"]


def test_base64_that_decodes_alike_but_reads_otherwise_is_refused() -> None:
    with pytest.raises(NoteError, match="not base64"):
        open_note(f"{TEXT}\n{PETER_LINE.replace('nAM=', 'nAN=')}", VerifierKey.parse(PETER))


def test_a_cosignature_has_no_time_beyond_what_the_specification_allows() -> None:
    witness = VerifierKey("witness.example", KEY.verifier.public, KeyKind.COSIGNATURE)
    for timestamp, signed in ((2**63 - 1, 1), (2**63, 0)):
        text = f"{KEY.name}\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
        message = f"cosignature/v1\ntime {timestamp}\n{text}".encode()
        raw = timestamp.to_bytes(8, "big") + nacl.signing.SigningKey(KEY.seed).sign(message).signature
        assert (witness.check(text, raw) is not None) == signed


def test_the_refusal_names_who_signed_and_whom_we_trust() -> None:
    with pytest.raises(
        NoteError, match=r"signed by PeterNeumann\+c74f20a3, and we trust EnochRoot\+af0cfe78"
    ):
        open_note(f"{TEXT}\n{PETER_LINE}", VerifierKey.parse(ENOCH))


@pytest.mark.parametrize(
    "signed",
    [
        TEXT,
        f"{TEXT}\n",
        f"{TEXT}\n{PETER_LINE[:-1]}",
        f"\x01{TEXT}\n{PETER_LINE}",
        f"{TEXT}\n— Bad Name {PETER_LINE[15:]}",
        f"{TEXT}\n{PETER_LINE}Unexpected line.\n",
        f"{TEXT}\n{PETER_LINE * 101}",
        f"\ud800{TEXT}\n{PETER_LINE}",
        f"\xff{TEXT}\n{PETER_LINE}".encode("latin-1", "replace"),
        f"{'x' * 1_000_001}\n\n{PETER_LINE}",
        f"{TEXT}\n— PeterNeumann x08g\n",
    ],
)
def test_malformed_notes_are_refused(signed: str | bytes) -> None:
    with pytest.raises(NoteError):
        open_note(signed, VerifierKey.parse(PETER))


@given(st.data())
def test_no_note_opens_with_a_byte_altered(data: st.DataObject) -> None:
    signed = bytearray(KEY.sign("example.org/register\n5\nröt\n").encode())
    place = data.draw(st.integers(0, len(signed) - 1))
    signed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(NoteError):
        open_note(bytes(signed), KEY.verifier)


@given(st.data())
def test_no_verifier_key_parses_with_a_character_altered(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(PETER) - 1))
    other = data.draw(st.characters(codec="utf-8", exclude_characters=PETER[place]))
    with pytest.raises(NoteError):
        VerifierKey.parse(PETER[:place] + other + PETER[place + 1 :])


def test_part_of_a_key_is_not_a_key() -> None:
    for start in range(len(PETER)):
        for end in range(start + 1, len(PETER) + (start > 0)):
            with pytest.raises(NoteError):
                VerifierKey.parse(PETER[start:end])


def test_a_refused_signing_key_is_never_repeated_in_the_message() -> None:
    secret = PETER_SECRET[-20:]
    for text in (PETER_SECRET[:-1], PETER_SECRET.replace("c74f20a3", "c74f20a4"), PETER_SECRET[1:]):
        with pytest.raises(NoteError) as refused:
            SigningKey.parse(text)
        assert secret[:-1] not in str(refused.value)
    assert "seed" not in repr(SigningKey.parse(PETER_SECRET))


def test_keys_of_other_types_or_lengths_are_refused() -> None:
    with pytest.raises(NoteError, match="type 101"):  # of Go's tests, with an adjusted hash
        VerifierKey.parse("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    with pytest.raises(NoteError, match="38 bytes"):
        VerifierKey.parse("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEYAA")


def test_made_keys_are_new_and_come_back_from_their_text() -> None:
    key, verifier = generate_key("example.org/log")
    assert generate_key("example.org/log")[0] != key
    assert SigningKey.parse(key.text) == key
    assert VerifierKey.parse(verifier.text) == verifier == key.verifier
    assert open_note(key.sign("text\n"), verifier).text == "text\n"


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u3000b", "a\nb"])
def test_names_with_spaces_or_plus_signs_make_no_key(name: str) -> None:
    with pytest.raises(NoteError, match="name"):
        generate_key(name)


@pytest.mark.parametrize("text", ["", "no newline", "tab\there\n"])
def test_texts_that_cannot_be_notes_are_not_signed(text: str) -> None:
    with pytest.raises(NoteError):
        KEY.sign(text)


def test_a_text_may_have_empty_lines() -> None:
    assert split_note(KEY.sign("a\n\n\nb\n"))[0] == "a\n\n\nb\n"
