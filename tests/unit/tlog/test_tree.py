"""The hashes of the tree and its proofs, against published vectors and against each other."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuidang.tlog.tree import (
    EMPTY_ROOT,
    EMPTY_TREE,
    ProofError,
    Tree,
    check_consistency,
    check_inclusion,
    consistency_ranges,
    inclusion_ranges,
    leaf_hash,
    node_hash,
    perfect_subtrees,
)

# The vectors that every implementation of RFC 6962 shares: Certificate Transparency's reference tests,
# repeated in github.com/transparency-dev/merkle (proof/verify_test.go, rfc6962/rfc6962_test.go).
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    bytes.fromhex(root)
    for root in (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]
LEAF_0 = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
LEAF_1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
LEAVES_0_1 = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
LEAVES_0_3 = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
LEAVES_2_3 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
LEAF_4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
LEAVES_4_5 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
LEAVES_4_7 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
LEAF_6 = "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f"
LEAVES_6_7 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
INCLUSION = [
    (0, 1, []),
    (0, 8, [LEAF_1, LEAVES_2_3, LEAVES_4_7]),
    (5, 8, [LEAF_4, LEAVES_6_7, LEAVES_0_3]),
    (2, 3, [LEAVES_0_1]),
    (1, 5, [LEAF_0, LEAVES_2_3, LEAF_4]),
]
CONSISTENCY = [
    (1, 1, []),
    (1, 8, [LEAF_1, LEAVES_2_3, LEAVES_4_7]),
    (6, 8, [LEAVES_4_5, LEAVES_6_7, LEAVES_0_3]),
    (2, 5, [LEAVES_2_3, LEAF_4]),
    (6, 7, [LEAVES_4_5, LEAF_6, LEAVES_0_3]),
]


def naive_root(hashes: list[bytes]) -> bytes:
    """Compute a root by the definition in RFC 6962, section 2.1."""
    if not hashes:
        return EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << (len(hashes) - 1).bit_length() - 1
    return node_hash(naive_root(hashes[:split]), naive_root(hashes[split:]))


def hashes_of(size: int) -> list[bytes]:
    return [leaf_hash(b"%d" % number) for number in range(size)]


def tree_of(size: int) -> Tree:
    return Tree(size, naive_root(hashes_of(size)))


def inclusion(index: int, size: int) -> list[bytes]:
    return [naive_root(hashes_of(size)[start:end]) for start, end in inclusion_ranges(index, size)]


def consistency(old_size: int, size: int) -> list[bytes]:
    return [naive_root(hashes_of(size)[start:end]) for start, end in consistency_ranges(old_size, size)]


def test_leaves_and_nodes_hash_as_published() -> None:
    assert leaf_hash(b"L123456").hex() == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    assert (
        node_hash(b"N123", b"N456").hex()
        == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"
    )
    assert leaf_hash(b"").hex() == LEAF_0


def test_the_empty_tree_has_the_published_root() -> None:
    assert Tree(0, ROOTS[0]) == EMPTY_TREE


@pytest.mark.parametrize("size", range(9))
def test_roots_are_as_published(size: int) -> None:
    assert naive_root([leaf_hash(leaf) for leaf in LEAVES[:size]]) == ROOTS[size]


@pytest.mark.parametrize(("index", "size", "proof"), INCLUSION)
def test_published_inclusion_proofs_are_made_and_accepted(index: int, size: int, proof: list[str]) -> None:
    leaves = [leaf_hash(leaf) for leaf in LEAVES[:size]]
    made = [naive_root(leaves[start:end]) for start, end in inclusion_ranges(index, size)]
    assert made == [bytes.fromhex(value) for value in proof]
    check_inclusion(leaves[index], index, Tree(size, ROOTS[size]), made)


@pytest.mark.parametrize(("old_size", "size", "proof"), CONSISTENCY)
def test_published_consistency_proofs_are_made_and_accepted(
    old_size: int, size: int, proof: list[str]
) -> None:
    leaves = [leaf_hash(leaf) for leaf in LEAVES[:size]]
    made = [naive_root(leaves[start:end]) for start, end in consistency_ranges(old_size, size)]
    assert made == [bytes.fromhex(value) for value in proof]
    check_consistency(Tree(old_size, ROOTS[old_size]), Tree(size, ROOTS[size]), made)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 31, 33])
def test_every_leaf_of_a_tree_is_proven_and_at_no_other_index(size: int) -> None:
    for index in range(size):
        proof = inclusion(index, size)
        check_inclusion(hashes_of(size)[index], index, tree_of(size), proof)
        for other in {index - 1, index + 1, index ^ 2, size} - {index}:
            with pytest.raises(ProofError):
                check_inclusion(hashes_of(size)[index], other, tree_of(size), proof)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 31, 33])
def test_every_tree_continues_every_smaller_one(size: int) -> None:
    for old_size in range(size + 1):
        check_consistency(tree_of(old_size), tree_of(size), consistency(old_size, size))


@st.composite
def damaged(draw: st.DrawFn, proof: list[bytes]) -> list[bytes]:
    """Alter a proof: flip a bit, drop, repeat or insert a hash, or swap two unlike ones."""
    choices = ["insert"] + ["flip", "drop", "repeat"] * bool(proof)
    place = draw(st.integers(0, max(len(proof) - 1, 0)))
    altered = list(proof)
    match draw(st.sampled_from(choices)):
        case "flip":
            bit = draw(st.integers(0, 255))
            altered[place] = (int.from_bytes(proof[place], "big") ^ 1 << bit).to_bytes(32, "big")
        case "drop":
            del altered[place]
        case "repeat":
            altered.insert(place, proof[place])
        case _:
            altered.insert(place, draw(st.sampled_from([b"", b"\0" * 32, EMPTY_ROOT, tree_of(1).root])))
    return altered


@settings(deadline=None)
@given(st.data())
def test_no_altered_inclusion_proof_is_accepted(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 70))
    index = data.draw(st.integers(0, size - 1))
    proof = data.draw(damaged(inclusion(index, size)))
    with pytest.raises(ProofError):
        check_inclusion(hashes_of(size)[index], index, tree_of(size), proof)


@settings(deadline=None)
@given(st.integers(1, 70), st.data())
def test_no_other_leaf_or_root_passes_with_a_right_proof(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion(index, size)
    with pytest.raises(ProofError):
        check_inclusion(leaf_hash(b"another"), index, tree_of(size), proof)
    with pytest.raises(ProofError):
        check_inclusion(hashes_of(size)[index], index, Tree(size, leaf_hash(b"another")), proof)


@settings(deadline=None)
@given(st.data())
def test_no_altered_consistency_proof_is_accepted(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 70))
    old_size = data.draw(st.integers(0, size))
    proof = data.draw(damaged(consistency(old_size, size)))
    with pytest.raises(ProofError):
        check_consistency(tree_of(old_size), tree_of(size), proof)


@settings(deadline=None)
@given(st.integers(1, 70), st.data())
def test_no_rewritten_tree_passes_as_a_continuation(size: int, data: st.DataObject) -> None:
    old_size = data.draw(st.integers(0, size - 1))
    proof = consistency(old_size, size)
    with pytest.raises(ProofError, match=r"another root|rewritten"):
        check_consistency(replace(tree_of(old_size), root=leaf_hash(b"another")), tree_of(size), proof)
    if old_size:  # every tree continues the empty one
        with pytest.raises(ProofError, match="rewritten"):
            check_consistency(tree_of(old_size), Tree(size, leaf_hash(b"another")), proof)


def test_a_smaller_tree_does_not_continue_a_larger_one() -> None:
    with pytest.raises(ProofError, match="cannot continue"):
        check_consistency(tree_of(5), tree_of(4), [])


def test_two_trees_of_one_size_are_consistent_only_when_they_are_equal() -> None:
    check_consistency(tree_of(5), tree_of(5), [])
    with pytest.raises(ProofError, match="rewritten"):
        check_consistency(tree_of(5), Tree(5, EMPTY_ROOT), [])


@given(st.integers(0, 1 << 62))
def test_the_subtrees_of_a_tree_cover_it_without_gap_from_the_largest(size: int) -> None:
    spans = [(index << height, (index + 1) << height) for height, index in perfect_subtrees(0, size)]
    assert [start for start, _ in spans] == [0, *(end for _, end in spans)][: len(spans)]
    assert (spans[-1][1] if spans else 0) == size
    assert all(one[1] - one[0] > two[1] - two[0] for one, two in pairwise(spans))
