"""The site behind a proxy that speaks TLS, asked as browsers ask; and what is logged of a visit."""

from __future__ import annotations

import io
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from tuidang.base.logs import PlainFormatter

ASK = """
import django
django.setup()
from tuidang.web import house
house.prepare()
from django.test import Client
visitor = Client(enforce_csrf_checks=True, headers={"X-Forwarded-Proto": "https", "Host": "example.org"})
page = visitor.get("/desk/sign-in/")
token = visitor.cookies["csrftoken"].value
form = {"pseudonym": "nobody", "password": "wrong", "csrfmiddlewaretoken": token}
own = visitor.post("/desk/sign-in/", form, headers={"Origin": "https://example.org"})
foreign = visitor.post("/desk/sign-in/", form, headers={"Origin": "https://example.net"})
print(page.headers.get("Strict-Transport-Security"), own.status_code, foreign.status_code)
"""


def test_browsers_are_told_to_stay_with_tls_and_staff_forms_are_taken(tmp_path: Path) -> None:
    """In a process of its own: what the settings say is fixed when they are read."""
    surroundings = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tuidang.web.settings",
        "TUIDANG_DATA": str(tmp_path),
        "TUIDANG_HOSTS": "example.org",
        "TUIDANG_HTTPS": "yes",
        "TUIDANG_BEHIND_PROXY": "yes",
    }
    asked = subprocess.run(
        [sys.executable, "-c", ASK], env=surroundings, check=True, capture_output=True, text=True
    )
    assert asked.stdout.split() == ["max-age=31536000", "200", "403"]


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Whatever the site writes on its standard error, which the system's journal keeps with the time."""
    (handler,) = (h for h in logging.getLogger().handlers if isinstance(h.formatter, PlainFormatter))
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(stream := io.StringIO())
    yield stream
    handler.setStream(before)


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(
    ("path", "host", "status"),
    [
        ("/zh-hans/nowhere/", "testserver", 404),
        ("/zh-hans/my-statement/", "testserver", 422),
        ("/zh-hans/my-statement/", "elsewhere.example", 400),
        ("/desk/sign-in/", "testserver", 403),
    ],
)
def test_no_line_is_logged_of_what_a_visitor_did_wrong(
    written: io.StringIO, path: str, host: str, status: int
) -> None:
    visitor = Client(enforce_csrf_checks=True, headers={"Host": host})
    answer = visitor.post(path, "receipt=1", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == status
    assert written.getvalue() == ""
    logging.getLogger("django.request").error("what is ours to mend is logged")
    assert written.getvalue()
