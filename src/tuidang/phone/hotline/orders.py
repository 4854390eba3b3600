"""What volunteers order at their desks: hold, hand on, ask a colleague in, leave, end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from tuidang.phone import queue_values as q
from tuidang.phone import reception_values as r
from tuidang.phone.actions.duty import Order
from tuidang.phone.hotline.board import TRANSFER_FOR, Board
from tuidang.phone.hotline.calls import Conversation, Role

NOBODY: Final = "nobody-answered"  # what a desk is told whose colleague cannot be had


def obey(board: Board, order: Order) -> None:
    """Do what was ordered, if it can be done at this moment; else nothing happens."""
    if (simple := _OF_DESK.get(order.verb)) is not None:
        simple(board, order)
        return
    conversation = talk_of(board, order.desk)
    if conversation is None or (conversation.is_calling and order.verb not in {"end", "leave"}):
        return
    if (act := _OF_TALK.get(order.verb)) is not None:
        act(board, conversation, order)


def talk_of(board: Board, desk: int) -> Conversation | None:
    """Give the conversation that a desk is in; None when it is in none."""
    return next((one for one in board.calls.values() if desk in one.desks), None)


def _hold(board: Board, conversation: Conversation, _: Order) -> None:
    if conversation.is_bridged:
        board.set_aside(conversation, r.PutAside("held"))


def _resume(board: Board, conversation: Conversation, _: Order) -> None:
    if not conversation.is_bridged:
        board.feed(conversation, r.Taken())
        board.wire.join(conversation.bridge, conversation.channel)
        conversation.is_bridged = True


def _transfer(board: Board, conversation: Conversation, order: Order) -> None:
    """Hand a conversation on, without waiting: it comes back when nobody takes it."""
    if len(conversation.desks) > 1:
        return  # a colleague is in it: who wants to go leaves
    kind, _, to = order.argument.partition(":")
    target = 0
    if kind == "desk":
        target = int(to)
        if not _is_free(board, target):
            board.notes[order.desk] = NOBODY
            return
    conversation.back, conversation.until = order.desk, board.now + _tried_for(board, target, to)
    if (leg := conversation.leg_of(order.desk)) is not None:
        board.end_leg(leg)
    board.turn(q.Ends(board.now, order.desk))
    if target:
        board.set_aside(conversation, r.PutAside("transfer"))
        board.turn(q.Engages(board.now, target, conversation.call))
        board.ring(conversation, target, Role.TRANSFER)
    else:
        board.requeue(conversation, language=to, passed=order.desk)


def _confer(board: Board, conversation: Conversation, order: Order) -> None:
    """Ask a colleague into a conversation."""
    if order.argument == "coordinator":
        free = [one for one in board.queue.volunteers.values() if one.coordinator and one.is_free]
        target = min(free, key=lambda one: one.idle_since).desk if free else 0
    else:
        target = int(order.argument.removeprefix("desk:"))
    if not _is_free(board, target) or target == order.desk:
        board.notes[order.desk] = NOBODY
        return
    board.turn(q.Engages(board.now, target, conversation.call))
    board.ring(conversation, target, Role.JOIN)


def _leave(board: Board, conversation: Conversation, order: Order) -> None:
    if len(conversation.desks) < 2:
        board.end(conversation)
        return
    if (leg := conversation.leg_of(order.desk)) is not None:
        board.end_leg(leg)
    board.turn(q.Ends(board.now, order.desk))


def _end(board: Board, conversation: Conversation, _: Order) -> None:
    board.end(conversation)


def _keys(board: Board, conversation: Conversation, order: Order) -> None:
    board.wire.press(conversation.channel, order.argument)


def _refuse(board: Board, order: Order) -> None:
    board.turn(q.Declines(board.now, order.desk, refused=True))


def _wrapped(board: Board, order: Order) -> None:
    board.notes.pop(order.desk, None)  # it was about the call that is over
    board.turn(q.Wrapped(board.now, order.desk))


def _more_time(board: Board, order: Order) -> None:
    board.turn(q.MoreTime(board.now, order.desk))


def _tried_for(board: Board, target: int, language: str) -> float:
    """Say for how long a transfer is tried: as long as who may be rung for it is rung at most."""
    rung = [one for one in board.queue.volunteers.values() if one.desk == target or language in one.languages]
    return max(TRANSFER_FOR, *(one.ring_limit for one in rung)) if rung else TRANSFER_FOR


def _is_free(board: Board, desk: int) -> bool:
    one = board.queue.volunteers.get(desk)
    return one is not None and one.is_free


_OF_DESK: Final[Mapping[str, Callable[[Board, Order], None]]] = {
    "refuse": _refuse,
    "wrapped": _wrapped,
    "more-time": _more_time,
}
_OF_TALK: Final[Mapping[str, Callable[[Board, Conversation, Order], None]]] = {
    "hold": _hold,
    "resume": _resume,
    "transfer": _transfer,
    "conference": _confer,
    "leave": _leave,
    "end": _end,
    "keys": _keys,
}
