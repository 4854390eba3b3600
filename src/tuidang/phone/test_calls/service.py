"""Call our own numbers as anybody does, by the trunk, once a day at a minute that nobody can foresee.

It can be killed at any moment: a trial of which nothing was noted is made again, and a channel that is left
ends with the hotline's own patience.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from contextlib import aclosing, suppress
from datetime import UTC, datetime
from typing import Final

from tuidang.base.clock import CHINA
from tuidang.base.options import Options
from tuidang.phone.asterisk.access import reach
from tuidang.phone.asterisk.ari import Ari, AriError, Reconnected
from tuidang.phone.asterisk.config import endpoint_of
from tuidang.phone.dialler.database import in_database
from tuidang.phone.test_calls.actions import note_test_call
from tuidang.phone.test_calls.queries import Way, all_numbers, tried_on
from tuidang.phone.test_calls.rules import ANSWERS_WITHIN, WANTED, Failures, Outcome, Trial, minute_of
from tuidang.privacy.keys import KeyFolder

APPLICATION: Final = "tuidang-test"
OURS: Final = "test-"  # begins the name of each of our channels
LOOK: Final = 60.0  # seconds between two looks whether a number is due
_TALK_DETECT: Final = "600,120"  # milliseconds of silence that end a sound, and the energy that begins one
_REST = 20.0  # seconds after which a number is called again
_STEP = 0.1

_log = logging.getLogger(__name__)


async def keep_testing(options: Options) -> None:
    """Try each number once a day, for good. What fails is tried again, and never ends the hotline."""
    key, failures = KeyFolder(options.keys).web_key().encode(), Failures()
    while True:
        now = datetime.now(UTC).astimezone(CHINA)
        for day, codes in failures.take(now.date()):
            _log.warning("not heard on %s, called as anybody calls: %s", day, ", ".join(codes))
        try:
            await _look(options, key, now, failures)
        except Exception as error:  # noqa: BLE001 -- the database may be away in many ways
            _log.warning("no test call now: %s", type(error).__name__)
        await asyncio.sleep(LOOK)


async def _look(options: Options, key: bytes, now: datetime, failures: Failures) -> None:
    day, minute = now.date(), 60 * now.hour + now.minute
    done = await asyncio.to_thread(in_database(tried_on), day)
    for way in await asyncio.to_thread(in_database(all_numbers)):
        if way.code not in done and minute >= minute_of(key, way.code, day):
            outcome = await _try_thrice(options, way)
            if outcome is not Outcome.HEARD:
                failures.note(way.code, day)
            # A crash before this tries the number again today.
            await asyncio.to_thread(in_database(note_test_call), way.code, outcome, day)


async def _try_thrice(options: Options, way: Way) -> Outcome:
    """Call a number again that was not heard: the hotline may be starting, a carrier hiccup."""
    for rest in (_REST, _REST, 0.0):
        outcome = await try_number(options, way)
        if outcome in {Outcome.HEARD, Outcome.NOT_LIVE}:
            break
        await asyncio.sleep(rest)
    return outcome


async def try_number(options: Options, way: Way) -> Outcome:
    """Call one of our numbers, listen for a voice, and hang up."""
    if way.live and not options.phone_live:
        return Outcome.NOT_LIVE
    loop = asyncio.get_running_loop()
    etc = options.data / "phone" / "etc"
    ari = Ari(lambda: reach(etc), APPLICATION, WANTED)
    channel, trial = f"{OURS}{secrets.token_hex(16)}", Trial(loop.time())
    asked: set[asyncio.Task[None]] = set()

    async def dial() -> None:
        endpoint = endpoint_of(way.trunk, way.host, way.caller, ari.password)
        body = {
            "endpoint": f"PJSIP/{way.number}@{endpoint}",
            "app": APPLICATION,
            "channelId": channel,
            "callerId": way.caller or "anonymous",
            "timeout": int(ANSWERS_WITHIN),
            "formats": "alaw",
            "variables": {"TALK_DETECT(set)": _TALK_DETECT},
        }
        try:
            await ari.request("POST", "channels", body)
        except AriError as error:
            trial.refuse(error.status)

    async def listen() -> None:
        async with aclosing(ari.events()) as events:
            async for event in events:
                if isinstance(event, Reconnected):
                    trial.dial(loop.time())
                    asked.add(asyncio.create_task(dial()))
                elif event.get("channel", {}).get("id") == channel:
                    trial.hear(event, loop.time())

    listening = asyncio.create_task(listen())
    try:
        while (outcome := trial.outcome(loop.time())) is None:
            await asyncio.sleep(_STEP)
        with suppress(AriError):
            await ari.request("DELETE", f"channels/{channel}")
        return outcome
    finally:
        for task in (listening, *asked):
            task.cancel()
        await asyncio.gather(listening, *asked, return_exceptions=True)
