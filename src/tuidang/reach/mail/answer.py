"""The answer to a letter: what is asked for as words and small files, and nothing of the question. Pure."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from tuidang.reach.mail.question import Question, Topic

MOST: Final = 3 * 1024 * 1024  # bytes of files in one answer, before they grow by a third on their way


@dataclass(frozen=True)
class File:
    """A small file that an answer can hold."""

    name: str
    kind: str  # its media type
    content: bytes


@dataclass(frozen=True)
class Stock:
    """What there is to send in one language."""

    words: dict[Topic, str]  # what stands in the letter itself
    files: dict[Topic, Sequence[File]]  # smallest or most wanted first
    help: str  # to whoever asked for nothing that we know, in every language


def write_answer(question: Question, stock: Stock, subject: str, own: str, now: datetime) -> EmailMessage:
    """Write the answer; of the question it holds address and Message-ID alone (RFC 3834, section 3.1)."""
    letter = EmailMessage(policy=SMTP)
    letter["From"] = own
    letter["To"] = question.sender
    letter["Subject"] = subject
    letter["Date"] = format_datetime(now.replace(minute=0, second=0, microsecond=0))
    letter["Message-ID"] = f"<{secrets.token_hex(16)}@{own.rpartition('@')[2]}>"
    if question.message_id:
        letter["In-Reply-To"] = question.message_id
    letter["Auto-Submitted"] = "auto-replied"
    asked = [topic for topic in Topic if topic in question.topics]
    letter.set_content("\n\n".join(stock.words[topic] for topic in asked) or stock.help, cte="base64")
    for file in fitting([file for topic in asked for file in stock.files[topic]]):
        main, _, sub = file.kind.partition("/")
        letter.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    return letter


def fitting(files: Sequence[File], most: int = MOST) -> list[File]:
    """Give the files that fit together, in their order; one that does not fit is passed over."""
    found, left = [], most
    for file in files:
        if len(file.content) <= left:
            found.append(file)
            left -= len(file.content)
    return found
