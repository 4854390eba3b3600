"""Letters and faxes: the scan beside the form. Only the browser opens the scan; we never get it."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tuidang.base.http import content_security
from tuidang.desk.calls_now import place_in
from tuidang.desk.people import listeners
from tuidang.desk.people_lease import CALL, channel_of
from tuidang.register.rules.content import Channel
from tuidang.volunteers.access import signed_in


@listeners
@require_safe
def paper(request: HttpRequest, call: str) -> HttpResponse:
    """Show the form of people who came by a letter in a frame, and room for its scan beside it."""
    place = place_in(signed_in(request).pk, call, datetime.now(UTC))
    if not CALL.fullmatch(call) or channel_of(request, call, place) is not Channel.MAIL:
        return HttpResponseRedirect(reverse("desk:begin-people"))
    response = render(request, "desk/paper.html", {"call": call})
    response.headers["Content-Security-Policy"] = content_security(
        img_src="'self' blob:", frame_src="'self' blob:"
    )
    return response
