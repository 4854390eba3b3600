"""What a name looks like: a full name, a nickname, an alias, somebody anonymous, or something else.

Heuristics on the characters alone. They err towards taking something for a full name, because a rare full
name gets hidden and nothing else does. What they cannot see: names of Tibetans, Mongols and others
written without a dot (次仁卓玛), names in Latin letters (Zhang Wei, John Smith), and a name inside a
sentence (王建国的儿子); those are `OTHER`. And they see names where there are none: 高兴 is a surname and
a given name, and so is 白云.
"""

import re
from collections.abc import Container
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache

from tuidang.privacy.fold import fold
from tuidang.privacy.frozen import read_rows


class NameKind(Enum):
    """What a name looks like."""

    FULL = "full"  # surname and given name, as on an identity card
    NICKNAME = "nickname"  # 老孙, 小王, 阿强, 王老师, or a given name alone
    ANONYMOUS = "anonymous"  # 王某某, 匿名
    ALIAS = "alias"  # a word: one of those we propose, or 平安, 和平
    OTHER = "other"  # foreign, invented, several words


@dataclass(frozen=True)
class Lexicon:
    """What reading needs to know, all folded: surnames, those that come in pairs (陈林秀英), given names."""

    surnames: Container[str]
    common_surnames: Container[str]
    given_names: Container[str]


@dataclass(frozen=True)
class NameForm:
    """What was read: its kind, and of a full name the folded parts and `shown`, what stays when it is hidden.

    `shown` is as it was written: the surname, or the first part of a dotted name (买买提·).
    `title` is what follows the name, as in 王建国局长.
    """

    kind: NameKind
    surname: str = ""
    given: str = ""
    shown: str = ""
    title: str = ""


HAN = r"\u2e80-\u2fdf\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN_CHARACTERS = re.compile(f"[{HAN}]+")
_HAN_NAME = re.compile(f"[{HAN}]+(?:[·•‧・．.][{HAN}]+)*")
_DOT = re.compile("[·•‧・．.]")

_WORDS = {word: rest.split() for word, rest in read_rows("names.txt")}
COMPOUND_SURNAMES = frozenset(_WORDS["compound"])
RARE_SURNAMES = frozenset(_WORDS["rare"])
TITLES = tuple(_WORDS["titles"])
_BEFORE_TITLE = re.compile(f"(.*?)({'|'.join(TITLES)})")
_NICKNAME = re.compile(f"[老小大阿][{HAN}]|([{HAN}])\\1|[老小][{HAN}][头子]|阿([{HAN}])\\2|[{HAN}]")
_AFTER_SURNAME = frozenset("哥姐叔姨伯婶嫂爷婆总工老头")
_ANONYMOUS = re.compile(f"[{HAN}]{{0,2}}某[{HAN}]{{0,2}}|匿名.?|无名.?|佚名|化名|网友|[{HAN}]{{1,2}}氏")
_CROSS = "[xX×*＊ＸｘｘＯ○〇□]{1,3}"  # with more than two characters beside it the name is all there
_CROSSED_OUT = re.compile(f"[{HAN}]{{0,2}}{_CROSS}|[{HAN}]?{_CROSS}[{HAN}]")
# A name is read in their company too, where with them it would be none.
_COMPANY = re.compile(
    f"(?:我是|我叫|本人|姓名|党员|团员|队员|干部|教师|学生|市民|村民|农民|居民|公民)?([{HAN}]{{2,4}}?)"
    "(?:本人|全家|一家人?|夫妇|夫妻|父子|父女|母子|母女|兄弟|姐妹|等人?)?"
)
_AND = re.compile("[^和与及跟]+")
# Characters of grammar: what holds one after its first character is a phrase, not a name.
_GRAMMAR = frozenset("的了是我你他她它们这那没吗呢吧啊呀嗯很把被给")


def read_name(written: str, lexicon: Lexicon) -> NameForm | None:
    """Return the form of one name without white space, or None if it is none that we know."""
    folded = fold(written)
    if folded in _aliases():
        return NameForm(NameKind.ALIAS)
    if _ANONYMOUS.fullmatch(folded) or _CROSSED_OUT.fullmatch(written):
        return NameForm(NameKind.ANONYMOUS)
    return _read_han(written, folded, lexicon) if _HAN_NAME.fullmatch(written) else None


def split_names(line: str) -> tuple[tuple[int, int], ...]:
    """Return the places in `line` of what may be Chinese names: runs of characters, with dots within."""
    return tuple(run.span() for run in _HAN_NAME.finditer(line))


def read_company(run: str, lexicon: Lexicon) -> tuple[tuple[int, int, NameForm], ...]:
    """Return places and forms of full names in a run that is no name itself: 党员王建国, 王建国和李伟全家."""
    found = []
    for part in _AND.finditer(run):
        name = _COMPANY.fullmatch(part.group())
        form = read_name(name[1], lexicon) if name else None
        if name is None or form is None or form.kind is not NameKind.FULL:
            return ()
        found.append((part.start() + name.start(1), part.start() + name.end(1), form))
    return tuple(found)


def characters_of(line: str) -> str:
    """Return the Chinese characters in `line`, without all that stands between them."""
    return "".join(_HAN_CHARACTERS.findall(line))


def _read_han(written: str, folded: str, lexicon: Lexicon) -> NameForm | None:
    if dot := _DOT.search(written):
        return NameForm(NameKind.FULL, surname=fold(written[: dot.start()]), shown=written[: dot.end()])
    # From here on the folded name has as many characters as the written one.
    if titled := _BEFORE_TITLE.fullmatch(folded):
        return _read_titled(written, len(titled[1]), lexicon)
    if _NICKNAME.fullmatch(folded) or folded in lexicon.given_names or folded in lexicon.surnames:
        return NameForm(NameKind.NICKNAME)
    if len(folded) == 2 and folded[0] in lexicon.surnames and folded[1] in _AFTER_SURNAME:
        return NameForm(NameKind.NICKNAME)
    return read_full_name(written, lexicon)


def _read_titled(written: str, length: int, lexicon: Lexicon) -> NameForm | None:
    if length == 0 or fold(written[:length]) in lexicon.surnames:
        return NameForm(NameKind.NICKNAME)
    form = read_name(written[:length], lexicon)
    return form and replace(form, title=form.title + written[length:])


def read_full_name(written: str, lexicon: Lexicon) -> NameForm | None:
    """Return surname and given name of two to four Chinese characters, if they can be read so."""
    folded = fold(written)
    if not 2 <= len(folded) <= 4 or not _GRAMMAR.isdisjoint(folded[1:]):
        return None
    if folded[:2] in lexicon.surnames and len(folded) > 2:
        return NameForm(NameKind.FULL, folded[:2], folded[2:], written[:2])
    if folded[0] in lexicon.surnames and len(folded) < 4:
        return NameForm(NameKind.FULL, folded[0], folded[1:], written[0])
    if (
        folded[0] in lexicon.common_surnames
        and folded[1] in lexicon.common_surnames
        and folded[2:] in lexicon.given_names
    ):
        return NameForm(NameKind.FULL, folded[:2], folded[2:], written[:2])
    return None


@cache
def _aliases() -> frozenset[str]:
    return frozenset(simplified for simplified, _ in read_rows("aliases.txt")).union(_WORDS["words"])
