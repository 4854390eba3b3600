"""What a volunteer says of a caller at the switchboard becomes a mark, and can be said otherwise."""

from __future__ import annotations

from tuidang.phone import queue_values as q
from tuidang.phone.floods.values import Caller
from tuidang.phone.hotline.calls import Conversation
from tuidang.phone.hotline.guard import Guard
from tuidang.phone.reception_values import Reception

SOMEBODY = Caller("8613800138077", "")


def talk() -> tuple[Guard, Conversation]:
    """Let somebody talk with the volunteer at the first desk."""
    guard = Guard(q.Queue)
    conversation = Conversation("0f" * 16, "in", "hotline", 0.0, Reception())
    conversation.source = SOMEBODY
    guard.talks(conversation, 1)
    return guard, conversation


def counting(guard: Guard) -> list[str]:
    return [one.mark for one in guard.shown().marks if not one.undone]


def test_how_a_call_ended_is_one_mark_and_what_is_said_last_counts() -> None:
    guard, _ = talk()
    for said, marks in (("hostile", ["hostile"]), ("frequent", ["frequent"]), ("thinking", [])):
        for _twice in range(2):
            guard.mark_last(1, "maple", said)
            assert counting(guard) == marks


def test_who_takes_his_mark_back_leaves_that_of_another_standing() -> None:
    guard, conversation = talk()
    before = Conversation("1e" * 16, "in", "hotline", 0.0, Reception())
    before.source = SOMEBODY
    guard.mark(before, "oak", "frequent")
    guard.mark(conversation, "maple", "hostile")
    assert conversation.is_hostile
    guard.mark(conversation, "maple", "unmark")
    assert (conversation.mark, conversation.is_hostile, conversation.is_frequent) == ("", False, True)
    assert counting(guard) == ["frequent"]
