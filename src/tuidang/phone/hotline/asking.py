"""The challenge of a call in a flood: two keys to press, before anybody is rung."""

from __future__ import annotations

from random import SystemRandom
from typing import TYPE_CHECKING, assert_never

from tuidang.phone import reception_values as r
from tuidang.phone.floods import challenge as keys
from tuidang.phone.floods.values import Answer
from tuidang.phone.hotline.calls import Conversation

if TYPE_CHECKING:
    from tuidang.phone.hotline.callers import Callers

dice = SystemRandom()


def begin(callers: Callers, conversation: Conversation) -> None:
    """Ask for two keys, before the call is taken."""
    callers.wire.let_hear(conversation.channel)
    conversation.asking, commands = keys.begin(dice, callers.now)
    _obey(callers, conversation, commands)


def feed(callers: Callers, conversation: Conversation, event: keys.Event) -> None:
    """Take what happened while two keys are asked for."""
    if conversation.asking is not None:
        conversation.asking, commands = keys.step(conversation.asking, event)
        _obey(callers, conversation, commands)


def _obey(callers: Callers, conversation: Conversation, commands: tuple[keys.Command, ...]) -> None:
    for command in commands:
        match command:
            case keys.Say(sounds):
                callers.play(conversation, sounds)
            case keys.StopSaying():
                callers.stop_playing(conversation)
            case keys.Listen(seconds):
                callers.wait(
                    conversation, seconds, lambda: feed(callers, conversation, keys.TimeUp(callers.now))
                )
            case keys.TakeUp():
                callers.wire.answer(conversation.channel)
            case keys.CheckPin(pin):
                callers.doors.check_pin(
                    pin, lambda good: feed(callers, conversation, keys.PinChecked(bool(good), callers.now))
                )
            case keys.Done(challenged):
                conversation.asking, conversation.challenged = None, challenged
                is_known = challenged.answer is Answer.PIN
                conversation.caller = r.Reception(
                    number=conversation.caller.number, is_challenged=True, is_known=is_known
                )
                callers.admit(conversation)
            case _:
                assert_never(command)
