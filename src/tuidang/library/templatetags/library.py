"""A template tag: where another part of a work is, with the size of the letters kept."""

from __future__ import annotations

from django import template
from django.urls import reverse

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
