"""The robot that answers letters: a loop that can be killed at any instruction, and keeps nothing.

Each letter is looked at, answered or not, and deleted; then comes the next. What a kill leaves behind:

    before TRIED is noted     the letter as it came; the next start answers it
    after it, before sending  a letter with a note; the next start sends the answer, and notes TRIED_AGAIN
    after it was accepted     the same, so who asked has the answer twice
    in the second try         both notes; the next start deletes the letter, whatever became of the answer
    while it is deleted       a letter marked as deleted; the next start expunges it

So who asks is answered once; after a kill once or twice; never a third time. Only two kills at one letter, or
a fault that lasts for two days, leave him without an answer.
"""

from __future__ import annotations

import logging
import signal
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db import close_old_connections

from tuidang.base.clock import CHINA, utc_now
from tuidang.base.limits import Budget
from tuidang.base.options import MailServer, Options
from tuidang.reach.mail.answer import Stock, write_answer
from tuidang.reach.mail.box import Flag, Letter, Mailbox, MailFault, Sent, WayOut, open_mailbox, utc_day
from tuidang.reach.mail.question import MOST_BYTES, Question, read_letter
from tuidang.reach.mail.stock import stock_of, subject_of

ROUND: Final = 60  # seconds from one look to the next
KEPT: Final = timedelta(days=2)  # what could not be answered by then is deleted
PASSWORD: Final = "mail-password"  # noqa: S105 -- the name of its file in the folder of keys
_EVERYBODY: Final = "everybody"

_log = logging.getLogger(__name__)


class NotSet(Exception):  # noqa: N818 -- a setting is missing; the message says which, and the mend
    """Letters cannot be answered with these settings."""


@dataclass(frozen=True)
class Post:
    """What the robot needs to know: its address, both servers, and whose word on senders counts."""

    address: str
    imap: MailServer
    smtp: MailServer
    server: str
    password: str


@dataclass
class Done:
    """What one round did."""

    answered: int = 0
    deleted: int = 0  # without an answer
    waiting: int = 0  # until a later round


@dataclass
class _Round:
    """One look at the mailbox."""

    box: Mailbox
    way: WayOut
    now: datetime
    done: Done
    stocks: dict[str, Stock] = field(default_factory=dict)


@dataclass
class Robot:
    """The robot's memory: how much each sender and all together were answered today, under a daily key."""

    post: Post
    options: Options
    by_sender: Budget = field(default_factory=lambda: Budget(burst=3, per_hour=1 / 4))
    in_all: Budget = field(default_factory=lambda: Budget(burst=200, per_hour=200))
    # Numbers of letters that lie in the mailbox: those that their senders' budgets have let pass, and those
    # that were answered and could not be deleted.
    _let_pass: set[str] = field(default_factory=set)
    _answered: set[str] = field(default_factory=set)

    def look(self, now: datetime) -> Done:
        """Answer what lies in the mailbox. Raises MailFault."""
        way, done = WayOut(self.post.smtp, self.post.password, self.post.address), Done()
        try:
            with open_mailbox(self.post.imap, self.post.password) as box:
                box.sweep()
                one = _Round(box, way, now, done)
                for letter in box.letters():
                    self._tend(one, letter)
        finally:
            way.close()
        return done

    def _tend(self, one: _Round, letter: Letter) -> None:
        """Deal with one letter."""
        question = None if self._is_over(letter, one.now) else self._question(one, letter)
        if question is None:
            self._delete(one.box, letter)
            one.done.deleted += 1
        elif self.in_all.spend(_EVERYBODY, one.now.timestamp()):
            self._answer(one, letter, question)
        else:
            one.done.waiting += 1

    def _answer(self, one: _Round, letter: Letter, question: Question) -> None:
        # Before anything is noted: a way out that is closed for an hour costs nobody his answer.
        one.way.open()
        stock, subject = self._stock(one, question.language), subject_of(question.language)
        answer = write_answer(question, stock, subject, self.post.address, one.now)
        note = Flag.TRIED_AGAIN if Flag.TRIED in letter.flags else Flag.TRIED
        one.box.note(letter, note)
        sent = one.way.send(question.sender, bytes(answer))
        if sent is Sent.LATER:
            one.box.forget(letter, note)
        if sent in {Sent.LATER, Sent.UNKNOWN}:
            one.done.waiting += 1
            return
        self._answered.add(letter.uid)
        self._delete(one.box, letter)
        one.done.answered += sent is Sent.ACCEPTED
        one.done.deleted += sent is Sent.REFUSED

    def _is_over(self, letter: Letter, now: datetime) -> bool:
        """Tell whether a letter is to be deleted unread: answered already, tried twice, or too old."""
        is_old = letter.day < utc_day(now) - KEPT
        return is_old or letter.uid in self._answered or Flag.TRIED_AGAIN in letter.flags

    def _question(self, one: _Round, letter: Letter) -> Question | None:
        raw = one.box.read(letter, MOST_BYTES)
        try:
            read = read_letter(raw, own=self.post.address, server=self.post.server)
        except Exception:  # noqa: BLE001 -- whatever Python's parser falls over, the letters behind it are answered
            _log.exception("a letter could not be read, and is deleted")
            return None
        if not isinstance(read, Question):
            return None
        if letter.uid not in self._let_pass:
            if not self.by_sender.spend(read.sender.lower(), one.now.timestamp()):
                return None
            self._let_pass.add(letter.uid)
        return read

    def _stock(self, one: _Round, language: str) -> Stock:
        if language not in one.stocks:
            today = one.now.astimezone(CHINA).date()
            one.stocks[language] = stock_of(self.options.data / "editions", language, today)
        return one.stocks[language]

    def _delete(self, box: Mailbox, letter: Letter) -> None:
        box.delete(letter)
        self._answered.discard(letter.uid)
        self._let_pass.discard(letter.uid)


def read_post(options: Options) -> Post:
    """Read what the robot needs to know. Raises NotSet."""
    imap, smtp = options.mail_imap, options.mail_smtp
    if not options.mail_address or imap is None or smtp is None or not options.mail_server:
        raise NotSet(
            "Set TUIDANG_MAIL_ADDRESS, TUIDANG_MAIL_IMAP, TUIDANG_MAIL_SMTP and TUIDANG_MAIL_SERVER"
            " (docs/how-to/answer-by-mail.md)."
        )
    file = options.keys / PASSWORD
    try:
        password = file.read_text(encoding="utf-8").strip()
    except OSError:
        password = ""
    if not password:
        raise NotSet(f"Put the password of the mailbox into {file}, and let nobody else read it.")
    return Post(options.mail_address, imap, smtp, options.mail_server, password)


def run(options: Options) -> None:
    """Look every minute, until SIGTERM or Ctrl-C. Raises NotSet."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    robot, said = Robot(read_post(options), options), ""
    while not stop.is_set():
        try:
            robot.look(utc_now())
            fault = ""
        except MailFault as error:
            fault = str(error)
        except Exception:  # noqa: BLE001 -- of whatever sort it is, the next round tries again
            _log.exception("a round failed; the next one tries again")
            fault = said
        finally:
            close_old_connections()
        if fault and fault != said:  # once, and not again in every round
            _log.warning("%s", fault)
        said = fault
        stop.wait(ROUND)
