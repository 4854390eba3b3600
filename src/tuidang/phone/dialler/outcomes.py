"""What became of a call, told from everything that was seen of it: causes alone lie."""

from __future__ import annotations

from collections import Counter
from typing import Final

from tuidang.phone.asterisk.line import Evidence
from tuidang.phone.records.outcomes import LIVE, Outcome

MACHINE_GREETING: Final = 3.5  # seconds spoken in one breath; a person says a word or two and listens
ANNOUNCEMENT: Final = 2.5  # seconds of unbroken sound before an answer; a ringback tone lasts one
OVERRUN: Final = 0.7  # seconds that sound from before the answer goes on after it; a ringback tone stops
_NEAR: Final = 0.5  # seconds within which an end counts as our own ring timeout

# What a carrier's answer says by itself (RFC 3261, RFC 8197, RFC 8688).
_BY_SIP: Final = {
    **dict.fromkeys((486, 600), Outcome.BUSY),
    **dict.fromkeys((404, 410, 484, 485, 604), Outcome.UNALLOCATED),
    **dict.fromkeys((403, 603, 607, 608), Outcome.REJECTED),
    **dict.fromkeys((408, 487), Outcome.NO_ANSWER),
    480: Outcome.SWITCHED_OFF,
}
# What ITU-T Q.850 says; a carrier may send it beside the answer (RFC 3326), and then it is the finer word.
_BY_CAUSE: Final = {
    **dict.fromkeys((1, 2, 3, 22, 28), Outcome.UNALLOCATED),
    17: Outcome.BUSY,
    20: Outcome.SWITCHED_OFF,
    21: Outcome.REJECTED,
    **dict.fromkeys((34, 38, 41, 42, 44, 47), Outcome.TRUNK),
}
_VAGUE: Final = {18: Outcome.NO_ANSWER, 19: Outcome.NO_ANSWER, 27: Outcome.SWITCHED_OFF}

# Says something of the number that was dialled; anything else says something of us or the carrier.
OF_THE_NUMBER: Final = frozenset(Outcome) - {Outcome.TRUNK, Outcome.FAILED, Outcome.REFUSED}


def tally_of(outcome: Outcome) -> Counter[str]:
    """Count what a call adds to its block's tallies: whole numbers, for PostgreSQL adds no truth to one."""
    if outcome not in OF_THE_NUMBER:
        return Counter()
    return Counter(dialled=1, live=int(outcome in LIVE), answered=int(outcome is Outcome.ANSWERED))


def classify(seen: Evidence, ring_seconds: float) -> tuple[Outcome, str]:
    """Tell a call's outcome and on what evidence; `ring_seconds` is how long we let it ring."""
    if seen.answered is not None:
        return _answered(seen)
    if seen.status:
        # Asterisk finds no way to the carrier: it answers none of Asterisk's own questions, or is not known.
        return Outcome.TRUNK, "not-begun"
    if seen.lost:
        return Outcome.FAILED, "asterisk-lost"
    if seen.ended is not None and seen.ended - seen.began >= ring_seconds - _NEAR:
        # Nobody at the carrier's said even "trying": a dead port gives no error, only this.
        rang = seen.rang or seen.progress
        return (Outcome.NO_ANSWER, "ring-timeout") if rang else (Outcome.TRUNK, "silent")
    return _ended_by_carrier(seen)


def _answered(seen: Evidence) -> tuple[Outcome, str]:
    if seen.key:
        return Outcome.ANSWERED, "key"
    if seen.overrun >= OVERRUN:
        # Ringing stops when somebody answers, a voice that goes on is a carrier's, who charges for it.
        return Outcome.SWITCHED_OFF, "announcement-answered"
    if seen.greeting >= MACHINE_GREETING:
        return Outcome.MACHINE, "long-greeting"
    return Outcome.ANSWERED, "voice" if seen.greeting else "silence"


def _ended_by_carrier(seen: Evidence) -> tuple[Outcome, str]:
    if seen.cause in {1, 20}:
        return _BY_CAUSE[seen.cause], f"cause-{seen.cause}"
    if seen.sip >= 500 and seen.sip not in _BY_SIP:
        return Outcome.TRUNK, f"sip-{seen.sip}"
    if seen.early_sound >= ANNOUNCEMENT:
        # A voice spoke and the carrier hung up: switched off, out of reach, or nobody's. The cause that comes
        # with it is often wrong, and which of the three was said cannot be told from how loud it was.
        return Outcome.SWITCHED_OFF, "announcement"
    for outcomes, word, code in (
        (_BY_CAUSE, "cause", seen.cause),
        (_BY_SIP, "sip", seen.sip),
        (_VAGUE, "cause", seen.cause),
    ):
        if code in outcomes:
            return outcomes[code], f"{word}-{code}"
    return Outcome.FAILED, f"sip-{seen.sip}" if seen.sip else f"cause-{seen.cause}"
