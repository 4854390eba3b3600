"""The mailbox (IMAP) and the way out (SMTP), both by TLS from the first byte."""

from __future__ import annotations

import imaplib
import re
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Final

from tuidang.base.options import MailServer

TIMEOUT: Final = 60  # seconds
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Flag(StrEnum):
    r"""What is noted at a letter before it is answered, by flags that every server keeps."""

    TRIED = r"\Flagged"
    TRIED_AGAIN = r"\Answered"


class MailFault(Exception):  # noqa: N818 -- what a mail server said or did; its words may bear an address
    """The mailbox or the way out cannot be used now. It says which, never what the server said."""


@dataclass(frozen=True)
class Letter:
    """A letter that lies in the mailbox: its number there, what was noted at it, and the day it came."""

    uid: str
    flags: frozenset[Flag]
    day: date


class Mailbox:
    """One connection to the mailbox; what is deleted is expunged at once."""

    def __init__(self, line: imaplib.IMAP4_SSL) -> None:
        self._line = line

    def letters(self) -> list[Letter]:
        """List what lies there, the oldest first."""
        found = self._ask("FETCH", "1:*", "(UID FLAGS INTERNALDATE)") if self._count() else []
        return [letter for line in found if (letter := _letter(line))]

    def read(self, letter: Letter, most: int) -> bytes:
        """Give the first `most` bytes of a letter; it does not count as read by that."""
        for part in self._ask("FETCH", letter.uid, f"(BODY.PEEK[]<0.{most}>)"):
            if isinstance(part, tuple):
                return bytes(part[1])
        return b""

    def note(self, letter: Letter, flag: Flag) -> None:
        """Note something at a letter."""
        self._ask("STORE", letter.uid, "+FLAGS.SILENT", f"({flag})")

    def forget(self, letter: Letter, flag: Flag) -> None:
        """Take a note away."""
        self._ask("STORE", letter.uid, "-FLAGS.SILENT", f"({flag})")

    def delete(self, letter: Letter) -> None:
        """Delete and expunge a letter."""
        self._ask("STORE", letter.uid, "+FLAGS.SILENT", r"(\Deleted)")
        # A crash here leaves it marked as deleted: the next round begins with `sweep`.
        self.sweep()

    def sweep(self) -> None:
        """Expunge whatever is marked as deleted."""
        _good(self._line.expunge())

    def _count(self) -> int:
        return int(_good(self._line.select("INBOX"))[0] or b"0")

    def _ask(self, command: str, *words: str) -> list[bytes | tuple[bytes, bytes]]:
        return _good(self._line.uid(command, *words))


@contextmanager
def open_mailbox(server: MailServer, password: str) -> Iterator[Mailbox]:
    """Open the mailbox. Raises MailFault, also for what fails while it is open."""
    try:
        with imaplib.IMAP4_SSL(
            server.host, server.port, ssl_context=ssl.create_default_context(), timeout=TIMEOUT
        ) as line:
            try:
                _good(line.login(server.user, password))
            except imaplib.IMAP4.error:
                raise MailFault(f"the mailbox at {server.host} does not let us in") from None
            _good(line.select("INBOX"))
            yield Mailbox(line)
    except (imaplib.IMAP4.error, OSError, ValueError) as error:
        raise MailFault(f"the mailbox at {server.host}: {type(error).__name__}") from None


class WayOut:
    """The way out, opened before the first letter leaves."""

    def __init__(self, server: MailServer, password: str, own: str) -> None:
        self._server, self._password, self._own = server, password, own
        self._line: smtplib.SMTP_SSL | None = None

    def open(self) -> None:
        """Open it, where it is not open. Raises MailFault."""
        if self._line is not None:
            return
        try:
            line = smtplib.SMTP_SSL(
                self._server.host,
                self._server.port,
                local_hostname=self._own.rpartition("@")[2],
                context=ssl.create_default_context(),
                timeout=TIMEOUT,
            )
            line.login(self._server.user, self._password)
        except (smtplib.SMTPException, OSError) as error:
            raise MailFault(f"the way out at {self._server.host}: {type(error).__name__}") from None
        self._line = line

    def send(self, to: str, letter: bytes) -> Sent:
        """Hand a letter over, and say what became of it."""
        self.open()
        try:
            for code, _said in self._addressed(to):
                if code >= 300:
                    return self._refused(code)
        except (smtplib.SMTPException, OSError):
            self.close()
            return Sent.LATER  # nothing of the letter had left
        try:
            code, _said = self._open_line.data(letter)
        except smtplib.SMTPDataError as error:
            return self._refused(error.smtp_code)
        except (smtplib.SMTPException, OSError):
            self.close()
            return Sent.UNKNOWN
        return Sent.ACCEPTED if code < 300 else self._refused(code)

    def close(self) -> None:
        """Close it."""
        if self._line is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._line.quit()
            self._line = None

    @property
    def _open_line(self) -> smtplib.SMTP_SSL:
        assert self._line is not None
        return self._line

    def _addressed(self, to: str) -> Iterator[tuple[int, bytes]]:
        yield self._open_line.mail(self._own)
        yield self._open_line.rcpt(to)

    def _refused(self, code: int) -> Sent:
        try:
            self._open_line.rset()
        except (smtplib.SMTPException, OSError):
            self.close()
        return Sent.REFUSED if code >= 500 else Sent.LATER


class Sent(StrEnum):
    """What became of an answer."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # for good
    LATER = "later"  # it was not taken, and may be another time
    UNKNOWN = "unknown"  # the line broke before the server's word came: it may have been taken


def _good(answer: tuple[str, Sequence[Any]]) -> list[Any]:  # imaplib has no closer type
    if answer[0] != "OK":
        raise imaplib.IMAP4.error(answer[0])
    return [one for one in answer[1] if one is not None]


def _letter(line: bytes | tuple[bytes, bytes]) -> Letter | None:
    text = (line if isinstance(line, bytes) else line[0]).decode("ascii", "replace")
    uid, flags = re.search(r"\bUID (\d+)", text), re.search(r"\bFLAGS \(([^)]*)\)", text)
    came = re.search(r'INTERNALDATE "([ \d]\d)-(\w{3})-(\d{4}) [\d:]{8} ([+-]\d{4})"', text)
    if not (uid and flags and came):
        return None
    noted = frozenset(Flag(flag) for flag in flags[1].split() if flag in set(Flag))
    return Letter(uid[1], noted, date(int(came[3]), _MONTHS.index(came[2]) + 1, int(came[1])))


def utc_day(now: datetime) -> date:
    """Give the day by which letters are dated."""
    return now.astimezone(UTC).date()
