"""Names in networks and on roads: e-mail addresses, links, WeChat and QQ ids, licence plates."""

import re

from tuidang.privacy.masks.marks import Mark, MarkKind
from tuidang.privacy.masks.shadow import Shadow

# Every repetition here is bounded, so that a hostile text costs its length times a constant.
_AT = r"(?:\s?@\s?|\s?[(\[{<]\s?at\s?[)\]}>]\s?|\s?艾特\s?)"
_DOT = r"(?:\s?[(\[{<]\s?dot\s?[)\]}>]\s?|\s?\.\s?|\s?点\s?)"
_LOCAL = r"(?<![a-z0-9._%+-])[a-z0-9][a-z0-9._%+-]{0,63}"
_LABEL = r"[a-z0-9][a-z0-9-]{0,62}"
_PROVIDER = (
    r"(?:qq|163|126|139|189|yeah|sina|sohu|foxmail|gmail|yahoo|hotmail|outlook|live|icloud|proton(?:mail)?)"
)
_EMAIL = re.compile(
    rf"{_LOCAL}{_AT}(?:{_LABEL}(?:{_DOT}|。)){{1,4}}[a-z]{{2,24}}"
    rf"|{_LOCAL}(?:#|\s+at\s+){_PROVIDER}(?:{_DOT}|\s+dot\s+)(?:com|cn|net|me)(?:\.cn)?"
)

_TOP = (
    "com cn net org edu gov info biz io cc tv xyz top site online club vip app dev onion "
    "tw hk mo uk ca au de fr jp kr sg eu ru"
).replace(" ", "|")
_REST = r"[a-z0-9._~:/?#\[\]@!$&'()*+,;=%-]{0,500}"
_LINK = re.compile(
    rf"(?:h(?:tt|xx)ps?|ftp)\s?:\s?/{{1,2}}\s?[^\s〓]{_REST}"
    rf"|(?<![a-z0-9@.-])www\s?\.\s?[a-z0-9]{_REST}"
    rf"|(?<![a-z0-9@.-])(?:{_LABEL}{_DOT}){{1,4}}(?:{_TOP})(?![a-z0-9-])(?:(?::\d{{1,5}})?/{_REST})?"
    rf"|(?<![a-z0-9@.-])(?:{_LABEL}\.){{1,3}}[a-z]{{2,6}}/[a-z0-9+_-]{_REST}"
)
_AFTER_LINK = ".,;:!?')]"

_QQ = re.compile(
    r"(?:(?<![a-z])qq|扣扣|抠抠|企鹅|(?<![a-z])q号)"
    r"(?:号码|号|群|是|为|加|我|[:=\s.()-]){0,6}(\d(?:[ ._-]?\d){4,11})(?!\d)"
)
_WECHAT = re.compile(
    r"(?:微信|薇信|威信|徽信|微x|v信|加v(?![a-z])|(?<![a-z])(?:weixin|wechat|vx|wx))"
    r"((?:号码|号|是|为|叫|id|加|我|[:=\s.()-]){0,6})"
    r"([a-z][a-z0-9_-]{5,30}|\d(?:[ .-]?\d){5,14})(?![a-z0-9_-])"
)
_SAYS_WHICH = re.compile(r"[:=号是为叫]|id")

_PROVINCE = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
_PLATE = re.compile(
    rf"{_PROVINCE}[ ·.-]{{0,2}}[a-z][ ·•.-]{{0,2}}"
    r"((?:[a-z0-9][ ·.-]?){4,5}[a-z0-9学警港澳挂试超领])(?![a-z0-9])"
    r"|[军空海沈北兰济南广成][ ·.-]?[a-z][ ·.-]?(\d{5})(?!\d)"
    rf"|(?<![a-z])wj[ ·.-]?{_PROVINCE}?[ ·.-]?(\d{{4}}[a-z0-9])(?![a-z0-9])"
)


def find_handles(shadow: Shadow) -> list[Mark]:
    """Return e-mail addresses, links, WeChat and QQ ids and licence plates, in positions of the shadow."""
    plain = shadow.plain
    marks = [Mark(*match.span(), MarkKind.EMAIL) for match in _EMAIL.finditer(plain)]
    marks += [_link(match) for match in _LINK.finditer(plain)]
    marks += [Mark(*match.span(1), MarkKind.QQ) for match in _QQ.finditer(shadow.digits)]
    marks += [Mark(*match.span(2), MarkKind.WECHAT) for match in _WECHAT.finditer(plain) if _is_wechat(match)]
    marks += [Mark(*match.span(), MarkKind.PLATE) for match in _PLATE.finditer(plain) if _is_plate(match)]
    return marks


def _link(match: re.Match[str]) -> Mark:
    written = match.group()
    return Mark(match.start(), match.start() + len(written.rstrip(_AFTER_LINK)), MarkKind.LINK)


def _is_wechat(match: re.Match[str]) -> bool:
    """Tell an id from a word: "wechat group" has none, "wechat: zhangwei" and "wechat zhang88" have."""
    return bool(_SAYS_WHICH.search(match[1])) or not match[2].isalpha()


def _is_plate(match: re.Match[str]) -> bool:
    tail = next(group for group in match.groups() if group)
    return sum(map(str.isdigit, tail)) >= 2
