"""Template filters: regions, organisations and channels in the reader's language."""

from __future__ import annotations

from typing import cast

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tuidang.privacy.regions import REGIONS, Lang

register = template.Library()


@register.filter
def region_name(code: str) -> str:
    """Name a region; a code we do not know is shown as it is."""
    region = REGIONS.get(code)
    return region.name(cast(Lang, get_language())) if region else code


@register.filter
def org_name(org: str) -> str:
    """Name an organisation."""
    return {"party": _("Party"), "league": _("Youth League"), "pioneers": _("Young Pioneers")}[org]


@register.filter
def channel_name(channel: str) -> str:
    """Name the way by which statements come in; a way we do not know is shown as it is."""
    names = {
        "web": _("This site"),
        "onion": _("Onion site"),
        "machine-call": _("Machine call"),
        "volunteer-call": _("Volunteer’s call"),
        "hotline": _("Hotline"),
        "field": _("On the spot"),
        "mail": _("Mail"),
    }
    return names.get(channel, channel)
