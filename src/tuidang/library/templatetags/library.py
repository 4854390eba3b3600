"""Template tags: where another part of a work is, with the size of the letters kept; how long a sound is."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from tuidang.library.queries import Page

register = template.Library()


@register.simple_tag
def chapter_url(page: Page, number: int, part: int, size: str) -> str:
    """Give the address of a part of a chapter of the same work, in letters of the same size."""
    name = page.work.name
    address = (
        reverse("chapter", args=[name, number])
        if part == 1
        else reverse("chapter_part", args=[name, number, part])
    )
    return f"{address}?type={size}" if size else address


@register.filter
def length_words(seconds: int) -> str:
    """Write how long something is heard."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
    if minutes:
        return _("%(minutes)d min %(seconds)d s") % {"minutes": minutes, "seconds": rest}
    return _("%(seconds)d s") % {"seconds": rest}
