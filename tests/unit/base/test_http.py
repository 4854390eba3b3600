"""What every answer shares: headers by path, bounded bodies, JSON without tricks, problems by RFC 9457."""

from __future__ import annotations

import json

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from tuidang.base.http import (
    BodyTooLargeError,
    Problem,
    UnreadableBodyError,
    json_response,
    read_body,
    read_form,
    read_json,
    security_headers,
)

FORM = "application/x-www-form-urlencoded"


def answer(path: str, response: HttpResponse | None = None, **request: str) -> HttpResponse:
    handle = security_headers(lambda _: response or HttpResponse())
    answered = handle(RequestFactory().get(path, **request))
    assert isinstance(answered, HttpResponse)
    return answered


def posted(body: bytes, content_type: str = FORM) -> HttpRequest:
    return RequestFactory().generic("POST", "/", body, content_type)


@pytest.mark.parametrize("path", ["/en/", "/desk/", "/api/v1/figures", "/log/checkpoint", "/static/x.css"])
def test_every_answer_stays_on_our_own_origin(path: str) -> None:
    headers = answer(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert set(policy.values()) == {"'none'", "'self'"}
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]


def test_only_staff_screens_send_a_referrer_and_only_to_us() -> None:
    assert answer("/desk/queue/").headers["Referrer-Policy"] == "same-origin"
    for path in ("/en/", "/api/v1/figures", "/log/checkpoint", "/deskx/"):
        assert answer(path).headers["Referrer-Policy"] == "no-referrer"


def test_what_programs_read_is_open_to_other_origins_and_pages_are_not() -> None:
    for path in ("/api/v1/figures", "/log/checkpoint"):
        assert answer(path).headers["Access-Control-Allow-Origin"] == "*"
        assert answer(path).headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    for path in ("/en/", "/desk/"):
        assert "Access-Control-Allow-Origin" not in answer(path).headers
        assert answer(path).headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_nothing_is_stored_unless_a_view_says_so() -> None:
    assert answer("/en/").headers["Cache-Control"] == "no-store"
    said = HttpResponse(headers={"Cache-Control": "max-age=60"})
    assert answer("/en/", said).headers["Cache-Control"] == "max-age=60"
    assert "Cache-Control" not in answer("/log/checkpoint").headers


def test_files_of_the_log_are_the_same_in_every_language() -> None:
    spoken = {"Vary": "Accept-Language", "Content-Language": "en"}
    assert not answer("/log/checkpoint", HttpResponse(headers=spoken)).headers.keys() & spoken.keys()
    assert answer("/en/", HttpResponse(headers=spoken)).headers.items() >= spoken.items()


def test_no_codec_of_the_clients_choice_is_used() -> None:
    seen = []

    def handle(request: HttpRequest) -> HttpResponse:
        seen.append((request.encoding, request.GET.get("q")))
        return HttpResponse()

    for charset in ("rot13", "utf-16", "idna", "nonsense"):
        request = RequestFactory().get("/?q=%E9%87%91", content_type=f"text/plain; charset={charset}")
        security_headers(handle)(request)
    assert seen == [("utf-8", "金")] * 4


def test_a_body_is_read_up_to_its_limit() -> None:
    assert read_body(posted(b"x" * 10), 10) == b"x" * 10
    with pytest.raises(BodyTooLargeError):
        read_body(posted(b"x" * 11), 10)


@pytest.mark.parametrize("declared", ["-1", "x", "1e9", "9" * 30, "٣"])
def test_a_length_that_is_none_is_refused(declared: str) -> None:
    request = posted(b"x")
    request.META["CONTENT_LENGTH"] = declared
    with pytest.raises(BodyTooLargeError):
        read_body(request, 10)


def test_a_form_is_read_as_browsers_send_it_and_what_is_no_text_is_marked() -> None:
    fields = read_form(posted(b"name=%E9%87%91%E7%A6%8F&orgs=party&orgs=league&text=%FF"), 1000)
    assert fields["name"] == "金福"
    assert fields.getlist("orgs") == ["party", "league"]
    assert fields["text"] == "\ufffd"
    with pytest.raises(UnreadableBodyError):
        read_form(posted(b"name=x", "multipart/form-data; boundary=x"), 1000)
    with pytest.raises(BodyTooLargeError):
        read_form(posted(b"&".join([b"orgs=party"] * 2000)), 100_000)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b'"\xed\xa0\x80"',
        b"NaN",
        b"[Infinity]",
        b'{"a":1,"a":2}',
        b"[" * 99_999,
        b"1" * 9999,
    ],
)
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadableBodyError):
        read_json(posted(body), 1_000_000)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
        lambda v: st.lists(v) | st.dictionaries(st.text(), v),
    )
)
def test_what_is_json_is_read_and_written_alike(value: object) -> None:
    body = json_response(value).content
    assert read_json(posted(body), len(body)) == value
    assert json.loads(body) == value


def test_a_problem_has_the_members_of_the_standard_and_no_empty_ones() -> None:
    plain = Problem(404, "Not found").response()
    assert plain.headers["Content-Type"] == "application/problem+json"
    assert json.loads(plain.content) == {"type": "about:blank", "title": "Not found", "status": 404}
    full = Problem(429, "Wait", "A while.", "/described", ({"detail": "x"},), {"Retry-After": "3"}).response()
    assert full.status_code == 429
    assert full.headers["Retry-After"] == "3"
    assert json.loads(full.content) == {
        "type": "/described",
        "title": "Wait",
        "status": 429,
        "detail": "A while.",
        "errors": [{"detail": "x"}],
    }
