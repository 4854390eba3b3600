"""Which files make the app: all are on the phone before it says that it works without a network."""

from __future__ import annotations

from typing import Final

from django.templatetags.static import static

MODULES: Final = tuple(
    f"field/{name}.js"
    for name in (
        "main",
        "person",
        "list",
        "sites",
        "screens",
        "store",
        "sync",
        "seal",
        "receipt",
        "names",
        "masks",
        "weeks",
        "noble-seal",
    )
)
STYLES: Final = ("web/tuidang.css", "web/icon.svg", "field/field.css", "field/icon-192.png")


def files_of_app() -> tuple[str, ...]:
    """Give the addresses of the files beside the pages; each changes with what is in it."""
    return tuple(static(name) for name in (*STYLES, *MODULES))
