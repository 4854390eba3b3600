"""What a call came to, told from what was seen of it."""

from __future__ import annotations

from typing import Any

import pytest

from tuidang.phone.asterisk.line import Evidence
from tuidang.phone.dialler.outcomes import OF_THE_NUMBER, classify
from tuidang.phone.records.outcomes import Outcome

RING = 30.0
ANSWERED: dict[str, Any] = {"answered": 5.0, "ended": 40.0, "rang": True}


@pytest.mark.parametrize(
    ("seen", "outcome", "reason"),
    [
        ({"cause": 17, "sip": 486}, Outcome.BUSY, "cause-17"),
        ({"sip": 600}, Outcome.BUSY, "sip-600"),
        ({"cause": 1, "sip": 404}, Outcome.UNALLOCATED, "cause-1"),
        ({"sip": 410}, Outcome.UNALLOCATED, "sip-410"),
        ({"cause": 21, "sip": 603}, Outcome.REJECTED, "cause-21"),
        ({"sip": 403}, Outcome.REJECTED, "sip-403"),
        ({"cause": 19, "sip": 480}, Outcome.SWITCHED_OFF, "sip-480"),
        ({"cause": 18, "sip": 408}, Outcome.NO_ANSWER, "sip-408"),
        ({"cause": 34, "sip": 503}, Outcome.TRUNK, "sip-503"),
        ({"cause": 38}, Outcome.TRUNK, "cause-38"),
        ({"cause": 27}, Outcome.SWITCHED_OFF, "cause-27"),
        ({"cause": 127}, Outcome.FAILED, "cause-127"),
        ({"sip": 488}, Outcome.FAILED, "sip-488"),
        ({"status": 500}, Outcome.TRUNK, "not-begun"),
        ({"status": 0, "lost": True}, Outcome.FAILED, "asterisk-lost"),
        ({"lost": True}, Outcome.FAILED, "asterisk-lost"),
        (ANSWERED, Outcome.ANSWERED, "silence"),
        (ANSWERED | {"greeting": 0.8}, Outcome.ANSWERED, "voice"),
        (ANSWERED | {"greeting": 9.0}, Outcome.MACHINE, "long-greeting"),
        (ANSWERED | {"overrun": 4.0}, Outcome.SWITCHED_OFF, "announcement-answered"),
    ],
)
def test_each_evidence_has_its_outcome(seen: dict[str, Any], outcome: Outcome, reason: str) -> None:
    assert classify(Evidence(**({"began": 0.0, "ended": 3.0} | seen)), RING) == (outcome, reason)


def test_a_key_is_pressed_by_a_person_however_long_somebody_spoke() -> None:
    seen = Evidence(began=0, answered=5, ended=40, greeting=9, overrun=9, key=True)
    assert classify(seen, RING) == (Outcome.ANSWERED, "key")


def test_a_voice_before_the_end_is_an_announcement_beside_a_cause_that_says_busy() -> None:
    seen = Evidence(began=0, ended=9, progress=True, early_sound=4.0, cause=17, sip=486)
    assert classify(seen, RING) == (Outcome.SWITCHED_OFF, "announcement")


def test_a_number_that_the_network_calls_unallocated_is_so_with_an_announcement_too() -> None:
    seen = Evidence(began=0, ended=9, progress=True, early_sound=4.0, cause=1, sip=480)
    assert classify(seen, RING) == (Outcome.UNALLOCATED, "cause-1")


def test_our_own_ring_timeout_is_told_from_a_carrier_that_says_nothing() -> None:
    rang = Evidence(began=0, ended=30.1, rang=True, cause=19, sip=480)
    music = Evidence(began=0, ended=30.1, progress=True, early_sound=25.0, cause=19, sip=480)
    silent = Evidence(began=0, ended=30.1, cause=19, sip=480)
    assert classify(rang, RING) == classify(music, RING) == (Outcome.NO_ANSWER, "ring-timeout")
    assert classify(silent, RING) == (Outcome.TRUNK, "silent")


def test_what_we_or_the_carrier_could_not_do_says_nothing_of_the_number() -> None:
    assert not {Outcome.TRUNK, Outcome.FAILED, Outcome.REFUSED} & OF_THE_NUMBER
    assert len(OF_THE_NUMBER) == len(Outcome) - 3
