"""What a volunteer is told of a name that somebody gives him: how many bear it, and what to propose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuidang.base.words import rounded
from tuidang.privacy.names import NameKind, Rarity
from tuidang.privacy.regions import CHINA, REGIONS, Lang

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # known to the type checker alone

SHORTENED: Final[_StrPromise] = gettext_lazy("Only the surname is published, so that it points at nobody.")


def advice_words(rarity: Rarity, region: str, rare: int, language: Lang) -> str:
    """Say how many people bear a name, to whoever writes it down for its bearer; rare is below `rare`."""
    if rarity.kind in {NameKind.NICKNAME, NameKind.ANONYMOUS, NameKind.ALIAS}:
        return _("It points at nobody.")
    if rarity.kind is NameKind.OTHER:
        return _("How many people bear it cannot be told. If others know this person by it, propose another.")
    if rarity.about is None:
        return _("It is not among common names, so it may point at this one person. Propose another.")
    words = {"number": rounded(rarity.about, language), "region": REGIONS[region or CHINA].name(language)}
    if rarity.about < 10:
        return _("Fewer than ten people in %(region)s are called that. Propose another.") % words
    if rarity.is_rare(rare):
        return _("About %(number)s people in %(region)s are called that. It is few: propose another.") % words
    return _("About %(number)s people in %(region)s are called that.") % words
