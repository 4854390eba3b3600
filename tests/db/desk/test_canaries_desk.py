"""Canaries at the desk: two auditors, each statement shown to be theirs by its receipt."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from calls_cast import Enter
from django.conf import settings
from django.test import Client

from tuidang.base.audit.models import AuditEntry
from tuidang.base.clock import china_today
from tuidang.phone.actions.choices import withdraw
from tuidang.register.actions.canaries import take_out_canaries
from tuidang.register.actions.head import init_log, only_writer, open_log, recover
from tuidang.register.actions.intake import submit_form
from tuidang.register.actions.publication import publish
from tuidang.register.folder.canaries import read_rounds
from tuidang.register.folder.figures import load_figures
from tuidang.register.models import CanaryRound
from tuidang.register.rules.content import Channel
from tuidang.register.rules.form import Form, Person
from tuidang.volunteers.models import Role

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = "/desk/canaries/"
TODAY = china_today()


@pytest.fixture
def receipts(db: None, house: object) -> list[str]:
    """Give the receipts of two statements that are published, as leaves 0 and 1 in some order."""
    init_log("log.example.org/register", TODAY)
    taken = []
    for number in range(2):
        form = Form(
            (Person("金福", ("league",)),), "CN-SD", "", f"话 {number}", "zh-hans", "own", under_18=False
        )
        taken += submit_form(form, bytes([number]) * 16, channel=Channel.WEB, today=TODAY).receipts
    publish(TODAY + timedelta(20))
    return taken


@pytest.fixture
def alder(enter: Enter) -> Client:
    """Give the browser of an auditor."""
    return enter("alder", Role.AUDITOR)


@pytest.fixture
def rowan(enter: Enter) -> Client:
    """Give the browser of another auditor."""
    return enter("rowan", Role.AUDITOR)


def closed(receipts: list[str], **other: object) -> str:
    """Write a round as `tuidang canary close` does."""
    from tuidang.register.actions.owner import find_statement

    canaries = []
    for receipt in receipts:
        own = find_statement(receipt, "金福")
        canaries.append({"receipt": receipt, "name": "金福", "leaf": own.leaf if own else 0})
    whole = {"first": str(TODAY), "last": str(TODAY), "sent": {"web": 3}, "found": {"web": len(receipts)}}
    return json.dumps({**whole, "canaries": canaries, **other})


def test_it_takes_two_auditors_and_then_they_count_no_longer(
    alder: Client, rowan: Client, receipts: list[str]
) -> None:
    answer = alder.post(ADDRESS, {"move": "ask", "round": closed(receipts)})
    assert b"Another auditor has to grant it" in answer.content
    key = CanaryRound.objects.get().pk
    assert b"another auditor has to grant it" in alder.post(ADDRESS, {"move": "grant", "key": key}).content
    assert take_out_canaries(TODAY) == 0
    assert b"Granted" in rowan.post(ADDRESS, {"move": "grant", "key": key}).content
    assert b"decided before" in rowan.post(ADDRESS, {"move": "refuse", "key": key}).content
    assert take_out_canaries(TODAY) == 2
    assert take_out_canaries(TODAY) == 0
    again = alder.post(ADDRESS, {"move": "ask", "round": closed(receipts)})
    assert b"in a round already" in again.content, "handed in once more they would count as two that arrived"
    figures = load_figures(settings.TUIDANG.log)
    assert (figures.total, figures.uncounted) == (0, 2)
    (round_,) = read_rounds(settings.TUIDANG.log)
    assert (round_.sent, round_.found) == ({"web": 3}, {"web": 2})
    assert CanaryRound.objects.get().leaves == []
    assert [entry.who for entry in AuditEntry.objects.order_by("ordinal")] == ["alder", "rowan"]


def test_a_crash_between_the_notices_and_the_row_is_repaired_by_the_next_run(
    alder: Client, rowan: Client, receipts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    alder.post(ADDRESS, {"move": "ask", "round": closed(receipts)})
    rowan.post(ADDRESS, {"move": "grant", "key": CanaryRound.objects.get().pk})

    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(CanaryRound, "save", crash)
        with pytest.raises(KeyboardInterrupt):
            take_out_canaries(TODAY)
    assert read_rounds(settings.TUIDANG.log) == []
    take_out_canaries(TODAY)
    assert load_figures(settings.TUIDANG.log).uncounted == 2
    assert len(read_rounds(settings.TUIDANG.log)) == 1
    with only_writer():
        recover()
    assert open_log().tree.size == 4


def test_a_round_may_be_taken_back_and_asked_for_again(alder: Client, receipts: list[str]) -> None:
    alder.post(ADDRESS, {"move": "ask", "round": closed(receipts)})
    answer = alder.post(ADDRESS, {"move": "ask", "round": closed(receipts)})
    assert b"in a round already" in answer.content
    alder.post(ADDRESS, {"move": "refuse", "key": CanaryRound.objects.get().pk})
    assert alder.post(ADDRESS, {"move": "ask", "round": closed(receipts)}).status_code == 200


def test_somebody_elses_statement_cannot_be_taken_out(alder: Client, receipts: list[str]) -> None:
    stranger = closed([receipts[0], "0000000000000000"])
    swapped = json.loads(closed(receipts))
    swapped["canaries"][0]["leaf"] ^= 1
    for handed_in, why in (
        (stranger, "does not lead to the statement"),
        (json.dumps(swapped), "does not lead to the statement"),
        (closed([receipts[0]] * 2), "twice"),
        (closed(receipts, found={"web": 1}), "twice, or not as many"),
        (closed(receipts, found={"web": 4}), "cannot be right"),
        (closed(receipts, first="2999-01-01"), "cannot be right"),
        (closed(receipts, sent={"pigeon": 3}), "not what"),
        (closed(receipts, sent={"web": -3}), "not what"),
        ("[" * 10_000, "not what"),
        ("x" * 300_000, "too long"),
        ("", "not what"),
        ("[]", "not what"),
    ):
        answer = alder.post(ADDRESS, {"move": "ask", "round": handed_in})
        assert answer.status_code == 422
        assert why in answer.content.decode()
    assert not CanaryRound.objects.exists()


def test_a_receipt_that_was_read_aloud_takes_nothing_out_and_the_call_s_own_key_does(
    alder: Client, rowan: Client, receipts: list[str]
) -> None:
    calls = [bytes([7]) * 16, bytes([8]) * 16]
    said = [withdraw(call, [("金福", ("party",))], "CN-SD", today=TODAY)[0] for call in calls]
    publish(TODAY + timedelta(20))
    whole = json.loads(closed([receipts[0], *said]))
    whole |= {"sent": {"web": 1, "machine-call": 3}, "found": {"web": 1, "machine-call": 2}}
    web, heard, own = whole["canaries"]
    heard |= {"call": "00" * 16, "orgs": ["party"], "region": "CN-SD"}  # a carrier's guess
    own |= {"call": calls[1].hex(), "orgs": ["party"], "region": "CN-SD"}
    assert alder.post(ADDRESS, {"move": "ask", "round": json.dumps(whole)}).status_code == 200
    row = CanaryRound.objects.get()
    assert row.leaves == sorted([web["leaf"], own["leaf"]])
    rowan.post(ADDRESS, {"move": "grant", "key": row.pk})
    assert take_out_canaries(TODAY) == 2
    (round_,) = read_rounds(settings.TUIDANG.log)
    assert round_.found == {"web": 1, "machine-call": 2}
    again = {**whole, "canaries": [heard], "sent": {"machine-call": 1}, "found": {"machine-call": 1}}
    assert alder.post(ADDRESS, {"move": "ask", "round": json.dumps(again)}).status_code == 422
    figures = load_figures(settings.TUIDANG.log)
    assert (figures.total, figures.uncounted) == (2, 2)


def test_only_auditors_see_it(linden: Client, alder: Client) -> None:
    assert linden.get(ADDRESS).status_code == 403
    assert alder.get(ADDRESS).status_code == 200
    assert alder.post(ADDRESS, {"move": "grant", "key": "9" * 30}).status_code == 200
