"""The auditors' screen: what volunteers did, newest first, and whether the chain that says so is whole."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tuidang.base.audit.chain import Act
from tuidang.base.audit.queries import count_entries, newest_entries, verify_chain
from tuidang.desk.words import ACTS
from tuidang.register.folder.search import Reader
from tuidang.volunteers.access import role_required
from tuidang.volunteers.models import Role

ON_A_PAGE = 50
MOST_VERIFIED = 200_000  # acts, in some seconds; more is for `tuidang audit verify`
_LONGEST = 80

auditors = role_required(Role.AUDITOR)


@auditors
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """List the acts: all, or somebody's, of one kind, or what was done to one thing."""
    who, act, thing = (request.GET.get(name, "").strip()[:_LONGEST] for name in ("who", "act", "thing"))
    entries = newest_entries(
        who=who,
        acts=[act] if act in list(Act) else [],
        thing=thing,
        before=_before(request),
        limit=ON_A_PAGE + 1,
    )
    shown, count = entries[:ON_A_PAGE], count_entries()
    context = {
        "entries": [(entry, ACTS[Act(entry.act)]) for entry in shown],
        "count": count,
        "who": who,
        "act": act,
        "thing": thing,
        "acts": [(one, ACTS[one]) for one in Act],
        "next": shown[-1].ordinal if len(entries) > ON_A_PAGE else None,
        "query": _query(request),
        "problems": None,
    }
    if "verify" in request.GET and count > MOST_VERIFIED:
        context["too_long"] = True
    elif "verify" in request.GET:
        heads = Reader(settings.TUIDANG.log).audit_heads()
        context |= {"problems": verify_chain([head for _, head in heads]), "heads": heads[-5:]}
    return render(request, "desk/audit.html", context)


def _before(request: HttpRequest) -> int | None:
    typed = request.GET.get("before", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 16 else None


def _query(request: HttpRequest) -> str:
    kept = request.GET.copy()
    for name in ("before", "verify"):
        kept.pop(name, None)
    return kept.urlencode()
