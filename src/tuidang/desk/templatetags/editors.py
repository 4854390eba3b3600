"""Template filters of the editors' screens: the name of a language in itself, a time by China's clock."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from tuidang.base.clock import CHINA
from tuidang.base.words import day_words
from tuidang.desk.library_words import LANGUAGES

register = template.Library()


@register.filter
def tongue(language: str) -> SafeString:
    """Name a language in itself."""
    return format_html('<span lang="{}">{}</span>', language, LANGUAGES[language])


@register.filter
def tongue_name(language: str) -> str:
    """Name a language in itself, where no mark-up may stand."""
    return LANGUAGES[language]


@register.filter
def china_time(value: datetime) -> str:
    """Write a day and a time by China's clock."""
    local = value.astimezone(CHINA)
    return f"{day_words(local.date(), get_language() or 'en')} {local:%H:%M}"
