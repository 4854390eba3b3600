"""Where somebody lives: street addresses with house numbers, and flats in numbered buildings."""

import re

from tuidang.privacy.masks.marks import Mark, MarkKind
from tuidang.privacy.masks.shadow import Shadow
from tuidang.privacy.nameforms import HAN

_NUMBER = r"(?:\d{1,5}|[一二三四五六七八九十百千零〇]{1,7})(?:[-之]\d{1,4})?"
_INSIDE = r"(?:号楼|号院|号|栋|幢|座|单元|弄|楼|门|室|层|房|户|组)"
_ROOM = r"(?:[\s-]{0,2}\d{2,4}室?(?!\d))?"
# What follows the first number inside: 3单元501室, A座, -501.
_FURTHER = rf"(?:[\s,-]{{0,2}}第?(?:{_NUMBER}|[A-Za-z]\d{{0,4}}){_INSIDE}){{0,6}}{_ROOM}"
# A number and 号 is also a day of the month, and the name of a line, a paper, an order.
_NOT_A_HOUSE = (
    "(?!线|文件|令|决议|公路|国道|站台|台风|首长|字|码|病|机|人"
    "|那天|这天|当天|晚|上午|下午|早|凌晨|以|之后|之前|前|后)"
)

# Streets, whose houses have numbers.
_STREET = (
    r"(?:大街|大道|路|街|胡同|巷|弄)[东西南北中]?[一二三四五六七八九十]?[段里条]?\s?"
    rf"{_NUMBER}(?:号院|号楼|号{_NOT_A_HOUSE}|弄)"
)
# Quarters, whose numbers are believed if they are a building's, or more follows, or no day has them.
_BUILDING = rf"{_NUMBER}(?:号楼|号院|栋|幢|座|单元|弄)"
_WITH_MORE = rf"{_NUMBER}(?:号(?=\s?第?{_NUMBER}{_INSIDE})|组\s?{_NUMBER}号)"
_NO_DAY = rf"(?:3[2-9]|[4-9]\d|\d{{3,5}})(?:-\d{{1,4}})?号{_NOT_A_HOUSE}"
_QUARTER = (
    r"(?:小区|新村|花园|家园|公寓|大厦|广场|宿舍|大院|家属院|苑|园|村|庄|屯|里|坊|城|寨|湾)\s?"
    rf"(?:{_BUILDING}|{_WITH_MORE}|{_NO_DAY})"
)
_NAMED = re.compile(rf"(?:{_STREET}|{_QUARTER}){_FURTHER}")
_UNNAMED = re.compile(
    rf"(?<!\d){_NUMBER}(?:号楼|栋|幢|座|号)\s?(?:{_NUMBER}|[A-Za-z])(?:单元|门)"
    rf"(?:\s?{_NUMBER}(?:室|号|层|楼))?{_ROOM}"
)
_ENGLISH = re.compile(
    r"(?<![\w-])\d{1,5}[A-Za-z]? (?:[NSEW]\.? |North |South |East |West )?(?:[A-Z][a-z]{1,20} ){1,3}"
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Way|Place|Crescent)(?![a-z])"
)

_HAN = re.compile(f"[{HAN}]")
# A street's name begins after one of these.
_BEFORE_NAME = frozenset("省市区县旗镇乡州盟住在于到从去往是的了与至址为居处位我你他她它们叫那这")
_LONGEST_NAME = 6
# What stands before 路, 街, 村 without naming it: 上街, 回村, 铁路, and, alone, 一路, 马路, 心里.
_NEVER_A_NAME = frozenset("上下逛过游沿走回进出到铁公知")
_NOT_ALONE_A_NAME = frozenset("满半一马网思生死后前心家哪全每整条大道")


def find_addresses(shadow: Shadow) -> list[Mark]:
    """Return addresses with house numbers, in positions of the shadow; town and district before stay."""
    marks = [Mark(*match.span(), MarkKind.ADDRESS) for match in _UNNAMED.finditer(shadow.cased)]
    marks += [Mark(*match.span(), MarkKind.ADDRESS) for match in _ENGLISH.finditer(shadow.cased)]
    for match in _NAMED.finditer(shadow.cased):
        start = _name_start(shadow.cased, match.start())
        name = shadow.cased[start : match.start()]
        if name and name[-1] not in _NEVER_A_NAME and name not in _NOT_ALONE_A_NAME:
            marks.append(Mark(start, match.end(), MarkKind.ADDRESS))
    return marks


def _name_start(text: str, end: int) -> int:
    """Return where the name before the word for street at `end` begins; `end` if there is none."""
    start = end
    while (
        start > max(0, end - _LONGEST_NAME)
        and _HAN.match(text[start - 1])
        and text[start - 1] not in _BEFORE_NAME
    ):
        start -= 1
    return start
