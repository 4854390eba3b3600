"""From what somebody chose to a poster or card: which number, which address, which words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.utils.translation import gettext as _

from tuidang.reach.posters.apart import make_apart
from tuidang.reach.posters.typeface import PACKAGE, is_there
from tuidang.reach.posters.values import NoGlyph, Order, Sheet, TooLong
from tuidang.reach.posters.words import WORDS
from tuidang.reach.queries import find_source
from tuidang.reach.rules import Kind, Mistake, State, grouped, site_of

LONGEST_TITLE = 60
LONGEST_WORDS = 200


@dataclass(frozen=True)
class Choice:
    """What somebody chose; empty words are the usual ones of the language."""

    sheet: str = Sheet.CARD.value
    language: str = "zh-hans"
    number: str = ""  # the code of a number; none: only the QR code leads to us
    leads: str = ""  # the code of a site or mirror; none: the batch's own short address, which is counted
    title: str = ""
    words: str = ""


def order_of(code: str, choice: Choice) -> Order:
    """Make an order of a batch; whether it fits is seen when it is made. Raises Mistake."""
    batch = find_source(code)
    if batch is None or batch.entry.kind is not Kind.PRINT:
        raise Mistake("code", _("This is no batch of posters or cards: make one first, under a code."))
    if batch.entry.state is not State.LIVE:
        raise Mistake("code", _("This batch is not live: take another code."))
    if choice.sheet not in set(Sheet):
        raise Mistake("sheet", _("There is no such size."))
    if choice.language not in WORDS:
        raise Mistake("language", _("There is no such language."))
    if len(choice.title) > LONGEST_TITLE:
        raise Mistake("title", _("The title has 60 signs at most."))
    if len(choice.words) > LONGEST_WORDS:
        raise Mistake("words", _("The words have 200 signs at most."))
    if not is_there():
        raise Mistake(
            "typeface", _("The typeface is not installed: apt-get install %(name)s") % {"name": PACKAGE}
        )
    own, text = WORDS[choice.language], choice.words.replace("\r", "").strip()
    number = _place("number", choice.number, Kind.NUMBER) if choice.number else ""
    return Order(
        Sheet(choice.sheet),
        choice.language,
        code,
        grouped(number),
        _address(code, choice),
        choice.title.strip() or own.title,
        text or own.words,
    )


def make_sheet(order: Order, form: Literal["check", "svg", "pdf"]) -> bytes:
    """Make a sheet as a picture or a print file, or only see that it fits. Raises Mistake."""
    try:
        return make_apart(order, form)
    except TooLong as error:
        sentences = {
            "number": _("The number is too long for this sheet."),
            "title": _("The title is too long for this sheet: make it shorter."),
            "words": _("The words are too long for this sheet: make them shorter."),
            "address": _("The address is too long for this sheet: choose a larger one."),
        }
        raise Mistake(error.field, sentences[error.field]) from None
    except NoGlyph as error:
        raise Mistake("words", _("The typeface has no “%(sign)s”.") % {"sign": error.sign}) from None


def _address(code: str, choice: Choice) -> str:
    if choice.leads:
        return _place("leads", choice.leads, Kind.SITE, Kind.MIRROR)
    return f"{site_of(settings.TUIDANG)}q/{code}/"


def _place(field: str, code: str, *kinds: Kind) -> str:
    found = find_source(code)
    if found is None or found.entry.kind not in kinds:
        raise Mistake(field, _("%(code)s does not stand for this.") % {"code": code})
    if found.entry.state is not State.LIVE:
        raise Mistake(field, _("%(code)s is not live.") % {"code": code})
    return found.entry.place
