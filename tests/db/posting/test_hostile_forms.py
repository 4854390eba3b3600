"""Whatever is sent to the forms, the answer is a page with a sentence, and what can be kept is kept."""

from __future__ import annotations

import gzip
import os

import pytest
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tuidang.register.models import Waiting
from visitor_cast import FORM_TYPE, Visitor

PATHS = [
    "/zh-hans/write/",
    "/en/write/for-others/",
    "/zh-hant/my-statement/",
    "/en/my-statement/correct/",
    "/en/hide/",
]
NAMES = ["name", "orgs", "region", "place", "text", "lang", "consent", "under_18", "key", "step", "receipt"]
NAMES += ["number", "part", "alias.0", "people.0.name", "people.0.orgs", "people.999.orgs", "people.x.name"]
STEPS = ["preview", "post", "change", "more", "find", "withdraw", "erase", "before_erasure", "nonsense"]
HOSTILE = [
    *("\x00", "%ED%A0%80", "\u202e王", "\ufeff", "\x1b[2J", "\r\n\r\n", "-1", "<script>", "' OR 1=1 --"),
    *(
        "𠀀" * 200,
        "а" * 41,
        "e" + "\u0301" * 500,
        "👨‍👩‍👧‍👦",
        "ﷺ" * 100,
        "９" * 16,
        "0" * 32,
        "0" * 400,
        "1" * 5000,
    ),
]

values = st.one_of(st.sampled_from([*HOSTILE, *STEPS]), st.text(max_size=60))
raw_values = st.one_of(values.map(lambda text: text.encode("utf-8", "surrogatepass")), st.binary(max_size=60))
bodies = st.lists(st.tuples(st.sampled_from(NAMES), raw_values), max_size=12)


def encoded(fields: list[tuple[str, bytes]]) -> bytes:
    return b"&".join(
        name.encode() + b"=" + b"".join(b"%%%02X" % byte for byte in value) for name, value in fields
    )


@pytest.mark.parametrize("path", PATHS)
@given(fields=bodies, step=st.sampled_from(STEPS))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(fields=[("text", b"\xff\xfe"), ("name", b"\xed\xa0\x80")], step="preview")
@example(fields=[("people.999.name", b"x")], step="more")
@example(fields=[("alias.999", b"x"), ("name", b"")], step="post")
@example(fields=[("part", b"9" * 30), ("receipt", b"1" * 16), ("name", b"x")], step="find")
def test_no_field_can_break_a_page(
    visitor: Visitor, path: str, fields: list[tuple[str, bytes]], step: str
) -> None:
    body = encoded([*fields, ("step", step.encode())])
    response = visitor.client.post(path, body, content_type=FORM_TYPE)
    assert response.status_code in {200, 302, 404, 422, 429}
    assert not response.cookies


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data; name=name\r\n\r\nx\r\n--x--",
        ),
        ("text/plain", b"name=x"),
        ("application/json", b'{"name": "x"}'),
        ("", b"name=x"),
        ("application/x-www-form-urlencoded; charset=rot13", b"name=x"),
        ("application/x-www-form-urlencoded; charset=utf-16", b"name=x"),
        ("application/x-www-form-urlencoded; charset=nonsense", b"name=x"),
        ("application/x-www-form-urlencoded", gzip.compress(b"name=x", mtime=0)),
        ("application/x-www-form-urlencoded", os.urandom(5000)),
        ("application/x-www-form-urlencoded", b"&".join(b"orgs=party" for _ in range(2000))),
        ("application/x-www-form-urlencoded", b"a" * 10_000_000),
        ("application/x-www-form-urlencoded", b"text=" + b"%E5%AD%97" * 100_000),
    ],
)
def test_no_body_can_break_a_page(visitor: Visitor, path: str, content_type: str, body: bytes) -> None:
    response = visitor.client.generic("POST", path, body, content_type)
    assert response.status_code in {200, 302, 413, 415, 422}
    assert b"<h1>" in response.content or response.status_code == 302


def test_a_body_too_large_is_refused_with_a_way_on(visitor: Visitor) -> None:
    response = visitor.client.post("/en/write/", b"text=" + b"a" * 10_000_000, content_type=FORM_TYPE)
    assert response.status_code == 413
    assert "too long" in response.content.decode()


class Unread:
    """A body of which nobody reads a byte."""

    def read(self, size: int = -1) -> bytes:
        raise AssertionError(f"{size} bytes were read")

    readline = read


@pytest.mark.parametrize("path", ["/desk/sign-in/", "/en/", "/en/write/", "/api/v1/statements", "/nowhere/"])
@pytest.mark.usefixtures("visitor")
def test_a_long_upload_is_refused_before_a_byte_of_it_is_read(path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies["csrftoken"] = "a" * 32  # of the sender's own making: with one, Django reads the body
    kind = {"CONTENT_TYPE": "multipart/form-data; boundary=x", "CONTENT_LENGTH": str(10**10)}
    assert client.generic("POST", path, **kind, **{"wsgi.input": Unread()}).status_code == 400


def test_a_text_many_times_too_long_comes_back_whole_to_be_shortened(visitor: Visitor) -> None:
    visitor.open("/en/write/")
    visitor.press("step", "preview", name="金福", orgs="party", consent="own", text="长" * 30_000)
    assert visitor.status == 422
    assert dict(visitor.kept("step"))["text"] == "长" * 30_000


def test_what_turns_the_direction_of_writing_is_refused_and_kept(visitor: Visitor) -> None:
    visitor.open("/en/write/")
    visitor.press("step", "preview", name="金\u202e福", orgs="party", consent="own", text="a\x00b")
    assert visitor.status == 422
    assert {"#name", "#text"} <= {a.attributes["href"] for a in visitor.page.find("a")}
    assert not Waiting.objects.exists()


def test_bytes_in_another_encoding_are_refused_and_the_rest_is_kept(visitor: Visitor) -> None:
    body = b"name=%BD%F0%B8%A3&orgs=party&consent=own&text=We+leave."  # GBK
    response = visitor.client.post("/en/write/", body, content_type=FORM_TYPE)
    assert response.status_code == 422
    assert "cannot be shown" in response.content.decode()
    assert "We leave." in response.content.decode()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
def test_a_page_answers_other_methods_with_what_it_allows(visitor: Visitor, path: str, method: str) -> None:
    response = visitor.client.generic(method, path)
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, POST"


def test_a_form_is_taken_from_a_page_that_sends_no_origin_and_no_cookie(visitor: Visitor) -> None:
    client = Client(enforce_csrf_checks=True, headers={"origin": "null", "sec-fetch-site": "same-origin"})
    assert client.post("/en/write/", "name=x", content_type=FORM_TYPE).status_code == 422
