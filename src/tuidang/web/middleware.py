"""What the web server does to every request and page."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware

from tuidang.web.findable import may_be_found

# Who may bring one is asked there before anything is read, and the file goes to the disk within a bound.
_RECORDINGS = re.compile(r"/desk/library/\d{1,18}/\d{1,9}/audio/", re.ASCII)
_HANDED_OVER = re.compile(r"/desk/site/[\w-]{1,40}/taken/", re.ASCII)
_HEARD = re.compile(r"/desk/library/\d{1,18}/\d{1,9}/audio/heard/", re.ASCII)
_AS_THEY_LIE = ("/log/", "/audio/", "/editions/")

_Handler = Callable[[HttpRequest], HttpResponse]


def refuse_uploads(get_response: _Handler) -> _Handler:
    """Refuse a long multipart body before it is read: only recordings and phones' files come in such a form.

    Django bounds other bodies by their length; of this kind it would hold the whole of any length in memory,
    for whoever sends a cookie of his own making to any page.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        is_short = (
            length.isascii() and length.isdecimal() and int(length) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        )
        is_form = request.content_type == "multipart/form-data"
        is_bounded_there = any(kind.fullmatch(request.path_info) for kind in (_RECORDINGS, _HANDED_OVER))
        if is_form and not is_short and not is_bounded_there:
            raise RequestDataTooBig
        return get_response(request)

    return handle


def compress_pages(get_response: _Handler) -> _Handler:
    """Compress pages for slow networks; the public folder's files, and sound, go out as they lie there."""
    compressed = GZipMiddleware(get_response)  # pads at random, so that sizes tell less

    def handle(request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(_AS_THEY_LIE) or _HEARD.fullmatch(request.path_info):
            return get_response(request)
        return compressed(request)  # type: ignore[return-value]  # synchronous here: never a coroutine

    return handle


def tell_search_engines(get_response: _Handler) -> _Handler:
    """Forbid search engines every answer but the pages that may be found."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 200 or not may_be_found(request):
            response.headers.setdefault("X-Robots-Tag", "noindex, noarchive")
        return response

    return handle


def point_to_onion(get_response: _Handler) -> _Handler:
    """Tell Tor Browser under which onion a public page can be opened, as the Tor Project describes it.

    Only over TLS, where nobody on the way can have written it, never on the onion itself, and not at the
    desk: a passkey belongs to the site's own name.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        onion = settings.TUIDANG.onion
        if (
            onion
            and request.is_secure()
            and response.status_code == 200
            and request.method in {"GET", "HEAD"}
            and response.headers.get("Content-Type", "").startswith("text/html")
            and not request.path_info.startswith("/desk/")
            and request.get_host().partition(":")[0] != onion
        ):
            response.headers["Onion-Location"] = f"http://{onion}{request.get_full_path()}"
        return response

    return handle
