"""The queue of waiting statements: how texts are counted and rows are stored, in one short transaction.

Everybody waits for this transaction, so it speaks SQL, in words that both databases know: Django's ORM takes
longer to find the words than the database to act.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db import OperationalError, connection, transaction

from tuidang.register.actions.together import take_turn
from tuidang.register.models import Waiting, random_key
from tuidang.register.rules.content import Content
from tuidang.register.rules.screening import Reason, bare_letters, is_flood, screen_words

_FLOOD = b"tuidang/flood/v1\n"
_COUNT = """INSERT INTO register_textcount (id, day, "group", seen) VALUES (%s, %s, %s, 1)
            ON CONFLICT (day, "group") DO UPDATE SET seen = register_textcount.seen + 1 RETURNING seen"""
_UNCOUNT = (
    'UPDATE register_textcount SET seen = seen - 1 WHERE day = %s AND "group" = %s AND seen > 0',
    'DELETE FROM register_textcount WHERE day = %s AND "group" = %s AND seen = 0',
)
_INSERT = """INSERT INTO register_waiting (id, day, slow, payload, receipt_hash, spoken_hash, state, reasons,
             "group", undo, decided, rejection) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '')"""
_IS_KEPT = "SELECT 1 FROM register_receipt WHERE hash = %s"
# Tables under a random key, with about how many bytes a row has.
_RANDOM = {"register_waiting": "300 + length(payload) + length(undo)"} | dict.fromkeys(
    ("register_textcount", "register_erasure", "register_hiderequest", "register_decision"), "100"
)
_LAY_ANEW = (
    "CREATE TEMP TABLE laid AS SELECT * FROM {0}",
    "DELETE FROM {0}",
    "INSERT INTO {0} SELECT * FROM laid ORDER BY id",
    "DROP TABLE laid",
)
_MOST_LAID = 32 << 20  # bytes of a table, in memory: a second or two, in which nobody else can write
_MIX = ("UPDATE {0} SET {1} = {1}", "CLUSTER {0} USING {0}_pkey")
_laid: dict[str, tuple[int, ...]] = {}  # by table: what tells that the same rows are in it
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Screened:
    """A statement's content with the bare letters of its text, and the reasons its words give to hold it."""

    content: Content
    letters: str
    reasons: tuple[Reason, ...]


class Sealed(NamedTuple):
    """A statement as it is stored."""

    day: date
    slow: bool
    payload: bytes
    receipt_hash: bytes
    spoken_hash: bytes | None


@dataclass(frozen=True)
class Placing:
    """Where a form's statements go: each with the fingerprint of its text, all with the same reasons."""

    groups: tuple[bytes, ...]
    reasons: tuple[Reason, ...]

    @property
    def state(self) -> Waiting.State:
        """Say whether they are held."""
        return Waiting.State.HELD if self.reasons else Waiting.State.ACCEPTED


class TakenBefore(Exception):  # noqa: N818  an answer, not a mistake
    """A statement of this form was published, rejected or withdrawn: roll back."""


def screen(content: Content) -> Screened:
    """Look at a statement's words; how often they came is counted when it is stored."""
    letters = bare_letters(content.text)
    return Screened(content, letters, screen_words(content, letters))


def place_statements(statements: Sequence[Screened], day: date, day_key: bytes) -> Placing:
    """Count the texts of a form, and say why its statements are held: what one is held for, all are.

    Call it inside the transaction that stores them: what is rolled back is not counted either.
    """
    reasons = {reason for screened in statements for reason in screened.reasons}
    groups = []
    for screened in statements:
        group = b""
        if screened.letters:
            message = _FLOOD + screened.content.region.encode() + b"\n" + screened.letters.encode()
            group = hmac.digest(day_key, message, "sha256")
            if is_flood(screened.letters, screened.content.region, _count(day, group)):
                reasons.add(Reason.FLOOD)
        groups.append(group)
    return Placing(tuple(groups), tuple(reason for reason in Reason if reason in reasons))


def forget_text(row: Waiting) -> None:
    """Count the text of a statement no longer that its owner corrects or withdraws.

    Else one receipt would do to make a flood of words that others are about to send.
    """
    if row.group:
        with connection.cursor() as cursor:
            for step in _UNCOUNT:
                cursor.execute(step, (row.day, bytes(row.group)))


def store_statements(rows: Sequence[Sealed], placing: Placing) -> None:
    """Store a form's statements. Raises TakenBefore, and IntegrityError when they are waiting already."""
    reasons = " ".join(placing.reasons)
    # In the order of the hashes: so the same form sent twice at once waits for itself, never in a circle.
    order = sorted(zip(rows, placing.groups, strict=True), key=lambda pair: pair[0].receipt_hash)
    with connection.cursor() as cursor:
        for row, group in order:
            cursor.execute(_INSERT, (random_key(), *row, placing.state, reasons, group, b"", False))
            # Insert first, look second: while this transaction has the unique hash nobody can publish it, and
            # what was published, rejected or withdrawn before is seen by now, on both databases.
            cursor.execute(_IS_KEPT, (row.receipt_hash,))
            if cursor.fetchone():
                raise TakenBefore


def mix_waiting() -> None:
    """Take away what still tells which rows came together, and in which order.

    PostgreSQL marks each row with its transaction and lays it behind the one before. So all are given the
    mark of one transaction, and the table is written anew in the order of the random keys, without what was
    deleted. SQLite sorts the rows of a page by their keys, but lays them into it as they come, and long ones
    into further pages; so they are taken out and laid anew, in the order of the keys, while they are few.
    """
    try:
        if connection.vendor == "sqlite":
            for name, weight in _RANDOM.items():
                _lay_anew(name, weight)
        else:
            _mark_anew("register_waiting", "slow")
    except OperationalError:
        _log.info("the waiting statements were in use and not mixed; the next round tries again")


def mix_table(name: str, column: str, weight: str) -> None:
    """Do the same with a table of another part, when rows have come or gone and while they are few.

    `column`: one that is set to itself. `weight`: about how many bytes a row has.
    """
    try:
        if connection.vendor == "sqlite":
            _lay_anew(name, weight)
            return
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT sum({weight}), count(*), min(id), max(id) FROM {name}")  # noqa: S608  our own names
            rows = cursor.fetchone()
        if rows != _laid.get(name) and (rows[0] or 0) <= _MOST_LAID:
            _mark_anew(name, column)
        _laid[name] = rows
    except OperationalError:
        _log.info("%s was in use and not mixed; the next round tries again", name)


def _mark_anew(name: str, column: str) -> None:
    for step in _MIX:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")  # nobody stands in line behind us for longer
            cursor.execute(f"LOCK TABLE {name} IN ACCESS EXCLUSIVE MODE")
            cursor.execute(step.format(name, column))


def _lay_anew(name: str, weight: str) -> None:
    with take_turn(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT total({weight}), count(*), min(id), max(id) FROM {name}")  # noqa: S608  our own names
        rows = cursor.fetchone()
        # With the same rows as last time it lies as it was laid then; a correction may leave them alike.
        if rows[0] <= _MOST_LAID and (name == "register_waiting" or rows != _laid.get(name)):
            for step in _LAY_ANEW:
                cursor.execute(step.format(name))
        # A crash before the commit leaves the rows as they lay.
        _laid[name] = rows


def _count(day: date, group: bytes) -> int:
    """Add one to how often a text came, and give how often that makes."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, (random_key(), day, group))
        return int(cursor.fetchone()[0])
