"""The sound of the library under /audio/: files without a trace of who hears them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from tuidang.base.parts import give_part
from tuidang.library.audio.queries import public_folder
from tuidang.library.audio.rules import is_name

# As its pages: shared caches may keep what everybody hears, a phone may not.
_HEADERS: Final = {"Content-Type": "audio/mpeg", "CDN-Cache-Control": "public, max-age=300"}


@require_safe
def sound(request: HttpRequest, name: str) -> HttpResponseBase:
    """Give a recording, or the part that a player asks for. A name stands for the same bytes for good."""
    if not is_name(name):
        raise Http404
    return give_file(request, public_folder() / name, _HEADERS)


def give_file(request: HttpRequest, path: Path, headers: dict[str, str]) -> HttpResponseBase:
    """Give a recording's file; raises Http404 where there is none."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return give_part(request, file, f'"{path.stem}"', headers)
