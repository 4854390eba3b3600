"""Policies: whom somebody believes, and how many of them are enough."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlog_cast import KEY, OTHER_KEY, grow_log
from tuidang.tlog.checkpoint import CheckpointError
from tuidang.tlog.note import KeyKind, SigningKey, split_note
from tuidang.tlog.policy import PolicyError, find_cosignatures, load_policy, parse_policy
from tuidang.tlog.store import CHECKPOINT
from witness_cast import EAST, WEST, policy_text, two_of_two

KEYS = [SigningKey(f"w{n}.example", bytes([n]) * 32, KeyKind.COSIGNATURE).verifier.text for n in range(9)]
SIX = "".join(f"witness {'XY'[n // 3]}{n % 3 + 1} {KEYS[n]}\n" for n in range(6))
# c2sp.org/tlog-policy, "Example policy".
EXAMPLE = f"""\
log {KEY.verifier.text}

{SIX}
# so many of each house
group X-witnesses 2 X1 X2 X3
\tgroup Y-witnesses  any  Y1 Y2 Y3
group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y"""


def test_the_example_of_the_specification_asks_for_two_of_one_house_and_one_of_the_other() -> None:
    policy = parse_policy(EXAMPLE)
    assert policy.logs == (KEY.verifier,)
    assert policy.counted() == {"X1", "X2", "X3", "Y1", "Y2", "Y3"}
    for size in range(7):
        for cosigned in combinations(sorted(policy.witnesses), size):
            enough = sum(n[0] == "X" for n in cosigned) >= 2 and sum(n[0] == "Y" for n in cosigned) >= 1
            assert policy.is_met(cosigned) == enough


@given(st.integers(1, 9), st.data(), st.sets(st.integers(0, 8)))
def test_n_of_m_are_enough_whoever_they_are(many: int, data: st.DataObject, cosigned: set[int]) -> None:
    threshold = data.draw(st.integers(1, many))
    lines = "".join(f"witness w{n} {KEYS[n]} https://w{n}.example/\n" for n in range(many))
    names = " ".join(f"w{n}" for n in range(many))
    policy = parse_policy(f"{lines}group some {threshold} {names}\nquorum some\n")
    assert policy.is_met({f"w{n}" for n in cosigned}) == (len(cosigned & set(range(many))) >= threshold)


def test_one_witness_can_be_the_quorum_and_none_can() -> None:
    one = parse_policy(f"witness a {KEYS[0]}\nwitness b {KEYS[1]}\nquorum a\n")
    assert (one.is_met({"a"}), one.is_met({"b"}), one.counted()) == (True, False, {"a"})
    none = parse_policy(f"witness a {KEYS[0]}\nquorum none\n")
    assert (none.is_met(()), none.counted()) == (True, frozenset())


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no line `quorum NAME`"),
        ("quorum none\nquorum none", "line 2 of the policy: a second quorum"),
        ("quorum a", "no line before this one defines 'a'"),
        (f"quorum a\nwitness a {KEYS[0]}", "line 1"),
        (f"witness none {KEYS[0]}\nquorum none", "has a meaning already"),
        (f"witness a {KEYS[0]}\nwitness a {KEYS[1]}\nquorum a", "line 2.* has a meaning already"),
        (f"witness a {KEYS[0]}\nwitness b {KEYS[0]}\nquorum a", "stands in the policy already"),
        (f"witness a {KEY.verifier.text}\nquorum a", "of type 1, and this takes one of type 4"),
        (f"log {KEYS[0]}\nquorum none", "of type 4, and this takes one of type 1"),
        (f"witness a {KEYS[0][:-1]}\nquorum a", "line 1 of the policy: the verifier key"),
        (f"{SIX}group g 2 X1 X1\nquorum g", "in a group already"),
        (f"{SIX}group g any X1\ngroup h any X1\nquorum g", "in a group already"),
        (f"{SIX}group g any none\nquorum g", "no line before this one"),
        (f"{SIX}group g 0 X1\nquorum g", "neither all, nor any, nor a number from 1 to 1"),
        (f"{SIX}group g 3 X1 X2\nquorum g", "number from 1 to 2"),
        (f"{SIX}group g 01 X1 X2\nquorum g", "number from 1 to 2"),
        (f"{SIX}group g any\nquorum g", "group NAME all"),
        (f"{SIX}group g any g\nquorum g", "defines 'g'"),
        ("witness a\nquorum none", "witness NAME VKEY"),
        ("quorum none none", "quorum NAME"),
        ("quorum none\r", "a control character"),
        ("quorum\u00a0none", "is none of log, witness"),
        ("Quorum none", "is none of log, witness"),
    ],
)
def test_what_is_no_policy_is_refused_with_its_line(text: str, why: str) -> None:
    with pytest.raises(PolicyError, match=why):
        parse_policy(text)


def test_the_key_of_a_log_is_not_taken_for_that_of_a_witness_of_it() -> None:
    disguised = SigningKey("honest.example", KEY.seed, KeyKind.COSIGNATURE).verifier.text
    with pytest.raises(PolicyError, match="stands in the policy already"):
        parse_policy(f"log {KEY.verifier.text}\nwitness a {disguised}\nquorum a\n")


def test_a_file_whose_names_are_no_text_is_read_or_refused_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "policy"
    path.write_bytes(b"witness \xff\xfe " + KEYS[0].encode() + b"\nquorum \xff\xfe\n")
    assert len(load_policy(path).witnesses) == 1
    path.write_bytes(b"log \xff+01020304+AAAA\nquorum none\n")
    with pytest.raises(PolicyError):
        load_policy(path)


def test_cosignatures_are_found_by_the_names_of_the_policy_and_wrong_ones_are_refused() -> None:
    signed = grow_log(3).store.files[CHECKPOINT].decode()
    text, policy = split_note(signed)[0], two_of_two()
    assert find_cosignatures(signed, KEY.verifier, policy) == {}
    cosigned = signed + EAST.cosign(text, 5)
    assert find_cosignatures(cosigned, KEY.verifier, policy) == {"east": 5}
    assert find_cosignatures(cosigned + WEST.cosign(text, 6), KEY.verifier, policy) == {"east": 5, "west": 6}
    with pytest.raises(CheckpointError, match="west is wrong"):
        find_cosignatures(cosigned + WEST.cosign(text + "more\n", 6), KEY.verifier, policy)
    with pytest.raises(CheckpointError):
        find_cosignatures(cosigned, OTHER_KEY.verifier, policy)
    assert parse_policy(policy_text()) == policy
