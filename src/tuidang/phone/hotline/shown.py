"""What pages are shown of the switchboard."""

from __future__ import annotations

from tuidang.phone import queue as rules
from tuidang.phone import queue_values as q
from tuidang.phone.duty_rules import LANGUAGES
from tuidang.phone.hotline.board import Board
from tuidang.phone.hotline.calls import Conversation, Role
from tuidang.phone.hotline_now import DeskNow, HotlineNow, Waiting
from tuidang.phone.reception_values import At


def show(board: Board, level: str, *, is_cut_off: bool = False) -> HotlineNow:
    """Lay out what goes on; `level` is that of the floods, `is_cut_off`: Asterisk is away."""
    at = board.now
    waiting = tuple(
        Waiting(one.call, one.kind, one.language, round(at - one.since), one.challenged)
        for one in board.queue.callers
    )
    by_desk = {
        leg.desk: conversation
        for conversation in board.calls.values()
        for leg in conversation.legs.values()
        if not leg.is_closing
    }
    by_desk |= {desk: one for one in board.calls.values() for desk in one.lost}
    desks = {
        desk: _desk(board, desk, by_desk.get(desk)) for desk in sorted({*board.queue.volunteers, *by_desk})
    }
    free = {language: 0 if is_cut_off else rules.free_for(board.queue, language) for language in LANGUAGES}
    nobody = not rules.is_anybody_there(board.queue)
    return HotlineNow(waiting, desks, level, nobody=nobody, free=free, cut_off=is_cut_off)


def _desk(board: Board, desk: int, conversation: Conversation | None) -> DeskNow:
    one = board.queue.volunteers.get(desk)
    seconds = round(board.now - one.since) if one else 0
    note = board.notes.get(desk, "")
    if conversation is None:
        state = one.state if one else "gone"
        # Which call it was is not told: who handed it on is not to see its people again.
        last = board.last.get(desk) if one and one.act is q.Act.WRAP_UP else None
        return DeskNow(state, kind=last.kind if last else "", seconds=seconds, note=note)
    leg = conversation.leg_of(desk)
    is_up = desk in conversation.lost or (leg is not None and leg.is_up)
    asked = leg is not None and not leg.is_up and leg.role in {Role.JOIN, Role.TRANSFER}
    state = "ringing" if not is_up else "held" if conversation.caller.at is At.HELD else "talking"
    return DeskNow(
        state,
        conversation.call,
        "transfer" if asked else conversation.kind,
        conversation.caller.language,
        conversation.region,
        seconds,
        tuple(other for other in conversation.desks if other != desk),
        conversation.is_frequent,
        note,
        conversation.mark and ("hostile" if conversation.is_hostile else "frequent"),
    )
