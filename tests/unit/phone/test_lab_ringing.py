"""When simulated people ring the hotline of a sample: while somebody is free, and one at a time."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from tuidang.phone.hotline_now import HotlineNow, write_now
from tuidang.phone.lab.caller import Caller
from tuidang.phone.lab.ringing import Ringing, callers_port
from tuidang.phone.reception import digits_of


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Give the number and the key of every call, in the place of SIPp."""
    calls: list[tuple[str, str]] = []

    def call(caller: Caller, keys: tuple[tuple[float, str], ...], stay: float) -> None:
        assert stay >= 60
        calls.append((caller.number, keys[0][1]))

    monkeypatch.setattr(Caller, "call", call)
    return calls


def test_nobody_rings_while_nobody_is_free_and_somebody_does_within_half_a_minute(
    tmp_path: Path, called: list[tuple[str, str]]
) -> None:
    ringing = Ringing(tmp_path, 5070, 5060, b"", Random(1))
    for second in range(60):
        ringing.look(second, datetime.now(UTC))
    write_now(tmp_path, HotlineNow(free={"zh": 0, "yue": 2}))
    assert called == []
    for second in range(100, 130):
        write_now(tmp_path, HotlineNow(free={"zh": 0, "yue": 2}))
        ringing.look(second, datetime.now(UTC))
    ((number, key),) = called[:1]
    assert key == "2"  # a language that somebody free speaks
    assert digits_of(number) == f"86{number}"


@pytest.mark.parametrize("lab", [5070, 65_535])
def test_they_call_from_a_port_that_there_is(lab: int) -> None:
    assert 0 < callers_port(lab) <= 65_535
    assert callers_port(lab) != lab
