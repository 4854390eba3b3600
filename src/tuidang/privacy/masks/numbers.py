"""Numbers that lead to a person: identity cards, telephones, bank cards, whatever has eleven digits or more.

Digits are read in groups, and neighbouring groups together: 138 0013-8000 reads "138-0013-8000". How
groups must be cut to be a telephone or a card is written as patterns over that, so that dates, years and
amounts stay.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from tuidang.privacy.masks.marks import Mark, MarkKind
from tuidang.privacy.masks.shadow import Shadow

_MOST_DIGITS = 19
_GROUP = re.compile(r"\d+")
_BETWEEN = re.compile(r"[\s.。·•・_~*|/()\[\]{}<>,、:;=+&#%^!?'\"\\@‐‑‒–—―→-]{1,6}")
_LISTING = re.compile(r"[,、/]")
_FINAL_X = re.compile(r"[ .-]?x(?![a-z])")
_CALLED = re.compile(
    r"(?:电话|手机|座机|固话|号码|热线|传真|拨打|致电|打给|联系|tel|phone|mobile|call|fax)"
    r"[号码是为 :.()]{0,4}$"
)

_PROVINCES = frozenset(
    {*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55)}
) | frozenset({*range(61, 66), 71, 81, 82, 83})
_IDENTITY_WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(17))  # GB 11643-1999, ISO 7064 MOD 11-2

_MOBILE = re.compile(r"(?:00-?86-?|0?86-?|0-?)?(1[,-]?[3-9][\d,-]+)")
_MOBILE_CUT = re.compile(
    r"\d{11}|\d{7}-\d{4}|\d{3}[-,]\d{4}[-,]\d{4}|\d{3}(?:-\d{2,8}){1,4}|\d{4,5}(?:-\d{3,7}){1,2}"
    r"|\d(?:[-,]\d){10}|\d{1,2}(?:-\d{1,2}){5,9}"
)
_LANDLINE = re.compile(r"(?:(?:00)?86-?0?[1-9]\d{1,2}|0[1-9]\d{1,2})-?\d{3,4}-?\d{4}(?:-\d{1,5})?")
_TAIWAN = re.compile(r"0[2-8]-\d{3,4}-?\d{4}|09\d\d-?\d{3}-?\d{3}")
_SERVICE = re.compile(r"[48]00-\d{3}-?\d{4}|[48]00-\d{4}-?\d{3}")
_ABROAD = re.compile(r"00[1-9]\d{7,14}")
_NORTH_AMERICA = re.compile(r"(?:1-)?[2-9]\d\d-[2-9]\d\d-\d{4}")
_CARD_CUT = re.compile(r"\d{16,19}|\d{4}(?:-\d{4}){3}(?:-\d{1,3})?|\d{6}-\d{10,13}|\d(?:-\d){15,18}")
# Digit by digit, with the same sign between all of them (1的3的8), or in words.
_ONE_BY_ONE = re.compile(r"(?<!\d)\d([^\d〓])(?:\d\1){9,17}[\dx](?!\d)")
_SPELT = re.compile(
    r"(?:(?<![a-z])(?:zero|oh|one|two|three|four|five|six|seven|eight|nine"
    r"|ling|yi|yao|er|san|si|wu|liu|qi|ba|jiu)(?![a-z])[\s,.-]{0,3}){10,}(?<![\s,.-])"
)
_PASSPORT = re.compile(r"(?<![a-z0-9〓])[egcw][a-z]?\d{7,8}(?!\d)")
_YEARS = re.compile(r"(?:(?:19|20)\d\d-?)+")
_DATE = re.compile(r"(?:19|20)\d\d[-,]\d{1,2}[-,]\d{1,2}")
_ROUND = re.compile(r"[1-9]\d{0,3}0{7,}")  # an amount


def find_numbers(shadow: Shadow) -> list[Mark]:
    """Return identity cards, bank cards, telephones and other long numbers, in positions of the shadow."""
    groups = [match.span() for match in _GROUP.finditer(shadow.digits)]
    marks: list[Mark] = []
    for first, (start, _) in enumerate(groups):
        if marks and start < marks[-1].end:
            continue
        # The longest first: a card before the telephone that its beginning might be.
        for end, cut in reversed(list(_windows(shadow.digits, groups, first))):
            if found := _number(shadow, start, end, cut):
                marks.append(found)
                break
    return [*marks, *_other_writings(shadow)]


def _other_writings(shadow: Shadow) -> Iterator[Mark]:
    """Yield numbers in words, digit by digit, and of passports."""
    yield from (Mark(*match.span(), MarkKind.PHONE) for match in _SPELT.finditer(shadow.plain))
    yield from (Mark(*match.span(), MarkKind.NUMBER) for match in _PASSPORT.finditer(shadow.plain))
    for match in _ONE_BY_ONE.finditer(shadow.digits):
        digits = match.group()[::2]
        if _MOBILE.fullmatch(digits) and len(digits) == 11:
            yield Mark(*match.span(), MarkKind.PHONE)
        elif _is_identity(digits, digits):
            yield Mark(*match.span(), MarkKind.IDENTITY_CARD)


def _windows(text: str, groups: Sequence[tuple[int, int]], first: int) -> Iterator[tuple[int, str]]:
    """Yield the end and the reading of 1, 2, 3 … neighbouring groups, up to nineteen digits."""
    start, end = groups[first]
    cut = text[start:end]
    yield end, cut
    for next_start, next_end in groups[first + 1 :]:
        between = text[end:next_start]
        if not _BETWEEN.fullmatch(between):
            return
        cut += ("," if _LISTING.search(between) else "-") + text[next_start:next_end]
        end = next_end
        if sum(map(str.isdigit, cut)) > _MOST_DIGITS:
            return
        yield end, cut


def _number(shadow: Shadow, start: int, end: int, cut: str) -> Mark | None:
    digits = cut.replace("-", "").replace(",", "")
    if len(digits) == 17 and (final := _FINAL_X.match(shadow.plain, end)) and _is_identity(digits + "x", cut):
        return Mark(start, final.end(), MarkKind.IDENTITY_CARD)
    written = shadow.digits[start:end]
    if _is_identity(digits, cut):
        kind = MarkKind.IDENTITY_CARD
    elif not digits.isascii() or (cut != digits and _YEARS.fullmatch(cut)):
        return None
    elif len(digits) in range(16, 20) and _CARD_CUT.fullmatch(cut):
        kind = MarkKind.BANK_CARD if _passes_luhn(digits) else MarkKind.NUMBER
    elif _is_phone(digits, cut, written, shadow.plain[max(0, start - 14) : start]):
        kind = MarkKind.PHONE
    elif cut == digits and len(digits) > 10 and not _ROUND.fullmatch(digits):
        kind = MarkKind.NUMBER
    else:
        return None
    return Mark(_with_sign(shadow.plain, start, end), end, kind)


def _with_sign(text: str, start: int, end: int) -> int:
    """Return where the sign and the bracket of a number begin: +86 (10) 6551 2345."""
    for _ in range(2):
        closes = text.count(")", start, end) > text.count("(", start, end)
        if start > 0 and (text[start - 1] == "+" or (text[start - 1] == "(" and closes)):
            start -= 1
    return start


def _is_identity(digits: str, cut: str) -> bool:
    """Tell whether place and birthday are possible, and the check digit right if commas part the digits."""
    if len(digits) not in (15, 18) or int(digits[:2]) not in _PROVINCES:
        return False
    born = digits[6:14] if len(digits) == 18 else "19" + digits[6:12]
    try:
        birthday = date(int(born[:4]), int(born[4:6]), int(born[6:8]))
    except ValueError:
        return False
    return 1850 < birthday.year < 2100 and ("," not in cut or _passes_mod_11_2(digits))


def _is_phone(digits: str, cut: str, written: str, before: str) -> bool:
    if (
        _is_mobile(cut, written)
        or _LANDLINE.fullmatch(cut)
        or _TAIWAN.fullmatch(cut)
        or _SERVICE.fullmatch(cut)
    ):
        return True
    if _NORTH_AMERICA.fullmatch(cut):
        return any(sign in written for sign in "-.(")
    if "," in cut or _DATE.match(cut):
        return False
    abroad = _ABROAD.fullmatch(digits) or (before.endswith(("+", "+(")) and 8 <= len(digits) <= 15)
    return bool(abroad or (7 <= len(digits) <= 15 and _CALLED.search(before)))


def _is_mobile(cut: str, written: str) -> bool:
    mobile = _MOBILE.fullmatch(cut)
    if not mobile or sum(map(str.isdigit, mobile[1])) != 11 or not _MOBILE_CUT.fullmatch(mobile[1]):
        return False
    # Many small groups are a telephone if one sign parts them all, and a list of figures if not.
    return mobile[1].count("-") < 4 or len(set(_GROUP.split(written)[1:-1])) == 1


def _passes_mod_11_2(digits: str) -> bool:
    if len(digits) != 18:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_IDENTITY_WEIGHTS, digits, strict=False))
    return "10x98765432"[total % 11] == digits[17]


def _passes_luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(map(int, digits[-1::-2]))) % 10 == 0
