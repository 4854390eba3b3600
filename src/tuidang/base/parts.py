"""A file over HTTP, whole or the part that was asked for (RFC 9110, section 14)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
_CHUNK = 64 * 1024


def give_part(
    request: HttpRequest, file: BinaryIO, etag: str, headers: Mapping[str, str]
) -> HttpResponseBase:
    """Answer with an open file, and close it: whole, in part, or not again."""
    size = os.fstat(file.fileno()).st_size
    headers = {**headers, "ETag": etag, "Accept-Ranges": "bytes"}
    known = get_conditional_response(request, etag)
    if known is not None:  # not modified, or not what the client insists on
        file.close()
        return HttpResponse(status=known.status_code, headers=headers)
    part = _part_asked_for(request, etag, size)
    first, length = part or (0, size)
    if part:
        headers["Content-Range"] = f"bytes {first}-{first + length - 1}/{size}"
    if first >= size > 0:
        file.close()
        return HttpResponse(status=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    headers["Content-Length"] = str(length)
    return StreamingHttpResponse(_read(file, first, length), status=206 if part else 200, headers=headers)


def _part_asked_for(request: HttpRequest, etag: str, size: int) -> tuple[int, int] | None:
    """Return first byte and length of a single range, or None for the whole."""
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if not asked or asked.group() == "bytes=-" or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = asked.groups()
    if not first:
        length = min(int(last), size)
        return size - length, length
    end = min(int(last) + 1, size) if last else size
    return (int(first), end - int(first)) if not last or int(first) <= int(last) else None


def _read(file: BinaryIO, first: int, length: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        while length and (chunk := file.read(min(_CHUNK, length))):
            length -= len(chunk)
            yield chunk
