"""Who may see which address of the desk, a row for each, by its name: one without a row fails the test.

`EVERYBODY` asks nobody to sign in. `OWN` is every volunteer's, whatever his roles. Else: the roles that are
let in. The second value fills the address in; nothing need stand there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from tuidang.volunteers.models import Role

EVERYBODY: Final = frozenset({"everybody"})
OWN: Final = frozenset(Role)
KEY: Final = "11111111-2222-4333-8444-555555555555"
REVIEWERS: Final = frozenset({Role.REVIEWER})
EDITORS: Final = frozenset({Role.EDITOR})
OPERATORS: Final = frozenset({Role.OPERATOR})
COORDINATORS: Final = frozenset({Role.COORDINATOR})
KEEPERS: Final = frozenset({Role.COORDINATOR, Role.OPERATOR})
SHOWERS: Final = frozenset({Role.EDITOR, Role.COORDINATOR})
AUDITORS: Final = frozenset({Role.AUDITOR})
PAIRS: Final = frozenset({Role.REVIEWER, Role.AUDITOR, Role.COORDINATOR, Role.TREASURER})
TREASURERS: Final = frozenset({Role.TREASURER})
PLEDGERS: Final = frozenset({Role.LISTENER, Role.COORDINATOR})
TALKERS: Final = frozenset({Role.LISTENER, Role.COORDINATOR})
LEADS: Final = frozenset({Role.FIELD_LEAD, Role.COORDINATOR})
WRITERS: Final = frozenset({Role.LISTENER, Role.FIELD_LEAD, Role.REVIEWER, Role.COORDINATOR})


class Rule(NamedTuple):
    """Whom an address lets in, and what fills it in."""

    seen_by: frozenset[str]
    filled: Mapping[str, object] = {}


ACCESS: Final[Mapping[str, Rule]] = {
    # Signing in and out, and one's own account
    "sign-in": Rule(EVERYBODY),
    "sign-in-passkey": Rule(EVERYBODY),
    "sign-out": Rule(EVERYBODY),
    "join": Rule(EVERYBODY, {"token": "none"}),
    "desk-language": Rule(EVERYBODY),
    "account": Rule(OWN),
    "add-passkey": Rule(OWN),
    "forget-passkey": Rule(OWN, {"key": KEY}),
    "code-app": Rule(OWN),
    "codes": Rule(OWN),
    "session": Rule(OWN, {"key": KEY}),
    "other-sessions": Rule(OWN),
    "password": Rule(OWN),
    # Volunteers
    "volunteers": Rule(COORDINATORS),
    "volunteer": Rule(COORDINATORS, {"key": KEY}),
    "desk:audit": Rule(AUDITORS),
    "desk:audit-export": Rule(AUDITORS),
    # What takes two
    "desk:consents": Rule(PAIRS),
    "desk:consent": Rule(PAIRS, {"key": KEY}),
    "desk:canaries": Rule(AUDITORS),
    # Shifts
    "desk:hours": Rule(PLEDGERS),
    "desk:hours-pledge": Rule(PLEDGERS),
    "desk:hours-calendar": Rule(PLEDGERS),
    "desk:hours-about": Rule(PLEDGERS),
    "desk:week": Rule(PLEDGERS),
    "desk:week-take": Rule(PLEDGERS),
    "desk:week-holes": Rule(COORDINATORS),
    # On the telephone, and beside the call
    "desk:line": Rule(TALKERS),
    "desk:line-own": Rule(TALKERS),
    "desk:line-state": Rule(TALKERS),
    "desk:line-telephone": Rule(TALKERS),
    "desk:line-door": Rule(TALKERS),
    "desk:line-here": Rule(TALKERS),
    "desk:line-order": Rule(TALKERS),
    "desk:floods": Rule(COORDINATORS),
    "desk:sources": Rule(KEEPERS),
    "desk:new-source": Rule(KEEPERS),
    "desk:brought": Rule(COORDINATORS),
    "desk:source": Rule(KEEPERS, {"code": "none"}),
    "desk:mirror-lists": Rule(KEEPERS),
    "desk:mirror-hand-out": Rule(KEEPERS),
    "desk:measurements": Rule(KEEPERS),
    "desk:mirror-set": Rule(KEEPERS, {"name": "none"}),
    "desk:mirror-list-file": Rule(KEEPERS, {"name": "none"}),
    "desk:tools": Rule(SHOWERS),
    "desk:new-tool": Rule(SHOWERS),
    "desk:tool": Rule(SHOWERS, {"code": "none"}),
    "desk:print": Rule(COORDINATORS, {"code": "none"}),
    "desk:print-picture": Rule(COORDINATORS, {"code": "none"}),
    "desk:calls-back": Rule(TALKERS),
    "desk:call-lists": Rule(COORDINATORS),
    "desk:begin-people": Rule(WRITERS),
    "desk:sites": Rule(LEADS),
    "desk:new-site": Rule(COORDINATORS),
    "desk:site": Rule(LEADS, {"code": "none"}),
    "desk:site-take-in": Rule(LEADS, {"code": "none"}),
    "desk:site-settings": Rule(COORDINATORS, {"code": "none"}),
    "desk:site-year": Rule(LEADS, {"code": "none", "which": "2026"}),
    "desk:people": Rule(WRITERS, {"call": "none"}),
    "desk:paper": Rule(WRITERS, {"call": "none"}),
    "desk:beside": Rule(WRITERS, {"call": "none"}),
    # Review
    "desk:queue": Rule(OWN),  # leads who does not review on to what he does
    "desk:keys": Rule(OWN),
    "desk:held": Rule(REVIEWERS, {"reasons": "advertising"}),
    "desk:pattern": Rule(REVIEWERS, {"reasons": "advertising", "group": "00ff"}),
    "desk:statement": Rule(REVIEWERS, {"key": 1}),
    "desk:bulk": Rule(REVIEWERS),
    "desk:decided": Rule(REVIEWERS),
    "desk:give-back": Rule(REVIEWERS),
    "desk:requests": Rule(REVIEWERS),
    "desk:published": Rule(REVIEWERS, {"leaf": 0}),
    # Gifts
    "desk:gifts": Rule(TREASURERS),
    "desk:new-gift": Rule(TREASURERS),
    "desk:other-money": Rule(TREASURERS),
    "desk:entry": Rule(TREASURERS, {"ordinal": 0}),
    "desk:bank": Rule(TREASURERS),
    "desk:bank-line": Rule(TREASURERS, {"key": 1}),
    "desk:receipts": Rule(TREASURERS),
    "desk:receipt": Rule(TREASURERS, {"serial": 1}),
    "desk:donors": Rule(TREASURERS),
    "desk:donor": Rule(TREASURERS, {"key": KEY}),
    "desk:gift-providers": Rule(TREASURERS),
    "desk:gifts-year": Rule(TREASURERS, {"year": 2026}),
    "desk:gifts-export": Rule(TREASURERS),
    # The library
    "desk:library": Rule(EDITORS),
    "desk:library-new": Rule(EDITORS),
    "desk:library-phrases": Rule(EDITORS),
    "desk:library-text": Rule(EDITORS, {"key": 1}),
    "desk:library-chapter": Rule(EDITORS, {"key": 1, "number": 1}),
    "desk:library-audio": Rule(EDITORS, {"key": 1, "number": 1}),
    "desk:library-heard": Rule(EDITORS, {"key": 1, "number": 1}),
    # Calls
    "desk:campaigns": Rule(OPERATORS),
    "desk:new-campaign": Rule(OPERATORS),
    "desk:sound": Rule(OPERATORS, {"name": "none"}),
    "desk:library-sound": Rule(OPERATORS, {"name": "none"}),
    "desk:campaign": Rule(OPERATORS, {"name": "none"}),
    "desk:campaign-messages": Rule(OPERATORS, {"name": "none"}),
    "desk:campaign-complaint": Rule(OPERATORS, {"name": "none"}),
    "desk:campaign-settings": Rule(OPERATORS, {"name": "none"}),
    "desk:campaign-move": Rule(OPERATORS, {"name": "none"}),
}
