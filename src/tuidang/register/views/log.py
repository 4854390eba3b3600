"""A public folder over HTTP: files as they lie there, whole, in part, or not again."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from tuidang.base.parts import give_part

_PATH = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9._-]*/)*[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
_TYPES = {
    "checkpoint": "text/plain; charset=utf-8",
    "vkey": "text/plain; charset=utf-8",
    "json": "application/json",
    "gz": "application/gzip",
    "sqlite": "application/vnd.sqlite3",
}
_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_A_MOMENT = "public, max-age=30"


@require_safe
def serve_file(request: HttpRequest, path: str) -> HttpResponseBase:
    """Answer with one file of the register's public folder."""
    constant = path.startswith("tile/") and ".p/" not in path
    return answer_file(request, settings.TUIDANG.log, path, constant=constant)


def answer_file(request: HttpRequest, folder: Path, path: str, *, constant: bool) -> HttpResponseBase:
    """Answer with one file below a public folder; raise 404 for whatever is not a plain file in it.

    A `constant` one may be kept by caches for ever. There is no Last-Modified: a day file is written anew
    when a statement is erased, and the exact time of that is nobody's business. The entity tag is keyed for
    the same reason.
    """
    file = _open(folder.resolve(), path)
    status = os.fstat(file.fileno())
    headers = {
        "Content-Type": _TYPES.get(path.rpartition("/")[2].rpartition(".")[2], "application/octet-stream"),
        "Cache-Control": _FOR_EVER if constant else _FOR_A_MOMENT,
    }
    return give_part(request, file, _entity_tag(status), headers)


def _open(folder: Path, path: str) -> BinaryIO:
    """Open a plain file below the folder: no hidden names, no way out, no link that leads elsewhere.

    Nor one that is just being written.
    """
    if len(path) > 200 or path.endswith(".new") or not _PATH.fullmatch(path):
        raise Http404
    file = (folder / path).resolve()
    if not file.is_relative_to(folder) or not file.is_file():
        raise Http404
    try:
        return file.open("rb")
    except OSError as error:
        raise Http404 from error


def _entity_tag(status: os.stat_result) -> str:
    """Name one version of a file: files are replaced by renaming, so these three tell them apart."""
    seen = f"{status.st_ino} {status.st_size} {status.st_mtime_ns}".encode()
    return f'"{hashlib.blake2b(seen, key=settings.SECRET_KEY.encode()[:64], digest_size=12).hexdigest()}"'
