"""What an owner can do with a receipt, what a listener on the line cannot, and what guessing costs."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import transaction

from intake_cast import NAME, TODAY, content_of, helper_form, numbered, own_form, submit
from tuidang.privacy.keys import KeyFolder
from tuidang.register.actions import intake, owner
from tuidang.register.actions.owner import (
    Outcome,
    OwnState,
    OwnStatement,
    ask_to_hide,
    correct_statement,
    find_statement,
    lookup_wait,
    note_lookup,
    request_erasure,
    withdraw_statement,
)
from tuidang.register.models import Erasure, Head, HideRequest, Receipt, Waiting
from tuidang.register.rules.content import Channel

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]

NOON = 20_000 * 86_400.0 + 43_200


@pytest.fixture
def receipt() -> str:
    return submit(own_form()).receipts[0]


@pytest.fixture
def spoken() -> str:
    return submit(own_form(), channel=Channel.MACHINE).receipts[0]


def publish_by_hand(leaf: int = 5, state: str = "published") -> None:
    """Move what waits to the receipts, as publication does."""
    with transaction.atomic():
        for row in Waiting.objects.all():
            Receipt.objects.create(hash=row.receipt_hash, spoken_hash=row.spoken_hash, leaf=leaf, state=state)
            row.delete()
        Head.objects.update_or_create(id=1, defaults={"origin": "test.invalid", "size": 100})


def test_digits_and_name_together_find_a_statement_and_neither_alone(receipt: str) -> None:
    assert find_statement(receipt, NAME) == OwnStatement(OwnState.ACCEPTED)
    assert find_statement(receipt, "万顺") is None
    assert find_statement("0000 0000 0000 0000", NAME) is None
    assert find_statement("", NAME) is None
    assert find_statement(receipt[:-1], NAME) is None
    assert find_statement(receipt, "") is None


def test_spaces_full_width_and_traditional_characters_find_it_too() -> None:
    receipt = submit(own_form(name="万顺")).receipts[0]
    typed = " ".join(receipt[n : n + 4] for n in range(0, 16, 4))
    assert find_statement(typed, " 萬順 ") is not None
    assert (
        find_statement(receipt.translate(str.maketrans("0123456789", "０１２３４５６７８９")), "万顺")
        is not None
    )


def test_a_receipt_is_found_under_an_older_key(receipt: str, house: Path) -> None:
    KeyFolder(house / "keys").add_receipt_key("lookup")
    intake._receipt_keys.cache_clear()
    assert find_statement(receipt, NAME) is not None


@pytest.mark.parametrize("name", ["\x00", "\ud800", "名" * 100_000, "' OR 1=1 --", "\u202e福金"])
def test_hostile_look_ups_find_nothing_and_break_nothing(receipt: str, name: str) -> None:
    assert find_statement(receipt, name) is None
    assert find_statement(name, NAME) is None
    assert lookup_wait(name, "", NOON) == 0


@pytest.mark.parametrize("name", ["今富", "金福", "Jīn Fú", "jinfu"])
def test_a_listener_finds_a_spoken_statement_by_its_sound(spoken: str, name: str) -> None:
    assert find_statement(spoken, name) == OwnStatement(OwnState.ACCEPTED, only_shows=True)


def test_a_written_statement_is_not_found_by_its_sound(receipt: str) -> None:
    assert find_statement(receipt, "今富") is None


@pytest.mark.parametrize("state", ["held", "rejected"])
def test_the_state_of_what_waits_is_shown(receipt: str, state: str) -> None:
    Waiting.objects.update(state=state, reasons="hostile", rejection="hostile" if state == "rejected" else "")
    found = find_statement(receipt, NAME)
    assert found is not None
    assert found.state == state


def test_a_published_statement_is_shown_with_its_leaf(receipt: str) -> None:
    publish_by_hand()
    assert find_statement(receipt, NAME) == OwnStatement(OwnState.PUBLISHED, 5)


def test_a_withdrawn_statement_leaves_only_its_receipt(receipt: str) -> None:
    assert withdraw_statement(receipt, NAME) is Outcome.DONE
    assert not Waiting.objects.exists()
    assert find_statement(receipt, NAME) == OwnStatement(OwnState.WITHDRAWN)
    assert withdraw_statement(receipt, NAME) is Outcome.TOO_LATE
    assert submit(own_form()).repeated, "sent again, it is not taken again"


def test_withdrawing_takes_one_persons_statement_of_a_helpers_form() -> None:
    receipts = submit(helper_form()).receipts
    assert withdraw_statement(receipts[1], "万顺") is Outcome.DONE
    assert Waiting.objects.count() == 2


def test_a_correction_takes_the_place_of_what_waited(receipt: str) -> None:
    assert correct_statement(receipt, NAME, own_form(text="我也退队。", region="")) is Outcome.DONE
    row = Waiting.objects.get()
    assert (content_of(row).text, content_of(row).region) == ("我也退队。", "")
    assert row.state == Waiting.State.ACCEPTED
    assert find_statement(receipt, NAME) is not None


def test_a_correction_is_screened_again(receipt: str) -> None:
    correct_statement(receipt, NAME, own_form(text="退党的去死"))
    assert Waiting.objects.get().reasons == "hostile"
    correct_statement(receipt, NAME, own_form())
    assert Waiting.objects.get().state == Waiting.State.ACCEPTED


def test_a_correction_after_a_reviewers_decision_goes_back_to_a_reviewer(receipt: str) -> None:
    Waiting.objects.update(decided=True, reasons="hostile", undo=b"before")
    assert correct_statement(receipt, NAME, own_form(text="好")) is Outcome.DONE
    row = Waiting.objects.get()
    assert (row.state, row.reasons, row.decided, bytes(row.undo)) == ("held", "corrected", False, b"")


def test_a_correction_keeps_the_name_and_is_for_one_person(receipt: str) -> None:
    with pytest.raises(ValueError, match="one person"):
        correct_statement(receipt, NAME, own_form(name="万顺"))
    with pytest.raises(ValueError, match="one person"):
        correct_statement(receipt, NAME, helper_form())


def test_after_publication_it_is_too_late_to_correct_or_withdraw(receipt: str) -> None:
    publish_by_hand()
    assert correct_statement(receipt, NAME, own_form()) is Outcome.TOO_LATE
    assert withdraw_statement(receipt, NAME) is Outcome.TOO_LATE
    assert find_statement(receipt, NAME) == OwnStatement(OwnState.PUBLISHED, 5)


def test_an_owner_erases_after_publication_and_not_before(receipt: str) -> None:
    assert request_erasure(receipt, NAME, TODAY) is Outcome.TOO_EARLY
    publish_by_hand()
    assert request_erasure(receipt, NAME, TODAY) is Outcome.DONE
    assert request_erasure(receipt, NAME, TODAY) is Outcome.DONE
    erasure = Erasure.objects.get()
    assert (erasure.leaf, erasure.by, erasure.state, erasure.day) == (5, "owner", "consented", TODAY)
    assert find_statement(receipt, NAME) == OwnStatement(OwnState.PUBLISHED, 5, erasure_asked=True)


def test_the_owners_word_settles_an_erasure_that_reviewers_still_weigh(receipt: str) -> None:
    publish_by_hand()
    Erasure.objects.create(leaf=5, by="reviewers", state="asked", day=TODAY, asked_by="linden")
    assert request_erasure(receipt, NAME, TODAY) is Outcome.DONE
    assert Erasure.objects.get().state == "consented"


def test_an_erased_statement_says_so(receipt: str) -> None:
    publish_by_hand(state="erased")
    assert find_statement(receipt, NAME) == OwnStatement(OwnState.ERASED, 5)
    assert request_erasure(receipt, NAME, TODAY) is Outcome.DONE
    assert not Erasure.objects.exists()


def test_a_receipt_that_was_read_aloud_only_shows(spoken: str) -> None:
    assert withdraw_statement(spoken, NAME) is Outcome.ONLY_SHOWS
    assert correct_statement(spoken, NAME, own_form()) is Outcome.ONLY_SHOWS
    assert Waiting.objects.get().state == Waiting.State.ACCEPTED
    publish_by_hand()
    assert request_erasure(spoken, NAME, TODAY) is Outcome.REVIEWED
    assert Erasure.objects.get().state == "asked"


def test_erasures_by_phone_stop_at_a_daily_ceiling(spoken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_by_hand()
    monkeypatch.setattr(owner, "PHONE_ERASURES_A_DAY", 1)
    Erasure.objects.create(leaf=9, by="phone", state="asked", day=TODAY)
    assert request_erasure(spoken, NAME, TODAY) is Outcome.FULL
    assert request_erasure(spoken, NAME, TODAY.replace(day=22)) is Outcome.REVIEWED


def test_the_wrong_name_can_do_nothing(receipt: str) -> None:
    for act in (withdraw_statement, lambda r, n: request_erasure(r, n, TODAY)):
        assert act(receipt, "万顺") is Outcome.NOT_FOUND
    assert correct_statement(receipt, "万顺", own_form(name="万顺")) is Outcome.NOT_FOUND
    assert Waiting.objects.count() == 1


def test_anybody_may_ask_once_that_a_name_be_hidden(receipt: str) -> None:
    publish_by_hand()
    assert ask_to_hide(5, TODAY) is Outcome.REVIEWED
    assert ask_to_hide(5, TODAY) is Outcome.REVIEWED
    assert HideRequest.objects.count() == 1
    assert ask_to_hide(100, TODAY) is Outcome.NOT_FOUND
    assert ask_to_hide(-1, TODAY) is Outcome.NOT_FOUND


def test_requests_to_hide_are_bounded(receipt: str, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_by_hand()
    monkeypatch.setattr(owner, "OPEN_HIDE_REQUESTS", 2)
    assert [ask_to_hide(leaf, TODAY) for leaf in range(3)] == [
        Outcome.REVIEWED,
        Outcome.REVIEWED,
        Outcome.FULL,
    ]


def test_a_guesser_waits_and_the_owner_from_elsewhere_does_not() -> None:
    for n in range(20):
        note_lookup(NAME, "192.0.2.0/24", NOON + n, found=False)
    assert lookup_wait(NAME, "192.0.2.0/24", NOON + 20) > 0
    assert lookup_wait(NAME, "198.51.100.0/24", NOON + 20) == 0
    assert lookup_wait("万顺", "192.0.2.0/24", NOON + 20) == 0
    assert lookup_wait(NAME, "192.0.2.0/24", NOON + 60) == 0, "never long"


def test_a_slip_or_two_costs_nothing() -> None:
    for _ in range(3):
        note_lookup(NAME, "192.0.2.0/24", NOON, found=False)
    note_lookup(NAME, "192.0.2.0/24", NOON, found=True)
    assert lookup_wait(NAME, "192.0.2.0/24", NOON) == 0


def test_two_statements_of_one_name_are_told_apart_by_their_digits() -> None:
    first, second = (submit(own_form(text=""), numbered(n)).receipts[0] for n in (1, 2))
    withdraw_statement(first, NAME)
    assert find_statement(second, NAME) == OwnStatement(OwnState.ACCEPTED)
