"""What every answer over HTTP shares: safe headers, bounded bodies, errors as problem details (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Never

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict

_Handler = Callable[[HttpRequest], HttpResponseBase]

_SOURCES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
_FEATURES = (
    "accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope",
    "magnetometer", "microphone", "midi", "payment", "usb",
)  # fmt: skip


def content_security(**others: str) -> str:
    """Write a Content-Security-Policy: everybody's, but for the directives that one page needs otherwise."""
    sources = {**_SOURCES, **{name.replace("_", "-"): words for name, words in others.items()}}
    return "; ".join(f"{name} {words}" for name, words in sources.items())


def permissions(*ours: str) -> str:
    """Write a Permissions-Policy that forbids a page everything, but for features of its own origin."""
    return ", ".join(f"{name}=({'self' if name in ours else ''})" for name in _FEATURES)


# Shared caches may keep a page that everybody reads, a phone may not: RFC 9213 tells them apart.
FOR_SHARED_CACHES = "public, max-age=300"
_CONTENT_SECURITY = content_security()
_PERMISSIONS = permissions()
_FOR_STAFF = "/desk/"
_FOR_EVERYBODY = ("/log/", "/trust/", "/editions/")
_FOR_PROGRAMS = ("/log/", "/trust/", "/api/")
_FOR_CACHES = ("/log/", "/trust/", "/static/")


def security_headers(get_response: _Handler) -> _Handler:
    """Set on every answer the headers that keep it on our own origin and out of caches, and read UTF-8 only.

    Public pages send no referrer at all; staff screens send it within our origin, which Django's check of
    forms needs. What programs read may be fetched by other origins: it is public, and carries no cookie.
    """

    def handle(request: HttpRequest) -> HttpResponseBase:
        request.encoding = "utf-8"  # whatever codec the client names: some would raise, some would mislead
        response = get_response(request)
        path = request.path_info
        for_programs = path.startswith(_FOR_PROGRAMS)
        headers = {
            "Content-Security-Policy": _CONTENT_SECURITY,
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "same-origin" if path.startswith(_FOR_STAFF) else "no-referrer",
            "Permissions-Policy": _PERMISSIONS,
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "cross-origin" if for_programs else "same-origin",
            "Server": "tuidang",  # and not which server it is, for whoever looks for a hole in it
        }
        if for_programs:
            headers["Access-Control-Allow-Origin"] = "*"
        if not path.startswith(_FOR_CACHES):
            headers["Cache-Control"] = "no-store"  # a page left in a phone's cache can convict its owner
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        if response.status_code >= 400:  # nor may a refusal that somebody provoked stand in a file's place
            response.headers["Cache-Control"] = "no-store"
        if path.startswith(_FOR_EVERYBODY):
            for name in ("Vary", "Content-Language"):  # a file is the same in every language
                response.headers.pop(name, None)
        return response

    return handle


@dataclass(frozen=True)
class Problem:
    """Say what went wrong in one request, for a program to act on and a person to read.

    `kind` points to where our OpenAPI document describes the problem; without it the status says all.
    Each of `errors` has a `detail`, and a `pointer` into the body or a `parameter` of the query.
    """

    status: int
    title: str
    detail: str = ""
    kind: str = "about:blank"
    errors: tuple[Mapping[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> HttpResponse:
        """Return the problem as `application/problem+json` (RFC 9457, section 3)."""
        members = {
            "type": self.kind,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "errors": self.errors,
        }
        return json_response(
            {name: value for name, value in members.items() if value},
            status=self.status,
            content_type="application/problem+json",
            headers=self.headers,
        )


class RefusedError(Exception):
    """Carry the problem for which a request cannot be answered."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title)
        self.problem = problem


def json_response(
    value: object,
    *,
    status: int = 200,
    content_type: str = "application/json",
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Return a value as JSON in UTF-8, Chinese characters as they are."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(body.encode(), status=status, content_type=content_type, headers=dict(headers or {}))


def came_from_elsewhere(request: HttpRequest) -> bool:
    """Tell whether another site's page has made the browser send this, as today's browsers say themselves.

    W3C Fetch Metadata, over TLS and from an onion. The Origin says nothing here: our own pages send no
    referrer, and with that browsers send the origin "null".
    """
    return request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}


class BodyTooLargeError(Exception):
    """Say that a body is longer than we read."""


class UnreadableBodyError(Exception):
    """Say that a body is not of the kind its reader reads."""


def read_body(request: HttpRequest, limit: int) -> bytes:
    """Return the body, of at most `limit` bytes; a longer one is refused before it is read."""
    declared = request.META.get("CONTENT_LENGTH") or "0"
    if not (declared.isascii() and declared.isdecimal()) or int(declared) > limit:
        raise BodyTooLargeError
    try:
        return request.body
    except RequestDataTooBig as error:
        raise BodyTooLargeError from error


def read_form(request: HttpRequest, limit: int) -> QueryDict:
    """Return the fields of a plain form; what is not UTF-8 comes out as U+FFFD, so that the rest is kept."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise UnreadableBodyError
    try:
        return QueryDict(read_body(request, limit), encoding="utf-8")
    except TooManyFieldsSent as error:
        raise BodyTooLargeError from error


def read_json(request: HttpRequest, limit: int) -> object:
    """Return the value of a JSON body (RFC 8259, and no name twice, no number that JSON does not have)."""
    try:
        return json.loads(
            read_body(request, limit).decode(),
            object_pairs_hook=_without_repeats,
            parse_constant=_refuse_constant,
        )
    except (ValueError, RecursionError) as error:
        raise UnreadableBodyError from error


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return read


def _refuse_constant(name: str) -> Never:
    raise ValueError(f"{name} is not JSON")
