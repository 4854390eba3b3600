"""Statements are leased, not browsed: nobody is shown what another has in hand, and nobody has many."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from desk_cast import Hold
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tuidang.base.audit.models import AuditEntry
from tuidang.register.actions.leases import IN_HAND, LEASED, give_back, in_other_hands, lease_statements
from tuidang.register.models import Lease, Waiting

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
PRAISE = "共产党万岁" * 10
LIST = "/desk/held/praise/"


def shown(client: Client) -> set[int]:
    return {one.id for one in client.get(LIST).context["statements"]}


def test_two_reviewers_are_handed_different_statements(linden: Client, birch: Client, hold: Hold) -> None:
    for n in range(30):
        hold("金福", PRAISE + "啊" * n)
    mine, hers = shown(linden), shown(birch)
    assert (len(mine), len(hers)) == (25, 5)
    assert not mine & hers
    assert shown(linden) == mine, "a look again shows the same ones"
    assert "Another reviewer has" in (page := birch.get(LIST).content.decode()) or "Other reviewers" in page


def test_what_another_has_in_hand_is_neither_shown_nor_decided(
    linden: Client, birch: Client, hold: Hold
) -> None:
    key = hold("王建国")
    linden.get(f"/desk/statement/{key}/")
    answer = birch.get(f"/desk/statement/{key}/")
    assert answer.status_code == 409
    assert "王建国" not in answer.content.decode()
    assert birch.post(f"/desk/statement/{key}/", {"move": "accept"}).status_code == 409
    preview = birch.post("/desk/chosen/", {"id": str(key), "move": "accept"}).content.decode()
    assert "another reviewer has them in hand" in preview
    birch.post("/desk/chosen/", {"chosen": str(key), "move": "accept", "confirmed": "yes"})
    assert Waiting.objects.get(pk=key).state == "held"
    linden.post("/desk/give-back/")
    assert birch.get(f"/desk/statement/{key}/").status_code == 200


def test_a_decision_ends_the_lease_and_anybody_may_undo_it(linden: Client, birch: Client, hold: Hold) -> None:
    key = hold()
    linden.post(f"/desk/statement/{key}/", {"move": "accept"})
    assert not Lease.objects.exists()
    birch.post("/desk/chosen/", {"chosen": str(key), "move": "undo", "confirmed": "yes"})
    assert birch.get(f"/desk/statement/{key}/").status_code == 200


def test_nobody_has_more_than_so_many_in_hand(linden: Client, hold: Hold) -> None:
    for n in range(30):
        hold("金福", PRAISE + "啊" * n)
    for n in range(30):
        hold("金福", "代开发票，量大从优。" + "啊" * n)
    assert len(linden.get(LIST).context["statements"]) == 25
    assert len(linden.get("/desk/held/advertising/").context["statements"]) == 25
    one = hold("老孙", "退党去死")
    full = linden.get("/desk/held/hostile/")
    assert "as many as one may have" in full.content.decode()
    assert full.context["statements"] == ()
    assert linden.get(f"/desk/statement/{one}/").status_code == 409
    linden.post("/desk/give-back/")
    assert len(linden.get("/desk/held/hostile/").context["statements"]) == 1


def test_who_looks_at_what_a_move_would_do_reads_no_more_than_he_may_have_in_hand(
    linden: Client, birch: Client, hold: Hold
) -> None:
    keys = [hold("金福", words + "啊" * n) for n in range(30) for words in ("代开发票，量大从优。", PRAISE)]
    read = set()
    for first in range(0, 60, 5):
        some = keys[first : first + 5]
        page = linden.post("/desk/chosen/", {"chosen": " ".join(map(str, some)), "move": "accept"})
        read |= {example.text for example in page.context["examples"]}
    assert len(read) == IN_HAND
    assert Lease.objects.count() == IN_HAND
    assert len(shown(birch)) == 5
    undo = linden.post("/desk/chosen/", {"chosen": " ".join(map(str, keys[-5:])), "move": "undo"})
    assert undo.context["examples"] == [], "what is held is not opened by the way to what was decided"


def test_what_nobody_looks_at_is_free_after_ten_minutes(db: None) -> None:
    assert lease_statements((1, 2), 2, "a", NOW).mine == (1, 2)
    assert lease_statements((1, 2), 2, "b", NOW + LEASED - timedelta(seconds=1)).elsewhere == 2
    assert in_other_hands((1, 2), "b", NOW) == {1, 2}
    assert in_other_hands((1, 2), "b", NOW + LEASED) == frozenset()
    assert lease_statements((1, 2), 2, "b", NOW + LEASED).mine == (1, 2)


def test_who_saw_and_decided_what_is_in_the_audit_chain(linden: Client, hold: Hold) -> None:
    key = hold("王建国")
    linden.get(f"/desk/statement/{key}/")
    linden.post(f"/desk/statement/{key}/", {"move": "reject", "rejection": "forged"})
    linden.post("/desk/chosen/", {"chosen": str(key), "move": "undo", "confirmed": "yes"})
    entries = list(AuditEntry.objects.order_by("ordinal"))
    assert [entry.act for entry in entries] == ["open", "open", "reject", "undo"]
    assert {entry.who for entry in entries} == {"linden"}
    assert len({bytes(entry.thing) for entry in entries}) == 1


class InAnyOrder(TestCase):
    """Whatever reviewers do in whatever order, nobody has too many, and no two have the same."""

    @settings(max_examples=40, deadline=None)
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["a", "b", "c"]),
                st.lists(st.integers(0, 120), max_size=70, unique=True),
                st.integers(0, 400),
                st.booleans(),
            ),
            max_size=12,
        )
    )
    def test_leases(self, steps: list[tuple[str, list[int], int, bool]]) -> None:
        Lease.objects.all().delete()
        now = NOW
        given_out: dict[int, tuple[str, datetime]] = {}
        for reviewer, ids, seconds, back in steps:
            now += timedelta(seconds=seconds)
            if back:
                give_back(reviewer)
                given_out = {key: lease for key, lease in given_out.items() if lease[0] != reviewer}
                continue
            leased = lease_statements(ids, 25, reviewer, now)
            assert len(leased.mine) <= 25
            for key in leased.mine:
                owner, until = given_out.get(key, (reviewer, now))
                assert owner == reviewer or until <= now
                given_out[key] = (reviewer, now + LEASED)
            assert Lease.objects.filter(reviewer=reviewer).count() <= IN_HAND
