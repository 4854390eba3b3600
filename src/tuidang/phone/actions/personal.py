"""Lists for personal calls: read, sealed and forgotten in one go; who loads one cannot read it afterwards.

A list is called when another coordinator has consented to it; until then it lies sealed, a day at most. It
holds numbers and, where somebody knows them, the place and the language: no names, no notes.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tuidang.base.audit import Act, write_audit
from tuidang.base.clock import CHINA
from tuidang.phone.actions.choices import day_public_key
from tuidang.phone.actions.never import is_never, read_number
from tuidang.phone.duty_rules import LANGUAGES
from tuidang.phone.models import Block, CallBack
from tuidang.phone.rules import is_ordinary_mobile
from tuidang.privacy.regions import LANGS, PROVINCES
from tuidang.privacy.sealing import seal_to

MOST: Final = 1_000  # numbers of a list
LONGEST: Final = 80  # characters of a line

_PLACES: Final = {
    name.casefold(): province.code
    for province in PROVINCES
    if province.code.startswith("CN-")
    for name in (province.code, *(province.name(lang) for lang in LANGS))
}
_NO_NUMBER = _("This is no Chinese mobile number: eleven digits that begin with 1, after +86 or alone.")
_SERVICE = _("This number is a carrier’s own, or a service: leave it out.")
_NO_PLACE = _("Nobody knows this province: write it as 河南, Henan or CN-HA, or leave it out.")
_NO_LANGUAGE = _("A language is zh, yue or en; leave it out if you do not know it.")
_TOO_MUCH = _("Only a number, a province and a language belong here, with commas between: no name, no note.")
_TOO_MANY = _("A list has at most 1000 numbers: load the rest by itself.")


@dataclass(frozen=True)
class Entry:
    """One number of a list."""

    number: str = field(repr=False)  # E.164 digits
    region: str
    language: str


@dataclass(frozen=True)
class BadLine:
    """A line that was not taken: which, as it was typed, and what to do about it."""

    line: int  # from 1
    typed: str = field(repr=False)
    sentence: str | Promise


@dataclass(frozen=True)
class Read:
    """What a list says."""

    entries: tuple[Entry, ...]
    bad: tuple[BadLine, ...]
    doubles: int  # lines whose number stands above already


@dataclass(frozen=True)
class Loaded:
    """What became of a list."""

    batch: UUID  # names the list, until somebody consents
    count: int  # numbers that are to be called
    left_out: int  # that are on the do-not-call list


def read_list(text: str) -> Read:
    """Read a list, a number a line with province and language where known; say of each bad line what is bad.

    Empty lines, and a first one of headings, are passed over.
    """
    entries: dict[str, Entry] = {}
    bad: list[BadLine] = []
    doubles = 0
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        cells = [cell.strip() for cell in re.split(r"[,，;；\t]", line.strip())]
        if not any(cells) or (number == 1 and not re.search(r"\d", line)):
            continue
        read = _read_line(cells, line)
        if isinstance(read, Entry) and read.number in entries:
            doubles += 1
        elif isinstance(read, Entry) and len(entries) >= MOST:
            bad.append(BadLine(number, line, _TOO_MANY))
        elif isinstance(read, Entry):
            entries[read.number] = read
        else:
            bad.append(BadLine(number, line[:LONGEST], read))
    return Read(tuple(entries.values()), tuple(bad), doubles)


def load_list(entries: Sequence[Entry], now: datetime) -> Loaded:
    """Seal numbers to the day's public key and store them, to be called when the list is released.

    Those on the do-not-call list are left out. Raises KeyMissingError if a key of that list is gone, and
    ValueError for more than a list may have: then nothing is loaded.
    """
    if len(entries) > MOST:
        raise ValueError(f"a list has at most {MOST} numbers")
    never = is_never([entry.number for entry in entries])
    wanted = [entry for entry in entries if entry.number not in never]
    places = _known_places(wanted)
    today = now.astimezone(CHINA).date()
    key = day_public_key(today)
    batch = uuid4()
    with transaction.atomic():
        CallBack.objects.bulk_create(
            CallBack(
                day=today,
                call=secrets.token_bytes(32),
                sealed=seal_to(key, entry.number),
                region=entry.region or places.get(entry.number[2:9], ""),
                hours="any",
                kind=CallBack.Kind.PERSONAL,
                language=entry.language,
                batch=batch,
            )
            for entry in wanted
        )
    # A crash before the commit leaves nothing of the list, afterwards all of it.
    return Loaded(batch, len(wanted), len(never))


def release_list(batch: UUID, who: str, now: datetime) -> int:
    """Let volunteers call a list, which `who` has consented to; give how many are on it still."""
    with transaction.atomic():
        count = CallBack.objects.filter(batch=batch).update(batch=None)
        write_audit(who, Act.LOAD_LIST, f"list {batch}", now)
    return count


def drop_list(batch: UUID) -> None:
    """Shred a list to which somebody did not consent."""
    with transaction.atomic(durable=True):
        CallBack.objects.filter(batch=batch).delete()


def _read_line(cells: Sequence[str], line: str) -> Entry | str | Promise:
    if len(line) > LONGEST or len(cells) > 3 or re.search(r"\d.*[^\W\d_]", cells[0]):
        return _TOO_MUCH
    try:
        number = read_number(cells[0])
    except ValueError:
        return _NO_NUMBER
    if not is_ordinary_mobile(number):
        return _SERVICE
    region = language = ""
    for cell in filter(None, cells[1:]):
        if cell.casefold() in LANGUAGES and not language:
            language = cell.casefold()
        elif cell.casefold() in _PLACES and not region:
            region = _PLACES[cell.casefold()]
        else:
            return _NO_LANGUAGE if re.fullmatch(r"[a-z]{2,3}", cell) else _NO_PLACE
    return Entry(number, region, language)


def _known_places(entries: Sequence[Entry]) -> dict[str, str]:
    """Look up where the blocks of numbers lie whose place the list does not name."""
    prefixes = {entry.number[2:9] for entry in entries if not entry.region}
    return dict(Block.objects.filter(prefix__in=prefixes).values_list("prefix", "region"))
