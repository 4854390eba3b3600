"""Records, leaves and commitments have exactly the bytes that the design and RFC 8785 say."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies import LEAVES, RECORDS
from tuidang.register.folder.records import (
    Erased,
    Leaf,
    Line,
    Record,
    StatementLeaf,
    Uncounted,
    UncountedReason,
    canonical,
    commitment,
    encode_leaf,
    encode_line,
    leaf_of_line,
    parse_leaf,
    parse_line,
    parse_record,
)


def test_strings_are_escaped_as_the_example_of_rfc_8785_section_3_2_4() -> None:
    published = "22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f22"
    assert canonical("\u20ac$\u000f\u000a\u0041\u0027\u0042\u0022\u005c\u005c\u0022\u002f").hex() == published


def test_every_control_character_is_escaped_by_the_rule_of_rfc_8785_section_3_2_2_2() -> None:
    short = {8: r"\b", 9: r"\t", 10: r"\n", 12: r"\f", 13: r"\r"}
    for code in range(32):
        assert canonical(chr(code)).decode() == '"' + short.get(code, f"\\u{code:04x}") + '"'
    assert canonical("\u007f\u2028\U0001f602").decode() == '"\u007f\u2028\U0001f602"'


def test_objects_are_sorted_as_in_the_structures_vector_of_the_reference_test_data() -> None:
    value = {
        "1": {"f": {"f": "hi", "F": 5}, "\n": 56}, "10": {}, "": "empty", "a": {}, "111": [{}], "A": {}
    }  # fmt: skip
    assert (
        canonical(value)
        == b'{"":"empty","1":{"\\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{}],"A":{},"a":{}}'
    )


def test_characters_are_never_normalised() -> None:
    assert canonical("A\u030a") != canonical("\u00c5")


def test_a_lone_surrogate_is_refused_with_a_sentence() -> None:
    for name in ("\ud800", "x\udfffy"):
        with pytest.raises(ValueError, match="half of a surrogate pair"):
            Record(name, "", "", "zh-Hans").encode()


def test_a_record_has_these_bytes() -> None:
    record = Record("王某", "", "退", "zh-Hans")
    assert record.encode().decode() == '{"lang":"zh-Hans","name":"王某","place":"","text":"退"}'


@given(RECORDS)
def test_a_record_is_read_back_as_it_was(record: Record) -> None:
    assert parse_record(record.encode()) == record


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'{"lang":"en","name":"n","place":""}',
        b'{"lang":"en","name":1,"place":"","text":""}',
        b'{"lang":"en","name":"n","place":"","text":"","x":""}',
        b'{"lang":"\xff"}',
    ],
)
def test_what_is_no_record_is_not_read_as_one(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"JSON|record"):
        parse_record(data)


@given(st.binary(min_size=32, max_size=32), RECORDS)
def test_a_commitment_is_the_hash_of_context_salt_and_record(salt: bytes, record: Record) -> None:
    hashed = hashlib.sha256()
    for part in (b"tuidang/record/v1\n", salt, record.encode()):
        hashed.update(part)
    assert commitment(salt, record.encode()) == b64encode(hashed.digest()).decode()


def test_a_short_salt_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        commitment(b"short", b"{}")


def test_leaves_have_these_bytes() -> None:
    bound = commitment(bytes(32), b"{}")
    statement = StatementLeaf(date(2026, 11, 20), ("party", "pioneers"), "CN-HE", bound)
    assert encode_leaf(statement).decode() == (
        f'{{"commitment":"{bound}","day":"2026-11-20","kind":"statement",'
        '"orgs":["party","pioneers"],"region":"CN-HE","v":1}'
    )
    assert encode_leaf(Erased(7)) == b'{"index":7,"kind":"erased","v":1}'
    uncounted = Uncounted(7, UncountedReason.FORGED)
    assert encode_leaf(uncounted) == b'{"index":7,"kind":"uncounted","reason":"forged","v":1}'


@given(LEAVES)
def test_a_leaf_is_read_back_as_it_was(leaf: Leaf) -> None:
    assert parse_leaf(encode_leaf(leaf)) == leaf


BOUND = b'"commitment":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","day":"2026-11-20","kind":"statement",'


@pytest.mark.parametrize(
    "entry",
    [
        b"not json",
        b"[]",
        b"\xff",
        b'{"index":7,"kind":"erased","v":2}',
        b'{"index":-1,"kind":"erased","v":1}',
        b'{"index":true,"kind":"erased","v":1}',
        b'{"kind":"erased","index":7,"v":1}',
        b'{"index":7,"kind":"erased","v":1} ',
        b'{"index":7,"kind":"doubted","v":1}',
        b'{"index":7,"kind":"uncounted","reason":"disliked","v":1}',
        b"{" + BOUND + b'"orgs":[],"region":"","v":1}',
        b"{" + BOUND + b'"orgs":["league","party"],"region":"","v":1}',
        b"{" + BOUND + b'"orgs":["party"],"region":"cn","v":1}',
        b"{" + BOUND + b'"orgs":["party"],"region":"","text":"x","v":1}',
        b"{" + BOUND.replace(b"AA", b"A*", 1) + b'"orgs":["party"],"region":"","v":1}',
        b"{" + BOUND.replace(b"AAAA", b"", 1) + b'"orgs":["party"],"region":"","v":1}',
        b"{" + BOUND.replace(b"2026-11-20", b"20261120") + b'"orgs":["party"],"region":"","v":1}',
    ],
)
def test_what_we_would_not_have_written_is_no_leaf(entry: bytes) -> None:
    with pytest.raises(ValueError, match="not a leaf of this register"):
        parse_leaf(entry)


@given(st.integers(0, 2**53 - 1), RECORDS, st.binary(min_size=32, max_size=32))
def test_a_line_carries_the_very_bytes_of_the_record(leaf: int, record: Record, salt: bytes) -> None:
    line = Line(leaf, record.encode(), salt)
    data = encode_line(line)
    assert data.count(b"\n") == 1
    assert parse_line(data) == line
    assert leaf_of_line(data) == leaf
    assert json.loads(data)["record"].encode() == record.encode()


@pytest.mark.parametrize(
    "data",
    [
        b"{}\n",
        b'{"leaf":"1","record":"{}","salt":""}\n',
        b'{"leaf":1,"record":{},"salt":""}\n',
        b'{"leaf":1,"record":"{}","salt":"*"}\n',
    ],
)
def test_what_is_no_line_is_not_read_as_one(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a line of a day file"):
        parse_line(data)
