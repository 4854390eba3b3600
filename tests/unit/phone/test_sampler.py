"""The sampler finds what answers, keeps a tenth for chance, gives nothing twice between two lessons."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuidang.phone.numbers.sampler import BATCH, FLOOR, Sampler

BLOCKS = [f"{1_380_000 + n}" for n in range(3_000)]
EVERYWHERE = ("east", "west", "")


def sampler(seed: int = 5) -> Sampler:
    made = Sampler(seed)
    made.place_blocks(BLOCKS, ["CN-GD"] * 1_000 + ["CN-XJ"] * 1_000 + [""] * 1_000,
                      ["east"] * 1_000 + ["west"] * 1_000 + [""] * 1_000)  # fmt: skip
    return made


def teach(pupil: Sampler, tallies: dict[str, tuple[int, int]], resting: frozenset[str] = frozenset()) -> None:
    rows = [(int(p), d, a, p in resting) for p, (d, a) in tallies.items()]
    pupil.learn(np.array(rows, np.int64).reshape(-1, 4))


def choose_all(pupil: Sampler, *where: object) -> list[str]:
    given: list[str] = []
    while (prefix := pupil.choose(*where)) is not None:  # type: ignore[arg-type]
        given.append(prefix)
    return given


def test_every_block_is_given_once_between_two_lessons() -> None:
    pupil = sampler()
    assert sorted(choose_all(pupil, EVERYWHERE)) == BLOCKS
    teach(pupil, {})
    assert sorted(choose_all(pupil, EVERYWHERE)) == BLOCKS


def test_only_open_zones_and_wanted_regions_are_chosen() -> None:
    assert sorted(choose_all(sampler(), ("east",))) == BLOCKS[:1_000]
    assert sorted(choose_all(sampler(), EVERYWHERE, ("CN-XJ",))) == BLOCKS[1_000:2_000]
    assert choose_all(sampler(), ("east",), ("CN-XJ",)) == []
    assert choose_all(sampler(), ()) == []
    assert Sampler().choose(EVERYWHERE) is None


def test_zones_asked_for_in_turn_share_what_was_given() -> None:
    pupil = sampler()
    first = choose_all(pupil, ("east",))
    rest = choose_all(pupil, EVERYWHERE)
    assert sorted(first + rest) == BLOCKS


def test_a_resting_block_is_not_chosen() -> None:
    pupil = sampler()
    teach(pupil, {BLOCKS[7]: (9_000, 8_000)}, frozenset({BLOCKS[7]}))
    assert sorted(choose_all(pupil, EVERYWHERE)) == BLOCKS[:7] + BLOCKS[8:]


def test_a_block_that_is_not_in_the_table_yet_is_passed_over() -> None:
    pupil = sampler()
    teach(pupil, {"1300000": (50, 50), BLOCKS[3]: (9, 3), "1999999": (50, 50)}, frozenset({BLOCKS[3]}))
    assert sorted(choose_all(pupil, EVERYWHERE)) == BLOCKS[:3] + BLOCKS[4:]
    empty = Sampler()
    teach(empty, {"1300000": (50, 50)})
    assert empty.choose(EVERYWHERE) is None


def test_what_answers_is_called_and_what_is_dead_is_not() -> None:
    pupil = sampler()
    good = set(BLOCKS[100:2_900:14])
    teach(pupil, {block: (50, 20 if block in good else 0) for block in BLOCKS})
    first = [pupil.choose(EVERYWHERE) for _ in range(len(good) // 2)]
    assert sum(block in good for block in first) >= 0.75 * len(first)


def test_a_tenth_is_chosen_by_chance_whatever_is_known() -> None:
    pupil = sampler()
    teach(pupil, {block: (5_000, 2_500 if n < 1_000 else 0) for n, block in enumerate(BLOCKS)})
    everywhere = np.ones(len(BLOCKS), np.bool_)
    drawn = np.array([place for _ in range(60) for place in pupil.sample(everywhere, BATCH)])
    # Two thirds of what chance chooses among all (but for those already chosen) is dead.
    dead = float(np.mean(drawn >= 1_000))
    others = 2_000 / (len(BLOCKS) - BATCH * (1 - FLOOR))
    assert dead == pytest.approx(FLOOR * others, abs=0.015)


def test_untried_blocks_of_a_good_prefix_come_before_those_of_a_bad_one() -> None:
    pupil = sampler()
    tallies = dict.fromkeys(BLOCKS[:40], (50, 20)) | dict.fromkeys(BLOCKS[1_000:1_040], (50, 0))
    teach(pupil, tallies)
    first = [pupil.choose(EVERYWHERE) for _ in range(200)]
    untried = [block for block in first if block not in tallies]
    assert untried
    assert np.mean([str(block) in BLOCKS[:1_000] for block in untried]) > 0.7


@settings(max_examples=50)
@given(st.data())
def test_any_tallies_are_borne(data: st.DataObject) -> None:
    pupil = sampler(data.draw(st.integers(0, 2**32)))
    names = data.draw(st.lists(st.sampled_from(BLOCKS), unique=True, max_size=30))
    tallies = {}
    for name in names:
        dialled = data.draw(st.integers(0, 2**31 - 1))
        tallies[name] = (dialled, data.draw(st.integers(0, dialled)))
    teach(pupil, tallies)
    chosen = [pupil.choose(EVERYWHERE) for _ in range(20)]
    assert len(set(chosen)) == 20
    assert set(chosen) <= set(BLOCKS)
