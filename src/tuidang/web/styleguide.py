"""The page that shows what pages are made of: colours and their contrast (WCAG 2.2), letters, parts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tuidang.base import charts
from tuidang.base.clock import china_today

_SHEET: Final = Path(__file__).parent / "static/web/tuidang.css"
# What meets most often; the tests know every pair.
PAIRS: Final = (
    *(("ink", ground) for ground in ("paper", "card", "shade", "tint", "blush")),
    *(("quiet", "paper"), ("go", "paper"), ("stop", "paper"), ("on-go", "go"), ("on-stop", "stop")),
    *((f"on-level-{n}", f"level-{n}") for n in range(1, 5)),
)

SIZES: Final = (44, 28, 22, 18, 16, 14)  # of letters, in pixels, where the reader has changed nothing
GAPS: Final = (8, 16, 24, 32, 40)  # between things


@dataclass(frozen=True)
class Pair:
    """A colour on another, and their contrast by day and by night."""

    text: str
    ground: str
    day: str
    night: str


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show what pages are made of, with the very classes that they use."""
    letter = {
        "name": _("Old Sun"),
        "region": "CN-SD",
        "orgs": ("league", "pioneers"),
        "lang": request.LANGUAGE_CODE,
        "text": _("An invented example. I take back the oath of my childhood."),
        "day": china_today(),
    }
    context = {"pairs": pairs(), "chart": _example_chart(), "letter": letter, "sizes": SIZES, "gaps": GAPS}
    return render(request, "web/styleguide.html", context)


@cache
def pairs() -> list[Pair]:
    """Give the pairs that meet, with their contrasts."""
    day = _tokens(":root {")
    night = day | _tokens("prefers-color-scheme: dark")
    return [
        Pair(text, ground, *(f"{contrast(scheme[text], scheme[ground]):.1f}" for scheme in (day, night)))
        for text, ground in PAIRS
    ]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours #rrggbb, from 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _example_chart() -> SafeString:
    counts = (12, 19, 8, 24, 31, 17, 22)
    bars = [charts.Bar(str(n) if n in {1, 7} else "", count, str(count)) for n, count in enumerate(counts, 1)]
    return charts.columns(charts.Words("example", _("An example"), _("Seven invented days.")), bars, "31")


def _luminance(colour: str) -> float:
    parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _tokens(before: str) -> dict[str, str]:
    block = _SHEET.read_text().split(before)[1].split("}")[0]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
