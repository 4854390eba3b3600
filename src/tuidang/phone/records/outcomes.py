"""What became of a call, and one call's record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

STEP = 30  # seconds: heard times are kept no finer, or they would join a record with a carrier's own


class Outcome(StrEnum):
    """What became of a call; `reason` in its record says on what evidence."""

    ANSWERED = "answered"  # by a person, as far as can be told
    MACHINE = "machine"  # an answering machine
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    UNALLOCATED = "unallocated"  # nobody has this number
    SWITCHED_OFF = "switched-off"  # or out of reach: a number that lives
    REJECTED = "rejected"  # by the called
    TRUNK = "trunk"  # the carrier could not
    FAILED = "failed"  # we could not
    REFUSED = "refused"  # never dialled: a rule said no


# A number that lives is one that somebody has, whether or not he answers now.
LIVE = frozenset(
    {
        Outcome.ANSWERED,
        Outcome.MACHINE,
        Outcome.BUSY,
        Outcome.NO_ANSWER,
        Outcome.SWITCHED_OFF,
        Outcome.REJECTED,
    }
)


@dataclass(frozen=True, slots=True)
class Record:
    """Hold what is kept of one call. Beside a carrier's own records it must not name who pressed 9.

    `plan` is the messages of the campaign and their shares when this one was drawn ("a=1 b=2"): what is
    compared later rests on how it was drawn. Words hold no comma, quote or line break.
    """

    day: date  # UTC+8
    region: str  # ISO 3166-2:CN; "" is not known
    campaign: str
    trunk: str
    message: str
    plan: str
    outcome: Outcome
    reason: str = ""
    keys: str = ""  # 1, 8, 9 that were pressed and a 0 that was meant, each once, in their order
    seconds: int = 0  # of the message, in whole steps of STEP, rounded down
    whole: bool = False  # the message was heard to its end
    people: int = 0  # who left in this call


def shares_text(shares: Mapping[str, int]) -> str:
    """Write down how messages are drawn: each name with its share."""
    return " ".join(f"{name}={share}" for name, share in shares.items())


def in_steps(seconds: float) -> int:
    """Round a time down to whole steps."""
    return int(seconds // STEP) * STEP
