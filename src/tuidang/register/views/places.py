"""The regions to choose from, in the reader's language and order."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import cast

from pypinyin import lazy_pinyin

from tuidang.privacy.regions import CHINA, NOT_SAID, PROVINCES, REGIONS, Lang

Choice = tuple[str, str]  # code, name


@cache
def region_groups(language: str | None) -> tuple[Sequence[Choice], Sequence[Choice]]:
    """Return China's regions in the order that every Chinese form has, and the other countries by name."""
    lang = cast(Lang, language or "en")
    inside = [CHINA, *(province.code for province in PROVINCES)]
    abroad = [code for code in REGIONS if code not in {NOT_SAID, *inside}]
    abroad.sort(key=lambda code: lazy_pinyin(REGIONS[code].name(lang)))
    return _named(inside, lang), _named(abroad, lang)


def _named(codes: Sequence[str], lang: Lang) -> list[Choice]:
    return [(code, REGIONS[code].name(lang)) for code in codes]
