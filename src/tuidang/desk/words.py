"""What the desk calls reasons, decisions and marks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tuidang.base.audit.chain import Act
from tuidang.desk.forms import Move
from tuidang.phone.records.compare import Verdict
from tuidang.phone.rules import Refusal
from tuidang.register.rules.screening import Reason, Rejection
from tuidang.volunteers.actions.consents import Kind

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

ACTS: Final[Mapping[Act, _StrPromise]] = {
    Act.OPEN: _("Saw a held statement"),
    Act.ACCEPT: _("Accepted a statement"),
    Act.MASK: _("Masked and accepted a statement"),
    Act.REJECT: _("Rejected a statement"),
    Act.UNDO: _("Undid a decision"),
    Act.ASK_ERASURE: _("Asked for an erasure"),
    Act.CONSENT_ERASURE: _("Consented to an erasure"),
    Act.REFUSE_ERASURE: _("Refused an erasure"),
    Act.REFUSE_HIDE: _("Refused to hide a name"),
    Act.INVITE: _("Invited a volunteer"),
    Act.JOIN: _("Set up an account"),
    Act.ROLES: _("Changed roles"),
    Act.DISABLE: _("Closed an account"),
    Act.ENABLE: _("Opened a closed account"),
    Act.RECOVER: _("Gave a new link to an account"),
    Act.SIGN_IN_WAY: _("Changed a way to sign in"),
    Act.END_SESSIONS: _("Ended sessions"),
    Act.ASK_CONSENT: _("Asked for a second one’s consent"),
    Act.GRANT_CONSENT: _("Gave consent"),
    Act.REFUSE_CONSENT: _("Refused consent"),
    Act.USE_CONSENT: _("Did what was consented to"),
    Act.EXPORT: _("Took data out"),
    Act.LOAD_LIST: _("Loaded a list for calls"),
    Act.START_CAMPAIGN: _("Started calls"),
    Act.STOP_CAMPAIGN: _("Paused or stopped calls"),
    Act.CHANGE_CAMPAIGN: _("Changed a campaign"),
    Act.UNMARK_CALLER: _("Took a caller’s mark away"),
    Act.GIVE_SHIFT: _("Gave an offered shift"),
    Act.CHANGE_SOURCE: _("Changed a published number or address"),
    Act.CHANGE_MIRRORS: _("Changed the sets of mirrors"),
    Act.RENEW_CANARY: _("Renewed the canary of a set of mirrors"),
    Act.CHANGE_TOOL: _("Changed the list of tools"),
    Act.CHANGE_SITE: _("Changed what is planned at a site"),
    Act.TAKE_ENTRIES: _("Took in a file that a phone at a site handed over"),
    Act.MAKE_PRINT: _("Made a poster or card"),
    Act.ENTER_MONEY: _("Entered money in the book"),
    Act.REFUND_GIFT: _("Entered that a gift was given back"),
    Act.VOID_MONEY: _("Voided an entry of the book"),
    Act.MATCH_BANK: _("Settled a line of the bank’s"),
    Act.OPEN_DONOR: _("Saw who gave something"),
    Act.CHANGE_DONOR: _("Changed what is kept of a donor"),
    Act.FORGET_DONOR: _("Destroyed what was kept of a donor"),
    Act.WRITE_RECEIPT: _("Wrote a receipt"),
    Act.HAND_RECEIPT: _("Handed a receipt out"),
    Act.VOID_RECEIPT: _("Voided a receipt"),
    Act.EDIT_TEXT: _("Changed a text of the library"),
    Act.PUBLISH_TEXT: _("Published a text, or took it down"),
    Act.REVIEW_PHRASE: _("Reviewed a phrase of the library"),
    Act.CANARY: _("Tended a test statement"),
}

CONSENTS: Final[Mapping[Kind, _StrPromise]] = {
    Kind.BULK: _("%(count)s statements"),
    Kind.EXPORT_AUDIT: _("The audit chain as a file: %(count)s acts"),
    Kind.LOAD_LIST: _("A list for calls: %(count)s numbers"),
    Kind.EXPORT_BOOK: _("The book of gifts as a file: %(count)s entries"),
    Kind.GIVE_BACK: _("Give %(detail)s back of gift %(count)s"),
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
    Refusal.SEALED: _("The key of its day is not here: it cannot be opened"),
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

# How a conversation ended, as the buttons beside it say.
ENDS: Final[Mapping[str, _StrPromise]] = {
    "withdrew": pgettext_lazy("end of a call", "Withdrew"),
    "thinking": pgettext_lazy("end of a call", "Thinking it over"),
    "asked-to-read": pgettext_lazy("end of a call", "Wants to read"),
    "hostile": pgettext_lazy("end of a call", "Hostile"),
    "frequent": pgettext_lazy("end of a call", "Calls often"),
    "wrong-number": pgettext_lazy("end of a call", "Wrong number"),
    "handed-on": pgettext_lazy("end of a call", "Handed on"),
}
# Keys that no script, no list and no menu has.
END_KEYS: Final[Mapping[str, str]] = dict(zip(ENDS, "ltriqua", strict=True))
END_BUTTONS: Final = tuple((end, words, END_KEYS[end]) for end, words in ENDS.items())
