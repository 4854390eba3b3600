"""What the desk calls reasons, decisions and marks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from tuidang.desk.forms import Move
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
