"""Those who call us, and how each is received: what `reception` commands is done."""

from __future__ import annotations

import secrets
import time
from abc import ABC, abstractmethod
from asyncio import AbstractEventLoop
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, assert_never

from tuidang.phone import queue_values as q
from tuidang.phone import reception
from tuidang.phone import reception_values as r
from tuidang.phone.floods import challenge
from tuidang.phone.floods.values import Caller as Source
from tuidang.phone.floods.values import Level, Rank, Verdict
from tuidang.phone.hotline import asking
from tuidang.phone.hotline.calls import Conversation, Last, Leg, mark_of
from tuidang.phone.hotline.counts import Counts
from tuidang.phone.hotline.guard import Guard
from tuidang.phone.hotline.wire import Wire

_HANDED_OVER_FOR: Final = 25.0  # seconds in which key 8 finds somebody, or the truth is told


@dataclass
class Doors:
    """What leads out of the switchboard: to the database, the journal, the rules against floods."""

    check_pin: Callable[[str, Callable[[bool | None], None]], None]  # None: it was not looked at
    keep: Callable[[Conversation, r.Store], None]
    send_away: Callable[[int], None]
    guard: Guard
    alert: Callable[[str], None]  # nobody on duty speaks this language
    ring_own: Callable[[Conversation, Leg], None]  # a volunteer's own telephone
    dial: Callable[[Conversation, Leg], None]  # whom a volunteer calls who is on the line now
    out_ended: Callable[[str, int], None]  # such a call is over; with the carrier's answer
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
    last: dict[int, Last] = field(default_factory=dict)  # the conversation a desk had last
    # Asterisk is away, or stock of it is being taken: what we know of calls may be long past.
    is_cut_off: Callable[[], bool] = lambda: False
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

    def arrive(self, channel: str, number: str, line: str = "") -> None:
        """Receive somebody who calls us; `number` is what the carrier says of him, `line` what he called."""
        digits = reception.digits_of(number)
        source = Source(digits, line)
        verdict = self.doors.guard.judge(source)
        if verdict is Verdict.REFUSE:
            self.wire.refuse(channel)
            return
        caller = r.Reception(number=digits)
        conversation = Conversation(secrets.token_hex(16), channel, "hotline", self.now, caller)
        conversation.source = source
        conversation.is_frequent = self.doors.guard.is_frequent(source)
        self.wire.listen_for_voice(channel)
        self.add(conversation)
        if verdict is Verdict.CHALLENGE:
            asking.begin(self, conversation)
        elif verdict is Verdict.MESSAGE_ONLY:
            self.feed(conversation, r.Come("frequent" if conversation.is_frequent else "flooding"))
        else:
            self.admit(conversation)

    def admit(self, conversation: Conversation) -> None:
        """Greet somebody who was let in; in a flood he has his rank in the queue."""
        if self.doors.guard.admit(conversation):
            self.feed(conversation, r.Come())
        else:
            self.feed(conversation, r.Come("silent" if conversation.caller.number else "withheld"))

    def take_over(self, channel: str, region: str) -> None:
        """Take somebody over who pressed 8 in a machine's call."""
        caller = r.Reception(kind="key-8")
        conversation = Conversation(secrets.token_hex(16), channel, "key-8", self.now, caller, region)
        if self.doors.guard.level >= Level.FLOODED:
            conversation.rank = Rank.KNOWN  # we called him: his number is true
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
        if conversation is None or channel != conversation.channel:
            return
        if conversation.asking is not None:
            asking.feed(self, conversation, challenge.Pressed(digit, self.now))
        else:
            self.feed(conversation, r.Key(digit))

    def spoke(self, channel: str) -> None:
        """Note that somebody was heard."""
        conversation = self._by_channel.get(channel)
        if conversation is None or channel != conversation.channel:
            return
        conversation.is_heard |= conversation.caller.at is r.At.TALKING
        asking.feed(self, conversation, challenge.Voice(self.now))

    def played(self, playback: str) -> None:
        """Note that a playback has ended by itself."""
        conversation = self.calls.get(playback.partition("-")[0])
        if conversation is not None and conversation.playback == playback:
            conversation.playback = ""
            if conversation.asking is not None:
                asking.feed(self, conversation, challenge.Spoken(self.now))
            else:
                self.feed(conversation, r.Played())

    # How somebody is received

    def feed(self, conversation: Conversation, event: r.Event) -> None:
        """Give the reception an event, and do what it commands."""
        before = conversation.caller
        after, commands = reception.step(before, event)
        conversation.caller = after
        to_mark = (before.at, before.language) != (after.at, after.language) and after.at is not r.At.ENDED
        for command in (*commands, None):
            # While a sound is played Asterisk sets no variable, and answers nothing else meanwhile.
            if to_mark and not isinstance(command, r.StopPlaying):
                self.wire.mark(conversation.channel, mark_of(conversation, self.clock))
                to_mark = False
            if command is not None:
                self._serve(conversation, command)

    def _serve(self, conversation: Conversation, command: r.Command) -> None:
        match command:
            case r.Answer() | r.Play() | r.StopPlaying() | r.Wait() | r.HangUp():
                self._sound(conversation, command)
            case r.CheckPin(pin):
                self.doors.check_pin(pin, lambda good: self._pin_checked(conversation, is_right=good))
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
                self.play(conversation, sounds)
            case r.StopPlaying():
                self.stop_playing(conversation)
            case r.Wait(seconds):
                self.wait(conversation, seconds, lambda: self.feed(conversation, r.Elapsed()))
            case r.HangUp():
                self.end(conversation)
            case _:
                assert_never(command)

    def play(self, conversation: Conversation, sounds: tuple[str, ...]) -> None:
        """Let the other side hear something; `played` follows."""
        playback = conversation.next_playback()
        self.wire.play(conversation.channel, playback, sounds, lambda: self.played(playback))

    def stop_playing(self, conversation: Conversation) -> None:
        """Stop what the other side hears."""
        if conversation.playback:
            self.wire.stop(conversation.playback)
            conversation.playback = ""

    def wait(self, conversation: Conversation, seconds: float, then: Callable[[], None]) -> None:
        """Do something after a while, in the place of what was to be done before."""
        if conversation.timer is not None:
            conversation.timer.cancel()
        conversation.timer = self.loop.call_later(seconds, then)

    def _pin_checked(self, conversation: Conversation, *, is_right: bool | None) -> None:
        if is_right:
            conversation.rank = Rank.KNOWN
        self.feed(conversation, r.PinChecked(is_right))

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
                conversation.rank,
                passed=frozenset({passed} - {0}),
            )
        )

    def _give_back(self, conversation: Conversation) -> None:
        """Give a call back to the dialler; if there is none any more, we do what it would."""
        self.wire.mark(conversation.channel, "")

        def there_is_none() -> None:
            conversation.kind = "hotline"
            conversation.caller = r.Reception(at=r.At.WAITING)
            self.add(conversation)
            self.feed(conversation, r.NobodyComes("nobody"))

        self.forget(conversation)
        self.wire.move(conversation.channel, self.doors.dialler, "nobody", there_is_none)
