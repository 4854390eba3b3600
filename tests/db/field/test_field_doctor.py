"""The doctor says when phones have no key to seal with, and when what they sent waits too long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from field_cast import TODAY, sealed, site_and_code
from trust_cast import make_trust
from tuidang.field.actions.entries import keep_entries
from tuidang.privacy.weekly import make_week_key, weeks_from
from tuidang.web.field_health import examine_field

NOON = datetime(2026, 11, 25, 4, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("field_day")


def said(now: datetime = NOON) -> list[tuple[str, str]]:
    return [(level, what) for level, what, _mend in examine_field(settings.TUIDANG, now)]


def test_where_no_site_is_there_is_nothing_to_say() -> None:
    assert said() == []


def test_it_says_for_how_many_weeks_phones_have_keys(house: Path) -> None:
    site_and_code()
    assert said() == [("wrong", "phones are given no key for this week, and can seal nothing")]
    trust = make_trust(house, now=NOON)
    for count, level in ((3, "advice"), (13, "good")):
        trust.say_sealing({week: make_week_key(week).public for week in weeks_from(TODAY, count)}, NOON)
        assert [found for found, _ in said()] == [level]


def test_it_says_what_waits_too_long() -> None:
    site, _code = site_and_code()
    keep_entries(site, [sealed(1), sealed(2)], TODAY)
    site.is_open = False
    site.save()
    assert said() == []
    assert said(NOON + timedelta(weeks=3)) == [("advice", "2 entries of 2026-W48 wait to be opened")]
    assert [level for level, _ in said(NOON + timedelta(weeks=7))] == ["wrong"]
