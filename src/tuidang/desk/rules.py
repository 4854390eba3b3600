"""From passages that a reviewer names to places in a text."""

from __future__ import annotations

from collections.abc import Iterable

Span = tuple[int, int]


def find_passages(text: str, passages: Iterable[str]) -> tuple[tuple[Span, ...], tuple[str, ...]]:
    """Give every place where a passage stands in `text`, merged where they touch, and the passages not found.

    White space around a passage is left out; empty ones are ignored. Case and script matter: what is to be
    masked was copied from the text.
    """
    spans: list[Span] = []
    missing: list[str] = []
    for passage in filter(None, (p.strip() for p in passages)):
        found = list(_places(text, passage))
        spans += found
        if not found:
            missing.append(passage)
    return _merged(spans), tuple(missing)


def _places(text: str, passage: str) -> Iterable[Span]:
    start = text.find(passage)
    while start >= 0:
        yield start, start + len(passage)
        start = text.find(passage, start + 1)


def _merged(spans: list[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
