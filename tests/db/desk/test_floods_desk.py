"""Floods at the desk: a coordinator sees how the hotline stands and takes a mark back; no number is there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from calls_cast import Enter
from django.conf import settings

from tuidang.base.audit import Act
from tuidang.base.audit.models import AuditEntry
from tuidang.phone.floods.values import Counts, Level, Mark, MarkNow
from tuidang.phone.floods_now import FloodsNow, floods_now, path_of, write_floods
from tuidang.phone.models import DeskOrder, HotlineHour
from tuidang.phone.queries import usual_arrivals
from tuidang.volunteers.models import Role

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = "/desk/floods/"
HOUR = datetime(2026, 11, 28, 14, tzinfo=UTC)
STAND = FloodsNow(
    Level.STORM,
    Counts(calls=3_214, challenged=3_000, passed=120, failed=7, silent=2_873, message=60, refused=11),
    (
        MarkNow("0123456789abcdef", Mark.HOSTILE, HOUR, undone=False),
        MarkNow("fedcba9876543210", Mark.FREQUENT, HOUR, undone=True),
    ),
)


def test_what_the_hotline_writes_is_read_again_while_it_is_fresh(tmp_path: Path) -> None:
    write_floods(tmp_path, STAND)
    now = datetime.now(UTC)
    assert floods_now(tmp_path, now) == STAND
    assert floods_now(tmp_path, now.replace(year=now.year + 1)) is None
    path_of(tmp_path).write_text("{")
    assert floods_now(tmp_path, datetime.now(UTC)) is None


def test_a_coordinator_sees_the_level_the_counts_and_the_marks(enter: Enter) -> None:
    write_floods(settings.TUIDANG.data, STAND)
    page = enter("maple", Role.COORDINATOR).get(ADDRESS).content.decode()
    for said in ("Storm", "214</dd>", "873</dd>", "14:00", "Hostile", "Calls often", "taken back"):
        assert said in page
    assert page.count("0123456789abcdef") == 1
    assert "fedcba9876543210" not in page  # it is taken back already


def test_a_mark_is_taken_back_by_an_order_to_the_hotline(enter: Enter) -> None:
    write_floods(settings.TUIDANG.data, STAND)
    maple = enter("maple", Role.COORDINATOR)
    page = maple.post(ADDRESS, {"mark": "0123456789abcdef"}).content.decode()
    assert "The mark is taken back." in page
    order = DeskOrder.objects.get()
    assert (order.desk, order.verb, order.argument) == (0, "unmark", "0123456789abcdef")
    assert [entry.who for entry in AuditEntry.objects.filter(act=Act.UNMARK_CALLER)] == ["maple"]
    # No number, no mark that nobody gave, and none that was taken back before.
    for unknown in ("8613800138111", "0123456789abcdee", "fedcba9876543210"):
        answer = maple.post(ADDRESS, {"mark": unknown})
        assert answer.status_code == 422
        assert "There is no such mark any more." in answer.content.decode()
    assert DeskOrder.objects.count() == AuditEntry.objects.filter(act=Act.UNMARK_CALLER).count() == 1


def test_where_no_hotline_runs_the_page_says_so(enter: Enter) -> None:
    page = enter("maple", Role.COORDINATOR).get(ADDRESS)
    assert page.status_code == 200
    assert "does not run" in page.content.decode()


def test_nobody_but_a_coordinator_sees_it(enter: Enter) -> None:
    roles = [role for role in Role if role is not Role.COORDINATOR]
    assert enter("linden", *roles).get(ADDRESS).status_code == 403


def test_what_is_usual_is_the_mean_of_the_same_hour_over_four_weeks() -> None:
    for days, hour, arrived in ((1, 14, 28), (2, 14, 56), (3, 15, 999), (40, 14, 999)):
        when = HOUR.replace(hour=hour) - timedelta(days=days)
        HotlineHour.objects.create(hour=when, language="zh", arrived=arrived)
    assert usual_arrivals(HOUR + timedelta(minutes=20)) == 3
    assert usual_arrivals(HOUR + timedelta(hours=5)) == 0
