"""Records, commitments and leaves: the bytes of the public register, exactly as they are hashed."""

import json
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from json.encoder import encode_basestring as _quote
from typing import Any, assert_never

ORGANISATIONS = ("party", "league", "pioneers")
COMMITMENT_CONTEXT = b"tuidang/record/v1\n"
SALT_BYTES = 32
_MOST_DIGITS = 19  # of a leaf's index, as in a checkpoint

_REGION = re.compile(r"(?:CN-[A-Z]{2}|[A-Z]{2}|)\Z")
_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def canonical(value: Any) -> bytes:
    """Give the canonical JSON (RFC 8785) of strings, whole numbers, and lists and objects of them.

    For such values, with ASCII keys and numbers below 2**53, the standard encoder's sorted, compact
    form is RFC 8785's. Raises ValueError for a lone surrogate, which has no UTF-8 form.
    """
    return _utf8(_ENCODER.encode(value))


@dataclass(frozen=True, slots=True)
class Record:
    """What is published of a statement beside its leaf; all of it goes when the statement is erased."""

    name: str
    place: str
    text: str
    lang: str

    def encode(self) -> bytes:
        """Give the record's canonical bytes; raises ValueError for a lone surrogate."""
        # Written out, here and below, and not by `canonical`: a publication does it a hundred thousand times.
        return _utf8(
            f'{{"lang":{_quote(self.lang)},"name":{_quote(self.name)},'
            f'"place":{_quote(self.place)},"text":{_quote(self.text)}}}'
        )


def parse_record(record: bytes) -> Record:
    """Read a record's bytes; raises ValueError when they are not a record."""
    fields = _object(record)
    if fields.keys() != {"lang", "name", "place", "text"} or not _all_strings(fields):
        raise ValueError("a record has the strings lang, name, place and text, and nothing else")
    return Record(fields["name"], fields["place"], fields["text"], fields["lang"])


def commitment(salt: bytes, record: bytes) -> str:
    """Bind a record to its leaf: base64 SHA-256("tuidang/record/v1" LF, salt, record bytes)."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes")
    return b64encode(sha256(COMMITMENT_CONTEXT + salt + record).digest()).decode()


class UncountedReason(StrEnum):
    """Why a published statement is taken out of the count."""

    FORGED = "forged"
    DUPLICATE = "duplicate"
    CANARY = "canary"  # an auditor sent it, to see whether statements arrive


@dataclass(frozen=True, slots=True)
class StatementLeaf:
    """One person's statement: the day it was published, its organisations in order, its region or ''."""

    day: date
    orgs: tuple[str, ...]
    region: str
    commitment: str


@dataclass(frozen=True, slots=True)
class Erased:
    """Notice that the record of leaf `index` was destroyed; the statement still counts."""

    index: int


@dataclass(frozen=True, slots=True)
class Uncounted:
    """Notice that leaf `index` no longer counts."""

    index: int
    reason: UncountedReason


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The newest hash of the chain of what volunteers did; it binds who keeps the chain to it."""

    head: bytes


Leaf = StatementLeaf | Erased | Uncounted | AuditHead


def encode_leaf(leaf: Leaf) -> bytes:
    """Give the bytes of a leaf as the log holds them (canonical JSON)."""
    match leaf:
        case StatementLeaf(day, orgs, region, bound):
            members = ",".join(f'"{org}"' for org in orgs)
            return (
                f'{{"commitment":"{bound}","day":"{day.isoformat()}","kind":"statement",'
                f'"orgs":[{members}],"region":"{region}","v":1}}'
            ).encode()
        case Erased(index):
            return canonical({"index": index, "kind": "erased", "v": 1})
        case Uncounted(index, reason):
            return canonical({"index": index, "kind": "uncounted", "reason": reason.value, "v": 1})
        case AuditHead(head):
            return canonical({"head": b64encode(head).decode(), "kind": "audit", "v": 1})
        case _:
            assert_never(leaf)


def parse_leaf(entry: bytes) -> Leaf:
    """Read a leaf; raises ValueError for anything that `encode_leaf` would not have written."""
    try:
        leaf = _leaf(_object(entry))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"not a leaf of this register: {error}") from error
    if encode_leaf(leaf) != entry:
        raise ValueError("not a leaf of this register: it is not in canonical form")
    return leaf


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a day file, read: the leaf's index, the record's very bytes, and the salt."""

    leaf: int
    record: bytes
    salt: bytes


def encode_line(line: Line) -> bytes:
    """Write a line of a day file, LF included; the record goes in as a string, its bytes unchanged."""
    salt = b64encode(line.salt).decode()
    return f'{{"leaf":{line.leaf},"record":{_quote(line.record.decode())},"salt":"{salt}"}}\n'.encode()


def parse_line(data: bytes) -> Line:
    """Read a line of a day file; raises ValueError when it is not one."""
    fields = _object(data)
    try:
        line = Line(
            _index(fields["leaf"]), fields["record"].encode(), b64decode(fields["salt"], validate=True)
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"not a line of a day file: {error}") from error
    return line


def leaf_of_line(data: bytes) -> int:
    """Read only the leaf's index off a line of a day file; the canonical form puts it first."""
    if not data.startswith(b'{"leaf":'):
        raise ValueError("not a line of a day file: it does not begin with its leaf")
    digits = data[8 : data.index(b",", 8)]
    if not digits.isdigit() or len(digits) > _MOST_DIGITS:
        raise ValueError("not a line of a day file: its leaf is no whole number from 0")
    return int(digits)


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("the text holds half of a surrogate pair and cannot be written as UTF-8") from error


def _object(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data.decode())
    except (ValueError, RecursionError) as error:  # nested too deeply: a stranger's, to crash who reads it
        raise ValueError(f"not JSON: {error}") from error
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004  bad bytes, not a caller's wrong type
    return value


def _all_strings(fields: dict[str, Any]) -> bool:
    return all(isinstance(value, str) for value in fields.values())


def _leaf(fields: dict[str, Any]) -> Leaf:
    match fields["kind"]:
        case "statement":
            day, bound = date.fromisoformat(fields["day"]), fields["commitment"]
            if not _REGION.match(fields["region"]) or len(b64decode(bound, validate=True)) != 32:
                raise ValueError("its region or its commitment is not well-formed")
            return StatementLeaf(day, _orgs(fields["orgs"]), fields["region"], bound)
        case "erased":
            return Erased(_index(fields["index"]))
        case "uncounted":
            return Uncounted(_index(fields["index"]), UncountedReason(fields["reason"]))
        case "audit":
            head = b64decode(fields["head"], validate=True)
            if len(head) != 32:
                raise ValueError("the head of the audit chain has 32 bytes")
            return AuditHead(head)
        case kind:
            raise ValueError(f"leaves of kind {kind!r} are not known")


def _orgs(value: Any) -> tuple[str, ...]:
    orgs = tuple(value)
    if not orgs or orgs != tuple(org for org in ORGANISATIONS if org in orgs):
        raise ValueError("organisations are a non-empty set, in the order party, league, pioneers")
    return orgs


def _index(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("an index is a whole number from 0")
    return value
