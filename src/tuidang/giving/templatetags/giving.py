"""What the page of giving says of a choice that cannot be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django import template
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # known to the type checker alone

register = template.Library()

_WORDS: Final[Mapping[str, _StrPromise]] = {
    "amount": _(
        "An amount is a number, as in 50 or 20.50: at least 5, at most 20,000"
        " (500 and 2,000,000 of yen or won)."
    ),
    "monthly": _("By bitcoin one gives once. Choose “once”, or a card."),
    "coin": _(
        "For bitcoin we write no receipt: the tax office takes it for a thing, and asks for other words."
        " Choose none, or a card."
    ),
    "name": _("A receipt needs a name."),
    "none": _("Choose how to pay: press one of the buttons."),
    "busy": _("Too many are giving at this moment. Wait a little, and press again."),
    "silent": _(
        "The provider does not answer just now. Nothing was taken. Try again later, or transfer by bank."
    ),
    "refused": _("The provider does not take this gift. Nothing was taken. Choose another way."),
}


@register.filter
def fault_words(fault: str) -> str:
    """Say what is wrong with a choice."""
    return str(_WORDS[fault])
