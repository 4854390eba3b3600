"""What a receipt says, word by word, in English or in Chinese with the English beside it.

The sentences are those of IRS Publication 1771: who received what amount and when; that no goods or services
were provided in exchange, or which, with an estimate in good faith, and that the deduction is limited to the
excess. Each is in every letter that it applies to, whatever the amount: what the law asks for from 250
dollars (or above 75, with something in return) harms nobody below. A tax office reads English, so Chinese
letters have it too.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final

from tuidang.base.words import day_words
from tuidang.giving.rules.letter_words import LABELS, SENTENCES
from tuidang.giving.rules.money import Currency, write_amount

ENGLISH: Final = "en"


@dataclass(frozen=True)
class Organisation:
    """Who gives receipts."""

    name: str
    address: str
    ein: str


@dataclass(frozen=True)
class Recipient:
    """To whom a receipt is written, and in which language."""

    name: str
    address: str
    language: str


@dataclass(frozen=True)
class Gift:
    """A gift as a receipt names it: given, and given back since."""

    day: date
    currency: Currency
    cents: int
    refunded: int = 0
    benefit: str = ""
    benefit_cents: int = 0

    @property
    def left(self) -> int:
        """Give what is left of it, in cents."""
        return self.cents - self.refunded


@dataclass(frozen=True)
class Letter:
    """A receipt's words, as they are stored, printed and mailed."""

    language: str
    head: tuple[str, ...]  # the organisation
    title: str
    facts: tuple[tuple[str, str], ...]
    paragraphs: tuple[str, ...]
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    last: tuple[str, ...] = ()  # paragraphs after the rows

    def store(self) -> bytes:
        """Write it as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False).encode()

    @classmethod
    def read(cls, stored: bytes) -> Letter:
        """Read what `store` wrote."""
        found = json.loads(stored)
        return cls(
            found["language"],
            tuple(found["head"]),
            found["title"],
            tuple((name, value) for name, value in found["facts"]),
            tuple(found["paragraphs"]),
            tuple(found["columns"]),
            tuple(tuple(row) for row in found["rows"]),
            tuple(found["last"]),
        )


def write_gift(serial: int, issued: date, of: Organisation, to: Recipient, gift: Gift) -> Letter:
    """Write the receipt for one gift."""
    says = _Sentences(to.language, of)
    says.add("gift", amount=_amount(gift), day=gift.day)
    if gift.refunded:
        says.add(
            "refunded",
            given=write_amount(gift.cents, gift.currency),
            back=write_amount(gift.refunded, gift.currency),
        )
    _in_return(says, gift)
    if gift.currency is not Currency.USD:
        says.add("currency")
    says.add("exempt")
    return _letter("gift", serial, issued, of=of, to=to, said=says.said)


def write_year(
    serial: int,
    issued: date,
    of: Organisation,
    to: Recipient,
    *,
    year: int,
    gifts: Sequence[Gift],
) -> Letter:
    """Write the summary of a year's gifts; `gifts` are those of which something is left, at least one."""
    says, last = _Sentences(to.language, of), _Sentences(to.language, of)
    says.add("year", year=str(year))
    totals: Counter[Currency] = Counter()
    for gift in gifts:
        totals[gift.currency] += gift.left
    last.add("total", amounts="; ".join(write_amount(totals[one], one) for one in Currency if totals[one]))
    returned = [gift for gift in gifts if gift.benefit]
    if returned:
        last.add("year-some")
        if len(returned) < len(gifts):
            last.add("year-others")
        last.add("year-limited")
    else:
        last.add("year-nothing")
    last.add("once")
    if set(totals) != {Currency.USD}:
        last.add("currencies")
    last.add("exempt")
    rows = tuple(
        (
            day_words(gift.day, to.language),
            _amount(gift),
            f"{gift.benefit} ({write_amount(gift.benefit_cents, gift.currency)})" if gift.benefit else "",
        )
        for gift in gifts
    )
    columns = tuple(_label(to.language, name) for name in ("day", "amount", "in-return"))
    letter = _letter("year", serial, issued, of=of, to=to, said=says.said)
    return Letter(**{**vars(letter), "columns": columns, "rows": rows, "last": tuple(last.said)})


@dataclass(frozen=True)
class Service:
    """What a volunteer did and spent his own money for."""

    what: str
    first: date
    last: date
    benefit: str = ""
    benefit_cents: int = 0  # of a dollar


def write_expenses(serial: int, issued: date, of: Organisation, to: Recipient, service: Service) -> Letter:
    """Write the acknowledgment of a volunteer's unreimbursed expenses: what he did, and no amount."""
    says = _Sentences(to.language, of)
    says.add("expenses", services=service.what, first=service.first, last=service.last)
    if service.benefit:
        estimate = write_amount(service.benefit_cents, Currency.USD)
        says.add("benefit", benefit=service.benefit, estimate=estimate)
    else:
        says.add("nothing")
    says.add("records")
    says.add("exempt")
    return _letter("expenses", serial, issued, of=of, to=to, said=says.said)


def as_text(letter: Letter, mark: str = "") -> str:
    """Write a letter as the text of an e-mail; `mark` says on top that it is a duplicate, or void."""
    parts = [f"*** {stamp(letter.language, mark)} ***"] if mark else []
    parts += ["\n".join(letter.head), letter.title]
    parts.append("\n".join(f"{name}: {value}" for name, value in letter.facts))
    parts += letter.paragraphs
    if letter.rows:
        parts.append("\n".join(" · ".join(cell for cell in row if cell) for row in letter.rows))
    parts += letter.last
    return "\n\n".join(parts) + "\n"


def stamp(language: str, mark: str) -> str:
    """Give the word that stands on a duplicate, or on what is void."""
    return _label(language, mark)


class _Sentences:
    """Collects sentences: in English, or in Chinese with the English after it."""

    def __init__(self, language: str, of: Organisation) -> None:
        self._languages = (ENGLISH,) if language == ENGLISH else (language, ENGLISH)
        self._of = of
        self.said: list[str] = []

    def add(self, name: str, **values: str | date) -> None:
        for language in self._languages:
            words: Mapping[str, str] = {
                key: day_words(value, language) if isinstance(value, date) else value
                for key, value in values.items()
            }
            self.said.append(SENTENCES[language][name].format(name=self._of.name, ein=self._of.ein, **words))


def _in_return(says: _Sentences, gift: Gift) -> None:
    if not gift.benefit:
        says.add("nothing")
        return
    estimate = write_amount(gift.benefit_cents, gift.currency)
    says.add("benefit", benefit=gift.benefit, estimate=estimate)
    rest = max(0, gift.left - gift.benefit_cents)
    says.add("limited", rest=write_amount(rest, gift.currency))


def _amount(gift: Gift) -> str:
    return write_amount(gift.left, gift.currency)


def _letter(
    title: str, serial: int, issued: date, *, of: Organisation, to: Recipient, said: Sequence[str]
) -> Letter:
    language = to.language
    facts = [
        (_label(language, "serial"), f"{serial:06}"),
        (_label(language, "issued"), day_words(issued, language)),
        (_label(language, "donor"), to.name),
    ]
    if to.address:
        facts.append((_label(language, "address"), to.address))
    head = (of.name, of.address, f"EIN {of.ein}")
    return Letter(language, head, _label(language, f"title-{title}"), tuple(facts), tuple(said))


def _label(language: str, name: str) -> str:
    chinese_or_english = LABELS[language][name]
    return chinese_or_english if language == ENGLISH else f"{chinese_or_english} {LABELS[ENGLISH][name]}"
