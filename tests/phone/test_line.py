"""Calls through a real Asterisk to the simulated carrier: what becomes of them, and which keys arrive."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from line_cast import Line, open_line
from town_cast import CALLER, PREFIX, TOWN

from tuidang.phone.asterisk import process
from tuidang.phone.asterisk.config import Setup
from tuidang.phone.asterisk.config.modules import needed
from tuidang.phone.lab.carrier import Called, Carrier, can_send_rfc4733
from tuidang.phone.lab.people import Kind


def number_of(kind: Kind) -> str:
    return PREFIX + next(digits for digits, person in TOWN.items() if person.kind is kind)


def test_asterisk_answers_on_this_machine_with_nothing_loaded_that_was_not_asked_for(
    line: Line, setup: Setup
) -> None:
    loaded = [module["name"] for module in line.request("GET", "asterisk/modules")]
    assert {name.removesuffix(".so") for name in loaded if name.endswith(".so")} == set(needed(setup))
    assert line.request("GET", "asterisk/info")["system"]["version"].startswith("22.")
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    listening = [row[1] for row in rows if row[3] == "0A" and row[1].endswith(f":{setup.ports.http:04X}")]
    assert listening == [f"0100007F:{setup.ports.http:04X}"]  # 127.0.0.1 and nothing else


def test_asterisk_refuses_whoever_does_not_know_the_password(line: Line, setup: Setup) -> None:
    stranger = Setup(setup.data, ports=setup.ports, password="a guess")
    with pytest.raises(OSError, match="401"):
        Line(stranger, line._events).request("GET", "channels")


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (Kind.BUSY, 486),
        (Kind.UNALLOCATED, 404),
        (Kind.UNALLOCATED_SAID, 404),
        (Kind.UNALLOCATED_LIED, 480),
        (Kind.OFF, 480),
        (Kind.REJECTS, 603),
    ],
)
def test_a_refused_call_ends_with_the_carriers_own_code(line: Line, kind: Kind, code: int) -> None:
    channel = line.dial(number_of(kind))
    assert line.ended(channel)["tech_cause"] == code
    assert not line.answered(channel)


def test_an_announcement_is_heard_before_anything_is_answered(line: Line) -> None:
    channel = line.dial(number_of(Kind.OFF_CHARGED))
    line.hear(channel, lambda event: event.get("dialstatus") == "PROGRESS")
    assert not line.answered(channel)
    line.ended(channel)
    assert line.answered(channel)


def test_nobody_is_waited_for_longer_than_was_asked(line: Line) -> None:
    began = time.monotonic()
    channel = line.dial(number_of(Kind.NO_ANSWER), timeout=2)
    line.ended(channel)
    assert 1.5 < time.monotonic() - began < 25  # a call may ring for 30 otherwise
    assert not line.answered(channel)


@pytest.mark.parametrize("digits", ["00001", "00002"], ids=["RFC 4733", "SIP INFO"])
def test_every_key_arrives_once_and_in_order(line: Line, lab: Carrier, digits: str) -> None:
    if digits == "00001" and not can_send_rfc4733():
        pytest.skip("SIPp sends keys by RFC 4733 for root only; by SIP INFO they were tested")
    number = f"86137001{digits}"  # which no other test calls
    channel = line.dial(number)
    line.ended(channel)
    assert line.keys(channel) == TOWN[digits].keys
    assert _seen_by(lab, number).keys == TOWN[digits].keys


def test_a_sound_plays_to_its_end_and_both_sides_can_hang_up(line: Line, setup: Setup, lab: Carrier) -> None:
    tone = setup.sounds / "alias" / "金福.alaw"
    tone.parent.mkdir(parents=True, exist_ok=True)
    tone.write_bytes(b"\x34\x21\x21\x34\xb4\xa1\xa1\xb4" * 700)
    channel = line.dial(PREFIX + "00009")
    line.hear(channel, lambda event: event["type"] == "StasisStart")
    began = time.monotonic()
    played = line.request("POST", f"channels/{channel}/play", media="sound:alias/金福")
    assert played["language"] == "zh"
    line.hear(channel, lambda event: event["type"] == "PlaybackFinished")
    assert time.monotonic() - began > 0.6
    line.request("DELETE", f"channels/{channel}")
    line.ended(channel)


def test_no_number_is_in_any_file_that_asterisk_or_we_wrote(line: Line, setup: Setup, lab: Carrier) -> None:
    numbers = [PREFIX + digits for digits in TOWN]
    for number in (*numbers, "not-a-number", "8613800199998"):
        channel = line.dial(number, timeout=2)
        last = line.hear(channel, lambda event: event["type"] in {"StasisStart", "ChannelDestroyed"})
        if last["type"] == "StasisStart":
            line.request("DELETE", f"channels/{channel}")
            line.ended(channel)
    process.tell(setup, "core show channels")
    pieces = [number[-8:].encode() for number in numbers]
    looked_at = 0
    for path in (*setup.run.rglob("*"), *(p for p in setup.folder.rglob("*") if p.name != "pjsip.conf")):
        if path.is_file() and not path.is_symlink() and "sounds" not in path.parts:
            looked_at += 1
            held = path.read_bytes()
            assert not any(piece in held for piece in (*pieces, b"99998")), path
    assert looked_at > 8
    assert CALLER.encode() in (setup.folder / "pjsip.conf").read_bytes()


def test_whatever_asterisk_was_started_with_nobody_else_can_read(line: Line, setup: Setup) -> None:
    for path in setup.folder.iterdir():
        assert path.stat().st_mode & 0o077 == 0, path
    assert (setup.data / "phone").stat().st_mode & 0o077 == 0
    assert setup.run.stat().st_mode & 0o077 == 0
    commands = Path("/proc").glob("[0-9]*/cmdline")
    assert not any(setup.password.encode() in _read(path) for path in commands)


def test_a_carrier_that_refuses_says_so_and_takes_calls_again(line: Line, lab: Carrier) -> None:
    lab.refuse()
    refused = line.dial(number_of(Kind.BUSY))
    assert line.ended(refused)["tech_cause"] == 503
    lab.refuse(False)
    taken = line.dial(number_of(Kind.BUSY))
    assert line.ended(taken)["tech_cause"] == 486


def test_a_carrier_that_takes_two_calls_a_second_refuses_the_rest(line: Line, lab: Carrier) -> None:
    lab.bound(2)
    time.sleep(1 - time.time() % 1)  # the carrier counts by the clock's own seconds
    began = int(time.time())
    channels = [line.dial(number_of(Kind.BUSY)) for _ in range(20)]
    codes = [line.ended(channel)["tech_cause"] for channel in channels]
    seconds = int(time.time()) - began + 1
    lab.bound(1_000_000)
    assert sorted(set(codes)) == [486, 503]
    assert codes.count(486) <= 2 * (seconds + 1)  # a second may turn between its clock and ours


def test_a_carrier_that_was_killed_is_reached_again_when_it_is_back(line: Line, lab: Carrier) -> None:
    lab.kill()
    lost = line.dial(number_of(Kind.BUSY), timeout=1)
    assert line.ended(lost).get("tech_cause") != 486
    lab.start()
    found = line.dial(number_of(Kind.BUSY))
    assert line.ended(found)["tech_cause"] == 486


def test_the_carrier_keeps_what_became_of_each_number(line: Line, lab: Carrier) -> None:
    for digits, end in (("00003", "486"), ("00004", "404"), ("00007", "603"), ("77777", "404")):
        number = f"86139002{digits}"
        line.ended(line.dial(number))
        assert _seen_by(lab, number) == Called(number, end, "")


def _seen_by(lab: Carrier, number: str) -> Called:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        found = [call for call in lab.calls() if call.number == number]
        if found:
            return found[-1]
        time.sleep(0.05)
    raise AssertionError(f"the carrier has not seen the end of a call to {number}")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""  # it ended meanwhile


def test_two_lines_can_be_open_one_after_the_other(setup: Setup, line: Line) -> None:
    with open_line(setup) as second:
        assert second.request("GET", "channels") is not None
