"""The figures that the desk reads every second."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

from tuidang.phone.dialler.live import QUIET, Figures, Held, write_snapshot
from tuidang.phone.records.outcomes import Outcome, Record
from tuidang.phone.rules import Refusal

DAY = date(2026, 11, 28)
BUSY = Record(DAY, "CN-SD", "sample", "lab", "a", "a=1", Outcome.BUSY)
HEARD = replace(BUSY, outcome=Outcome.ANSWERED, keys="19", seconds=60, whole=True, people=2)


def test_calls_are_counted_and_no_figure_tells_at_which_second_who_pressed_what() -> None:
    figures = Figures()
    for at in (1.0, 2.0, 30.0):
        figures.begin(at)
    figures.end(BUSY)
    figures.end(HEARD)
    assert figures.as_dict(31.0) == {
        "in_air": 1,
        "dialled": 3,
        "answered": 1,
        "rate_10s": 0.1,
        "outcomes": {"busy": 1, "answered": 1},
        "halted": "",
        "held": {},
    }


def test_what_holds_a_trunk_back_is_counted_when_it_begins_and_not_at_every_look() -> None:
    held = Held()
    for tick in range(20 * 3600):  # an hour of looks
        held.meet("lab", Refusal.TRUNK_RATE, tick / 20)
        held.halt("out", Refusal.NOT_LIVE, tick / 20)
        held.halt("lab", None, tick / 20)
    assert held.times == {"lab": {Refusal.TRUNK_RATE: 1}, "out": {Refusal.NOT_LIVE: 1}}
    held.meet("lab", Refusal.TRUNK_CHANNELS, 3600.0)
    held.meet("lab", Refusal.TRUNK_RATE, 3600.0 + QUIET)
    assert held.times["lab"] == {Refusal.TRUNK_RATE: 2, Refusal.TRUNK_CHANNELS: 1}


def test_nothing_is_dialled_only_when_no_trunk_of_the_campaign_dials() -> None:
    held = Held()
    held.keep_trunks(["lab", "out"])
    held.halt("out", Refusal.NOT_LIVE, 1.0)
    assert held.halted is None
    held.halt("lab", Refusal.DAILY_LIMIT, 2.0)
    assert held.halted is Refusal.DAILY_LIMIT
    held.halt("lab", None, 3.0)
    held.meet("lab", Refusal.TRUNK_CHANNELS, 3.0)
    assert held.halted is None
    held.keep_trunks(["out"])
    assert held.halted is Refusal.NOT_LIVE


def test_the_snapshot_is_put_in_place_whole_and_for_us_alone(tmp_path: Path) -> None:
    path = tmp_path / "live/m1.json"
    for number in range(2):
        write_snapshot(path, DAY, "m1", {"asterisk": True, "number": number})
    assert json.loads(path.read_text()) == {
        "day": "2026-11-28", "machine": "m1", "asterisk": True, "number": 1,
    }  # fmt: skip
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["m1.json"]
