"""The template tag of the page that asks how somebody found us."""

from __future__ import annotations

from django import template

from tuidang.reach.words import WAYS

register = template.Library()


@register.inclusion_tag("reach/ways.html")
def ways() -> dict[str, object]:
    """Show a button for each way."""
    return {"ways": WAYS.items()}
