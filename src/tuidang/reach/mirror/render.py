"""Pages as the site itself answers for them, asked in this process; and the pages that only a mirror has."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.template.loader import render_to_string
from django.utils.translation import override

from tuidang.base.options import Options

_MOST_HOPS = 3
_DRESS = ("templates", "locale", "mirror")  # folders whose files make a page look as it does


@dataclass(frozen=True)
class Answer:
    """What the site answers for an address: the type of it, and its bytes."""

    kind: str
    body: bytes

    @property
    def is_page(self) -> bool:
        """Tell whether it is a page of HTML."""
        return self.kind == "text/html"


class Site:
    """The site, asked as a browser asks it that has no cookie and knows no compression."""

    def __init__(self, options: Options) -> None:
        self._handler = WSGIHandler()
        self._host = options.hosts[0]
        self._https = options.https
        self.origin = site_address(options)
        self._port = str(options.port)

    def get(self, address: str) -> Answer | None:
        """Give what stands at an address, redirects followed; None where there is nothing to be had."""
        for _ in range(_MOST_HOPS):
            status, headers, body = self._ask(address)
            if status in {301, 302, 307, 308}:
                address = urlsplit(headers.get("location", ""))._replace(scheme="", netloc="").geturl()
                continue
            if status != 200:
                return None
            return Answer(headers.get("content-type", "").partition(";")[0], body)
        return None

    def request(self, address: str) -> WSGIRequest:
        """Give a request for an address, for a page that only a mirror has."""
        return WSGIRequest(self._environ(address))

    def _ask(self, address: str) -> tuple[int, dict[str, str], bytes]:
        said: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]], _error: object = None) -> None:
            said["status"] = int(status.split(maxsplit=1)[0])
            said["headers"] = {name.lower(): value for name, value in headers}

        answer = self._handler(self._environ(address), start)  # type: ignore[arg-type]  # a plain function will do
        try:
            body = b"".join(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()
        return said["status"], said["headers"], body

    def _environ(self, address: str) -> dict[str, Any]:
        path, _, query = address.partition("?")
        host = self._host if self._https else urlsplit(self.origin).netloc
        return {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": self._host,
            "SERVER_PORT": "443" if self._https else self._port,
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": host,
            "HTTP_X_FORWARDED_PROTO": "https" if self._https else "http",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "https" if self._https else "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }


def site_address(options: Options) -> str:
    """Give the address of the site itself, without a slash at its end."""
    if options.https:
        return f"https://{options.hosts[0]}"
    return f"http://{options.hosts[0]}:{options.port}"


class Own:
    """What only a mirror has: its line, its words in the place of a form, and pages about it."""

    def __init__(self, site: Site, options: Options, **context: object) -> None:
        self._site = site
        self._context = {"origin": site.origin, "onion": options.onion, **context}

    def page(self, name: str, address: str, language: str, **more: object) -> str:
        """Write a page about the mirror."""
        with override(language):
            request = self._site.request(address)
            return render_to_string(f"reach/mirror/{name}.html", self._context | more, request)

    @cache  # noqa: B019 -- one for each build
    def piece(self, name: str, language: str) -> str:
        """Write a piece that stands in pages."""
        with override(language):
            return render_to_string(f"reach/mirror/{name}.html", self._context | {"language": language})


def dress(options: Options) -> str:
    """Hash everything but the register that a page depends on: code, templates, words, styles, settings."""
    digest = sha256()
    folders = [Path(app.path) for app in apps.get_app_configs() if app.name.startswith("tuidang.")]
    for folder in sorted(folders):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix in {".html", ".svg", ".py", ".mo", ".css", ".js"}:
                digest.update(str(path.relative_to(folder)).encode() + sha256(path.read_bytes()).digest())
    digest.update(repr((site_address(options), options.onion, options.operator, options.contact)).encode())
    return digest.hexdigest()


def check_script() -> bytes:
    """Write the script of the page that checks, in one piece: a page opened from a file loads no modules."""
    folder = resources.files("tuidang.reach") / "static" / "reach"
    library = (folder / "noble-verify.js").read_text(encoding="utf-8")
    before, found, after = library.rpartition("export{")
    names = dict(
        part.split(" as ")[::-1] for part in after.strip().removesuffix(";").removesuffix("}").split(",")
    )
    if not found or names.keys() != {"ed25519", "sha256"}:
        raise ValueError("noble-verify.js does not end as scripts/bundle makes it")
    own = (folder / "mirror-check.js").read_text(encoding="utf-8")
    return (
        f'"use strict";(()=>{{const noble=(()=>{{{before}\nreturn {{ed25519:{names["ed25519"]},'
        f"sha256:{names['sha256']}}};}})();\n{own}}})();\n"
    ).encode()
