"""The page's language, and the regions to choose from in its words and order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final, cast

from django.utils.translation import get_language
from pypinyin import lazy_pinyin

from tuidang.privacy.regions import CHINA, NOT_SAID, PROVINCES, REGIONS, Lang

Choice = tuple[str, str]  # code, name

# Where nearly all Chinese people abroad live. All two hundred and fifty countries would weigh as much as a
# long statement, on the networks that are slowest; programs may name any.
_ABROAD: Final = """
    AE AR AT AU BE BN BR CA CH CL CO CR CZ DE DK EC EG ES FI FJ FR GB GR HU ID IE IL IN IT JP KE KG KH KR
    KZ LA MG MM MN MU MX MY NG NL NO NP NZ PA PE PG PH PL PT RO RU SA SE SG SR TH TR TZ UA US UZ VE VN ZA
"""


def page_language() -> Lang:
    """Return the language of the page."""
    return cast(Lang, get_language() or "en")


def regions_of_china(language: Lang) -> Sequence[Choice]:
    """Return the country and its regions, in the order that every Chinese form has."""
    return _named([CHINA, *(province.code for province in PROVINCES)], language)


def countries(language: Lang, chosen: str) -> Sequence[Choice]:
    """Return other countries by name, and after them the one that is `chosen` if it is a further one."""
    offered = _by_name(language)
    known = {NOT_SAID, *dict(offered), *dict(regions_of_china(language))}
    return (*offered, *_named({chosen} & REGIONS.keys() - known, language))


@cache
def _by_name(language: Lang) -> Sequence[Choice]:
    return tuple(sorted(_named(_ABROAD.split(), language), key=lambda choice: lazy_pinyin(choice[1])))


def _named(codes: Iterable[str], language: Lang) -> Sequence[Choice]:
    return [(code, REGIONS[code].name(language)) for code in codes]
