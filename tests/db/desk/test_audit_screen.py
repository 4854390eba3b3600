"""The auditors' screen: what was done, by whom, to what one names; and whether the chain is whole."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from calls_cast import Enter
from django.test import Client

from tuidang.base.audit import Act, write_audit, write_audits
from tuidang.base.audit.models import AuditEntry
from tuidang.desk import audit
from tuidang.volunteers.models import Role

pytestmark = pytest.mark.django_db

AUDIT = "/desk/audit/"
NOW = datetime(2026, 11, 28, 9, 41, tzinfo=UTC)


@pytest.fixture
def elm(enter: Enter) -> Client:
    """Give the browser of an auditor, and some acts."""
    client = enter("elm", Role.AUDITOR)
    write_audits("linden", Act.OPEN, [f"waiting {n}" for n in range(60)], NOW)
    write_audit("birch", Act.ASK_ERASURE, "leaf 7", NOW)
    return client


def test_acts_are_listed_newest_first_a_page_at_a_time(elm: Client) -> None:
    page = elm.get(AUDIT).content.decode()
    assert "61 acts" in page
    assert page.index("Asked for an erasure</td>") < page.index("Saw a held statement</td>")
    assert page.count("2026-11-28 09") == 50
    assert "before=11" in page
    older = elm.get(AUDIT, {"before": "11"}).content.decode()
    assert older.count("2026-11-28 09") == 11
    assert 'rel="next"' not in older


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"who": "birch"}, 1),
        ({"act": "ask-erasure"}, 1),
        ({"thing": "leaf 7"}, 1),
        ({"thing": "leaf 8"}, 0),
        ({"who": "birch", "act": "open"}, 0),
        ({"act": "nonsense"}, 50),
        ({"before": "x"}, 50),
    ],
)
def test_one_finds_who_did_what_to_what_one_can_name(elm: Client, asked: dict[str, str], count: int) -> None:
    assert elm.get(AUDIT, asked).content.decode().count("2026-11-28 09") == count


def test_the_chain_is_hashed_again_and_a_change_is_said(elm: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "The chain is whole" in elm.get(AUDIT, {"verify": "yes"}).content.decode()
    AuditEntry.objects.filter(ordinal=5).update(who="oak")
    assert "entry 5 was altered" in elm.get(AUDIT, {"verify": "yes"}).content.decode()
    monkeypatch.setattr(audit, "MOST_VERIFIED", 10)
    assert "too long" in elm.get(AUDIT, {"verify": "yes"}).content.decode()
