"""The sample register: invented, plainly marked, spread over a year, and a log of its own."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from folder_cast import TODAY, put, read_leaves, read_records
from tuidang.privacy.masks import find_marks
from tuidang.privacy.regions import REGIONS
from tuidang.register.actions.counters import read_counters
from tuidang.register.actions.head import init_log, open_log
from tuidang.register.actions.publication import publish
from tuidang.register.folder.audit import audit_folder
from tuidang.register.folder.figures import compare_figures, load_figures, recount
from tuidang.register.folder.records import Erased, StatementLeaf, Uncounted
from tuidang.register.folder.search import Reader
from tuidang.register.models import Receipt
from tuidang.register.rules.publication import is_sample
from tuidang.register.sample import make_sample

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folder(house: Path) -> Path:
    """Write a small sample; give its public folder."""
    make_sample(TODAY, count=600)
    return house / "log"


def test_every_text_of_the_sample_says_that_it_is_one(folder: Path) -> None:
    records = read_records(folder).values()
    assert len(records) == 595  # five are erased, to be seen
    assert all(record.text.startswith(("〔示例〕", "[Sample]")) for record in records)
    assert not any(find_marks(record.text) for record in records)


def test_the_sample_looks_like_a_register_of_a_year(folder: Path) -> None:
    leaves = [leaf for leaf in read_leaves(folder) if isinstance(leaf, StatementLeaf)]
    assert len(leaves) == 600
    assert TODAY - timedelta(days=365) <= leaves[0].day < TODAY - timedelta(days=340)
    assert TODAY - timedelta(days=10) < leaves[-1].day <= TODAY
    regions = Counter(leaf.region for leaf in leaves)
    assert set(regions) <= set(REGIONS)
    assert len(regions) > 30
    assert regions["CN-GD"] > regions["CN-XZ"]
    assert len({leaf.orgs for leaf in leaves}) == 7
    figures = load_figures(folder)
    assert (figures.total, figures.uncounted, len(figures.by_channel)) == (597, 3, 7)
    assert {record.lang for record in read_records(folder).values()} == {"zh-hans", "zh-hant", "en"}
    assert len({record.name for record in read_records(folder).values()}) > 100


def test_the_sample_shows_notices_and_stands_every_check(folder: Path) -> None:
    kinds = Counter(type(leaf) for leaf in read_leaves(folder))
    assert (kinds[Erased], kinds[Uncounted]) == (5, 3)
    audit = audit_folder(folder, progress=lambda _: None)
    assert (audit.bare, audit.problems) == ((), ())
    assert compare_figures(folder, recount(folder, lambda _: None)) == []
    assert sum(figures.statements for figures in read_counters().values()) == 597
    assert Reader(folder).by_words("示例").hits


def test_a_sample_is_a_log_of_its_own_that_grows_by_what_visitors_try(folder: Path) -> None:
    assert is_sample(open_log().key.name)
    put(1, name="万顺")
    assert publish(TODAY).count == 1
    assert Reader(folder).by_name("万顺").hits[0].day == TODAY
    with pytest.raises(ValueError, match=r"sample\.tuidang\.invalid"):
        init_log("log.example.org", TODAY)
    with pytest.raises(ValueError, match="already"):
        make_sample(TODAY, count=10)
    assert Receipt.objects.count() == 1


def test_a_sample_that_was_interrupted_at_its_beginning_is_made_by_the_next_start(house: Path) -> None:
    def stop(percent: int) -> None:
        if percent == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_sample(TODAY, count=50, progress=stop)
    make_sample(TODAY, count=50)
    assert len(read_records(house / "log")) == 45


def test_the_same_seed_invents_the_same_people(house: Path) -> None:
    from random import Random

    from tuidang.register.sample import invent

    assert invent(Random(4), TODAY, 50) == invent(Random(4), TODAY, 50)


def test_the_sample_that_newcomers_see_is_made_whole_and_tells_how_far_it_is(house: Path) -> None:
    told: list[int] = []
    make_sample(TODAY, count=3000, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 100
