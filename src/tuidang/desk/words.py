"""What the desk calls reasons, decisions and marks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from tuidang.desk.forms import Move
from tuidang.phone.records.compare import Verdict
from tuidang.phone.rules import Refusal
from tuidang.register.rules.screening import Reason, Rejection

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # known to the type checker alone

REASONS: Final[Mapping[Reason, _StrPromise]] = {
    Reason.FLOOD: _("The same text unusually often"),
    Reason.HOSTILE: _("Words against those who leave"),
    Reason.ADVERTISING: _("Advertising"),
    Reason.PRAISE: _("Praise in place of a declaration"),
    Reason.CORRECTED: _("Changed by its owner after a decision"),
}

REJECTIONS: Final[Mapping[Rejection, _StrPromise]] = {
    Rejection.HOSTILE: _("It is hostile"),
    Rejection.ADVERTISING: _("It advertises something"),
    Rejection.NOT_A_STATEMENT: _("Nobody leaves anything in it"),
    Rejection.FORGED: _("It is forged"),
    Rejection.DUPLICATE: _("The same person has it twice"),
}


@dataclass(frozen=True)
class MoveWords:
    """What a move is called, asked and told."""

    name: _StrPromise
    question: _StrPromise
    done: _StrPromise
    effect: _StrPromise


_POOLED = _(
    "They go into the pool and are published with one of the next publications. Until then it can be undone."
)

MOVES: Final[Mapping[Move, MoveWords]] = {
    Move.ACCEPT: MoveWords(_("Accept"), _("Accept these statements?"), _("Accepted"), _POOLED),
    Move.HIDE_NAME: MoveWords(
        _("Hide names, accept"),
        _("Accept these statements with the name hidden?"),
        _("Masked and accepted"),
        _POOLED,
    ),
    Move.HIDE_TEXT: MoveWords(
        _("Hide texts, accept"),
        _("Accept these statements without their text?"),
        _("Masked and accepted"),
        _POOLED,
    ),
    Move.REJECT: MoveWords(
        _("Reject"),
        _("Reject these statements?"),
        _("Rejected"),
        _(
            "They are destroyed with the next publication, and their receipts say so."
            " Until then it can be undone."
        ),
    ),
    Move.UNDO: MoveWords(
        _("Undo"), _("Undo these decisions?"), _("Undone"), _("They wait for a reviewer again, as they were.")
    ),
}

STAGES: Final[Mapping[str, _StrPromise]] = {
    "dialled": _("Dialled"),
    "live": _("Numbers in use"),
    "answered": _("Answered"),
    "heard": _("Heard 30 seconds"),
    "whole": _("Heard to the end"),
    "more": _("Pressed 1, to hear more"),
    "person": _("Pressed 8, for a person"),
    "withdraw": _("Pressed 9, to withdraw"),
    "never": _("Pressed 0, never again"),
}

# By the value of `Refusal`, as records and live snapshots have it.
REFUSALS: Final[Mapping[str, _StrPromise]] = {
    Refusal.FORBIDDEN_COUNTRY: _("Recorded calls are unlawful in that country"),
    Refusal.NOT_CHINA: _("Not a number of China"),
    Refusal.SPECIAL: _("An emergency or service number"),
    Refusal.NEVER: _("Asked never to be called"),
    Refusal.HOURS: _("Too early or too late in that place"),
    Refusal.TRUNK_RATE: _("The trunk takes no more calls a second"),
    Refusal.TRUNK_CHANNELS: _("The trunk carries no more calls at once"),
    Refusal.TRUNK_RESTS: _("The trunk failed call after call, and is tried one at a time"),
    Refusal.MACHINE_RATE: _("The machine begins no more calls a second"),
    Refusal.MACHINE_CHANNELS: _("The machine carries no more calls at once"),
    Refusal.ABANDONED: _("Too many who asked for a person got none"),
    Refusal.REGISTER: _("Simulated people belong to a sample register, real people to a real one"),
    Refusal.NOT_LIVE: _("Live dialling is off"),
    Refusal.NO_CALLER: _("The trunk has no true caller identity"),
    Refusal.CALLER_UNNAMED: _("A message does not say who is calling"),
    Refusal.DOCTOR: _("The doctor has a warning"),
    Refusal.NEVER_KEY: _("A key of the list of those never to be called is missing: see `tuidang doctor`"),
    Refusal.NO_SOUND: _("A message has no sound: choose another, or prepare it with `tuidang phone sound`"),
    Refusal.NO_NUMBERS: _("No number may be called now: by the hours, or because none is left"),
    Refusal.DAILY_LIMIT: _("The day’s limit is reached"),
}

VERDICTS: Final[Mapping[Verdict, _StrPromise]] = {
    Verdict.BETTER: _("Brings more people to ask than the others."),
    Verdict.WORSE: _("Brings fewer people to ask than the others."),
    Verdict.HARMFUL: _(
        "More people want never to be called again, or complain, than after the others. Take it out."
    ),
    Verdict.OPEN: _("It cannot be told apart from the others yet."),
}
