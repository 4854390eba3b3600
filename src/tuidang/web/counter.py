"""The counter that other sites show: a picture, and the same numbers for programs; it counts nobody."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language, pgettext
from django.views.decorators.http import require_safe

from tuidang.base.http import FOR_SHARED_CACHES, content_security, json_response
from tuidang.base.words import LANGUAGES
from tuidang.register.folder.figures import load_figures
from tuidang.register.queries import log_is_sample
from tuidang.web.server import public_address

WIDTH: Final = 320  # of the picture, in pixels, as the page gives it
HEIGHT: Final = 96
# For pages and scripts of any site. Caches on the way may keep it; a phone may not, as everywhere here.
_FOR_ALL: Final = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "CDN-Cache-Control": FOR_SHARED_CACHES,
}


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the counter in each language, and what to copy."""
    site = public_address(settings.TUIDANG)
    shown = [(code, name, f"{site}/{code}/") for code, name in settings.LANGUAGES]
    context = {"counters": shown, "site": site, "width": WIDTH, "height": HEIGHT}
    return render(request, "web/counter.html", context)


@require_safe
def picture(request: HttpRequest) -> HttpResponse:
    """Draw the count, dark where the reader's screen is dark."""
    context = {
        "figures": load_figures(settings.TUIDANG.log),
        "sample": pgettext("counter", "sample") if log_is_sample() else "",
        "LANGUAGE_CODE": get_language(),
        "width": WIDTH,
        "height": HEIGHT,
    }
    drawn = render_to_string("web/counter.svg", context, request)
    security = content_security(style_src=f"'sha256-{_digest_of_style(drawn)}'")
    headers = {"Content-Security-Policy": security, **_FOR_ALL}
    return HttpResponse(drawn, content_type="image/svg+xml; charset=utf-8", headers=headers)


@require_safe
def numbers(_request: HttpRequest) -> HttpResponse:
    """Give the count to programs of other sites."""
    found = load_figures(settings.TUIDANG.log)
    return json_response(
        {
            "sample": log_is_sample(),  # invented, all of it
            "total": found.total,
            "today": found.today,
            "day": found.day and found.day.isoformat(),
            "picture": {code: f"{public_address(settings.TUIDANG)}/{code}/counter.svg" for code in LANGUAGES},
        },
        headers=_FOR_ALL,
    )


def _digest_of_style(drawn: str) -> str:
    """Give the SHA-256 of the one style in a picture, as a Content-Security-Policy names it."""
    style = re.search(r"<style>(.*?)</style>", drawn, re.DOTALL)
    return base64.b64encode(hashlib.sha256((style[1] if style else "").encode()).digest()).decode()
