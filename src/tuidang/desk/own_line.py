"""Going on duty with one's own telephone: what that tells others, then the number, which is shown nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from tuidang.base.limits import Budget
from tuidang.desk.leaving import TALKERS
from tuidang.desk.line_words import LANGUAGES
from tuidang.phone.actions.duty import NoDeskError, go_on_duty
from tuidang.phone.own_rules import Fault, NumberRefusedError, own_number
from tuidang.phone.queries import duty_of
from tuidang.volunteers.access import role_required, signed_in
from tuidang.volunteers.models import Role

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # known to the type checker alone

_NUMBERS: Final = Budget(burst=6, per_hour=6)  # of one volunteer: whoever types others' rings them in vain

_NO_DESK: Final = _(
    "Every telephone is taken at this moment: try again in a few minutes, or ask a coordinator."
)
_TOO_OFTEN: Final = _("You have typed a number very often: try again in an hour, or speak in the browser.")
_OTHER: Final = _("This number cannot be rung: it has to be an ordinary mobile or landline telephone.")
_FAULTS: Final[Mapping[Fault, _StrPromise]] = {
    Fault.NO_NUMBER: _(
        "This is no whole telephone number: type it with + and the country code, like +1 202 555 0142."
    ),
    Fault.CHINA: _(
        "A telephone in China may be listened to, so we do not ring it. Speak in the browser instead."
    ),
    Fault.COSTLY: _OTHER,
    Fault.NEVER: _OTHER,  # why stays ours: it is somebody's wish
}


@role_required(*TALKERS)
@require_http_methods(["GET", "HEAD", "POST"])
def own_line(request: HttpRequest) -> HttpResponse:
    """Say what one's own telephone tells others, and go on duty with it."""
    now = datetime.now(UTC)
    if not settings.TUIDANG.phone_desks or duty_of(signed_in(request).pk, now):
        return HttpResponseRedirect(reverse("desk:line"))
    field, fault = _go_on_duty(request, now) if request.method == "POST" else ("", None)
    if request.method == "POST" and fault is None:
        return HttpResponseRedirect(reverse("desk:line"))
    context = {
        "field": field,
        "fault": fault,
        "languages": LANGUAGES.items(),
        "best": request.POST.get("best", "zh"),
        "also": request.POST.getlist("also"),
    }
    return render(request, "desk/line/own.html", context, status=422 if fault else 200)


def _go_on_duty(request: HttpRequest, now: datetime) -> tuple[str, _StrPromise | None]:
    """Put him on duty, or give the field that is wrong and what is wrong with it."""
    volunteer = signed_in(request)
    spoken = [request.POST.get("best", ""), *request.POST.getlist("also")]
    is_coordinator = volunteer.has_role(Role.COORDINATOR)
    try:
        number = own_number(request.POST.get("number", ""))
        if not _NUMBERS.spend(str(volunteer.pk), now.timestamp()):
            return "number", _TOO_OFTEN
        go_on_duty(volunteer.pk, spoken, is_coordinator, now, own_number=number)
    except NumberRefusedError as refused:
        return "number", _FAULTS[refused.fault]
    except NoDeskError:
        return "number", _NO_DESK
    except ValueError:
        return "best", _("Say which language you speak best.")
    return "", None
