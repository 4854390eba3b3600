"""Taking stock of Asterisk after we or the connection were away: conversations go on, the queue is rebuilt.

What is found of a call is a mark at its channel (`calls.Mark`), the names of the channels to desk telephones,
and the bridges. Who talked, talks on; who waited waits on, in the order in which all came.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from tuidang.phone import queue_values as q
from tuidang.phone import reception_values as r
from tuidang.phone.asterisk.config import HOTLINE_APPLICATION, MARK
from tuidang.phone.hotline.board import Board
from tuidang.phone.hotline.calls import OUT, TALK, Conversation, Leg, Mark, Role, desk_and_call, read_mark
from tuidang.phone.reception import digits_of

BROKE: Final = "broke"  # what a desk is told whose call Asterisk took with it

Channel = Mapping[str, Any]

_AWAY = 44  # cause of a channel that was gone when we came back, and nobody told us why


def take_stock(
    board: Board, channels: Sequence[Channel], bridges: Sequence[Mapping[str, Any]], *, is_new: bool = False
) -> None:
    """Let the board know what is there: `channels` and `bridges` as Asterisk lists them.

    `is_new`: this Asterisk is not the one we knew. It took every call with it.
    """
    there = {str(channel["id"]): channel for channel in channels}
    _miss(board, there, is_new=is_new)
    bridged = {str(name) for bridge in bridges for name in bridge["channels"]}
    legs = _legs(board, there, bridged)
    marks = {name: read_mark(_mark_text(channel)) for name, channel in there.items()}
    found = [(name, mark) for name, mark in marks.items() if mark is not None]
    for name, mark in sorted(found, key=lambda one: one[1].came):
        if board.of_channel(name) is None:
            _resume(board, there[name], mark, legs.pop(mark.call, []), is_bridged=name in bridged)
    for left in (leg for lines in legs.values() for leg in lines):
        board.wire.hang_up(left.channel)
    _close(board, bridges)
    for name, one in there.items():
        if marks[name] is not None or board.of_channel(name) is not None:
            continue
        if name.startswith(OUT):
            board.wire.hang_up(name)  # it rings, and who wanted to talk is not known any more
        elif _is_new(one):
            board.arrive(name, str(one["caller"]["number"]))


def _miss(board: Board, there: Mapping[str, Channel], *, is_new: bool) -> None:
    """Let go of what ended while we did not hear it."""
    for conversation in list(board.calls.values()):
        talking = {*conversation.desks, *conversation.lost}
        for channel in (conversation.channel, *list(conversation.legs)):
            if channel not in there:
                board.is_gone(channel, _AWAY)
        if is_new:
            board.notes |= dict.fromkeys(talking, BROKE)


def _close(board: Board, bridges: Sequence[Mapping[str, Any]]) -> None:
    """Take bridges away that belong to no conversation any more."""
    known = {conversation.bridge for conversation in board.calls.values()}
    for bridge in bridges:
        if str(bridge["id"]).startswith(TALK) and bridge["id"] not in known:
            board.wire.close(str(bridge["id"]))


def _legs(board: Board, there: Mapping[str, Channel], bridged: Collection[str]) -> dict[str, list[Leg]]:
    """List channels to volunteers' telephones that nobody knows, by call; those that ring only are ended.

    So is one's own that was answered, perhaps by a machine, and at which no key was pressed.
    """
    legs: dict[str, list[Leg]] = {}
    for name, channel in there.items():
        known = desk_and_call(name)
        if known is None or board.of_channel(name) is not None:
            continue
        desk, call = known
        leg = Leg(desk, name, Role.QUEUE, is_up=True)
        if channel["state"] == "Up" and (name in bridged or not leg.is_own):
            legs.setdefault(call, []).append(leg)
        else:
            board.wire.hang_up(name)
    return legs


def _resume(board: Board, channel: Channel, mark: Mark, legs: list[Leg], *, is_bridged: bool) -> None:
    number = digits_of(str(channel["caller"]["number"])) if mark.kind == "hotline" else ""
    at = r.At(mark.place)
    caller = r.Reception(
        kind=mark.kind, at=at, language=mark.language, number=number, is_challenged=mark.is_challenged
    )
    since = mark.came - board.clock
    conversation = Conversation(mark.call, str(channel["id"]), mark.kind, since, caller, mark.region)
    conversation.is_bridged = is_bridged
    conversation.rings = 100  # names that an earlier run gave are not given again
    board.add(conversation)
    for playback in conversation.playbacks():
        board.wire.stop(playback)
    if not mark.is_counted:
        conversation.enqueued = since
    if at in {r.At.TALKING, r.At.HELD}:
        _talk_on(board, conversation, legs)
        return
    for leg in legs:
        board.wire.hang_up(leg.channel)
    if at is r.At.WAITING:
        board.enqueue(conversation)
        board.feed(conversation, r.Elapsed())
    elif at is r.At.ENDING:
        board.end(conversation)
    else:
        is_new = at in {r.At.NEW, r.At.LANGUAGE}
        place = r.At.NEW if is_new else r.At.WAITING
        conversation.caller = r.Reception(mark.kind, place, mark.language, number)
        board.feed(conversation, r.Come() if is_new else r.NobodyComes("nobody"))


def _talk_on(board: Board, conversation: Conversation, legs: list[Leg]) -> None:
    if not legs:
        board.requeue(conversation)
        return
    conversation.talks_since = board.now
    for leg in legs:
        board.know(conversation, leg)
        board.turn(q.Engages(board.now, leg.desk, conversation.call))
    channels = [leg.channel for leg in legs]
    if conversation.caller.at is r.At.TALKING:
        board.wire.join(conversation.bridge, conversation.channel, *channels)
        conversation.is_bridged = True
    else:
        board.wire.join(conversation.bridge, *channels)
        board.feed(conversation, r.Elapsed())


def _mark_text(channel: Channel) -> str:
    return str((channel.get("channelvars") or {}).get(MARK, ""))


def _is_new(channel: Channel) -> bool:
    """Tell whether somebody called us while we were away."""
    return channel["dialplan"]["app_data"] == HOTLINE_APPLICATION and desk_and_call(channel["id"]) is None
