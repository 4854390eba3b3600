"""The figures: what the files say is what counting the leaves gives."""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given, settings
from test_search import batches

from reading_cast import DAY, Item, Register, Statement
from tuidang.register.folder.batch import Batch
from tuidang.register.folder.figures import (
    DayFigures,
    Figures,
    add_to_figures,
    compare_figures,
    load_figures,
    load_year,
    recount,
    tally_batch,
)
from tuidang.register.folder.records import Erased, StatementLeaf, Uncounted, UncountedReason
from tuidang.tlog.store import DirectoryStore

FORGED = UncountedReason.FORGED
NEXT_YEAR = DAY + timedelta(60)


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return Register(tmp_path / "log")


def count(folder: Path) -> dict[date, DayFigures]:
    return recount(folder, lambda _: None)


@settings(max_examples=10, deadline=None)
@given(batches())
def test_the_figures_are_what_looking_at_every_leaf_gives(published: list[list[Item]]) -> None:
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(os, "fsync"):
        register = Register(Path(folder))
        out: set[int] = set()
        for batch in published:
            for place, item in enumerate(batch):
                if isinstance(item, Uncounted):
                    # Nothing is taken out of the count twice: whoever publishes sees to that.
                    batch[place] = Erased(item.index) if item.index in out else item
                    out.add(item.index)
            register.publish(*batch)
        statements = {leaf: item for leaf, item in enumerate(register.items) if isinstance(item, Statement)}
        counted = [item for leaf, item in statements.items() if leaf not in out]
        shown = load_figures(register.folder)

        assert shown.size == len(register.items)
        assert shown.total == len(counted)
        assert shown.uncounted == len(out)
        assert shown.day == max((item.day for item in statements.values()), default=None)
        assert shown.today == sum(item.day == shown.day for item in counted)
        days = {item.day for item in statements.values()}
        assert shown.by_day == {day: sum(item.day == day for item in counted) for day in days}
        assert shown.by_region == Counter(item.region for item in counted)
        assert shown.by_organisation == Counter(org for item in counted for org in item.orgs)
        assert shown.by_channel == ({"web": len(statements)} if statements else {})
        assert compare_figures(register.folder, count(register.folder)) == []
        assert {path.stem for path in (register.folder / "figures").iterdir()} == {f"{d:%Y}" for d in days}


def test_an_empty_folder_has_zeros(tmp_path: Path) -> None:
    assert load_figures(tmp_path) == Figures()
    assert load_year(tmp_path, 2026) == {}
    assert count(tmp_path) == {}
    assert compare_figures(tmp_path, {}) == []


def test_a_batch_added_twice_counts_once(register: Register) -> None:
    register.publish(Statement())
    batch = register.publish(Statement(region="CN"), Statement(day=NEXT_YEAR), Uncounted(0, FORGED))
    before = [(register.folder / path).read_bytes() for path in ("figures.json", "figures/2026.json")]
    add_to_figures(register.folder, batch)
    assert [(register.folder / path).read_bytes() for path in ("figures.json", "figures/2026.json")] == before


@pytest.mark.parametrize("written", [0, 1, 2])
def test_figures_killed_between_two_files_are_completed_by_the_next_attempt(
    register: Register, written: int
) -> None:
    register.publish(Statement())
    before = figure_files(register.folder)
    batch = register.publish(Statement(region="CN"), Statement(day=NEXT_YEAR))
    after = figure_files(register.folder)
    for path in after:
        path.unlink()
    for path, data in before.items():
        path.write_bytes(data)
    write = DirectoryStore.write
    calls: list[str] = []

    def write_some(self: DirectoryStore, path: str, data: bytes) -> None:
        if len(calls) == written:
            raise KeyboardInterrupt
        calls.append(path)
        write(self, path, data)

    with mock.patch.object(DirectoryStore, "write", write_some), pytest.raises(KeyboardInterrupt):
        add_to_figures(register.folder, batch)
    add_to_figures(register.folder, batch)
    assert figure_files(register.folder) == after


def figure_files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*.json")}


def test_a_batch_is_tallied_by_day_of_the_leaf_that_it_adds_or_takes_out(register: Register) -> None:
    earlier = StatementLeaf(DAY, ("party", "league"), "CN-BJ", "")
    batch = register.stage(Statement(day=NEXT_YEAR), Uncounted(0, FORGED))
    tally = tally_batch(Batch(9, batch.entries[:1], []), lambda _: earlier)
    assert tally == {NEXT_YEAR: DayFigures(1, {"": 1}, {"party": 1})}
    tally = tally_batch(Batch(9, batch.entries[1:], [], {DAY: {"web": 3}}, {DAY: 2}), lambda _: earlier)
    assert tally == {DAY: DayFigures(-1, {"CN-BJ": -1}, {"party league": -1}, {"web": 3}, 2, 1)}
    assert tally_batch(batch, lambda _: earlier) == {NEXT_YEAR: DayFigures(channels={"web": 1}, uncounted=1)}


def test_taking_a_notice_out_of_the_count_is_refused(register: Register) -> None:
    batch = register.stage(Erased(0), Uncounted(0, FORGED))
    with pytest.raises(LookupError):
        tally_batch(batch, lambda _: StatementLeaf(DAY, ("party",), "", ""))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"statements": 3}, "statements: the files say 3, the count says 2"),
        ({"regions": {"CN": 1, "": 1}}, "region CN: the files say 1, the count says 2"),
        ({"orgs": {"party league": 2}}, "organisations party league: the files say 2, the count says 0"),
        ({"uncounted": 5}, "uncounted: the files say 5, the count says 0"),
    ],
)
def test_each_figure_that_differs_from_the_leaves_is_named(
    register: Register, change: dict[str, object], named: str
) -> None:
    register.publish(Statement(region="CN"), Statement(region="CN"))
    path = register.folder / "figures/2026.json"
    year = json.loads(path.read_text())
    year["days"][DAY.isoformat()] |= change
    path.write_text(json.dumps(year))
    differences = compare_figures(register.folder, count(register.folder))
    assert f"{DAY}, {named}" in differences


def test_a_sum_that_is_not_the_sum_of_the_years_is_named(register: Register) -> None:
    register.publish(Statement())
    path = register.folder / "figures.json"
    path.write_text(path.read_text().replace('"total":1', '"total":2'))
    assert compare_figures(register.folder, count(register.folder)) == [
        "figures.json is not the sum of the files of the years"
    ]


def test_channels_are_compared_with_counters_that_have_them(register: Register) -> None:
    register.publish(Statement(), channel="onion")
    counters = {DAY: DayFigures(1, {"": 1}, {"party": 1}, {"web": 1}, withheld=1)}
    assert compare_figures(register.folder, counters) == [
        f"{DAY}, channel onion: the files say 1, the count says 0",
        f"{DAY}, channel web: the files say 0, the count says 1",
        f"{DAY}, withheld: the files say 0, the count says 1",
    ]


def test_new_figures_are_loaded_after_each_publication(register: Register) -> None:
    totals = []
    for _ in range(3):
        register.publish(Statement())
        totals.append(load_figures(register.folder).total)
    assert totals == [1, 2, 3]


def test_a_recount_on_several_processes_is_the_same(register: Register, many_hands: None) -> None:
    register.publish(*(Statement(region="CN" if n % 3 else "") for n in range(700)), Uncounted(5, FORGED))
    told: list[int] = []
    assert recount(register.folder, told.append)[DAY].regions == {"": 234, "CN": 465}
    assert sum(told) == 701
