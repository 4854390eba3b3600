"""One call on Asterisk's side: its events become the call machine's, the machine's commands become requests.

One playlist plays at a time and one timer runs. Requests are sent and not waited for: Asterisk answers them
in order, and what a lost one leaves undone is mended after the reconnection, or ends with the channel.
"""

from __future__ import annotations

from asyncio import AbstractEventLoop, TimerHandle
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol, assert_never

from tuidang.phone.asterisk.config import MET_PERSON
from tuidang.phone.call import (
    LONGEST_SECONDS,
    Answered,
    Call,
    Command,
    Elapsed,
    HangUp,
    HungUp,
    Key,
    MakePin,
    NobodyFree,
    PersonReached,
    Play,
    Played,
    ReachPerson,
    Script,
    StopPlaying,
    StoreCallBack,
    StoreNever,
    TooLong,
    Wait,
    Withdraw,
    begin,
    step,
)
from tuidang.phone.call import Event as CallEvent

WANTED: Final = (  # types of events a line understands
    *("StasisStart", "ChannelDestroyed", "ChannelDtmfReceived", "PlaybackFinished", "Dial"),
    *("ChannelTalkingStarted", "ChannelTalkingFinished", "ChannelUserevent"),
)

_GREETING: Final = 2.0  # seconds after the answer within which the called begins to speak, person or machine

Choice = Withdraw | StoreNever | StoreCallBack | MakePin


class Ask(Protocol):
    """Send Asterisk a request without waiting; `refused` is told the status (0: it could not be asked)."""

    def __call__(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        refused: Callable[[int], None] | None = None,
    ) -> None: ...


@dataclass(slots=True)
class Evidence:
    """What was seen of a call, from which its outcome is told."""

    began: float  # seconds of the loop's clock
    status: int | None = None  # with which Asterisk refused to begin the call
    rang: bool = False
    progress: bool = False  # the carrier sent sound before anybody answered
    early_sound: float = 0.0  # seconds of it that were not silent, in its longest stretch
    answered: float | None = None
    overrun: float = 0.0  # seconds by which sound from before the answer went on after it
    greeting: float = 0.0  # seconds the called spoke without a pause, when he answered
    key: bool = False
    ended: float | None = None
    cause: int = 0  # ITU-T Q.850
    sip: int = 0  # the carrier's last answer
    lost: bool = False  # Asterisk was away and the channel with it


class Line:
    """A call from its origination to its end; `call` is where the call machine stands."""

    def __init__(
        self,
        channel: str,
        script: Script,
        *,
        sounds: str,
        loop: AbstractEventLoop,
        ask: Ask,
        choose: Callable[[Line, Choice], None],
        reach: Callable[[Line], None],
    ) -> None:
        """Begin on `channel`; `sounds` is the folder of sounds, `choose` is given what is to be stored.

        `reach` is asked to hand the call over to the hotline.
        """
        self.channel = channel
        self.call: Call = begin(script)
        self.evidence = Evidence(began=loop.time())
        self.heard = 0.0  # seconds of the first message
        self.whole = False  # the first message was played to its end
        self._sounds = sounds
        self._loop = loop
        self._ask = ask
        self._choose = choose
        self._reach = reach
        self.with_person = False  # the hotline has the call
        self.met_person = False  # and a volunteer has answered it
        self.was_returned = False  # it was given back, or not taken
        self._timer: TimerHandle | None = None
        self._longest: TimerHandle | None = None
        self._playback = ""  # the one that plays
        self._plays = 0
        self._message_since: float | None = None
        self._hanging_up = False
        self._talking_since: float | None = None

    @property
    def over(self) -> bool:
        """Tell whether the channel is gone."""
        return self.evidence.ended is not None

    def feed(self, event: CallEvent) -> None:
        """Give the call machine an event, and do what it commands."""
        self.call, commands = step(self.call, event)
        for command in commands:
            self._obey(command)

    def feed_soon(self, event: CallEvent) -> None:
        """Give the call machine an event when it is done with the one it has."""
        self._loop.call_soon(self.feed, event)

    def handed_over(self, *, is_taken: bool) -> None:
        """Note that the hotline took the call, or did not."""
        self.with_person, self.was_returned = is_taken, not is_taken
        self.feed(PersonReached() if is_taken else NobodyFree())

    def hear(self, event: Mapping[str, Any]) -> None:
        """Take one of Asterisk's events that is about this channel."""
        match event["type"]:
            case "StasisStart" if self.with_person:
                self.handed_over(is_taken=False)  # given back
            case "StasisStart":
                self._answered()
            case "ChannelUserevent" if event["eventname"] == MET_PERSON:
                self.met_person = True
            case "ChannelDtmfReceived":
                self.evidence.key = True
                self.feed(Key(event["digit"]))
            case "PlaybackFinished":
                playback = event["playback"]
                # It fails when who listens hangs up before its end.
                self._played(playback["id"], whole=playback["state"] != "failed")
            case "Dial":
                self.evidence.rang |= event["dialstatus"] == "RINGING"
                self.evidence.progress |= event["dialstatus"] == "PROGRESS"
            case "ChannelTalkingStarted" | "ChannelTalkingFinished":
                self._heard_talk(event)
            case "ChannelDestroyed":
                self.evidence.cause, self.evidence.sip = event["cause"], event.get("tech_cause", 0)
                self.end()

    def _heard_talk(self, event: Mapping[str, Any]) -> None:
        if event["type"] == "ChannelTalkingStarted":
            self._talking_since = self._loop.time()
        elif self._talking_since is not None:
            self._talked(self._talking_since, event["duration"] / 1000)

    def not_begun(self, status: int) -> None:
        """Note that Asterisk refused to begin the call; with status 0 it may yet have begun."""
        self.evidence.status = status
        if status:
            self.end()

    def end(self) -> None:
        """Note that the channel is gone."""
        if self.over:
            return
        now = self._loop.time()
        self._stop_counting(now)
        if self._talking_since is not None:
            self._talked(self._talking_since, now - self._talking_since)
        self.evidence.ended = now
        for timer in (self._timer, self._longest):
            if timer is not None:
                timer.cancel()
        self._playback = ""
        self.feed(HungUp())

    def resume(self, *, is_there: bool) -> None:
        """Mend what was missed while the connection was lost."""
        if not is_there:
            self.evidence.lost = True
            self.end()
        elif self._hanging_up:
            self.hang_up()
        elif playback := self._playback:
            # Finished meanwhile, or its beginning never reached Asterisk: either way nobody will say so.
            self._ask("GET", f"playbacks/{playback}", refused=lambda _: self._played(playback, whole=True))

    def hang_up(self) -> None:
        """End the call; its end is heard as an event."""
        self._hanging_up = True
        self._ask("DELETE", f"channels/{self.channel}")

    def _answered(self) -> None:
        if self.evidence.answered is None:
            self.evidence.answered = self._loop.time()
            self._longest = self._loop.call_later(LONGEST_SECONDS, self.feed, TooLong())
            self.feed(Answered())

    def _played(self, playback: str, *, whole: bool) -> None:
        if playback != self._playback:
            return  # stopped, or replaced
        self._playback = ""
        self.whole |= whole and self._message_since is not None
        self._stop_counting(self._loop.time())
        self.feed(Played())

    def _talked(self, since: float, seconds: float) -> None:
        self._talking_since = None
        evidence = self.evidence
        if evidence.answered is None:
            evidence.early_sound = max(evidence.early_sound, seconds)
        elif since < evidence.answered:
            evidence.overrun = since + seconds - evidence.answered
        elif since < evidence.answered + _GREETING:
            evidence.greeting = max(evidence.greeting, seconds)

    def _obey(self, command: Command) -> None:
        if self.over and not isinstance(command, Withdraw | StoreNever | StoreCallBack | MakePin):
            return
        match command:
            case Play(sounds):
                self._play(sounds)
            case StopPlaying():
                self._stop()
            case Wait(seconds):
                if self._timer is not None:
                    self._timer.cancel()
                self._timer = self._loop.call_later(seconds, self.feed, Elapsed())
            case Withdraw() | StoreNever() | StoreCallBack() | MakePin():
                self._choose(self, command)
            case ReachPerson():
                self._stop()  # while a sound is played Asterisk sets no variable, and answers nothing else
                self._reach(self)
            case HangUp():
                self.hang_up()
            case _:
                assert_never(command)

    def _play(self, sounds: tuple[str, ...]) -> None:
        self._stop()
        self._plays += 1
        playback = self._playback = f"{self.channel}-{self._plays}"
        if self.call.script.messages[0] in sounds:
            self._message_since = self._loop.time()
        media = [f"sound:{self._sounds}/{sound}" for sound in sounds]
        self._ask(
            "POST",
            f"channels/{self.channel}/play/{playback}",
            {"media": media},
            # With the connection it is mended; if the channel is gone that is heard; else the call goes on.
            refused=lambda status: self._played(playback, whole=False) if status else None,
        )

    def _stop(self) -> None:
        if self._playback:
            self._ask("DELETE", f"playbacks/{self._playback}")
            self._playback = ""
        self._stop_counting(self._loop.time())

    def _stop_counting(self, now: float) -> None:
        if self._message_since is not None:
            self.heard += now - self._message_since
            self._message_since = None
