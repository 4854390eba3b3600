"""What a dialler leaves on its disk says neither when somebody chose nor in which order calls ended."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tuidang.base.clock import china_today
from tuidang.phone.call import Script
from tuidang.phone.dialler.journal import Pending
from tuidang.phone.dialler.live import Figures
from tuidang.phone.dialler.plan import TrunkPlan
from tuidang.phone.dialler.service import Dialled, Dialler
from tuidang.phone.dialler.supply import Drawn
from tuidang.phone.records.outcomes import Outcome, Record
from tuidang.phone.records.spool import Spool

RECORD = Record(china_today(), "CN-SD", "sample", "out", "a", "a=1", Outcome.ANSWERED)
NUMBER = "8613812345678"


def dialler(tmp_path: Path) -> Dialler:
    return Dialler("m1", tmp_path, bytes(32), examine=lambda: 0)


@pytest.mark.parametrize("live", [True, False])
def test_of_real_calls_alone_the_record_is_held_back(tmp_path: Path, live: bool) -> None:
    async def play() -> None:
        one = dialler(tmp_path)
        host = "192.0.2.1:5060" if live else "127.0.0.1:5070"
        trunk = TrunkPlan("out", host, "85230000000", live, 1, 1)
        one._trunks.take_plan({"out": trunk}, 0.0)
        drawn = Drawn(bytes(16), NUMBER, "1381234", "CN-SD")
        script = Script(("message/a",), ("金福",), "CN-SD", call_back=True, pin=False)
        line = one._exchange.begin(
            drawn.call, NUMBER, trunk="out", host=host, caller="", script=script, choose=lambda *_: None
        )
        one._calls[line.channel] = Dialled(line, drawn, "sample", trunk, "a", "a=1")
        one._figures["sample"] = Figures()
        line.not_begun(500)
        one._exchange._end_if_over(line)
        assert len(one._records) == (0 if live else 1)
        assert len(one._real_records) == (1 if live else 0)
        one._write([], one._real_records, {})
        assert len(list((tmp_path / "phone/held").iterdir())) == (1 if live else 0)

    asyncio.run(play())


def test_the_files_of_a_day_that_is_over_are_shuffled_into_one_by_the_dialler_itself(tmp_path: Path) -> None:
    records = tmp_path / "phone/records"
    spool = Spool(records)
    spool.add(replace(RECORD, day=china_today() - timedelta(days=1)))
    spool.close()
    dialler(tmp_path)._write([], [], {})
    assert [path.name for path in records.glob("*.parquet")] == [
        f"{china_today() - timedelta(days=1)}.parquet"
    ]
    assert list((records / "open").iterdir()) == []


def test_a_day_that_cannot_be_closed_keeps_nobody_from_dialling(tmp_path: Path) -> None:
    one = dialler(tmp_path)
    (tmp_path / "phone/records/open/no-day.csv").touch()
    one._write([], [], {})
    assert (tmp_path / "phone/live/m1.json").exists()


def test_the_journal_s_folder_does_not_say_when_somebody_chose(tmp_path: Path) -> None:
    one = dialler(tmp_path)
    folder = tmp_path / "phone/journal"
    os.utime(folder, (0, 0))
    one._write([], [], {})
    assert folder.stat().st_mtime > 0


def test_what_is_printed_of_a_call_or_a_choice_holds_no_number() -> None:
    assert NUMBER not in repr(Drawn(bytes(16), NUMBER, "1381234", "CN-SD"))
    assert NUMBER not in repr(Pending(bytes(16), "never", {"number": NUMBER}))


def test_a_mistake_that_nobody_caught_is_told_without_its_words(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def play() -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(dialler(tmp_path).run(stop))
        await asyncio.sleep(0)

        def fail(number: str) -> None:
            raise ValueError(number)

        asyncio.get_running_loop().call_soon(fail, NUMBER)
        await asyncio.sleep(0.05)
        stop.set()
        await running

    asyncio.run(play())
    assert "a mistake that nobody caught: ValueError" in caplog.messages
    assert NUMBER not in caplog.text


def test_a_dialler_that_crashes_leaves_no_core(tmp_path: Path) -> None:
    words = (
        "import os, resource; os.environ['DJANGO_SETTINGS_MODULE'] = 'tuidang.web.settings'\n"
        "from contextlib import suppress\nimport django; django.setup()\n"
        "from tuidang.phone.dialler.run import CannotDial, dial\n"
        "with suppress(CannotDial): dial(None, 'No Name', examine=lambda: 0)\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE))"
    )
    said = subprocess.run(
        [sys.executable, "-c", words],
        env={**os.environ, "TUIDANG_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.stdout == "(1, 1)\n", said.stderr
