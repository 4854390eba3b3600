"""What a letter asks for, and whether it may be answered. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from enum import StrEnum
from html import unescape
from typing import Final

from tuidang.reach.mail.passed import passed

MOST_BYTES: Final = 64 * 1024  # of a letter that are read at all
_LINES: Final = 10  # from the beginning, without what is quoted
_ROBOTS: Final = re.compile(
    r"(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?|listserv|majordomo)([+._=-].*)?|owner-.*|.*-(request|bounces?)"
)
_LONGEST_SUBJECT: Final = 1000
_HIDDEN: Final = re.compile(r"<(/?)(style|script|head)\b[^<>]*>", re.IGNORECASE)
_FROM: Final = re.compile(r"[^<>@]*<([^<>]+)>|([^<>\s]+)")
_ADDRESS: Final = re.compile(r"[A-Za-z0-9._+'=/~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_ID: Final = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,250}>")


class Topic(StrEnum):
    """What can be asked for."""

    BOOKS = "books"
    TOOLS = "tools"
    MIRRORS = "mirrors"


_WORDS: Final = {
    Topic.BOOKS: re.compile(r"\bbooks?\b|书|書", re.IGNORECASE),
    Topic.TOOLS: re.compile(r"\btools?\b|工具", re.IGNORECASE),
    Topic.MIRRORS: re.compile(r"\bmirrors?\b|镜像|鏡像", re.IGNORECASE),
}
_TRADITIONAL: Final = re.compile(r"[書鏡請們個這謝發給國]")
_HAN: Final = re.compile(r"[㐀-鿿]")


class Refusal(StrEnum):
    """Why a letter is deleted without an answer."""

    ROBOT = "robot"  # another robot's, a list's, or a message of what could not be delivered
    OWN = "own"  # our own address wrote it
    NO_SENDER = "no-sender"  # not one address that can be answered
    NOT_PASSED = "not-passed"  # our mail server does not say that it comes from where it says


@dataclass(frozen=True)
class Question:
    """A letter that may be answered: whose, in which language, what for; nothing: he is told how to ask."""

    sender: str
    language: str
    topics: frozenset[Topic]
    message_id: str  # as it came, or nothing where it is not well formed


def read_letter(raw: bytes, *, own: str, server: str) -> Question | Refusal:
    """Read a letter, or its beginning. `own`: our address; `server`: whose word on senders counts."""
    letter = message_from_bytes(raw)
    if _is_of_a_robot(letter):
        return Refusal.ROBOT
    sender = _sender(letter)
    if not _ADDRESS.fullmatch(sender):
        return Refusal.NO_SENDER
    if sender.lower() == own.lower():
        return Refusal.OWN
    if _ROBOTS.fullmatch(sender.partition("@")[0].lower()):
        return Refusal.ROBOT
    envelope = _envelope(letter)
    results = _fields(letter, "Authentication-Results")
    if envelope == "" or not passed(results[0] if results else "", server, sender, envelope or ""):
        return Refusal.ROBOT if envelope == "" else Refusal.NOT_PASSED
    text = "\n".join([_subject(letter), *_first_lines(letter)])
    topics = frozenset(topic for topic, words in _WORDS.items() if words.search(text))
    message_id = "".join(_fields(letter, "Message-ID")).strip()
    return Question(sender, _language(text), topics, message_id if _ID.fullmatch(message_id) else "")


def _is_of_a_robot(letter: Message) -> bool:
    """RFC 3834, section 2, and what lists and older robots write."""
    automatic = "".join(_fields(letter, "Auto-Submitted")).partition(";")[0].strip().lower()
    precedence = "".join(_fields(letter, "Precedence")).strip().lower()
    return (
        automatic not in {"", "no"}
        or precedence in {"bulk", "junk", "list", "auto_reply"}
        or letter.get_content_type() in {"multipart/report", "message/delivery-status"}
        or any(
            name.lower().startswith(("list-", "x-autoreply", "x-autorespond", "x-loop", "x-mailing-list"))
            for name in letter
        )
    )


def _envelope(letter: Message) -> str | None:
    """Give the address to which what cannot be delivered goes, as our server noted it; "" is a robot's."""
    fields = _fields(letter, "Return-Path")
    return fields[0].strip().removeprefix("<").removesuffix(">").strip() if fields else None


def _fields(letter: Message, name: str) -> list[str]:
    """Give all fields of a name as they came, unfolded.

    Never decoded: in an encoded word a sender could have hidden what our own server seems to say then.
    """
    return [
        re.sub(r"\r?\n(?=[ \t])", "", str(value)).strip()
        for field, value in letter.raw_items()
        if field.lower() == name.lower()
    ]


def _sender(letter: Message) -> str:
    """Give the one address in From, where it cannot be read in two ways; else nothing."""
    fields = _fields(letter, "From")
    match = _FROM.fullmatch(fields[0]) if len(fields) == 1 else None
    return (match[1] or match[2]) if match else ""


def _subject(letter: Message) -> str:
    raw = "".join(_fields(letter, "Subject"))[:_LONGEST_SUBJECT]
    text = raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        return str(make_header(decode_header(text)))
    except (MessageError, LookupError, ValueError):
        return text


def _first_lines(letter: Message) -> list[str]:
    lines = [line.strip() for line in _words(letter).splitlines()]
    return [line for line in lines if line and not line.startswith(">")][:_LINES]


def _words(letter: Message) -> str:
    try:
        texts = {part.get_content_type(): part for part in reversed(list(letter.walk()))}
        body = texts.get("text/plain") or texts.get("text/html")
        if body is None:
            return ""
        payload = body.get_payload(decode=True)
        raw = payload if isinstance(payload, bytes) else b""
        try:
            text = raw.decode(str(body.get_content_charset("utf-8")), "replace")
        except LookupError:
            text = raw.decode("utf-8", "replace")
        kind = body.get_content_type()
    except (ValueError, IndexError, AttributeError, KeyError, TypeError):  # the parser's own faults
        return ""
    return unescape(re.sub(r"<[^<>]*>", "\n", _visible(text))) if kind == "text/html" else text


def _visible(page: str) -> str:
    """Leave out what a page shows nobody."""
    shown, hidden, last = [], "", 0
    for tag in _HIDDEN.finditer(page):
        ends, name = bool(tag[1]), tag[2].lower()
        if not hidden:
            shown.append(page[last : tag.start()])
            hidden = "" if ends else name
        elif ends and name == hidden:
            hidden = ""
        last = tag.end()
    return "\n".join(shown if hidden else [*shown, page[last:]])


def _language(text: str) -> str:
    if _TRADITIONAL.search(text):
        return "zh-hant"
    return "zh-hans" if _HAN.search(text) else "en"
