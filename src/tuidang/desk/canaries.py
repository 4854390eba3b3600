"""The auditors' screen: a round of canaries is handed in by one, and taken out of the count by another."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from tuidang.register.actions.canaries import (
    Auditor,
    RoundFault,
    RoundRefused,
    ask_round,
    asked_rounds,
    done_rounds,
    grant_round,
    refuse_round,
)
from tuidang.register.actions.removal import Consent
from tuidang.volunteers.access import role_required, signed_in
from tuidang.volunteers.models import Role

_SHOWN = 20
_BEYOND_ANY_KEY = 2**63

_FAULTS = {
    RoundFault.TOO_LONG: _("It is too long for a round of canaries."),
    RoundFault.UNREADABLE: _("It is not what “tuidang canary close” writes."),
    RoundFault.IMPOSSIBLE: _("Its days or numbers cannot be right."),
    RoundFault.TOO_MANY: _("A round has at most 500 canaries that were found."),
    RoundFault.UNEVEN: _("It names a canary twice, or not as many as it says were found."),
    RoundFault.ASKED_ALREADY: _("Some of these canaries are in a round already."),
    RoundFault.NOT_OWN: _("A receipt in it does not lead to the statement that it names."),
}

auditors = role_required(Role.AUDITOR)


@auditors
@require_http_methods(["GET", "HEAD", "POST"])
def canaries(request: HttpRequest) -> HttpResponse:
    """List the rounds that wait for a second auditor and those that are done; take a new one."""
    volunteer = signed_in(request)
    auditor = Auditor(str(volunteer.pk), volunteer.pseudonym)
    done, refused = _act(request, auditor) if request.method == "POST" else ("", "")
    rounds = done_rounds()
    context = {
        "done": done,
        "refused": refused,
        "typed": request.POST.get("round", "") if refused else "",
        "asked": asked_rounds(),
        "rounds": rounds[::-1][:_SHOWN],
        "me": auditor.key,
    }
    return render(request, "desk/canaries.html", context, status=422 if refused else 200)


def _act(request: HttpRequest, auditor: Auditor) -> tuple[str, str]:
    """Do what a button says; give a word for what came of it, and why a round was refused."""
    now = datetime.now(UTC)
    key = request.POST.get("key", "")
    chosen = int(key) if key.isdecimal() and len(key) < 20 else _BEYOND_ANY_KEY
    match request.POST.get("move"):
        case "ask":
            try:
                ask_round(request.POST.get("round", ""), auditor, now)
            except RoundRefused as error:
                return "", str(_FAULTS[error.fault])
            return "asked", ""
        case "grant" if chosen < _BEYOND_ANY_KEY:
            consent = grant_round(chosen, auditor, now)
            return {Consent.DONE: "granted", Consent.SAME_PERSON: "same-person"}.get(consent, "decided"), ""
        case "refuse" if chosen < _BEYOND_ANY_KEY:
            return ("refused" if refuse_round(chosen, auditor, now) is Consent.DONE else "decided"), ""
        case _:
            return "decided", ""
