"""Requests to Asterisk that nobody waits for: it carries them out in the order in which they were sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from hashlib import md5
from secrets import token_hex
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from tuidang.phone.asterisk.ari import Ari, AriError
from tuidang.phone.asterisk.config import MARK, desk_name, desk_of

RING_SECONDS: Final = 25  # Asterisk's own limit, behind the queue's
# Milliseconds of silence that end a sound, and the average magnitude of a sample that is sound.
_TALK_DETECT: Final = "600,120"
_OBJECTS: Final = (
    "asterisk/config/dynamic/res_pjsip"  # what Asterisk's SIP knows, kept in memory (sorcery.conf)
)


class Wire:
    """What the hotline says to its Asterisk."""

    def __init__(self, ari: Ari, sounds: str) -> None:
        """`sounds` is the folder of sounds."""
        self._ari, self._sounds = ari, sounds
        self._tasks: set[asyncio.Task[None]] = set()

    def answer(self, channel: str) -> None:
        """Take a call."""
        self.ask("POST", f"channels/{channel}/answer")

    def let_hear(self, channel: str) -> None:
        """Let who calls hear us before his call is taken (early media)."""
        self.ask("POST", f"channels/{channel}/progress")

    def listen_for_voice(self, channel: str) -> None:
        """Hear when somebody speaks."""
        self.ask("POST", f"channels/{channel}/variable", variable="TALK_DETECT(set)", value=_TALK_DETECT)

    def hang_up(self, channel: str) -> None:
        """End a channel."""
        self.ask("DELETE", f"channels/{channel}")

    def refuse(self, channel: str) -> None:
        """End a channel that nobody has answered, as if we were busy."""
        self.ask("DELETE", f"channels/{channel}", reason="busy")

    def mark(self, channel: str, text: str) -> None:
        """Write down at a channel what it is for, for whoever finds it after us; never a number."""
        self.ask("POST", f"channels/{channel}/variable", variable=MARK, value=text)

    def play(self, channel: str, playback: str, sounds: tuple[str, ...], failed: Callable[[], None]) -> None:
        """Play sounds, one after the other."""
        self.ask(
            "POST",
            f"channels/{channel}/play/{playback}",
            {"media": [f"sound:{self._sounds}/{sound}" for sound in sounds]},
            refused=lambda status: failed() if status else None,
        )

    def stop(self, playback: str) -> None:
        """Stop what is played."""
        self.ask("DELETE", f"playbacks/{playback}")

    def press(self, channel: str, digits: str) -> None:
        """Send keys to the other side."""
        self.ask("POST", f"channels/{channel}/dtmf", dtmf=digits)

    def join(self, bridge: str, *channels: str) -> None:
        """Let channels hear each other; the bridge is made if there is none."""
        self.ask("POST", f"bridges/{bridge}", type="mixing")
        self.ask("POST", f"bridges/{bridge}/addChannel", channel=",".join(channels))

    def part(self, bridge: str, channel: str) -> None:
        """Let a channel hear the others no more."""
        self.ask("POST", f"bridges/{bridge}/removeChannel", channel=channel)

    def close(self, bridge: str) -> None:
        """Take a bridge away."""
        self.ask("DELETE", f"bridges/{bridge}")

    def ring(self, desk: int, channel: str, refused: Callable[[], None]) -> None:
        """Let a desk telephone ring; no number is shown to it."""
        whole = {"endpoint": f"PJSIP/{self.desk_name(desk)}", "callerId": "hotline", "formats": "opus,alaw"}
        self._originate(whole, channel, refused)

    def dial(
        self,
        endpoint: str,
        channel: str,
        caller: str,
        refused: Callable[[], None],
        *,
        seconds: int = RING_SECONDS,
    ) -> None:
        """Call somebody outside by a trunk's endpoint (PJSIP/<number>@<endpoint>), showing `caller`."""
        whole = {"endpoint": endpoint, "callerId": caller, "formats": "alaw"}
        self._originate(whole, channel, refused, seconds)

    def _originate(
        self, what: Mapping[str, str], channel: str, refused: Callable[[], None], seconds: int = RING_SECONDS
    ) -> None:
        whole = {**what, "app": self._ari.app, "channelId": channel, "timeout": seconds}
        self.ask("POST", "channels", whole, refused=lambda _: refused())

    def desk_name(self, desk: int) -> str:
        """Name the telephone of a desk at this start of Asterisk."""
        return desk_name(desk, self._ari.password)

    def let_in(self, desk: int, volunteer: UUID | None, refused: Callable[[], None]) -> None:
        """Let this volunteer alone sign in at a desk telephone from now on; nobody, where there is none."""
        name = self.desk_name(desk)
        secret = desk_of(desk, self._ari.password, volunteer).secret if volunteer else token_hex(32)
        fields = {"auth_type": "digest", "username": name, "password": secret}
        body = {"fields": [{"attribute": what, "value": value} for what, value in fields.items()]}
        self.ask("PUT", f"{_OBJECTS}/auth/{name}", body, lambda _: refused())

    def sign_out(self, desk: int, page: str) -> None:
        """Let Asterisk forget that a desk telephone is in this page."""
        contact = f"{self.desk_name(desk)};@{md5(page.encode(), usedforsecurity=False).hexdigest()}"
        self.ask("DELETE", f"{_OBJECTS}/contact/{quote(contact)}")

    def ring_back(self, channel: str, playback: str) -> None:
        """Let a volunteer hear that it rings at the other side."""
        self.ask("POST", f"channels/{channel}/play/{playback}", {"media": ["tone:ring;tonezone=cn"]})

    def watch(self, desk: int) -> None:
        """Hear when a desk telephone signs in or is gone."""
        source = f"endpoint:PJSIP/{self.desk_name(desk)}"
        self.ask("POST", f"applications/{self._ari.app}/subscription", eventSource=source)

    def hear_to_the_end(self, channel: str) -> None:
        """Hear of a channel's end, wherever it goes before."""
        self.ask("POST", f"applications/{self._ari.app}/subscription", eventSource=f"channel:{channel}")

    def move(self, channel: str, app: str, args: str, refused: Callable[[], None]) -> None:
        """Give a channel to another application of ours."""
        self.ask("POST", f"channels/{channel}/move", refused=lambda _: refused(), app=app, appArgs=args)

    def tell(self, app: str, event: str, channel: str) -> None:
        """Tell another application of ours something about a channel."""
        self.ask("POST", f"events/user/{event}", application=app, source=f"channel:{channel}")

    async def get(self, path: str) -> Any:
        """Ask for something and wait for it; raises AriError."""
        return await self._ari.request("GET", path)

    def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        refused: Callable[[int], None] | None = None,
        **params: str,
    ) -> None:
        """Send a request; `refused` is told the status (0: it could not be asked)."""
        self.spawn(self._send(method, path, body, refused, params))

    async def _send(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None,
        refused: Callable[[int], None] | None,
        params: Mapping[str, str],
    ) -> None:
        try:
            await self._ari.request(method, path, body, **params)
        except AriError as error:
            if refused is not None:
                refused(error.status)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Let something go on beside everything else."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
