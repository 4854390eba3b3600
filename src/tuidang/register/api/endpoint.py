"""What every address of the interface does alike: methods, media types, errors as problem details."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from tuidang.base.http import (
    BodyTooLargeError,
    Problem,
    RefusedError,
    UnreadableBodyError,
    read_json,
)
from tuidang.register.rules.form import ErrorCode
from tuidang.register.words import ValueCode, sentence

Handler = Callable[..., HttpResponse]
Codes = Mapping[str, ErrorCode | ValueCode]

BODY_BYTES: Final = 128 * 1024  # the longest statement, every character escaped, fits in half of it
_ANYTHING: Final = "*/*"  # what most programs accept; Django takes its time to find that out
_DESCRIBED: Final = "/api/v1/openapi.json#/components/responses/"


def endpoint(produces: str, **handlers: Handler) -> Handler:
    """Return a view that calls the handler of the request's method, and answers problems as such.

    `handlers` are named by method; HEAD is answered as GET, OPTIONS with what is allowed. A program that does
    not accept what the address `produces` is told so (406) before anything is done.
    """
    allowed = sorted({*handlers, "OPTIONS", *({"HEAD"} if "GET" in handlers else ())})

    @csrf_exempt  # programs carry no cookie
    def answer(request: HttpRequest, **path: str) -> HttpResponse:
        method = "GET" if request.method == "HEAD" else request.method or ""
        if method == "OPTIONS":
            return HttpResponse(status=204, headers={"Allow": ", ".join(allowed)})
        if method not in handlers:
            return _not_allowed(allowed).response()
        if request.META.get("HTTP_ACCEPT", _ANYTHING) != _ANYTHING and not request.accepts(produces):
            return _not_acceptable(produces).response()
        try:
            return handlers[method](request, **path)
        except RefusedError as refused:
            return refused.problem.response()

    return answer


def read_object(request: HttpRequest) -> dict[str, object]:
    """Return the JSON object in the body. Raises RefusedError: 400, 411, 413, 415 or 422."""
    charset = (request.content_params or {}).get("charset", "utf-8").lower()
    if request.content_type != "application/json" or charset != "utf-8":
        raise RefusedError(
            Problem(
                415,
                _("This kind of body is not read"),
                _("Send JSON in UTF-8, with the header Content-Type: application/json."),
                headers={"Accept-Post": "application/json"},
            )
        )
    if "HTTP_TRANSFER_ENCODING" in request.META:
        raise RefusedError(
            Problem(411, _("The length is missing"), _("Send the body with a Content-Length, not in chunks."))
        )
    try:
        value = read_json(request, BODY_BYTES)
    except BodyTooLargeError as error:
        raise RefusedError(
            Problem(
                413,
                _("The body is too large"),
                _("At most %(bytes)s bytes are read.") % {"bytes": BODY_BYTES},
            )
        ) from error
    except UnreadableBodyError as error:
        raise RefusedError(
            Problem(
                400,
                _("The body is not JSON"),
                _("It could not be read as JSON in UTF-8, or a name stands twice in it."),
                kind=_DESCRIBED + "Unreadable",
            )
        ) from error
    if not isinstance(value, dict):
        raise RefusedError(invalid({"": ValueCode.NOT_OBJECT}))
    return value


def invalid(errors: Codes, *, in_query: bool = False) -> Problem:
    """Return the problem that names each wrong field of a body, or parameter of a query, with a sentence."""
    entries = tuple(
        {"detail": sentence(code), "code": code.value}
        | ({"parameter": field} if in_query else {"pointer": _pointer(field)})
        for field, code in errors.items()
    )
    return Problem(
        422,
        _("Some of it is missing or wrong"),
        " ".join(dict.fromkeys(entry["detail"] for entry in entries)),
        kind=_DESCRIBED + "Invalid",
        errors=entries,
    )


def not_found(detail: str) -> Problem:
    """Return the problem that there is nothing here."""
    return Problem(404, _("Not found"), detail)


def too_often(seconds: int) -> Problem:
    """Return the problem that a name was tried too often."""
    return Problem(
        429,
        _("Please wait"),
        _("This name was tried several times. Try again after the time that Retry-After gives, in seconds."),
        kind=_DESCRIBED + "TooOften",
        headers={"Retry-After": str(seconds)},
    )


def away(seconds: int) -> Problem:
    """Return the problem that the database could not be asked."""
    return Problem(
        503,
        _("Please wait"),
        _("Nothing could be looked up just now."),
        kind=_DESCRIBED + "Away",
        headers={"Retry-After": str(seconds)},
    )


def closed(retry_after: str) -> Problem:
    """Return the problem that no statement can be taken now."""
    return Problem(
        503,
        _("No statement can be taken now"),
        _("Nothing was taken. Send the same request again later: it counts once, however often it comes."),
        kind=_DESCRIBED + "Closed",
        headers={"Retry-After": retry_after},
    )


def _pointer(field: str) -> str:
    """Point to a member of the body (RFC 6901, in a URI fragment), or to the whole of it."""
    escaped = field.replace("~", "~0").replace("/", "~1")
    return f"#/{quote(escaped, errors='replace')}" if field else "#"


def _not_allowed(allowed: list[str]) -> Problem:
    return Problem(
        405,
        _("This method is not allowed here"),
        _("Allowed are: %(methods)s.") % {"methods": ", ".join(allowed)},
        headers={"Allow": ", ".join(allowed)},
    )


def _not_acceptable(produces: str) -> Problem:
    return Problem(
        406, _("Nothing acceptable can be sent"), _("This address sends %(type)s.") % {"type": produces}
    )
