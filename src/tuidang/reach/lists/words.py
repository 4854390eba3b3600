"""Networks, and what was measured on them, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tuidang.base.words import day_short, day_words
from tuidang.reach.lists.measured import Measured, Network

if TYPE_CHECKING:
    from datetime import date

    from django.utils.functional import _StrPromise  # known to the type checker alone

NETWORKS: Final[Mapping[Network, _StrPromise]] = {
    Network.CHINA_MOBILE: gettext_lazy("China Mobile"),
    Network.CHINA_TELECOM: gettext_lazy("China Telecom"),
    Network.CHINA_UNICOM: gettext_lazy("China Unicom"),
    Network.CHINA_BROADNET: gettext_lazy("China Broadnet"),
    Network.CERNET: gettext_lazy("the education network"),
    Network.ABROAD: gettext_lazy("a network outside China"),
}


def measured_words(one: Measured, today: date) -> str:
    """Say what somebody found: "worked on 26 November on China Mobile"."""
    language = get_language() or "en"
    sentence = (
        _("worked on %(day)s on %(network)s") if one.works else _("did not work on %(day)s on %(network)s")
    )
    return sentence % {"day": _day(one.day, today, language), "network": NETWORKS[one.network]}


def _day(day: date, today: date, language: str) -> str:
    """Write a day with its month in full, and with its year where it is another one."""
    if day.year != today.year:
        return day_words(day, language)
    return day_words(day, "en").rpartition(" ")[0] if language == "en" else day_short(day, language)
