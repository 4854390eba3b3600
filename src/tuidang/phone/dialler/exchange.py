"""All calls of one Asterisk: begun, steered by its events, and found again after either side was away."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import aclosing
from typing import Any, Final

from tuidang.phone.asterisk.ari import Ari, AriError, Event, Reconnected
from tuidang.phone.asterisk.config import HANDED_OVER, HOTLINE_APPLICATION, MARK, endpoint_of
from tuidang.phone.asterisk.line import Choice, Line
from tuidang.phone.call import NobodyFree, Script
from tuidang.phone.dialler.handing import Handing
from tuidang.phone.dialler.mistakes import told_briefly

APP: Final = "tuidang-dial"
OURS: Final = "dial-"  # begins the name of each of our channels; the rest is the call's, in hexadecimal
BEGINNING: Final = 48  # calls that Asterisk has not yet said yes or no to; no more are begun meanwhile
FAREWELL: Final = ("prompt/broken", "prompt/goodbye")

# Sound is told from silence by Asterisk's own detector: so many milliseconds of silence end a stretch of it,
# and sound is what has this average magnitude a sample (256 unless told).
_TALK_DETECT: Final = "600,120"


_log = logging.getLogger(__name__)


class Exchange:
    """The lines of one Asterisk."""

    def __init__(
        self,
        ari: Ari,
        sounds: str,
        ended: Callable[[Line], None],
        handing: Handing,
        *,
        ring_seconds: float,
    ) -> None:
        """`sounds` is the folder of sounds; `ended` hears of every call once, when it is over.

        `handing` says who is handed over to the hotline, and sees what became of that.
        """
        self.lines: dict[str, Line] = {}
        self._ari = ari
        self._sounds = sounds
        self._ended = ended
        self._handing = handing
        self._ring_seconds = ring_seconds
        self._beginning = 0
        # Channels of an earlier run that hear our farewell, and its playback.
        self._strays: dict[str, str] = {}
        self._overdue: set[str] = set()  # those that were there when we looked last
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def is_up(self) -> bool:
        """Tell whether Asterisk hears us."""
        return self._ari.up

    @property
    def steers(self) -> bool:
        """Tell whether there are calls but those that are with a person, who talk on without us."""
        return any(not line.with_person for line in self.lines.values())

    @property
    def room(self) -> int:
        """Say how many calls can be begun now; none while Asterisk is away.

        Nor while calls of an earlier run are up: they take places on trunks, and nobody knows on which.
        """
        return max(0, BEGINNING - self._beginning) if self._ari.up and not self._strays else 0

    def begin(
        self,
        call: bytes,
        number: str,
        *,
        trunk: str,
        host: str,
        caller: str,
        script: Script,
        choose: Callable[[Line, Choice], None],
    ) -> Line:
        """Begin a call; `choose` is given what is to be stored.

        The channel bears the call's name, so that Asterisk itself refuses to begin it twice.
        """
        channel = f"{OURS}{call.hex()}"
        loop = asyncio.get_running_loop()
        line = self.lines[channel] = Line(
            channel, script, sounds=self._sounds, loop=loop, ask=self._ask, choose=choose, reach=self._reach
        )
        self._beginning += 1
        endpoint = endpoint_of(trunk, host, caller, self._ari.password)
        self._spawn(self._originate(line, number, endpoint, caller))
        return line

    async def listen(self) -> None:
        """Hear Asterisk, for good."""
        async with aclosing(self._ari.events()) as events:
            async for event in events:
                if isinstance(event, Reconnected):
                    self._reconcile(event.channels, event.marks)
                else:
                    self._hear(event)

    async def look_after(self) -> None:
        """End the lines whose channels are gone without a word, and channels whose farewell does not end."""
        before, strays = set(self.lines), set(self._strays)
        try:
            there = set(await self._ari.channels())
        except AriError:
            return  # away; a reconnection reconciles
        for name in before - there:
            if (line := self.lines.get(name)) is not None and not self._is_young(line):
                line.resume(is_there=False)
                self._end_if_over(line)
        for channel in strays - there:
            self._strays.pop(channel, None)
        for channel in strays & there & self._overdue:
            self._ask("DELETE", f"channels/{channel}")
        self._overdue = strays & there

    def hang_up(self) -> None:
        """End every call but those that are with a person."""
        for line in self.lines.values():
            if not line.with_person:
                line.hang_up()

    def _reconcile(self, channels: tuple[str, ...], marks: Mapping[str, str]) -> None:
        there = set(channels)
        for line in list(self.lines.values()):
            line.resume(is_there=line.channel in there)
            self._end_if_over(line)
        self._strays.clear()
        for channel in there:
            if channel.startswith(OURS) and channel not in self.lines and channel not in marks:
                # A dialler that was killed left it. What was said in it is forgotten, so it cannot be gone on
                # with: whoever hears us is told so, and what he had confirmed comes from the journal.
                self._dismiss(channel)

    def _hear(self, event: Event) -> None:
        channel = _channel_of(event)
        line = self.lines.get(channel)
        try:
            if line is not None:
                line.hear(event)
            elif channel.startswith(OURS):
                self._hear_stray(channel, event)
        except Exception as error:  # noqa: BLE001 -- one call must not end the others
            _log.error("a call is ended by a mistake of ours, %s; the others go on", told_briefly(error))
            if line is not None:
                line.hang_up()
        if line is not None:
            self._end_if_over(line)

    def _reach(self, line: Line) -> None:
        """Give a call to the hotline, if somebody is free; the line hears whether that was done."""
        if self._handing.may_reach(line.channel):
            self._spawn(self._move(line, line.call.script.region))
        else:
            line.feed_soon(NobodyFree())

    async def _move(self, line: Line, region: str) -> None:
        name = line.channel
        is_taken = False
        try:
            # Marked first: were we killed after the move, our next run would end the call.
            await self._ari.request("POST", f"channels/{name}/variable", variable=MARK, value=HANDED_OVER)
            source = f"channel:{name}"
            await self._ari.request("POST", f"applications/{APP}/subscription", eventSource=source)
            args = f"{HANDED_OVER},{region}"
            await self._ari.request("POST", f"channels/{name}/move", app=HOTLINE_APPLICATION, appArgs=args)
            is_taken = True
        except AriError as error:
            if error.status:
                self._ask("POST", f"channels/{name}/variable?variable={MARK}")
        if not line.over:
            line.handed_over(is_taken=is_taken)

    def _dismiss(self, channel: str) -> None:
        playback = self._strays[channel] = f"{channel}-farewell"
        self._ask(
            "POST",
            f"channels/{channel}/play/{playback}",
            {"media": [f"sound:{self._sounds}/{sound}" for sound in FAREWELL]},
            # It rings yet, or nothing can be played to it.
            refused=lambda _: self._ask("DELETE", f"channels/{channel}"),
        )

    def _hear_stray(self, channel: str, event: Event) -> None:
        match event["type"]:
            case "StasisStart":
                self._dismiss(channel)
            case "PlaybackFinished" if event["playback"]["id"] == self._strays.get(channel):
                self._ask("DELETE", f"channels/{channel}")
            case "ChannelDestroyed":
                self._strays.pop(channel, None)

    async def _originate(self, line: Line, number: str, endpoint: str, caller: str) -> None:
        try:
            await self._ari.request(
                "POST",
                "channels",
                {
                    "endpoint": f"PJSIP/{number}@{endpoint}",
                    "app": self._ari.app,
                    "channelId": line.channel,
                    "callerId": caller,
                    "timeout": int(self._ring_seconds),
                    "formats": "alaw",
                    "variables": {"TALK_DETECT(set)": _TALK_DETECT},
                },
            )
        except AriError as error:
            # Status 0: Asterisk may have begun it and not been able to say so. It is not begun again; the
            # channel, if there is one, is found by its name.
            line.not_begun(error.status)
            self._end_if_over(line)
        finally:
            self._beginning -= 1

    def _end_if_over(self, line: Line) -> None:
        self._handing.see(line)
        if line.over and self.lines.pop(line.channel, None) is not None:
            self._ended(line)

    def _is_young(self, line: Line) -> bool:
        return asyncio.get_running_loop().time() - line.evidence.began < self._ring_seconds

    def _ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        refused: Callable[[int], None] | None = None,
    ) -> None:
        self._spawn(self._send(method, path, body, refused))

    async def _send(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None,
        refused: Callable[[int], None] | None,
    ) -> None:
        try:
            await self._ari.request(method, path, body)
        except AriError as error:
            if refused is not None:
                refused(error.status)

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _channel_of(event: Event) -> str:
    """Name the channel that an event is about; "" for none, and for an event that makes no sense."""
    try:
        if "channel" in event:
            return str(event["channel"]["id"])
        if "peer" in event:
            return str(event["peer"]["id"])
        if "playback" in event:
            return str(event["playback"]["target_uri"]).removeprefix("channel:")
    except (LookupError, TypeError):
        pass
    return ""
