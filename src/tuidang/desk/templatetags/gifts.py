"""Template tags of the treasurer's screens."""

from __future__ import annotations

from django import template

from tuidang.base.clock import china_today

register = template.Library()


@register.simple_tag
def this_year() -> int:
    """Give the year that is now."""
    return china_today().year
