"""Who listens for long holds nobody up: other calls begin, are answered and keyed meanwhile."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest
from dialler_cast import WAITS, answers, country, dialling, keys, make_campaign, records

pytestmark = pytest.mark.django_db(transaction=True)

LONG = 15.0  # seconds of a message, after which a request about the call that waits for its end would show
MESSAGE = 300  # seconds, longer than the test has patience: it plays all the time


def test_while_one_hears_a_long_message_others_are_called_and_their_keys_are_heard(
    house: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from tuidang.phone.models import Trunk

    caplog.set_level(logging.INFO, "tuidang.phone.asterisk.ari")

    async def keyed_beside_the_listener(dialler: Any) -> set[str]:
        lines = dialler._exchange.lines
        while not (listening := [line for line in lines.values() if _listens(dialler, line)]):
            await asyncio.sleep(0.05)
        (listener,) = listening
        before = set(lines)
        pressed: set[str] = set()
        while len(pressed) < 4:  # of calls that were begun when somebody had listened for long
            pressed |= {name for name in set(lines) - before if lines[name].evidence.key}
            await asyncio.sleep(0.02)
        assert _listens(dialler, listener)
        while pressed & set(lines):  # their ends are heard too
            await asyncio.sleep(0.02)
        return {str(outcome) for outcome in dialler._figures["sample"].outcomes}

    with country(house, listens=answers(WAITS), keys=answers(keys("00"), WAITS)) as switch:
        make_campaign(house, switch, calls=1000, rate=1)
        Trunk.objects.filter(name="listens").update(channels=1)
        (house / "phone/sounds/message/a.alaw").write_bytes(b"\xd5" * 8000 * MESSAGE)
        outcomes = dialling(house, keyed_beside_the_listener)  # before calls are hung up in the end
    assert outcomes == {"answered"}
    assert sum(record["keys"] == "0" for record in records(house)) >= 4
    assert [record.message for record in caplog.records].count("connected with Asterisk") == 1


def _listens(dialler: Any, line: Any) -> bool:
    """Tell whether somebody hears the message, and has for long."""
    return (
        dialler._calls[line.channel].trunk.name == "listens"
        and line.evidence.answered is not None
        and line._message_since is not None
        and asyncio.get_running_loop().time() - line._message_since > LONG
    )
