"""Proofs made from tiles, and the text file that carries one."""

from __future__ import annotations

import base64
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tlog_cast import KEY, OTHER_KEY, grow_log, make_entries, published
from tuidang.tlog.checkpoint import CheckpointError
from tuidang.tlog.proof import Proof, check_proof, consistency_proof, parse_proof, prove
from tuidang.tlog.tiles import TileError
from tuidang.tlog.tree import EMPTY_ROOT, ProofError, Tree, check_consistency

# The cases of github.com/transparency-dev/formats, proof/tlog_proof_test.go.
HASHES = sha256(b"hash1").digest(), sha256(b"hash2").digest()
LINES = "".join(base64.b64encode(value).decode() + "\n" for value in HASHES)
PUBLISHED = [
    (
        Proof(5, HASHES, "test checkpoint\n"),
        f"c2sp.org/tlog-proof@v1\nindex 5\n{LINES}\ntest checkpoint\n",
    ),
    (
        Proof(10, HASHES[:1], "checkpoint data\n", b"extra information"),
        f"c2sp.org/tlog-proof@v1\nextra ZXh0cmEgaW5mb3JtYXRpb24=\nindex 10\n{LINES[:45]}\ncheckpoint data\n",
    ),
    (Proof(0, (), "checkpoint\n"), "c2sp.org/tlog-proof@v1\nindex 0\n\ncheckpoint\n"),
]
MALFORMED = [
    ("wrong-header\nindex 0\n\ncheckpoint\n", "not a proof"),
    ("c2sp.org/tlog-proof@v1\nextra !!notbase64!!\nindex 0\n\ncheckpoint\n", "extra line"),
    ("c2sp.org/tlog-proof@v1\n\n\ncheckpoint\n", "no line with the index"),
    ("c2sp.org/tlog-proof@v1\nindex notanumber\n\ncheckpoint\n", "no line with the index"),
    ("c2sp.org/tlog-proof@v1\nindex -5\n\ncheckpoint\n", "no line with the index"),
    ("c2sp.org/tlog-proof@v1\nindex 05\n\ncheckpoint\n", "no line with the index"),
    ("c2sp.org/tlog-proof@v1\nindex 0\n!!notbase64!!\n\ncheckpoint\n", "hash of the proof"),
    (f"c2sp.org/tlog-proof@v1\nindex 0\n{'A' * 84}AA==\n\ncheckpoint\n", "not of 32 bytes"),
    (f"c2sp.org/tlog-proof@v1\nindex 0\n{LINES[:42]}5=\n\ncheckpoint\n", "hash of the proof"),
    ("c2sp.org/tlog-proof@v1\nindex 0\n", "cut short"),
    (f"c2sp.org/tlog-proof@v1\nindex 0\n\n{'a' * 1_000_000}\n", "not read"),
]


def check_text(text: str) -> None:
    proof = parse_proof(text)
    check_proof(proof, proof.extra or b"", KEY.verifier)


@pytest.mark.parametrize(("proof", "text"), PUBLISHED)
def test_published_proof_files_are_written_and_read(proof: Proof, text: str) -> None:
    assert proof.text == text
    assert parse_proof(text) == proof


@pytest.mark.parametrize(("text", "reason"), MALFORMED)
def test_malformed_proof_files_are_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(ProofError, match=reason):
        parse_proof(text)


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 600), st.data())
def test_every_entry_is_proven_by_a_file_that_needs_nothing_beside_it(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    log = grow_log(size)
    proof = parse_proof(prove(log.store, log.head.state.checkpoint, KEY.verifier, index).text)
    assert proof.extra == make_entries(size)[index]
    assert check_proof(proof, proof.extra, KEY.verifier) == published(log.store)


@settings(deadline=None)
@given(st.data())
def test_no_proof_file_with_a_byte_altered_proves_the_entry(data: st.DataObject) -> None:
    log = grow_log(300)
    text = bytearray(prove(log.store, log.head.state.checkpoint, KEY.verifier, 123).text.encode())
    place = data.draw(st.integers(0, len(text) - 1))
    text[place] ^= data.draw(st.integers(1, 127))
    with pytest.raises((ProofError, CheckpointError)):
        check_text(text.decode(errors="replace"))


def test_a_proof_does_not_prove_another_entry_nor_for_another_key() -> None:
    log = grow_log(300)
    proof = prove(log.store, log.head.state.checkpoint, KEY.verifier, 7)
    with pytest.raises(ProofError, match="another root"):
        check_proof(proof, b"another", KEY.verifier)
    with pytest.raises(CheckpointError, match="no trusted key"):
        check_proof(proof, proof.extra or b"", OTHER_KEY.verifier)


def test_a_proof_can_be_made_for_an_older_checkpoint() -> None:
    log = grow_log(260)
    older = log.head.state.checkpoint
    log.append(make_entries(400, 260))
    assert prove(log.store, older, KEY.verifier, 259).checkpoint == older


@pytest.mark.parametrize("index", [-1, 300, 10**12])
def test_an_entry_that_is_not_there_has_no_proof(index: int) -> None:
    log = grow_log(300)
    with pytest.raises(ProofError, match="no entry"):
        prove(log.store, log.head.state.checkpoint, KEY.verifier, index)


def test_a_damaged_tree_gives_no_proof_rather_than_a_wrong_one() -> None:
    log = grow_log(300)
    tile = bytearray(log.store.files["tile/0/000"])
    tile[200 * 32] ^= 1
    log.store.files["tile/0/000"] = bytes(tile)
    with pytest.raises(ProofError, match="another root"):
        prove(log.store, log.head.state.checkpoint, KEY.verifier, 7)
    del log.store.files["tile/0/000"]
    with pytest.raises(TileError, match="tile/0/000"):
        prove(log.store, log.head.state.checkpoint, KEY.verifier, 7)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 700), min_size=2, max_size=2).map(sorted))
def test_each_checkpoint_is_shown_to_continue_each_earlier_one(sizes: list[int]) -> None:
    old = published(grow_log(sizes[0]).store).tree
    log = grow_log(*sizes)
    new = published(log.store).tree
    check_consistency(old, new, consistency_proof(log.store, old, new))


def test_a_log_that_forgot_an_earlier_checkpoint_has_no_consistency_proof() -> None:
    log = grow_log(300, 500)
    with pytest.raises(ProofError):
        consistency_proof(log.store, Tree(300, EMPTY_ROOT), published(log.store).tree)


def test_a_log_that_was_set_back_does_not_continue_what_it_was() -> None:
    log = grow_log(300, 301)
    larger = published(log.store).tree
    with pytest.raises(ProofError, match="cannot continue one of 301"):
        consistency_proof(log.store, larger, Tree(300, EMPTY_ROOT))
