"""A staged batch is read back as it was written, and gives up its records when they are erased."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies import LEAVES, RECORDS
from tuidang.register.folder.batch import (
    Batch,
    BatchError,
    DayLine,
    decode_batch,
    encode_batch,
    without_records,
)
from tuidang.register.folder.records import Line, encode_leaf, encode_line

COUNTS = st.integers(0, 2**40)


@st.composite
def batches(draw: st.DrawFn) -> Batch:
    start = draw(st.integers(0, 2**40))
    entries = [encode_leaf(leaf) for leaf in draw(st.lists(LEAVES, max_size=8))]
    lines = [
        DayLine(leaf, draw(st.dates()), encode_line(Line(leaf, draw(RECORDS).encode(), bytes(32))))
        for leaf in range(start, start + len(entries))
        if draw(st.booleans())
    ]
    channels = draw(st.dictionaries(st.dates(), st.dictionaries(st.sampled_from(["web", "onion"]), COUNTS)))
    return Batch(start, entries, lines, channels, draw(st.dictionaries(st.dates(), COUNTS)))


@given(batches())
def test_a_batch_is_read_back_as_it_was(batch: Batch) -> None:
    assert decode_batch(encode_batch(batch)) == batch


@given(batches())
def test_a_batch_ends_where_its_last_leaf_ends(batch: Batch) -> None:
    assert batch.end == batch.start + len(batch.entries)


@given(batches(), st.data())
def test_erasing_takes_the_records_and_leaves_everything_else(batch: Batch, data: st.DataObject) -> None:
    erased = frozenset(data.draw(st.sets(st.sampled_from(range(batch.start, batch.end + 1)))))
    scrubbed = decode_batch(encode_batch(without_records(batch, erased)))
    assert scrubbed.entries == batch.entries
    assert scrubbed.channels == batch.channels
    assert scrubbed.lines == [line for line in batch.lines if line.leaf not in erased]


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        b"not zlib",
        zlib.compress(b""),
        zlib.compress(b"{}\n"),
        zlib.compress(b"[1]\n"),
        zlib.compress(b"\xff"),
    ],
)
def test_a_damaged_blob_is_refused_with_a_sentence(blob: bytes) -> None:
    with pytest.raises(BatchError, match="staged batch cannot be read"):
        decode_batch(blob)
