"""Which mirror is in which set: each in one, sets of equal size, and as few as can be ever moved."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from tuidang.reach.lists.spread import even_out, hand_out, moved

NAMES = st.from_regex(r"[a-z]{1,3}", fullmatch=True)
SETS = st.sets(NAMES, max_size=6)
MIRRORS = st.sets(st.from_regex(r"m[0-9]{1,2}", fullmatch=True), max_size=30)


@st.composite
def before(draw: st.DrawFn) -> tuple[set[str], set[str], dict[str, str]]:
    """Sets, mirrors, and any assignment of some of them, to sets that may be gone too."""
    sets, mirrors = draw(SETS), draw(MIRRORS)
    known = draw(
        st.dictionaries(st.sampled_from(sorted(mirrors | {"gone"})), st.sampled_from(sorted(sets | {"gone"})))
    )
    return sets, mirrors, known


def sizes(sets: set[str], found: dict[str, str]) -> list[int]:
    counts = Counter(found.values())
    return [counts[one] for one in sets]


@given(before())
def test_every_mirror_is_in_one_set_and_none_that_has_a_set_is_moved(
    given_: tuple[set[str], set[str], dict[str, str]],
) -> None:
    sets, mirrors, known = given_
    found = hand_out(sets, mirrors, known)
    assert found.keys() == (mirrors if sets else set())
    assert set(found.values()) <= sets
    assert moved({m: s for m, s in known.items() if s in sets}, found) == 0
    assert hand_out(sets, mirrors, found) == found, "a second time nothing changes"


@given(SETS.filter(bool), MIRRORS)
def test_sets_filled_by_handing_out_alone_are_equal_whichever_mirror_comes_first(
    sets: set[str], mirrors: set[str]
) -> None:
    found: dict[str, str] = {}
    for count in range(len(mirrors)):
        known, found = found, hand_out(sets, sorted(mirrors)[: count + 1], found)
        assert moved(known, found) == 0
        assert max(sizes(sets, found)) - min(sizes(sets, found)) <= 1


@given(before())
def test_sets_are_evened_out_by_the_fewest_moves(given_: tuple[set[str], set[str], dict[str, str]]) -> None:
    sets, mirrors, known = given_
    found = even_out(sets, mirrors, known)
    if not sets:
        assert not found
        return
    assert found.keys() == mirrors
    counts = sizes(sets, found)
    assert max(counts) - min(counts) <= 1
    placed = {m: s for m, s in known.items() if m in mirrors and s in sets}
    # No even assignment keeps more: in each set at most its share stays, the larger shares for the fullest.
    least, more = divmod(len(mirrors), len(sets))
    fullest = sorted(sizes(sets, placed), reverse=True)
    kept = sum(min(size, least + (n < more)) for n, size in enumerate(fullest))
    assert moved(placed, found) == len(placed) - kept


@given(SETS.filter(bool), MIRRORS, NAMES)
def test_one_set_more_takes_no_more_from_the_others_than_its_share(
    sets: set[str], mirrors: set[str], name: str
) -> None:
    found = even_out(sets, mirrors, {})
    grown = even_out(sets | {name}, mirrors, found)
    assert moved(found, grown) <= -(-len(mirrors) // len(sets | {name}))


def test_whoever_blocks_a_whole_set_is_handed_no_mirror_of_another() -> None:
    mirrors = [f"m{n}" for n in range(9)]
    found = hand_out({"posters", "mail", "calls"}, mirrors, {})
    burnt = {mirror for mirror, one in found.items() if one == "mail"}
    left = [mirror for mirror in mirrors if mirror not in burnt]
    later = hand_out({"posters", "mail", "calls"}, [*left, "new"], found)
    assert {mirror for mirror, one in later.items() if one == "mail"} == {"new"}
