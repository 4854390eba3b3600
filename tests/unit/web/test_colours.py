"""Every pair of colours that meets on a page can be read, by day and by night."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import tuidang.web

SHEET = (Path(tuidang.web.__file__).parent / "static/web/tuidang.css").read_text()

# Text and the ground it stands on.
READ = [
    *(("ink", ground) for ground in ("paper", "card", "shade", "tint", "blush", "level-0")),
    *(("quiet", ground) for ground in ("paper", "card", "tint", "blush")),
    *(("go", ground) for ground in ("paper", "card", "shade", "tint", "blush")),
    *(("stop", ground) for ground in ("paper", "card", "blush")),
    ("on-go", "go"),
    ("on-stop", "stop"),
    ("paper", "ink"),  # the ribbon
    *((f"on-level-{n}", f"level-{n}") for n in range(1, 5)),
]
# Edges of fields and the ring around what has the focus (WCAG 2.2, 1.4.11).
SEEN = [("edge", "paper"), ("edge", "card"), ("go", "paper"), ("go", "card")]


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


LIGHT = tokens(SHEET.split(":root {")[1].split("}")[0])
DARK = LIGHT | tokens(SHEET.split("prefers-color-scheme: dark")[1].split("}")[0])
for scheme in (LIGHT, DARK):
    scheme["level-0"] = scheme["shade"]


def luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb (WCAG 2.2, definitions)."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), READ)
def test_text_can_be_read(scheme: dict[str, str], text: str, ground: str) -> None:
    assert contrast(scheme[text], scheme[ground]) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), SEEN)
def test_edges_can_be_seen(scheme: dict[str, str], edge: str, ground: str) -> None:
    assert contrast(scheme[edge], scheme[ground]) >= 3


def test_every_colour_is_a_token() -> None:
    rules = re.sub(r":root \{[^}]*\}", "", SHEET)
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", rules)


def test_both_schemes_know_the_same_colours() -> None:
    assert len(LIGHT) > 20
    assert tokens(SHEET.split("prefers-color-scheme: dark")[1].split("}")[0]).keys() == LIGHT.keys() - {
        "level-0"
    }


def test_the_stylesheet_fetches_nothing() -> None:
    assert "url(" not in SHEET
    assert "@import" not in SHEET
