"""Editions over HTTP, and what of them a page lists: files as they lie there, to keep and to hand on."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from tuidang.base.parts import give_part
from tuidang.library.edition_words import PURPOSES, label
from tuidang.library.editions.formats import TYPES, Format, path_of, shelf_path

_PATH: Final = re.compile(r"(?:[a-z0-9][a-z0-9-]*/){0,2}[a-z0-9][a-z0-9-]*\.[a-z]{2,4}", re.ASCII)
_LONGEST: Final = 200
_SHOWN: Final = ("manifest.txt", "key.txt")  # in the browser; all else it saves


@dataclass(frozen=True)
class Listed:
    """An edition that somebody can take."""

    form: Format
    address: str
    bytes: int

    @property
    def label(self) -> str:
        """Say what it is, and how large."""
        return label(self.form, self.bytes)

    @property
    def purpose(self) -> str:
        """Say what it is good for."""
        return PURPOSES[self.form]()


@require_safe
def edition(request: HttpRequest, path: str) -> HttpResponseBase:
    """Give a file of the folder of editions, to be saved under a name that says nothing; raises Http404.

    There is no Last-Modified: when something was published is said by its day alone.
    """
    if len(path) > _LONGEST or not _PATH.fullmatch(path):
        raise Http404
    try:
        file = (_folder() / path).open("rb")
    except OSError:
        raise Http404 from None
    name = path.rpartition("/")[2]
    headers = {
        "Content-Type": TYPES.get(path.rpartition(".")[2], "application/octet-stream"),
        # As the pages: caches on the way may keep what everybody gets, a phone may not.
        "CDN-Cache-Control": "public, max-age=300",
    }
    if name not in _SHOWN:
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return give_part(request, file, _entity_tag(os.fstat(file.fileno())), headers)


def editions_of(name: str, language: str, number: int | None = None) -> Sequence[Listed]:
    """List the editions that there are of a work, or of one chapter of it."""
    return _there((form, path_of(name, language, number, form)) for form in Format if form is not Format.ZIM)


def shelf_of(language: str) -> Listed | None:
    """Give the one file of everything in a language, if it is there."""
    return next(iter(_there([(Format.ZIM, shelf_path(language))])), None)


def _there(wanted: Iterable[tuple[Format, str]]) -> list[Listed]:
    found = []
    for form, path in wanted:
        with suppress(OSError):  # it was not made, or is just taken away
            found.append(Listed(form, reverse("edition", args=[path]), (_folder() / path).stat().st_size))
    return found


def _folder() -> Path:
    return Path(settings.TUIDANG.data / "editions")


def _entity_tag(status: os.stat_result) -> str:
    """Name one version of a file: files are replaced by renaming, so these three tell them apart."""
    seen = f"{status.st_ino} {status.st_size} {status.st_mtime_ns}".encode()
    return f'"{hashlib.blake2b(seen, key=settings.SECRET_KEY.encode()[:64], digest_size=12).hexdigest()}"'
