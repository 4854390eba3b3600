"""Template filters: numbers, days and spaces in the reader's language; parts of the head and of the menu."""

from __future__ import annotations

from datetime import date

from django import template
from django.template.base import Parser, Token
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from tuidang.base import words

register = template.Library()


def _language() -> str:
    return get_language() or "en"


@register.filter
def number(value: int) -> str:
    """Write a number with thin spaces."""
    return words.spaced(value)


@register.filter
def people(value: int) -> str:
    """Write a number for a sentence: 万/亿 in Chinese, thin spaces in English."""
    return words.counted(value, _language())


@register.filter
def day_words(value: date) -> str:
    """Write a day in full."""
    return words.day_words(value, _language())


@register.filter
def day_short(value: date) -> str:
    """Write a day without its year, where the year stands above it."""
    return words.day_short(value, _language())


@register.filter
def month_words(value: date) -> str:
    """Write a month in full."""
    return words.month_words(value, _language())


@register.simple_tag
def gap() -> str:
    """Return the space between two sentences: none in Chinese, whose full stop brings its own."""
    return " " if _language() == "en" else ""


@register.simple_tag(takes_context=True)
def menu_link(context: template.Context, name: str, text: str) -> SafeString:
    """Return a link of the menu; the page one is on is marked."""
    match = getattr(context.get("request"), "resolver_match", None)
    here = ' aria-current="page"' if match is not None and match.view_name == name else ""
    return format_html('<a href="{}"{}>{}</a>', reverse(name), SafeString(here), text)


@register.simple_tag
def card(language: str) -> str:
    """Give the path of the picture that stands for the site where its address is sent to somebody."""
    return static(f"web/cards/{language}.png")


@register.tag
def titled(parser: Parser, _token: Token) -> TitleNode:
    """Write what stands inside as the page's title, for the window and for where its address is sent."""
    inside = parser.parse(("endtitled",))
    parser.delete_first_token()
    return TitleNode(inside)


class TitleNode(template.Node):
    """The title of a page."""

    def __init__(self, nodelist: template.NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: template.Context) -> SafeString:
        """Write the title; for others only where they are told of the page."""
        title = self.nodelist.render(context)
        here = context.get("here")
        if here is None or not here.findable:
            return SafeString(f"<title>{title}</title>")
        quoted = title.replace('"', "&quot;")
        return SafeString(f'<title>{title}</title>\n<meta property="og:title" content="{quoted}">')
