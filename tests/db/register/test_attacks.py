"""Somebody uses what he may do, in an order or at a moment that nobody meant; or reads what he seized."""

from __future__ import annotations

import shutil
from collections import namedtuple
from datetime import timedelta

import pytest

from intake_cast import NAME, TODAY, content_of, numbered, own_form, submit
from tuidang.register import queries
from tuidang.register.actions.intake import IntakeClosed
from tuidang.register.actions.owner import Outcome, ask_to_hide, correct_statement, withdraw_statement
from tuidang.register.actions.removal import AskedHide, ask_erasure, hide_requests, refuse_hide
from tuidang.register.actions.review import (
    Masking,
    accept_statements,
    mask_statements,
    open_statements,
    reject_statements,
)
from tuidang.register.models import Decision, Erasure, Head, HideRequest, TextCount, Waiting
from tuidang.register.rules.screening import Rejection

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]

REVIEWER = "11111111-1111-1111-1111-111111111111"
PRAISE = "中国共产党万岁！"


@pytest.mark.parametrize("act", ["accept", "mask", "reject"])
def test_a_reviewer_decides_about_the_words_he_saw_and_no_others(act: str) -> None:
    (receipt,) = submit(own_form(text=PRAISE)).receipts
    (held,) = Waiting.objects.filter(state="held")
    (seen,) = open_statements([held.pk], REVIEWER, TODAY)
    assert seen.content.text == PRAISE
    other = own_form(text=f"{PRAISE}{PRAISE}别的话。")
    assert correct_statement(receipt, NAME, other) is Outcome.DONE
    changed = {
        "accept": lambda: accept_statements([seen.id], REVIEWER, TODAY),
        "mask": lambda: mask_statements([seen.id], Masking(spans=((0, 2),)), REVIEWER, TODAY),
        "reject": lambda: reject_statements([seen.id], Rejection.FORGED, REVIEWER, TODAY),
    }[act]()
    assert changed == 0
    (waiting,) = Waiting.objects.all()
    assert (waiting.state, waiting.decided) == ("held", False)
    assert content_of(waiting).text == other.text


def test_what_one_person_asked_for_is_not_told_by_the_order_of_the_rows() -> None:
    Head.objects.create(origin="test.invalid", size=100)
    leaves = list(range(40))
    for leaf in leaves:
        ask_erasure(leaf, REVIEWER, TODAY)
        ask_to_hide(leaf + 50, TODAY)
    assert [row.leaf for row in Erasure.objects.order_by("pk")] != leaves
    assert [row.leaf - 50 for row in HideRequest.objects.order_by("pk")] != leaves
    decided = [bytes(row.object) for row in Decision.objects.order_by("pk")]
    Decision.objects.all().delete()
    Erasure.objects.all().delete()
    for leaf in leaves:
        ask_erasure(leaf, REVIEWER, TODAY)
    assert [bytes(row.object) for row in Decision.objects.order_by("pk")] != decided


def test_the_same_form_sent_again_after_a_correction_is_still_known() -> None:
    (receipt,) = submit(own_form(), numbered(7)).receipts
    assert correct_statement(receipt, NAME, own_form(text="我今天退出。")) is Outcome.DONE
    again = submit(own_form(), numbered(7))
    assert (again.receipts, again.repeated) == ((receipt,), True)
    assert Waiting.objects.count() == 1


def test_a_second_correction_does_not_slip_past_the_reviewer_the_first_one_waits_for() -> None:
    (receipt,) = submit(own_form(text=PRAISE)).receipts
    (held,) = Waiting.objects.filter(state="held")
    mask_statements([held.pk], Masking(text=True), REVIEWER, TODAY)
    for text in ("另一段话。", "又一段话。", "第三段话。"):
        assert correct_statement(receipt, NAME, own_form(text=text)) is Outcome.DONE
        (waiting,) = Waiting.objects.all()
        assert (waiting.state, waiting.reasons) == ("held", "corrected")


def test_one_receipt_does_not_make_a_flood_of_other_peoples_words() -> None:
    template = "我们一家人今天在这里声明退出。" * 10
    (receipt,) = submit(own_form(text=template)).receipts
    for n in range(15):
        assert correct_statement(receipt, NAME, own_form(text=f"{template}{'啊' * (n % 2)}")) is Outcome.DONE
    assert withdraw_statement(receipt, NAME) is Outcome.DONE
    for n in range(15):
        (again,) = submit(own_form(text=template), numbered(n)).receipts
        assert withdraw_statement(again, NAME) is Outcome.DONE
    assert not TextCount.objects.exists()
    submit(own_form(text=template), numbered(99))
    assert Waiting.objects.get().state == "accepted"


def test_corrections_do_not_fill_a_disk_that_is_closed_to_new_statements(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (receipt,) = submit(own_form()).receipts
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(100, 91, 9))
    queries._measured.clear()
    with pytest.raises(IntakeClosed):
        correct_statement(receipt, NAME, own_form(text="长" * 5000))
    assert content_of(Waiting.objects.get()).text == own_form().text
    assert withdraw_statement(receipt, NAME) is Outcome.DONE


def test_who_asked_first_and_was_refused_does_not_silence_whose_name_it_is_for_ever() -> None:
    Head.objects.create(origin="test.invalid", size=9)
    ask_to_hide(3, TODAY)  # an enemy, among a thousand such requests, so that it is refused
    for reviewer in (REVIEWER, "another"):
        refuse_hide(3, reviewer, TODAY)
    assert ask_to_hide(3, TODAY + timedelta(days=29)) is Outcome.REVIEWED
    assert hide_requests() == []
    later = TODAY + timedelta(days=30)
    assert ask_to_hide(3, later) is Outcome.REVIEWED
    assert hide_requests() == [AskedHide(3, later, "")]
