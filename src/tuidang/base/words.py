"""Numbers and days as each language writes them, for pages and charts."""

from __future__ import annotations

from datetime import date
from typing import Final

LANGUAGES: Final = ("zh-hans", "zh-hant", "en")

_THIN: Final = "\N{NARROW NO-BREAK SPACE}"
_WAN: Final = {"zh-hans": ("亿", "万"), "zh-hant": ("億", "萬")}
_SHORT: Final = {
    **{language: ((100_000_000, yi), (10_000, wan)) for language, (yi, wan) in _WAN.items()},
    "en": ((1_000_000, "M"), (1_000, "k")),
}
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def spaced(number: int) -> str:
    """Write a number in groups of three, parted by thin spaces, from five digits on."""
    return str(number) if number < 10_000 else f"{number:,}".replace(",", _THIN)


def counted(number: int, language: str) -> str:
    """Write a whole number for a sentence or a headline: 4亿6712万3456 in Chinese, thin spaces elsewhere."""
    if language not in _WAN or number < 10_000:
        return spaced(number)
    yi, wan = _WAN[language]
    written, gap = "", False
    for part, unit in ((number // 10**8, yi), (number // 10**4 % 10**4, wan), (number % 10**4, "")):
        if part:
            written += "零" if written and (gap or part < 1000) else ""  # a gap is read out: 12万零34, 4亿零5
            written += f"{part}{unit}"
        gap = not part
    return written


def rounded(number: int, language: str) -> str:
    """Write a number that was rounded, for a sentence: 4.8万 in Chinese, thin spaces elsewhere."""
    return shortened(number, language) if language in _WAN else spaced(number)


def day_words(day: date, language: str) -> str:
    """Write a day in full: 2026年11月20日, or 20 November 2026."""
    if language in _WAN:
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def month_words(day: date, language: str) -> str:
    """Write the month of a day: 2026年11月, or November 2026."""
    if language in _WAN:
        return f"{day.year}年{day.month}月"
    return f"{_MONTHS[day.month - 1]} {day.year}"


def month_short(month: int, language: str) -> str:
    """Write a month (1 to 12) for the edge of a chart: 11月, or Nov."""
    return f"{month}月" if language in _WAN else _MONTHS[month - 1][:3]


def day_short(day: date, language: str) -> str:
    """Write a day without its year: 11月20日, or 20 Nov."""
    return f"{day.month}月{day.day}日" if language in _WAN else f"{day.day} {_MONTHS[day.month - 1][:3]}"


def shortened(number: int, language: str) -> str:
    """Write a number for a narrow place, cut down to two or three figures: 1.2万, 12k."""
    for size, unit in _SHORT[language]:
        if number >= size:
            tenths = number * 10 // size
            return f"{tenths // 10}{unit}" if tenths >= 100 or tenths % 10 == 0 else f"{tenths / 10}{unit}"
    return str(number)
