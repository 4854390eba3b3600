"""What pages say of an edition: its name, and what it is good for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from django.utils.translation import gettext as _

from tuidang.library.editions.formats import Format

_KILO: Final = 1024

NAMES: Final[Mapping[Format, Callable[[], str]]] = {
    Format.TEXT: lambda: _("Plain text"),
    Format.HTML: lambda: _("Web page"),
    Format.EPUB: lambda: "EPUB",
    Format.PDF: lambda: "PDF",
    Format.BOOKLET: lambda: _("Booklet"),
    Format.ZIM: lambda: "ZIM",
}
PURPOSES: Final[Mapping[Format, Callable[[], str]]] = {
    Format.TEXT: lambda: _("opens on any phone or computer, the oldest too"),
    Format.HTML: lambda: _("opens in any browser without a network"),
    Format.EPUB: lambda: _("for reading apps; letters as large as you like"),
    Format.PDF: lambda: _("for a larger screen; looks the same everywhere"),
    Format.BOOKLET: lambda: _("PDF for paper: print A4 on both sides along the short edge, fold, staple"),
    Format.ZIM: lambda: _(
        "all there is here in one file; the app Kiwix reads and searches it without a network"
    ),
}


def label(form: Format, size: int) -> str:
    """Say what an edition is and how large, for whoever pays for each megabyte."""
    return _("%(name)s, %(size)s") % {"name": NAMES[form](), "size": size_words(size)}


def size_words(size: int) -> str:
    """Write how large a file is."""
    kilobytes = max(1, -(-size // _KILO))
    return (
        f"{kilobytes}\N{NO-BREAK SPACE}KB"
        if kilobytes < 1000
        else f"{size / _KILO**2:.1f}\N{NO-BREAK SPACE}MB"
    )
