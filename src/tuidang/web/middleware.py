"""What the web server does to every page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware

_Handler = Callable[[HttpRequest], HttpResponse]


def compress_pages(get_response: _Handler) -> _Handler:
    """Compress pages for slow networks; the public folder's files go out as they lie there."""
    compressed = GZipMiddleware(get_response)  # pads at random, so that sizes tell less

    def handle(request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith("/log/"):
            return get_response(request)
        return compressed(request)  # type: ignore[return-value]  # synchronous here: never a coroutine

    return handle
