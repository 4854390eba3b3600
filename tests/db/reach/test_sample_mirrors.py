"""The sample shows mirror lists as they are used: sets, a canary that lives, and what was tried lately."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tuidang.reach.lists.actions import renew_canary
from tuidang.reach.lists.measured import Thing
from tuidang.reach.lists.queries import Set, all_sets, assigned, last_measured
from tuidang.reach.sample import stock_sources
from tuidang.reach.tools.queries import all_tools
from tuidang.reach.tools.sample import stock_tools

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]

DAY = date(2026, 11, 28)


def start(today: date) -> dict[str, Set]:
    """Stock the sample as each start of it does."""
    stock_tools()
    stock_sources(today)
    return {one.name: one for one in all_sets()}


def test_its_sets_have_live_mirrors_that_nobody_can_open_and_a_canary_that_says_what_it_is() -> None:
    sets = start(DAY)
    live = [one.address for each in sets.values() for one in each.live]
    assert len(live) == 3
    assert all(address.endswith(".example/") for address in live)
    _sets, mirrors, places = assigned()
    assert set(mirrors) == set(places)
    for one in sets.values():
        assert one.canary is not None
        assert one.canary.until > DAY + timedelta(days=7)
        assert "sample" in one.canary.words


def test_what_was_tried_is_of_the_last_days_and_of_tools_too() -> None:
    start(DAY)
    for thing, codes in ((Thing.MIRROR, assigned()[1]), (Thing.TOOL, [one.code for one in all_tools()])):
        tried = last_measured(thing)
        assert sorted(tried) == sorted(codes)
        assert all(DAY - timedelta(days=3) <= one.day < DAY for them in tried.values() for one in them)


def test_each_start_renews_its_canary_and_never_one_that_a_person_said() -> None:
    start(DAY)
    renew_canary("posters", "Rain all morning.", 20, DAY)
    later = DAY + timedelta(days=30)
    sets = start(later)
    assert sets["e-mail"].canary is not None
    assert sets["e-mail"].canary.day == later
    assert sets["posters"].canary is not None
    assert (sets["posters"].canary.words, sets["posters"].canary.day) == ("Rain all morning.", DAY)
