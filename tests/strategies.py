"""Hypothesis strategies that several test files share."""

from __future__ import annotations

from base64 import b64encode

from hypothesis import strategies as st

from tuidang.register.folder.records import (
    ORGANISATIONS,
    AuditHead,
    Erased,
    Leaf,
    Record,
    StatementLeaf,
    Uncounted,
    UncountedReason,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
COMMITMENTS = st.binary(min_size=32, max_size=32).map(lambda digest: b64encode(digest).decode())
ORGS = st.sets(st.sampled_from(ORGANISATIONS), min_size=1).map(
    lambda chosen: tuple(org for org in ORGANISATIONS if org in chosen)
)
REGIONS = st.sampled_from(["", "CN", "CN-BJ", "CN-XJ", "US", "TW"])
LEAVES: st.SearchStrategy[Leaf] = st.one_of(
    st.builds(StatementLeaf, st.dates(), ORGS, REGIONS, COMMITMENTS),
    st.builds(Erased, st.integers(0, 2**53 - 1)),
    st.builds(Uncounted, st.integers(0, 2**53 - 1), st.sampled_from(UncountedReason)),
    st.builds(AuditHead, st.binary(min_size=32, max_size=32)),
)
RECORDS = st.builds(Record, TEXTS, TEXTS, TEXTS, TEXTS)
