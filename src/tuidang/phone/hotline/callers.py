"""Those who call us, and how each is received: what `reception` commands is done."""

from __future__ import annotations

import secrets
import time
from abc import ABC, abstractmethod
from asyncio import AbstractEventLoop
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal, assert_never

from tuidang.phone import queue_values as q
from tuidang.phone import reception
from tuidang.phone import reception_values as r
from tuidang.phone.hotline.calls import Conversation, mark_of
from tuidang.phone.hotline.counts import Counts
from tuidang.phone.hotline.wire import Wire

_HANDED_OVER_FOR: Final = 25.0  # seconds in which key 8 finds somebody, or the truth is told

Verdict = Literal["pass", "challenge", "message", "refuse"]


@dataclass
class Doors:
    """What leads out of the switchboard: to the database, the journal, the judge of floods."""

    check_pin: Callable[[str, Callable[[bool], None]], None]
    keep: Callable[[Conversation, r.Store], None]
    send_away: Callable[[int], None]
    judge: Callable[[str], Verdict]  # of a number as the carrier gives it
    alert: Callable[[str], None]  # nobody on duty speaks this language
    call_out: Callable[[Conversation], None]  # the volunteer who wants to call somebody has answered
    failed: Callable[[Conversation], None]  # that call did not reach the carrier
    dialler: str  # the application to which a call is given back


@dataclass
class Callers(ABC):
    """Everybody who is on the line."""

    wire: Wire
    loop: AbstractEventLoop
    doors: Doors
    counts: Counts = field(default_factory=Counts)
    queue: q.Queue = field(default_factory=q.Queue)
    calls: dict[str, Conversation] = field(default_factory=dict)  # by their own name
    notes: dict[int, str] = field(default_factory=dict)  # what a desk is told besides
    kinds: dict[int, str] = field(default_factory=dict)  # of the conversation a desk had last
    _by_channel: dict[str, Conversation] = field(default_factory=dict)

    @property
    def now(self) -> float:
        """Give the time, in steady seconds."""
        return self.loop.time()

    @property
    def clock(self) -> float:
        """Say what the machine's clock has over the steady one."""
        return time.time() - self.now

    @abstractmethod
    def turn(self, event: q.Event) -> None:
        """Give the queue an event, and do what it commands."""

    @abstractmethod
    def end(self, conversation: Conversation) -> None:
        """End a conversation for all who are in it."""

    @abstractmethod
    def forget(self, conversation: Conversation) -> None:
        """Let go of everything of a conversation but the other side's channel."""

    # Somebody calls

    def arrive(self, channel: str, number: str) -> None:
        """Receive somebody who calls us; `number` is what the carrier says of him, "" for nothing."""
        how = self.doors.judge(number)
        if how == "refuse":
            self.wire.refuse(channel)
            return
        caller = r.Reception(number=reception.digits_of(number), challenge=f"{secrets.randbelow(90) + 10}")
        conversation = Conversation(secrets.token_hex(16), channel, "hotline", self.now, caller)
        self.add(conversation)
        # A challenge that is passed leads where a message-only caller never comes.
        self.feed(
            conversation,
            r.Come("challenge" if how == "challenge" else "message" if how == "message" else "pass"),
        )

    def take_over(self, channel: str, region: str) -> None:
        """Take somebody over who pressed 8 in a machine's call."""
        caller = r.Reception(kind="key-8")
        conversation = Conversation(secrets.token_hex(16), channel, "key-8", self.now, caller, region)
        self.wire.hear_to_the_end(channel)
        self.add(conversation)
        self.feed(conversation, r.Come())

    def add(self, conversation: Conversation) -> None:
        """Know a conversation from now on."""
        self.calls[conversation.call] = conversation
        self._by_channel[conversation.channel] = conversation

    def of_channel(self, channel: str) -> Conversation | None:
        """Give the conversation that a channel belongs to."""
        return self._by_channel.get(channel)

    def pressed(self, channel: str, digit: str) -> None:
        """Take a key."""
        conversation = self._by_channel.get(channel)
        if conversation is not None and channel == conversation.channel:
            self.feed(conversation, r.Key(digit))

    def played(self, playback: str) -> None:
        """Note that a playback has ended by itself."""
        conversation = self.calls.get(playback.partition("-")[0])
        if conversation is not None and conversation.playback == playback:
            conversation.playback = ""
            self.feed(conversation, r.Played())

    # How somebody is received

    def feed(self, conversation: Conversation, event: r.Event) -> None:
        """Give the reception an event, and do what it commands."""
        before = conversation.caller
        conversation.caller, commands = reception.step(before, event)
        for command in commands:
            self._serve(conversation, command)
        after = conversation.caller
        if (before.at, before.language) != (after.at, after.language) and after.at is not r.At.ENDED:
            self.wire.mark(conversation.channel, mark_of(conversation, self.clock))

    def _serve(self, conversation: Conversation, command: r.Command) -> None:
        match command:
            case r.Answer() | r.Play() | r.StopPlaying() | r.Wait() | r.HangUp():
                self._sound(conversation, command)
            case r.CheckPin(pin):
                self.doors.check_pin(pin, lambda is_right: self.feed(conversation, r.PinChecked(is_right)))
            case r.Enqueue():
                self._begin_waiting(conversation)
            case r.Dequeue():
                self.settle(conversation, "to_message")
                self.turn(q.Leaves(self.now, conversation.call))
            case r.GiveBack():
                self._give_back(conversation)
            case r.Store():
                self.doors.keep(conversation, command)
            case _:
                assert_never(command)

    def _sound(
        self, conversation: Conversation, command: r.Answer | r.Play | r.StopPlaying | r.Wait | r.HangUp
    ) -> None:
        match command:
            case r.Answer():
                self.wire.answer(conversation.channel)
            case r.Play(sounds):
                playback = conversation.next_playback()
                self.wire.play(conversation.channel, playback, sounds, lambda: self.played(playback))
            case r.StopPlaying():
                if conversation.playback:
                    self.wire.stop(conversation.playback)
                    conversation.playback = ""
            case r.Wait(seconds):
                self._wait(conversation, seconds)
            case r.HangUp():
                self.end(conversation)
            case _:
                assert_never(command)

    def _wait(self, conversation: Conversation, seconds: float) -> None:
        if conversation.timer is not None:
            conversation.timer.cancel()
        conversation.timer = self.loop.call_later(seconds, self.feed, conversation, r.Elapsed())

    def _begin_waiting(self, conversation: Conversation) -> None:
        conversation.enqueued = self.now
        self.counts.add(conversation.caller.language, arrived=1)
        self.enqueue(conversation)

    def settle(self, conversation: Conversation, what: str) -> None:
        """Count what became of somebody's waiting; once."""
        if conversation.enqueued is not None:
            waited, conversation.enqueued = self.now - conversation.enqueued, None
            self.counts.add(conversation.caller.language, **{what: 1, "wait_seconds": waited})

    def enqueue(self, conversation: Conversation, *, passed: int = 0) -> None:
        """Put somebody into the queue; who waited before keeps his place."""
        is_handed_over = conversation.kind == "key-8" and conversation.talks_since is None
        patience = _HANDED_OVER_FOR if is_handed_over else q.LONGEST_WAIT
        self.turn(
            q.Arrives(
                self.now,
                conversation.call,
                conversation.caller.language,
                conversation.kind,
                conversation.since,
                self.now - conversation.since + patience,
                conversation.caller.is_challenged,
                passed=frozenset({passed} - {0}),
            )
        )

    def _give_back(self, conversation: Conversation) -> None:
        """Give a call back to the dialler; if there is none any more, we do what it would."""
        conversation.is_moving = True
        self.wire.mark(conversation.channel, "")

        def there_is_none() -> None:
            conversation.is_moving = False
            conversation.kind = "hotline"
            conversation.caller = r.Reception(at=r.At.WAITING)
            self.add(conversation)
            self.feed(conversation, r.NobodyComes("nobody"))

        self.forget(conversation)
        self.wire.move(conversation.channel, self.doors.dialler, "nobody", there_is_none)
