"""Review: a reviewer sees what would be public, decides in bulk, and can take it back until publication."""

from __future__ import annotations

from dataclasses import replace

import pytest

from intake_cast import NAME, TODAY, content_of, numbered, own_form, submit
from tuidang.register.actions.owner import OwnState, ask_to_hide, find_statement, withdraw_statement
from tuidang.register.actions.removal import (
    AskedErasure,
    AskedHide,
    Consent,
    ask_erasure,
    asked_erasures,
    consent_erasure,
    hide_requests,
    refuse_erasure,
    refuse_hide,
)
from tuidang.register.actions.review import (
    OMITTED,
    Act,
    BulkPreview,
    Masking,
    accept_statements,
    decided_ids,
    group_ids,
    held_groups,
    mask_statements,
    masked_content,
    open_statements,
    preview_act,
    reject_statements,
    undo_decisions,
)
from tuidang.register.models import Decision, Erasure, Head, HideRequest, Waiting
from tuidang.register.rules.content import HIDDEN_NAME
from tuidang.register.rules.screening import Reason, Rejection

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]

LINDEN, WILLOW, ROWAN = "11111111-linden", "22222222-willow", "33333333-rowan"
HOSTILE = "退党的去死"


@pytest.fixture
def held() -> tuple[int, ...]:
    """Let three hostile statements wait, two of them with the same text."""
    for n, text in enumerate([HOSTILE, HOSTILE + "！", "死全家"]):
        submit(own_form(text=text), numbered(n))
    return tuple(Waiting.objects.order_by("pk").values_list("pk", flat=True))


def test_what_is_held_is_grouped_by_reason_and_text(held: tuple[int, ...]) -> None:
    submit(own_form(), numbered(9))
    groups = held_groups()
    assert [group.count for group in groups] == [2, 1]
    assert {group.reasons for group in groups} == {(Reason.HOSTILE,)}
    assert {group.first for group in groups} == {TODAY}
    ids = [group_ids(group.reasons, group.group) for group in groups]
    assert sorted(ids[0] + ids[1]) == sorted(held)


def test_opening_shows_what_would_be_public_and_is_noted(held: tuple[int, ...]) -> None:
    opened = open_statements(held, LINDEN, TODAY)
    assert sorted(one.content.text for one in opened) == sorted([HOSTILE, HOSTILE + "！", "死全家"])
    notes = Decision.objects.filter(reviewer=LINDEN, act=Act.OPEN, day=TODAY)
    assert notes.count() == 3
    assert not {bytes(note.object) for note in notes} & {
        bytes(row.receipt_hash) for row in Waiting.objects.all()
    }


def test_what_was_never_held_is_not_opened() -> None:
    submit(own_form())
    ids = tuple(Waiting.objects.values_list("pk", flat=True))
    assert open_statements(ids, LINDEN, TODAY) == ()
    assert (
        accept_statements(ids, LINDEN, TODAY) == reject_statements(ids, Rejection.FORGED, LINDEN, TODAY) == 0
    )
    assert not Decision.objects.exists()


def test_a_preview_says_what_would_happen_and_does_nothing(held: tuple[int, ...]) -> None:
    accept_statements(held[:1], LINDEN, TODAY)
    before = list(Waiting.objects.order_by("pk").values())
    assert preview_act([*held, 12345], Act.REJECT) == BulkPreview(changed=2, unchanged=1, gone=1)
    assert preview_act([*held, 12345], Act.UNDO) == BulkPreview(changed=1, unchanged=2, gone=1)
    assert list(Waiting.objects.order_by("pk").values()) == before


def test_accepting_lets_them_into_the_pool_and_says_how_many(held: tuple[int, ...]) -> None:
    assert accept_statements([*held, 12345], LINDEN, TODAY) == 3
    assert accept_statements(held, LINDEN, TODAY) == 0
    assert set(Waiting.objects.values_list("state", "decided")) == {("accepted", True)}
    assert Decision.objects.filter(act=Act.ACCEPT).count() == 3
    assert sorted(decided_ids()) == sorted(held)


def test_rejecting_shows_in_the_state_and_keeps_a_reason_code(held: tuple[int, ...]) -> None:
    assert reject_statements(held, Rejection.HOSTILE, LINDEN, TODAY) == 3
    assert set(Waiting.objects.values_list("state", "rejection")) == {("rejected", "hostile")}
    receipt = submit(own_form(text=HOSTILE), numbered(0)).receipts[0]
    found = find_statement(receipt, NAME)
    assert found is not None
    assert found.state is OwnState.REJECTED


@pytest.mark.parametrize("decide", ["accept", "reject", "mask"])
def test_every_decision_is_undone_to_exactly_what_was(held: tuple[int, ...], decide: str) -> None:
    before = list(Waiting.objects.order_by("pk").values())
    if decide == "accept":
        accept_statements(held, LINDEN, TODAY)
    elif decide == "reject":
        reject_statements(held, Rejection.FORGED, LINDEN, TODAY)
    else:
        mask_statements(held, Masking(name=True, text=True), LINDEN, TODAY)
    assert list(Waiting.objects.order_by("pk").values()) != before
    assert undo_decisions(held, WILLOW, TODAY) == 3
    assert list(Waiting.objects.order_by("pk").values()) == before
    assert undo_decisions(held, WILLOW, TODAY) == 0


def test_masking_hides_name_or_text_of_many_and_places_of_one(held: tuple[int, ...]) -> None:
    assert mask_statements(held[:2], Masking(name=True), LINDEN, TODAY) == 2
    assert {content_of(row).name for row in Waiting.objects.filter(pk__in=held[:2])} == {HIDDEN_NAME}
    row = Waiting.objects.get(pk=held[2])
    text = content_of(row).text
    assert mask_statements(held[2:], Masking(spans=((0, 1), (2, 3))), LINDEN, TODAY) == 1
    row.refresh_from_db()
    assert content_of(row).text == OMITTED + text[1:2] + OMITTED + text[3:]
    assert row.state == Waiting.State.ACCEPTED


def test_places_are_masked_in_one_statement_at_a_time(held: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="one statement"):
        mask_statements(held, Masking(spans=((0, 1),)), LINDEN, TODAY)


@pytest.mark.parametrize("spans", [((-1, 1),), ((0, 99),), ((2, 2),), ((3, 1),), ((0, 3), (2, 4))])
def test_a_place_outside_the_text_is_refused(
    held: tuple[int, ...], spans: tuple[tuple[int, int], ...]
) -> None:
    content = replace(content_of(Waiting.objects.all()[0]), text="一二三四五")
    with pytest.raises(ValueError, match="place to mask"):
        masked_content(content, Masking(spans=spans))


def test_too_many_at_once_are_refused() -> None:
    with pytest.raises(ValueError, match="at most"):
        accept_statements(range(1001), LINDEN, TODAY)


def test_an_owner_withdraws_what_a_reviewer_has_before_him(held: tuple[int, ...]) -> None:
    receipt = submit(own_form(text=HOSTILE), numbered(0)).receipts[0]
    withdraw_statement(receipt, NAME)
    assert preview_act(held, Act.ACCEPT) == BulkPreview(changed=2, unchanged=0, gone=1)
    assert accept_statements(held, LINDEN, TODAY) == 2


@pytest.fixture
def head() -> None:
    Head.objects.create(origin="test.invalid", size=10)


@pytest.mark.usefixtures("head")
def test_two_different_people_erase_and_one_alone_cannot() -> None:
    assert ask_erasure(3, LINDEN, TODAY)
    assert asked_erasures() == [AskedErasure(3, TODAY, LINDEN, "")]
    assert consent_erasure(3, LINDEN, TODAY) is Consent.SAME_PERSON
    assert Erasure.objects.get().state == "asked"
    assert consent_erasure(3, WILLOW, TODAY) is Consent.DONE
    assert Erasure.objects.get().state == "consented"
    assert consent_erasure(3, WILLOW, TODAY) is Consent.NOT_ASKED
    acts = set(Decision.objects.values_list("reviewer", "act"))
    assert acts == {(LINDEN, "ask_erasure"), (WILLOW, "consent_erasure")}


@pytest.mark.usefixtures("head")
def test_an_erasure_is_asked_once_and_for_a_leaf_that_is() -> None:
    assert ask_erasure(3, LINDEN, TODAY)
    assert not ask_erasure(3, WILLOW, TODAY)
    assert not ask_erasure(10, LINDEN, TODAY)
    assert not ask_erasure(-1, LINDEN, TODAY)
    assert Erasure.objects.get().asked_by == LINDEN


@pytest.mark.usefixtures("head")
def test_one_reviewer_consents_to_an_owners_phone_call() -> None:
    Erasure.objects.create(leaf=3, by="phone", state="asked", day=TODAY)
    assert consent_erasure(3, LINDEN, TODAY) is Consent.DONE


@pytest.mark.usefixtures("head")
def test_two_refuse_an_erasure_and_the_request_behind_it() -> None:
    ask_to_hide(3, TODAY)
    ask_erasure(3, LINDEN, TODAY)
    assert refuse_erasure(3, WILLOW, TODAY) is Consent.NOTED
    assert refuse_erasure(3, WILLOW, TODAY) is Consent.SAME_PERSON
    assert asked_erasures() == [AskedErasure(3, TODAY, LINDEN, WILLOW)]
    assert refuse_erasure(3, ROWAN, TODAY) is Consent.DONE
    assert not Erasure.objects.exists()
    assert hide_requests() == []
    assert refuse_hide(3, LINDEN, TODAY) is Consent.NOT_ASKED


@pytest.mark.usefixtures("head")
def test_what_one_would_refuse_another_still_consents_to() -> None:
    ask_erasure(3, LINDEN, TODAY)
    refuse_erasure(3, WILLOW, TODAY)
    assert consent_erasure(3, ROWAN, TODAY) is Consent.DONE


@pytest.mark.usefixtures("head")
def test_a_planted_reviewer_alone_refuses_nobodys_wish_by_whatever_presses() -> None:
    ask_to_hide(3, TODAY)
    assert refuse_hide(3, WILLOW, TODAY) is Consent.NOTED
    assert refuse_hide(3, WILLOW, TODAY) is Consent.SAME_PERSON
    ask_erasure(3, WILLOW, TODAY)
    assert refuse_erasure(3, WILLOW, TODAY) is Consent.TAKEN_BACK
    assert hide_requests() == [AskedHide(3, TODAY, WILLOW)]
    Erasure.objects.create(leaf=4, by="phone", state="asked", day=TODAY)
    refuse_erasure(4, WILLOW, TODAY)
    assert asked_erasures() == [AskedErasure(4, TODAY, "", WILLOW)]
    assert refuse_hide(3, LINDEN, TODAY) is Consent.DONE
    assert hide_requests() == []
    assert HideRequest.objects.get().refused_by == "", "who refused is kept no longer than it is needed"


@pytest.mark.usefixtures("head")
def test_the_database_itself_refuses_one_person_twice() -> None:
    from django.db import IntegrityError, transaction

    for asked, consented in ((LINDEN, LINDEN), (LINDEN, ""), ("", "")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Erasure.objects.create(
                leaf=4, by="reviewers", state="consented", day=TODAY, asked_by=asked, consented_by=consented
            )
