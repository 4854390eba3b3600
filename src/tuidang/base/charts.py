"""Small charts as SVG, drawn on the server.

Widths are in percent and heights in em, so that text keeps the reader's own size on every screen.
Nothing here uses a style attribute: colours come from the stylesheet's classes. Every axis starts at nought.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import inf, log

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

LEVELS = 4  # shades of one green, the highest for the greatest value


@dataclass(frozen=True)
class Words:
    """Say what a chart shows: its title, a sentence of description, and an id that is alone on the page."""

    key: str
    title: str
    description: str


@dataclass(frozen=True)
class Bar:
    """One value: its label, and the value as the reader's language writes it. An empty label is not drawn."""

    label: str
    value: int
    written: str


@dataclass(frozen=True)
class Span:
    """What a ratio lies between: its label, from and to, and both as written. 0, infinity: unknown."""

    label: str
    low: float
    high: float
    written: str


@dataclass(frozen=True)
class Usual:
    """A day's value beside what is usual for it: from and to, or nothing where nobody can tell."""

    label: str
    value: int
    usual: tuple[int, int] | None

    @property
    def strange(self) -> bool:
        """Say whether it lies outside."""
        return self.usual is not None and not self.usual[0] <= self.value <= self.usual[1]


@dataclass(frozen=True)
class Tile:
    """One place on a grid, north up: its name, a short name for narrow screens, and its value as written."""

    column: int
    row: int
    name: str
    short: str
    value: int
    written: str


@dataclass(frozen=True)
class Slot:
    """One field of a timetable: its place, which part of it is filled (0 to 1), and its text.

    A field that is wholly filled is a plain tile; one that is not has an outline, broken where nothing is.
    """

    column: int
    row: int
    filled: float
    written: str
    is_now: bool = False


def rows(words: Words, bars: Sequence[Bar]) -> SafeString:
    """Draw one bar under another, each under its label with its value at the right."""
    most = _most(bar.value for bar in bars)
    parts = [
        f'<text y="{2.9 * n + 1.1:.1f}em">{escape(bar.label)}</text>'
        f'<text x="100%" y="{2.9 * n + 1.1:.1f}em" text-anchor="end">{escape(bar.written)}</text>'
        f'<rect class="level-0" y="{2.9 * n + 1.5:.1f}em" width="100%" height=".7em"/>'
        f'<rect class="bar" y="{2.9 * n + 1.5:.1f}em" width="{100 * bar.value / most:.2f}%" height=".7em"/>'
        for n, bar in enumerate(bars)
    ]
    return _svg(words, 2.9 * len(bars), parts)


def columns(words: Words, bars: Sequence[Bar], most_written: str) -> SafeString:
    """Draw bars side by side, for days in order; the line above them is the greatest value, written out."""
    most = _most(bar.value for bar in bars)
    step = 100 / max(len(bars), 1)
    parts = [
        f'<text class="faint" y="1em">{escape(most_written)}</text>',
        '<line class="axis" y1="1.5em" y2="1.5em" x2="100%" stroke-dasharray="2 4"/>',
        '<line class="axis" y1="9.5em" y2="9.5em" x2="100%"/>',
    ]
    for n, bar in enumerate(bars):
        tall = 8 * bar.value / most
        parts.append(
            f'<rect class="bar" x="{n * step + step * 0.1:.2f}%" y="{9.5 - tall:.2f}em" '
            f'width="{step * 0.8:.2f}%" height="{tall:.2f}em"/>'
        )
        if bar.label:
            # The last label ends where the bars end, so that nothing leaves a narrow screen.
            last = n == len(bars) - 1
            x, anchor = ((n + 1) * step, "end") if last else (n * step, "start")
            parts.append(f'<text x="{x:.2f}%" y="11em" text-anchor="{anchor}">{escape(bar.label)}</text>')
    return _svg(words, 11.5, parts)


def usual(words: Words, days: Sequence[Usual], most_written: str) -> SafeString:
    """Draw days as marks on a band of what is usual; a day outside of it is a diamond."""
    most = _most(max(day.value, day.usual[1] if day.usual else 0) for day in days)
    step = 100 / max(len(days), 1)

    def at(value: int) -> float:
        return 11.5 - 10 * value / most

    parts, marks = [f'<text class="faint" y="1em">{escape(most_written)}</text>'], []
    for n, day in enumerate(days):
        x = n * step
        if day.usual:
            low, high = day.usual
            parts.append(
                f'<rect class="level-1" x="{x:.1f}%" y="{at(high):.1f}em" width="{step + 0.1:.1f}%" '
                f'height="{at(low) - at(high):.1f}em"/>'
            )
        if day.strange:
            middle = f'x="{x + step / 2:.1f}%" y="{at(day.value) + 0.35:.1f}em"'
            marks.append(f'<text class="over" {middle} text-anchor="middle">◆</text>')
        else:
            marks.append(
                f'<rect class="bar" x="{x + step * 0.15:.1f}%" y="{at(day.value) - 0.2:.1f}em" '
                f'width="{step * 0.7:.1f}%" height=".4em"/>'
            )
        if day.label:
            last = n == len(days) - 1
            where, anchor = ((n + 1) * step, "end") if last else (x, "start")
            marks.append(f'<text x="{where:.1f}%" y="13em" text-anchor="{anchor}">{escape(day.label)}</text>')
    axis = '<line class="axis" y1="11.5em" y2="11.5em" x2="100%"/>'
    return _svg(words, 13.5, [*parts, axis, *marks])


def spans(words: Words, found: Sequence[Span], marks: Sequence[tuple[float, str]]) -> SafeString:
    """Draw ratios as lines between their limits, under a scale by doubling that `marks` names; 1 is a line.

    The scale ends at its outermost marks: a line that goes on beyond has an open end there.
    """
    first, last = log(marks[0][0]), log(marks[-1][0])

    def at(ratio: float) -> float:
        if ratio in (0, inf):
            return 100.0 if ratio else 0.0
        return min(100.0, max(0.0, 100 * (log(ratio) - first) / (last - first)))

    tall = 2.9 * len(found) + 1.6
    one = at(1)
    parts, names = [], []  # names lie over the line at 1, which may cross a long one
    for n, (ratio, written) in enumerate(marks):
        anchor = "start" if n == 0 else "end" if n == len(marks) - 1 else "middle"
        where = f'x="{at(ratio):.2f}%" y="1em" text-anchor="{anchor}"'
        parts.append(f'<text class="faint" {where}>{escape(written)}</text>')
    for n, span in enumerate(found):
        low, high, top = at(span.low), at(span.high), 2.9 * n + 1.6
        told = "bar" if span.low > 1 or span.high < 1 else "level-2"
        place = f'y="{top + 1.5:.1f}em" height=".7em"'
        told_at = f'class="over" y="{top + 1.1:.1f}em"'
        names += [
            f"<text {told_at}>{escape(span.label)}</text>",
            f'<text {told_at} x="100%" text-anchor="end">{escape(span.written)}</text>',
        ]
        parts += [
            f'<rect class="level-0" {place} width="100%"/>',
            f'<rect class="{told}" {place} x="{low:.2f}%" width="{high - low:.2f}%"/>',
        ]
    parts.append(f'<line class="axis" x1="{one:.2f}%" x2="{one:.2f}%" y1="1.4em" y2="{tall:.1f}em"/>')
    return _svg(words, tall, [*parts, *names])


def year(
    words: Words, which: int, counts: Mapping[date, int], months: Sequence[str], *, until: date
) -> SafeString:
    """Draw a year as twelve rows of days, each day up to `until` a shade; `months` are the twelve labels."""
    most = _most(count for day, count in counts.items() if day.year == which)
    left, step = 11.0, 89 / 31
    parts = [
        f'<text class="faint" x="{left + step * (day - 0.5):.2f}%" y="1em" text-anchor="middle">{day}</text>'
        for day in (1, 5, 10, 15, 20, 25, 30)
    ]
    for month, label in enumerate(months, 1):
        parts.append(f'<text y="{1.6 * month + 1.2:.1f}em">{escape(label)}</text>')
        parts += [
            f'<rect class="level-{level_of(counts.get(date(which, month, day), 0), most)}" height="1.4em" '
            f'x="{left + step * (day - 1):.2f}%" y="{1.6 * month:.1f}em" width="{step * 0.9:.2f}%"/>'
            for day in range(1, calendar.monthrange(which, month)[1] + 1)
            if date(which, month, day) <= until
        ]
    return _svg(words, 1.6 * 13, parts)


def grid(words: Words, tiles: Sequence[Tile]) -> SafeString:
    """Draw places as tiles of one size, shaded by value: no borders, and no area louder than its people."""
    most = _most(tile.value for tile in tiles)
    step = 100 / (1 + max((tile.column for tile in tiles), default=0))
    parts = []
    for tile in tiles:
        level = level_of(tile.value, most)
        middle, top = (tile.column + 0.5) * step, 3.6 * tile.row
        # Where the two names differ both are there, and the stylesheet shows the one that has room;
        # the longest are drawn a little narrower.
        names = (
            ((tile.name, ""),)
            if tile.name == tile.short
            else ((tile.name, " roomy"), (tile.short, " narrow"))
        )
        parts.append(
            f'<rect class="level-{level}" x="{tile.column * step + 0.2:.2f}%" y="{top:.1f}em" '
            f'width="{step - 0.4:.2f}%" height="3.4em" rx="3"/>'
        )
        parts += [
            f'<text class="on-{level}{which}" x="{middle:.2f}%" y="{top + 1.5:.1f}em" text-anchor="middle"'
            f"{_narrower(name, step)}>{escape(name)}</text>"
            for name, which in names
        ]
        parts.append(
            f'<text class="on-{level}" x="{middle:.2f}%" y="{top + 2.8:.1f}em" text-anchor="middle">'
            f"{escape(tile.written)}</text>"
        )
    return _svg(words, 3.6 * (1 + max((tile.row for tile in tiles), default=0)), parts)


def timetable(
    words: Words, columns: Sequence[Sequence[str]], labels: Sequence[str], slots: Sequence[Slot]
) -> SafeString:
    """Draw fields in columns, each under the lines of its heading, and in rows, each beside its label."""
    left, step = 7.0, 93 / max(len(columns), 1)
    head = 1.4 * max((len(lines) for lines in columns), default=0) + 0.4
    parts = []
    for n, lines in enumerate(columns):
        parts += [
            f'<text x="{left + step * (n + 0.5):.2f}%" y="{1.4 * line + 1:.1f}em" text-anchor="middle">'
            f"{escape(text)}</text>"
            for line, text in enumerate(lines)
        ]
    for n, label in enumerate(labels):
        parts.append(f'<text class="faint" y="{head + 1.8 * n + 1.15:.2f}em">{escape(label)}</text>')
    for slot in slots:
        x, y = left + step * slot.column, head + 1.8 * slot.row
        place = f'x="{x + step * 0.03:.2f}%" y="{y:.2f}em" height="1.6em" rx="3"'
        part = min(1.0, max(0.0, slot.filled))
        outline = "slot" if part == 1 else "slot partly" if part else "slot empty"
        parts.append(f'<rect class="{outline}" {place} width="{step * 0.94:.2f}%"/>')
        if 0 < part < 1:
            bar = f'x="{x + step * 0.03:.2f}%" y="{y + 1.3:.2f}em" height=".3em"'
            parts.append(f'<rect class="bar" {bar} width="{step * 0.94 * part:.2f}%"/>')
        if slot.is_now:
            parts.append(f'<rect class="slot now" {place} width="{step * 0.94:.2f}%"/>')
        parts.append(
            f'<text class="{"filled" if part == 1 else "open"}" x="{x + step / 2:.2f}%" y="{y + 1.1:.2f}em" '
            f'text-anchor="middle">{escape(slot.written)}</text>'
        )
    return _svg(words, head + 1.8 * len(labels), parts)


def _narrower(name: str, step: float) -> str:
    return f' textLength="{step * 0.92:.2f}%" lengthAdjust="spacingAndGlyphs"' if len(name) > 12 else ""


def level_of(value: int, most: int) -> int:
    """Return the shade of a value, 0 for nothing up to `LEVELS` for the greatest quarter."""
    return 0 if value <= 0 else max(1, -(-LEVELS * value // most))


def level_ends(most: int) -> list[int]:
    """Return the greatest value that each shade from 1 on stands for."""
    return [most * level // LEVELS for level in range(1, LEVELS + 1)]


def _most(values: Iterable[int]) -> int:
    return max(max(values, default=0), 1)


def _svg(words: Words, height: float, parts: Sequence[str]) -> SafeString:
    """Join drawn parts, whose texts are escaped already, into one picture with its title and description."""
    return format_html(
        '<svg role="img" aria-labelledby="{0}-title {0}-text" width="100%" height="{1}em">'
        '<title id="{0}-title">{2}</title><desc id="{0}-text">{3}</desc>{4}</svg>',
        words.key,
        f"{height:.1f}",
        words.title,
        words.description,
        mark_safe(" ".join(["", *parts])),  # noqa: S308 -- numbers of ours and escaped labels
    )
