"""What stands beside a call stands in a frame of the telephone's page, and nothing else of ours anywhere."""

from __future__ import annotations

from functools import wraps
from typing import ParamSpec

from django.http import HttpRequest, HttpResponseBase

from tuidang.base.http import content_security
from tuidang.volunteers.access import View

P = ParamSpec("P")


def within_line(view: View[P]) -> View[P]:
    """Let a view's pages stand in a frame of the telephone's page, which is of our own origin."""

    @wraps(view)
    def framed(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers["Content-Security-Policy"] = content_security(frame_ancestors="'self'")
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
        return response

    return framed
