"""Names of others in a text, pointed out to the writer: he decides, for a name is less sure than a number.

Surnames are ordinary words too, so a name is believed only in company: before or after a title
(王建国书记, 县长李伟), after a word for a person (我的邻居张明), or when its given name is one of the
commonest (王秀英).
"""

import re
from collections.abc import Iterator

from tuidang.privacy.masks.marks import Mark, MarkKind
from tuidang.privacy.masks.shadow import Shadow
from tuidang.privacy.nameforms import HAN, TITLES, NameKind, read_name
from tuidang.privacy.names import NameTable

_LEAST_SURNAME_SHARE = 2e-4
_COMMON_SHARE = 1e-3

_TITLE = re.compile("|".join(TITLES))
# Titles that a place's name comes before: 温州市长 is no Mr Wen.
_OF_PLACES = frozenset({"省长", "市长", "县长", "区长", "镇长", "乡长", "村长"})
_PERSON = re.compile(
    "(?:名叫|叫做|叫|姓名是?|丈夫|妻子|老公|老婆|儿子|女儿|父亲|母亲|爸爸|妈妈|哥哥|姐姐|弟弟|妹妹|同事|邻居|同学|朋友|战友|亲戚"
    "|上级|上司|领导|恶人|恶警|村民|居民|学员)[是叫:\\s]?"
)
_HAN_CHARACTER = re.compile(f"[{HAN}]")
# After or before a name may stand one of these, or anything that is no Chinese character.
_AROUND = frozenset("的才是在说把被对和跟与及等也曾就让给向告带来去找骂打要有都还又同为以因从到由叫")
# Characters of offices, time and grammar, which are hardly ever in a given name.
_NOT_GIVEN = frozenset(
    "局部委院校所处科室厅会党政府公市县省区乡镇村厂司队团组站级务任何时间当的了是我你他她它们这那没不吗呢吧啊"
    "很也就还在把被给让从跟与及或人说要去来到都又对为因以等各全副况"
)
_NOT_BEFORE_TITLE = frozenset("任常于时向和高")  # 任书记 is "was secretary"


def find_names(text: str, table: NameTable) -> tuple[Mark, ...]:
    """Return what looks like others' names in `text`, in order: a suggestion to the writer, not a mask."""
    shadow = Shadow(text, ())
    found = {mark for finder in (_with_titles, _after_words, _common) for mark in finder(shadow.cased, table)}
    return tuple(sorted(shadow.take(found), key=lambda mark: mark.start))


def _with_titles(text: str, table: NameTable) -> Iterator[Mark]:
    for title in _TITLE.finditer(text):
        if mark := _name_before(text, title, table) or _name_from(text, title.end(), table):
            yield mark


def _name_before(text: str, title: re.Match[str], table: NameTable) -> Mark | None:
    """Return the name that ends at a title: three or four characters anywhere, fewer only after a break."""
    end = title.start()
    for length in (4, 3, 2):
        start = end - length
        if start < 0 or not _is_full_name(text[start:end], table):
            continue
        known = length > 2 and text[end - 2 : end] in table.lexicon.given_names
        sure = length > 2 or _is_break(text, start - 1)
        if known or (sure and title.group() not in _OF_PLACES):
            return Mark(start, end, MarkKind.NAME)
    surname = text[end - 1 : end]
    common = table.lists.surnames.get(surname, 0) >= _COMMON_SHARE and surname not in _NOT_BEFORE_TITLE
    return Mark(end - 1, title.end(), MarkKind.NAME) if common and _is_break(text, end - 2) else None


def _after_words(text: str, table: NameTable) -> Iterator[Mark]:
    for word in _PERSON.finditer(text):
        if mark := _name_from(text, word.end(), table):
            yield mark


def _name_from(text: str, start: int, table: NameTable) -> Mark | None:
    """Return the name that begins at `start` and ends at a break: the longest."""
    for length in (4, 3, 2):
        end = start + length
        if end <= len(text) and _is_full_name(text[start:end], table) and _is_break(text, end):
            return Mark(start, end, MarkKind.NAME)
    return None


def _common(text: str, table: NameTable) -> Iterator[Mark]:
    """Yield surname and given name of two characters where both are common, wherever they stand."""
    for start in range(len(text) - 2):
        surname, given = text[start], text[start + 1 : start + 3]
        if given in table.lexicon.given_names and table.lists.surnames.get(surname, 0) >= _COMMON_SHARE:
            yield Mark(start, start + 3, MarkKind.NAME)


def _is_full_name(name: str, table: NameTable) -> bool:
    if name[:1] not in table.lists.surnames and name[:2] not in table.lexicon.surnames:
        return False
    form = read_name(name, table.lexicon)
    if form is None or form.kind is not NameKind.FULL or not _NOT_GIVEN.isdisjoint(form.given):
        return False
    return len(form.surname) == 2 or table.lists.surnames.get(form.surname, 0) >= _LEAST_SURNAME_SHARE


def _is_break(text: str, place: int) -> bool:
    """Tell whether a name may begin after, or end before, the character at `place`."""
    if not 0 <= place < len(text):
        return True
    return text[place] in _AROUND or not _HAN_CHARACTER.match(text[place])
