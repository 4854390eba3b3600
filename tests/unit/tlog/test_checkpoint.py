"""Checkpoints: the size and root that a log signs."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlog_cast import KEY, OTHER_KEY
from tuidang.tlog.checkpoint import (
    Checkpoint,
    CheckpointError,
    open_checkpoint,
    parse_checkpoint,
    sign_checkpoint,
)
from tuidang.tlog.note import SigningKey, VerifierKey
from tuidang.tlog.tree import EMPTY_ROOT, Tree

ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
PUBLISHED = f"example.com/behind-the-sofa\n20852163\n{ROOT}\n"  # c2sp.org/tlog-checkpoint
CHECKPOINT = Checkpoint(KEY.name, 3, EMPTY_ROOT)


def test_the_example_of_the_specification_is_read_and_written() -> None:
    checkpoint = parse_checkpoint(PUBLISHED)
    assert checkpoint == Checkpoint("example.com/behind-the-sofa", 20852163, base64.b64decode(ROOT))
    assert checkpoint.text == PUBLISHED


@given(
    st.text(st.characters(min_codepoint=32), min_size=1),
    st.integers(0, 1 << 62),
    st.binary(min_size=32, max_size=32),
    st.lists(st.text(st.characters(min_codepoint=32), min_size=1), max_size=3).map(tuple),
)
def test_every_checkpoint_comes_back_from_its_text(
    origin: str, size: int, root: bytes, extensions: tuple[str, ...]
) -> None:
    checkpoint = Checkpoint(origin, size, root, extensions)
    assert parse_checkpoint(checkpoint.text) == checkpoint
    assert checkpoint.tree == Tree(size, root)


@pytest.mark.parametrize(
    "text",
    [
        "",
        PUBLISHED[:-1],
        PUBLISHED.replace("20852163", "020852163"),
        PUBLISHED.replace("20852163", "-1"),
        PUBLISHED.replace("20852163", "+1"),
        PUBLISHED.replace("20852163", "1_0"),
        PUBLISHED.replace("20852163", "١"),
        PUBLISHED.replace("20852163", "9" * 20),
        PUBLISHED.replace("2I=", "2J="),  # the same bytes in other letters
        PUBLISHED.replace("2I=", "2A"),
        PUBLISHED.replace(ROOT, "AAAA"),
        PUBLISHED.replace("example.com/behind-the-sofa", ""),
        PUBLISHED + "\n",
        "example.com\n5\n",
    ],
)
def test_malformed_checkpoints_are_refused(text: str) -> None:
    with pytest.raises(CheckpointError):
        parse_checkpoint(text)


def test_a_signed_checkpoint_opens_with_the_key_of_the_log() -> None:
    assert open_checkpoint(sign_checkpoint(CHECKPOINT, KEY), KEY.verifier) == CHECKPOINT


def test_a_key_signs_only_for_the_log_of_its_name() -> None:
    with pytest.raises(CheckpointError, match="cannot sign"):
        sign_checkpoint(replace(CHECKPOINT, origin="example.org/another"), KEY)


def test_a_checkpoint_of_another_log_is_refused_even_with_a_right_signature() -> None:
    signed = KEY.sign(replace(CHECKPOINT, origin="example.org/another").text)
    with pytest.raises(CheckpointError, match=r"checkpoint of example\.org/another"):
        open_checkpoint(signed, KEY.verifier)


def test_a_checkpoint_signed_by_another_key_is_refused() -> None:
    with pytest.raises(CheckpointError, match="no trusted key"):
        open_checkpoint(sign_checkpoint(CHECKPOINT, OTHER_KEY), KEY.verifier)


def test_a_checkpoint_that_only_a_witness_signed_is_refused() -> None:
    witness = SigningKey("witness.example", bytes(32))
    with pytest.raises(CheckpointError, match="the log itself"):
        open_checkpoint(witness.sign(CHECKPOINT.text), KEY.verifier, witness.verifier)


def test_a_note_that_is_no_checkpoint_is_refused_even_with_a_right_signature() -> None:
    with pytest.raises(CheckpointError, match="three lines"):
        open_checkpoint(KEY.sign("hello\n"), VerifierKey.parse(KEY.verifier.text))
