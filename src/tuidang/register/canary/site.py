"""A register's site as a visitor has it: its form, page by page, and its interface for programs."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

_TIMEOUT = 60  # seconds
_MOST = 4 << 20  # bytes of an answer
_RECEIPT = re.compile(r"\d{4} \d{4} \d{4} \d{4}", re.ASCII)
# What a common browser says of itself: a program's name would tell the site which statements are canaries.
_BROWSER = {
    "User-Agent": "Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.8,en;q=0.5",
}


class SiteError(Exception):
    """The site did not do what it does for visitors; the message says what it did."""


class Site:
    """One site, by its address."""

    def __init__(self, address: str) -> None:
        """Take an http:// or https:// address, without a path."""
        self.address = address.rstrip("/")

    def preview(self, fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Open the form, send it to be previewed, and give the fields that the preview carries."""
        self._fetch("/zh-hans/write/")
        page = self._fetch("/zh-hans/write/", urlencode([*fields, ("step", "preview")]).encode())
        hidden = _Hidden()
        hidden.feed(page)
        if not any(name == "key" for name, _ in hidden.fields):
            raise SiteError("the form did not come to its preview")
        return hidden.fields

    def post(self, fields: list[tuple[str, str]]) -> str:
        """Press the preview's button, and give the sixteen digits of the receipt."""
        page = self._fetch("/zh-hans/write/", urlencode([*fields, ("step", "post")]).encode())
        return _digits(re.sub(r"<[^>]*>", "", page.partition('class="receipt"')[2][:400]))

    def post_by_program(self, statement: dict[str, Any]) -> str:
        """Send a statement through the interface for programs, and give its receipt."""
        return _digits(str(self.ask("statements", statement)["receipt"]), grouped=False)

    def ask(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Ask the interface for programs; an answer of 404 gives nothing."""
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        try:
            answered = json.loads(self._fetch(f"/api/v1/{path}", data, "application/json"))
        except ValueError as error:
            raise SiteError("the site answered something that is no JSON") from error
        if not isinstance(answered, dict):
            raise SiteError("the site answered JSON that is no object")
        return answered

    def proof(self, leaf: int) -> str:
        """Give the proof that a leaf is in the log, as the site serves it."""
        return self._fetch(f"/api/v1/proofs/{leaf}", kind="text/plain")

    def _fetch(self, path: str, data: bytes | None = None, kind: str = "text/html") -> str:
        headers = dict(_BROWSER)
        if kind == "application/json":
            headers |= {"Accept": kind, "Content-Type": kind}
        elif kind == "text/plain":
            headers["Accept"] = kind
        elif data is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        request = urllib.request.Request(self.address + path, data, headers)  # noqa: S310  the command looks at it
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310  likewise
                return str(answer.read(_MOST).decode())
        except urllib.error.HTTPError as error:
            if error.code == 404 and kind == "application/json":
                return "{}"
            raise SiteError(f"{path} was answered by {error.code} {error.reason}") from error
        except (OSError, UnicodeDecodeError) as error:
            raise SiteError(f"{path} could not be had: {error}") from error


class _Hidden(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "input" and found.get("type") == "hidden":
            self.fields.append((found.get("name", ""), found.get("value", "")))


def _digits(text: str, *, grouped: bool = True) -> str:
    found = _RECEIPT.search(" ".join(text.split()))
    if found:
        return found.group().replace(" ", "")
    if not grouped and re.fullmatch(r"[\d ]{16,19}", text, re.ASCII):
        return text.replace(" ", "")
    raise SiteError("the site gave no receipt")
