"""What log and witness say to each other: every refusal has its status, and no two histories are cosigned."""

from __future__ import annotations

import base64
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tlog_cast import KEY, OTHER_KEY, grow_log, make_entries
from tuidang.tlog.checkpoint import Checkpoint, parse_checkpoint, sign_checkpoint
from tuidang.tlog.note import SigningKey, VerifierKey, signature_line, split_note
from tuidang.tlog.tree import EMPTY_ROOT, EMPTY_TREE, Tree, check_consistency, leaf_hash
from tuidang.tlog.witness import (
    Contradiction,
    Refusal,
    Request,
    examine_request,
    parse_request,
    read_cosignature,
    read_size,
)
from witness_cast import EAST, WEST, TwoHistories

LOGS = {KEY.name: [KEY.verifier]}

# c2sp.org/tlog-witness, "add-checkpoint".
EXAMPLE = """\
old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
"""  # noqa: E501
# The same tree, under its real name: the Go checksum database, whose key is the first of the two.
GO = VerifierKey.parse("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8")

# Requests that another witness's tests make (filippo.io/torchwood, internal/witness).
SIGSUM = "sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562"
SIGSUM_KEY = VerifierKey(
    SIGSUM, bytes.fromhex("ffdc2d4d98e4124d3feaf788c0c2f9abfd796083d1f0495437f302ec79cf100f")
)
FOREIGN = {
    1: f"""\
old 0

{SIGSUM}
1
KgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=

— {SIGSUM} UgIom7fPZTqpxWWhyjWduBvTvGVqsokMbqTArsQilegKoFBJQjUFAmQ0+YeSPM3wfUQMFSzVnnNuWRTYrajXpNUbIQY=
""",
    3: f"""\
old 1
KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
KgIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=

{SIGSUM}
3
RcCI1Nk56ZcSmIEfIn0SleqtV7uvrlXNccFx595Iwl0=

— {SIGSUM} UgIom2VbtIcdFbwFAy1n7s6IkAxIY6J/GQOTuZF2ORV39d75cbAj2aQYwyJre36kezNobZs4SUUdrcawfAB8WVrx6go=
""",
    5: f"""\
old 1
KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
+fUDV+k970B4I3uKrqJM4aP1lloPZP8mvr2Z4wRw2LI=
KgQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=

{SIGSUM}
5
QrtXrQZCCvpIgsSmOsah7HdICzMLLyDfxToMql9WTjY=

— {SIGSUM} UgIomw/EOJmWi0i1FQsOj+etB7F8IccFam/jgd6wzRns4QPVmyEZtdvl1U2KEmLOZ/ASRcWJi0tW90dJWAShei7sDww=
""",
}


def examine(request: Request | str, last: Tree = EMPTY_TREE) -> Checkpoint:
    text = request if isinstance(request, str) else request.text
    return examine_request(parse_request(text.encode()), LOGS, lambda _: last)


def refusal(request: Request | str, last: Tree = EMPTY_TREE) -> Refusal:
    with pytest.raises(Refusal) as refused:
        examine(request, last)
    return refused.value


def sign(tree: Tree, key: SigningKey = KEY) -> str:
    return sign_checkpoint(Checkpoint(KEY.name, tree.size, tree.root), key)


def test_the_example_of_the_specification_is_read_and_written() -> None:
    request = parse_request(EXAMPLE.encode())
    assert request.text == EXAMPLE
    assert (request.old_size, len(request.proof)) == (20852014, 4)
    assert parse_checkpoint(split_note(request.checkpoint)[0]).size == 20852163


def test_requests_that_another_witness_is_tested_with_are_taken_as_it_takes_them() -> None:
    logs = {SIGSUM: [SIGSUM_KEY]}
    one = examine_request(parse_request(FOREIGN[1].encode()), logs, lambda _: EMPTY_TREE).tree
    for size in (3, 5):
        assert examine_request(parse_request(FOREIGN[size].encode()), logs, lambda _: one).size == size
    five = examine_request(parse_request(FOREIGN[5].encode()), logs, lambda _: one).tree
    with pytest.raises(Refusal, match="409: 5"):  # and the log is not rolled back
        examine_request(parse_request(FOREIGN[3].encode()), logs, lambda _: five)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "old 0",
        "old 0\n",
        "old 00\n\nx",
        "old -1\n\nx",
        "old 1 \n\nx",
        "new 0\n\nx",
        "old 0\n\nno checkpoint\n",
        EXAMPLE.replace("kaw=", "kax="),  # the same bytes in other letters
        EXAMPLE.replace("PlRN", "PlR"),
        EXAMPLE.replace("old 20852014\n", "old 20852014\n" + "A" * 43 + "=\n" * 60, 1),
        "old 0\n" + (base64.b64encode(bytes(32)).decode() + "\n") * 64 + "\n" + sign(EMPTY_TREE),
    ],
)
def test_what_is_no_request_is_refused_with_400(body: str) -> None:
    assert refusal(body).status == 400


def test_bytes_that_are_no_text_are_refused_with_400() -> None:
    with pytest.raises(Refusal, match="400"):
        parse_request(b"old 0\n\n\xff")


def test_an_unknown_log_is_refused_with_404_and_one_that_did_not_sign_with_403() -> None:
    assert refusal(EXAMPLE).status == 404
    assert refusal(Request(0, (), sign(EMPTY_TREE, OTHER_KEY))).status == 403
    text, ((name, raw),) = split_note(sign(EMPTY_TREE))
    forged = f"{text}\n{signature_line(name, raw[:-1] + bytes([raw[-1] ^ 1]))}"
    assert refusal(Request(0, (), forged)).status == 403


def test_one_wrong_signature_of_a_trusted_key_spoils_the_checkpoint() -> None:
    signed = sign(EMPTY_TREE) + sign(Tree(1, leaf_hash(b"")), OTHER_KEY).partition("\n\n")[2]
    logs = {KEY.name: [KEY.verifier, OTHER_KEY.verifier]}
    with pytest.raises(Refusal, match="403"):
        examine_request(Request(0, (), signed), logs, lambda _: EMPTY_TREE)
    assert examine(Request(0, (), signed)).size == 0  # to who does not know the other key


def test_any_of_the_keys_of_a_log_will_do() -> None:
    logs = {KEY.name: [OTHER_KEY.verifier, KEY.verifier]}
    assert examine_request(Request(0, (), sign(EMPTY_TREE)), logs, lambda _: EMPTY_TREE).size == 0


# The cases of another witness's table (filippo.io/torchwood, TestZeroSize), by what they are called there.
LEAF = leaf_hash(b"leaf")


@pytest.mark.parametrize(
    ("known", "old", "new", "proof", "status"),
    [
        (0, 0, Tree(0, EMPTY_ROOT), (), 0),  # empty tree
        (0, 0, Tree(0, LEAF), (), 422),  # invalid empty root
        (0, 0, Tree(0, bytes(32)), (), 422),  # zero empty root
        (0, 0, Tree(0, EMPTY_ROOT), (LEAF,), 422),  # empty tree with proof
        (0, 0, Tree(1, LEAF), (), 0),  # first nonempty tree
        (0, 0, Tree(1, LEAF), (LEAF,), 422),  # first nonempty tree with proof
        (1, 0, Tree(1, LEAF), (LEAF,), 409),  # old size mismatch
        (1, 1, Tree(0, EMPTY_ROOT), (), 400),  # old size greater than new
    ],
)
def test_small_trees_are_taken_as_another_witness_takes_them(
    known: int, old: int, new: Tree, proof: tuple[bytes, ...], status: int
) -> None:
    request, last = Request(old, proof, sign(new)), Tree(1, LEAF) if known else EMPTY_TREE
    if status:
        assert refusal(request, last).status == status
    else:
        assert examine(request, last).tree == new


def test_who_names_another_size_than_the_last_is_told_it() -> None:
    log = grow_log(300)
    refused = refusal(TwoHistories(400).request(0, 7, 500), Tree(300, log.append([]).root))
    assert (refused.status, refused.body, refused.content_type) == (409, "300\n", "text/x.tlog.size")
    assert read_size(refused.body) == 300


@pytest.mark.parametrize("body", ["", "300", "0300\n", "+3\n", "3\n4\n", "three\n", "9" * 30 + "\n"])
def test_a_size_is_read_in_its_one_form_only(body: str) -> None:
    assert read_size(body) is None


def test_another_tree_of_the_same_size_is_a_contradiction() -> None:
    two = TwoHistories(200)
    last = parse_checkpoint(split_note(two.signed(0, 300))[0]).tree
    refused = refusal(two.request(1, 300, 300), last)
    assert isinstance(refused, Contradiction)
    assert (refused.status, read_size(refused.body)) == (409, None)


def test_a_faked_proof_is_refused_with_422() -> None:
    two = TwoHistories(200)
    last = parse_checkpoint(split_note(two.signed(0, 300))[0]).tree
    honest = two.request(0, 300, 500)
    assert examine(honest, last).size == 500
    assert refusal(two.request(1, 300, 500), last).status == 422
    assert refusal(replace(two.request(1, 300, 500), proof=honest.proof), last).status == 422
    assert refusal(replace(honest, proof=honest.proof[:-1]), last).status == 422
    assert refusal(replace(honest, proof=()), last).status == 422


def test_only_the_right_line_of_the_asked_witness_is_taken() -> None:
    text = split_note(sign(EMPTY_TREE))[0]
    line = EAST.cosign(text, 7)
    assert read_cosignature(WEST.cosign(text, 7) + line, text, EAST.verifier) == line
    for body in (
        "",
        "no line\n",
        WEST.cosign(text, 7),
        EAST.cosign(text + "more\n", 7),
        line[:-1],
        line + "x",
    ):
        assert read_cosignature(body, text, EAST.verifier) is None


@settings(max_examples=60)
@given(st.data())
def test_whatever_is_asked_in_whatever_order_all_that_is_cosigned_is_one_history(data: st.DataObject) -> None:
    entries = st.integers(0, 40)
    forked_at = data.draw(entries)
    last = EMPTY_TREE
    cosigned = [EMPTY_TREE]
    trees: dict[tuple[int, int], tuple[TwoHistories, Tree]] = {}
    for _ in range(data.draw(st.integers(1, 12))):
        history, old_size, size = data.draw(st.integers(0, 1)), data.draw(entries), data.draw(entries)
        old_size = data.draw(st.sampled_from([old_size, last.size]))
        two = TwoHistories(forked_at)
        signed = two.signed(history, size)
        tree = parse_checkpoint(split_note(signed)[0]).tree
        prover = TwoHistories(forked_at).request(data.draw(st.integers(0, 1)), min(old_size, size), size)
        trees[history, size] = two, tree
        try:
            last = examine(replace(prover, old_size=old_size, checkpoint=signed), last).tree
        except Refusal:
            continue
        cosigned.append(last)
    for older, newer in pairwise(cosigned):
        history = next(h for (h, _), (_, tree) in trees.items() if tree == newer)
        proof = TwoHistories(forked_at).request(history, older.size, newer.size).proof
        check_consistency(older, newer, proof)  # raises if the newer does not continue the older


def test_a_log_that_grows_is_cosigned_at_every_size() -> None:
    two, last = TwoHistories(10_000), EMPTY_TREE
    for size in (0, 1, 2, 3, 255, 256, 257, 600):
        last = examine(two.request(0, last.size, size), last).tree
        assert last.size == size
    assert two.logs[0].append(make_entries(0)).tree == last
