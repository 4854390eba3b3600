"""The simulated carrier under the load of a campaign, and with a whole country behind it."""

from __future__ import annotations

import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest
from line_cast import Line
from town_cast import TOWN, free_port, free_range

from tuidang.phone.lab.carrier import Carrier
from tuidang.phone.lab.people import Kind

RATE = 40  # calls a second: 0.6 billion calls a year
CALLS = 240
CODES = {
    Kind.BUSY: 486,
    Kind.UNALLOCATED: 404,
    Kind.UNALLOCATED_SAID: 404,
    Kind.UNALLOCATED_LIED: 480,
    Kind.OFF: 480,
    Kind.REJECTS: 603,
}


def test_a_campaigns_calls_a_second_all_end_as_the_truth_says(line: Line, lab: Carrier) -> None:
    ending = [digits for digits, person in TOWN.items() if not person.script.endswith(":W,")]
    began = time.monotonic()
    channels = {}
    for count in range(CALLS):
        time.sleep(max(0, began + count / RATE - time.monotonic()))
        digits = ending[count % len(ending)]
        channels[line.dial(f"8613500{count:04}"[:8] + digits)] = digits
    for channel, digits in channels.items():
        code = line.ended(channel).get("tech_cause")
        person = TOWN[digits]
        assert code == CODES.get(person.kind), digits
        assert line.answered(channel) == (person.kind not in CODES)
        assert line.keys(channel) == person.keys or "*" in person.keys


def test_a_whole_country_is_behind_a_carrier_whose_truth_can_be_read(data: Path) -> None:
    carrier = Carrier(data, free_port(), free_range(56000))
    carrier.populate()
    carrier.start()
    try:
        kinds = Counter(person.kind for person in carrier.people().values())
        assert kinds.keys() == set(Kind)
        assert carrier.runs()
        with pytest.raises(RuntimeError, match="another simulated carrier"):
            Carrier(data, carrier.port).start()
    finally:
        carrier.kill()
    assert not carrier.runs()


def test_no_key_by_rfc_4733_is_lost_where_many_press_at_once(
    line: Line, lab: Carrier, asterisk: subprocess.Popen[bytes]
) -> None:
    channels = [line.dial(f"861360{count:02}00001") for count in range(60)]
    for channel in channels:
        line.ended(channel)
    assert Counter(line.keys(channel) for channel in channels) == {TOWN["00001"].keys: 60}
