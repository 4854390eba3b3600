"""An ID3 tag (id3.org, version 2.3, with its addendum on chapters): titles, chapters, and the words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_LANGUAGES: Final = {"en": b"eng"}  # ISO 639-2; all others are Chinese
_MOST_IN_A_LIST: Final = 255  # a byte counts them
_TOP, _ORDERED = 2, 1
_NO_OFFSET: Final = b"\xff" * 8


@dataclass(frozen=True)
class Mark:
    """A chapter in a recording: its title, and where it begins and ends in milliseconds."""

    title: str
    begin: int
    end: int


def write_tag(title: str, author: str, language: str, marks: Sequence[Mark], words: str) -> bytes:
    """Write the tag that stands before the sound; the same words give the same bytes."""
    code = _LANGUAGES.get(language, b"chi")
    frames = [
        _text("TIT2", title),
        *([_text("TPE1", author)] if author else []),
        _frame("TLAN", b"\0" + code),
    ]
    frames += _lists(len(marks))
    frames += [_chapter(number, mark) for number, mark in enumerate(marks, 1)]
    if words:
        frames.append(_frame("USLT", b"\1" + code + _utf16("") + b"\0\0" + _utf16(words)))
    body = b"".join(frames)
    return b"ID3\3\0\0" + _safe(len(body)) + body


def _lists(count: int) -> list[bytes]:
    """Write the tables of contents: one, or one of several where there are more chapters than it can have."""
    names = [_name(number) for number in range(1, count + 1)]
    if len(names) <= _MOST_IN_A_LIST:
        return [_list(b"toc", _TOP, names)]
    parts = [names[at : at + _MOST_IN_A_LIST] for at in range(0, count, _MOST_IN_A_LIST)]
    keys = [b"toc%d" % number for number in range(1, len(parts) + 1)]
    return [_list(b"toc", _TOP, keys), *(_list(key, 0, part) for key, part in zip(keys, parts, strict=True))]


def _list(key: bytes, top: int, names: Sequence[bytes]) -> bytes:
    entries = b"".join(name + b"\0" for name in names)
    return _frame("CTOC", key + b"\0" + bytes((top | _ORDERED, len(names))) + entries)


def _chapter(number: int, mark: Mark) -> bytes:
    times = mark.begin.to_bytes(4, "big") + mark.end.to_bytes(4, "big")
    return _frame("CHAP", _name(number) + b"\0" + times + _NO_OFFSET + _text("TIT2", mark.title))


def _name(number: int) -> bytes:
    return b"chp%d" % number


def _text(key: str, words: str) -> bytes:
    return _frame(key, b"\1" + _utf16(words))


def _utf16(words: str) -> bytes:
    return b"\xff\xfe" + words.encode("utf-16-le")


def _frame(key: str, content: bytes) -> bytes:
    return key.encode() + len(content).to_bytes(4, "big") + b"\0\0" + content


def _safe(size: int) -> bytes:
    """Write the size of the tag, seven bits in each byte."""
    if size >= 1 << 28:
        raise ValueError("more words than a tag can have")
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
