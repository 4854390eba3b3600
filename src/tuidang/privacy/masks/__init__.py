"""What in a text would give someone away, and the text with it masked."""

import re
from collections.abc import Callable, Iterable

from tuidang.privacy.masks.addresses import find_addresses
from tuidang.privacy.masks.handles import find_handles
from tuidang.privacy.masks.marks import Mark, MarkKind
from tuidang.privacy.masks.mentions import find_names
from tuidang.privacy.masks.numbers import find_numbers
from tuidang.privacy.masks.own import find_own
from tuidang.privacy.masks.shadow import OPENING, Shadow
from tuidang.privacy.regions import Lang

__all__ = ["Mark", "MarkKind", "find_marks", "find_names", "find_own", "mask", "mask_marks", "mask_word"]

# In the order of their claim where they overlap: an e-mail address of digits is not a telephone.
_FINDERS: tuple[Callable[[Shadow], list[Mark]], ...] = (find_handles, find_numbers, find_addresses)

_ROUNDS = 5
_DIGITS = re.compile(r"\d{2,}")

_WORDS: dict[MarkKind, dict[Lang, str]] = {
    MarkKind.IDENTITY_CARD: {"zh-hans": "身份证号", "zh-hant": "身分證號", "en": "identity card"},
    MarkKind.PHONE: {"zh-hans": "电话", "zh-hant": "電話", "en": "phone"},
    MarkKind.BANK_CARD: {"zh-hans": "银行卡号", "zh-hant": "銀行卡號", "en": "bank card"},
    MarkKind.EMAIL: {"zh-hans": "邮箱", "zh-hant": "電郵", "en": "e-mail"},
    MarkKind.WECHAT: {"zh-hans": "微信号", "zh-hant": "微信號", "en": "WeChat"},
    MarkKind.QQ: {"zh-hans": "QQ号", "zh-hant": "QQ號", "en": "QQ"},
    MarkKind.PLATE: {"zh-hans": "车牌", "zh-hant": "車牌", "en": "licence plate"},
    MarkKind.ADDRESS: {"zh-hans": "住址", "zh-hant": "住址", "en": "address"},
    MarkKind.LINK: {"zh-hans": "链接", "zh-hant": "連結", "en": "link"},
    MarkKind.NUMBER: {"zh-hans": "号码", "zh-hant": "號碼", "en": "number"},
    MarkKind.OWN_NAME: {"zh-hans": "姓名", "zh-hant": "姓名", "en": "name"},
    MarkKind.NAME: {"zh-hans": "姓名", "zh-hant": "姓名", "en": "name"},
}
_BRACKETED = frozenset(f"{OPENING}{word}〕" for words in _WORDS.values() for word in words.values())


def find_marks(text: str) -> tuple[Mark, ...]:
    """Return what must be masked in `text`, in order, without overlaps.

    Seen through full-width and circled digits, Chinese numerals, traditional characters, invisible
    characters, and digits kept apart by spaces, dots or hyphens. Time and memory grow with the length of
    the text, not faster.
    """
    if not text:
        return ()
    shadow = Shadow(text, _BRACKETED)
    marks: list[Mark] = []
    # What one finder took is no context for another, nor for the next round, exactly as if the text had been
    # masked: so a masked text has nothing more to mask. An honest text is done after two or three rounds.
    for _ in range(_ROUNDS):
        found = [mark for finder in _FINDERS for mark in shadow.take(finder(shadow))]
        if not found:
            break
        marks += found
    else:  # made of digits so that each round finds one more
        marks += shadow.take(
            Mark(*group.span(), MarkKind.NUMBER) for group in _DIGITS.finditer(shadow.digits)
        )
    return tuple(sorted(marks, key=lambda mark: mark.start))


def mask(text: str, lang: Lang = "zh-hans") -> str:
    """Return `text` with everything found replaced by its word in brackets, such as 〔电话〕. Idempotent."""
    return mask_marks(text, find_marks(text), lang)


def mask_marks(text: str, marks: Iterable[Mark], lang: Lang) -> str:
    """Return `text` with each of `marks`, in order and without overlaps, replaced by its word in brackets."""
    parts, done = [], 0
    for mark in marks:
        parts += [text[done : mark.start], mask_word(mark.kind, lang)]
        done = mark.end
    return "".join(parts) + text[done:]


def mask_word(kind: MarkKind, lang: Lang) -> str:
    """Return what stands in a masked text in place of a mark."""
    return f"{OPENING}{_WORDS[kind][lang]}〕"
