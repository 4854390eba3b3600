"""Complaints: counted for a message, guarding it as opt-outs do, and nothing else kept of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils.translation import override

from tuidang.phone.actions.campaigns import (
    Limits,
    Mistake,
    clone_campaign,
    create_campaign,
    set_messages,
    stop_campaign,
)
from tuidang.phone.actions.complaints import note_complaint, take_back_complaint
from tuidang.phone.models import Campaign, Complaint
from tuidang.phone.queries import standings, unassigned_complaints
from tuidang.phone.records.compare import Verdict

pytestmark = pytest.mark.django_db


@pytest.fixture
def autumn() -> Campaign:
    create_campaign("autumn", "Autumn", Limits())
    play(first=1, second=1)
    return Campaign.objects.get()


def play(**shares: int) -> None:
    set_messages("autumn", [(name, f"message/{name}", share, True) for name, share in shares.items()])


def verdicts(records: Path, campaign: Campaign) -> dict[str, tuple[int, Verdict]]:
    return {
        one.message.name: (one.complaints, one.comparison.verdict)
        for one in standings(records, campaign)
        if one.comparison is not None
    }


def test_a_message_that_draws_complaints_is_to_be_taken_out(tmp_path: Path, autumn: Campaign) -> None:
    for _ in range(12):
        note_complaint("autumn", "first")
    assert verdicts(tmp_path, autumn) == {"first": (12, Verdict.HARMFUL), "second": (0, Verdict.OPEN)}


def test_complaints_are_weighed_by_the_shares_under_which_they_came(tmp_path: Path, autumn: Campaign) -> None:
    play(first=9, second=1)
    for _ in range(18):
        note_complaint("autumn", "first")
    note_complaint("autumn", "second")
    play(first=1, second=9)
    note_complaint("autumn", "first")
    for _ in range(8):
        note_complaint("autumn", "second")
    assert verdicts(tmp_path, autumn) == {"first": (19, Verdict.OPEN), "second": (9, Verdict.OPEN)}


def test_one_noted_by_mistake_is_taken_back_and_never_below_none(tmp_path: Path, autumn: Campaign) -> None:
    note_complaint("autumn", "first")
    play(first=3, second=1)  # since then
    take_back_complaint("autumn", "first")
    assert verdicts(tmp_path, autumn)["first"][0] == 0
    with override("en"), pytest.raises(Mistake, match="No complaint is noted there"):
        take_back_complaint("autumn", "first")


def test_who_cannot_say_which_message_is_counted_beside(tmp_path: Path, autumn: Campaign) -> None:
    note_complaint("autumn")
    assert unassigned_complaints(autumn) == 1
    assert verdicts(tmp_path, autumn) == {"first": (0, Verdict.OPEN), "second": (0, Verdict.OPEN)}


def test_people_complain_of_what_was_stopped_too_and_a_copy_begins_with_none(
    tmp_path: Path, autumn: Campaign
) -> None:
    stop_campaign("autumn")
    note_complaint("autumn", "second")
    clone_campaign("autumn", "winter")
    assert verdicts(tmp_path, autumn)["second"][0] == 1
    assert verdicts(tmp_path, Campaign.objects.get(name="winter"))["second"][0] == 0


def test_a_message_that_is_not_played_is_refused(autumn: Campaign) -> None:
    with override("en"), pytest.raises(Mistake, match="autumn plays no message third"):
        note_complaint("autumn", "third")
    with override("en"), pytest.raises(Mistake, match="There is no campaign spring"):
        note_complaint("spring")


def test_nothing_is_kept_of_who_complained_or_when() -> None:
    assert {field.name for field in Complaint._meta.fields} == {"id", "campaign", "plan", "message", "count"}
