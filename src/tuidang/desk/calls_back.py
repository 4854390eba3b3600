"""The screens for calling people back: the next one, masked; and for coordinators the lists as a whole."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tuidang.base.clock import CHINA
from tuidang.desk.call_back_words import BECAME, ENDS, HOURS, KINDS, LIKELY, NEXT, NOTES
from tuidang.desk.calls import provinces
from tuidang.desk.line_words import LANGUAGES
from tuidang.phone.actions.call_backs import (
    Leased,
    give_back,
    lease_call_back,
    leased_call_back,
    settle_call_back,
)
from tuidang.phone.actions.choices import KEPT_DAYS
from tuidang.phone.actions.duty import TooManyOrdersError, give_order
from tuidang.phone.actions.personal import Loaded, load_list, read_list
from tuidang.phone.call_back_queries import count_open, next_opening, outcomes_since, waiting_call_backs
from tuidang.phone.call_back_rules import is_safe, safe_hours
from tuidang.phone.duty_rules import REFUSED
from tuidang.phone.queries import OnDuty, duty_of, hotline_now
from tuidang.privacy.keys import KeyMissingError
from tuidang.volunteers.access import role_required, signed_in
from tuidang.volunteers.actions.consents import Kind, ask_consent
from tuidang.volunteers.models import Role, User
from tuidang.volunteers.shifts.queries import availability_of

_BEYOND_ANY_KEY = 2**63

listeners = role_required(Role.LISTENER, Role.COORDINATOR)
coordinators = role_required(Role.COORDINATOR)


@dataclass(frozen=True)
class Hours:
    """When it is safe to call somebody today: by China's clock, and by the volunteer's own."""

    there: str
    here: str  # "" while he has not said by whose clock he lives
    is_now: bool


@listeners
@require_http_methods(["GET", "HEAD", "POST"])
def calls_back(request: HttpRequest) -> HttpResponse:
    """Show whom the volunteer may call, or what became of it; take the press that does the next thing."""
    now, volunteer = datetime.now(UTC), signed_in(request).pk
    duty = duty_of(volunteer, now)
    if request.method == "POST":
        return HttpResponseRedirect(reverse("desk:calls-back") + _act(request, volunteer, duty, now))
    leased = leased_call_back(volunteer)
    # What ran out before anybody was called may be another's at any moment.
    leased = leased if leased and (leased.called or leased.until > now) else None
    own = _own_clock(volunteer)
    opens = None if leased or duty is None else next_opening(duty.languages, now)
    said = next((end for end in ENDS if end == request.GET.get("said")), None)
    calling = leased is not None and not leased.called and "calling" in request.GET
    context = {
        "leased": leased,
        "duty": duty,
        "kind": leased and KINDS[leased.kind],
        "place": leased and dict(provinces()).get(leased.region),
        "language": leased and LANGUAGES.get(leased.language, LIKELY),
        "wish": leased and HOURS[leased.hours],
        "hours": leased and _hours_of(leased, own, now),
        "calling": calling,
        # At first the hotline has not heard of the order yet, and says what was before.
        "note": NOTES.get(_note_of(duty, now)) if request.GET.get("calling") == "still" else None,
        "open": count_open(duty.languages, now) if duty else 0,
        "opens": opens and f"{opens.astimezone(CHINA):%H:%M}",
        "opens_here": opens and own and f"{opens.astimezone(own):%H:%M}",
        "ends": [(end.value, words, key) for end, (words, key) in ENDS.items()],
        "said": said and NEXT[said],
        "gone": "gone" in request.GET,
        "besides": request.GET.get("besides", ""),
    }
    return render(request, "desk/calls_back.html", context)


@coordinators
@require_http_methods(["GET", "HEAD", "POST"])
def call_lists(request: HttpRequest) -> HttpResponse:
    """Show how many wait and what became of others, and take a list for personal calls."""
    now = datetime.now(UTC)
    today = now.astimezone(CHINA).date()
    loaded = _load(request, now) if request.method == "POST" else {}
    days, since = outcomes_since(today), outcomes_since(today - timedelta(days=KEPT_DAYS - 1))
    waiting = waiting_call_backs(now)
    context = {
        "waiting": [(KINDS[row.kind], HOURS[row.hours], row) for row in waiting],
        "all": sum(row.all for row in waiting),
        "became": [(words, days.get(end, 0), since[end]) for end, words in BECAME.items() if end in since],
        **loaded,
    }
    status = 422 if loaded.get("bad") or loaded.get("fault") else 200
    return render(request, "desk/call_lists.html", context, status=status)


def _act(request: HttpRequest, volunteer: UUID, duty: OnDuty | None, now: datetime) -> str:
    """Do what was pressed, and give what the page is to say of it."""
    typed = request.POST.get("key", "")
    key = int(typed) if typed.isdecimal() and len(typed) < 20 else _BEYOND_ANY_KEY
    key = min(key, _BEYOND_ANY_KEY - 1)
    said = next((end for end in ENDS if end == request.POST.get("said")), None)
    if said is not None:
        return f"?said={said}" if settle_call_back(volunteer, key, said, now) else "?gone"
    match request.POST.get("move"):
        case "next" if duty is not None:
            lease_call_back(volunteer, duty.languages, now, besides=key)
        case "call" if duty is not None:
            leased = leased_call_back(volunteer)
            if leased is None or leased.key != key or leased.until <= now:
                return "?gone"
            with suppress(TooManyOrdersError):  # they make it as well as this one would
                give_order(duty.desk, "call", str(key), now=now)
            return "?calling"
        case "back":
            return f"?besides={key}" if give_back(volunteer, key) else "?gone"
    return ""


def _load(request: HttpRequest, now: datetime) -> dict[str, object]:
    """Load the lines that can be, and give back those that cannot, each with what to do about it."""
    read = read_list(request.POST.get("list", ""))
    typed = "\n".join(one.typed for one in read.bad)
    if not read.entries:
        fault = "" if read.bad else _("There is no number in it yet.")
        return {"bad": read.bad, "typed": typed, "fault": fault}
    volunteer = signed_in(request)
    try:
        with transaction.atomic():
            loaded = load_list(read.entries, now)
            consent = _ask(volunteer, loaded, now) if loaded.count else None
    except KeyMissingError:
        fault = _("Nobody can tell who must never be called: an operator has to look at `tuidang doctor`.")
        return {"fault": fault, "typed": request.POST.get("list", "")}
    left_out = loaded.left_out + read.doubles
    return {
        "consent": consent,
        "loaded": loaded.count,
        "left_out": left_out,
        "bad": read.bad,
        "typed": typed,
        "done": True,
    }


def _ask(volunteer: User, loaded: Loaded, now: datetime) -> UUID:
    batch = loaded.batch
    return ask_consent(Kind.LOAD_LIST, str(batch), volunteer, now, count=loaded.count, order=batch.bytes)


def _hours_of(leased: Leased, own: tzinfo | None, now: datetime) -> Hours:
    there = now.astimezone(CHINA).replace(minute=0, second=0, microsecond=0)
    first, last = (there.replace(hour=hour) for hour in safe_hours(leased.hours, leased.zone))
    here = f"{first.astimezone(own):%H:%M} – {last.astimezone(own):%H:%M}" if own else ""
    return Hours(f"{first:%H:%M} – {last:%H:%M}", here, is_safe(leased.hours, leased.zone, now))


def _note_of(duty: OnDuty | None, now: datetime) -> str:
    """Give what the hotline says of his telephone besides."""
    hotline = hotline_now(settings.TUIDANG.data, now)
    desk = hotline.desks.get(duty.desk) if hotline and duty else None
    note = desk.note if desk else ""
    return REFUSED if note.startswith(REFUSED) else note


def _own_clock(volunteer: UUID) -> tzinfo | None:
    availability = availability_of(volunteer)
    return ZoneInfo(availability.zone) if availability else None
