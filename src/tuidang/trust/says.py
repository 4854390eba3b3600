"""What the trust root says, file by file: which log is ours, mirrors, sealing keys, the witness policy. Pure.

log.json                  the log's key, and before it those of logs that were sealed
witnesses.policy          which witnesses must have cosigned (c2sp.org/tlog-policy, without lines `log`)
mirrors/<set>.json        addresses for one channel of people; another channel has another set
sealing/<year>-W<week>.json   what teams in the field seal their entries with in a week (ISO 8601)
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tuidang.tlog.checkpoint import Checkpoint, CheckpointError, open_checkpoint
from tuidang.tlog.note import KeyKind, NoteError, VerifierKey
from tuidang.tlog.policy import Policy, parse_policy

LOG = "log.json"
POLICY = "witnesses.policy"
MOST_BYTES = 1_000_000  # of one file
_MIRRORS = re.compile(r"mirrors/([a-z0-9][a-z0-9-]{0,39})\.json")
_SEALING = re.compile(r"sealing/([0-9]{4}-W(?:0[1-9]|[1-4][0-9]|5[0-3]))\.json")
_ADDRESS = re.compile(r"https?://[^\s/]+(/\S*)?")
_KEY_BYTES = 32


class SaysError(ValueError):
    """A file does not say what its name promises; the message says why."""


@dataclass(frozen=True)
class TrustedLog:
    """A log of ours: its key, the key of its lists of files, and, once it was sealed, its last checkpoint.

    What is signed with the key of a sealed log is believed up to that checkpoint and no further: the next
    log goes on from there, with the same leaves under another key.
    """

    key: VerifierKey
    files: VerifierKey | None = None
    sealed: str = ""  # a signed checkpoint; empty while the log grows

    @property
    def end(self) -> Checkpoint | None:
        """Where the log was sealed. Raises SaysError."""
        if not self.sealed:
            return None
        try:
            return open_checkpoint(self.sealed, self.key)
        except CheckpointError as error:
            raise SaysError(f"the last checkpoint of {self.key.name} is not its own: {error}") from None


def mirrors_path(name: str) -> str:
    """Name the file of a set of mirrors."""
    return f"mirrors/{name}.json"


def sealing_path(week: str) -> str:
    """Name the file of a week's sealing key; the week as ISO 8601 writes it, `2026-W48`."""
    return f"sealing/{week}.json"


def write_logs(logs: Sequence[TrustedLog]) -> bytes:
    """Write which logs are ours, in the order in which each went on from the one before."""
    rows = [
        {"key": log.key.text}
        | ({"files": log.files.text} if log.files else {})
        | ({"sealed": log.sealed} if log.sealed else {})
        for log in logs
    ]
    return _write({"v": 1, "logs": rows})


def read_logs(data: bytes) -> tuple[TrustedLog, ...]:
    """Read which logs are ours; the last one is that which grows. Raises SaysError."""
    try:
        rows = _object(data)["logs"]
        logs = tuple(
            TrustedLog(
                _vkey(row["key"]), _vkey(row["files"]) if "files" in row else None, row.get("sealed", "")
            )
            for row in rows
        )
        sealed = [bool(log.sealed) for log in logs]
    except (KeyError, TypeError, AttributeError, NoteError) as error:
        raise SaysError(f"the list of logs is not well formed: {error}") from None
    if not logs or sealed != [True] * (len(logs) - 1) + [False]:
        raise SaysError("every log but the last one is sealed, and the last one is not")
    ends = [log.end for log in logs[:-1]]
    sizes = [end.size for end in ends if end]
    if sizes != sorted(sizes) or len({log.key.name for log in logs}) < len(logs):
        raise SaysError("each log has a name of its own, and ends no earlier than the one before")
    return logs


def write_mirrors(addresses: Sequence[str]) -> bytes:
    """Write a set of mirrors."""
    return _write({"v": 1, "mirrors": [{"url": address} for address in addresses]})


def read_mirrors(data: bytes) -> tuple[str, ...]:
    """Read the addresses of a set of mirrors. Raises SaysError."""
    try:
        addresses = tuple(row["url"] for row in _object(data)["mirrors"])
    except (KeyError, TypeError) as error:
        raise SaysError(f"the list of mirrors is not well formed: {error}") from None
    for address in addresses:
        if not isinstance(address, str) or not _ADDRESS.fullmatch(address):
            raise SaysError(f"{str(address)[:100]!r} is no address of a mirror")
    return addresses


def write_sealing(week: str, public: bytes) -> bytes:
    """Write the key (X25519, 32 bytes) that entries of a week are sealed with."""
    return _write({"v": 1, "week": week, "key": b64encode(public).decode()})


def read_sealing(data: bytes, week: str) -> bytes:
    """Read the sealing key of a week. Raises SaysError."""
    said = _object(data)
    try:
        named, public = said["week"], b64decode(said["key"], validate=True)
    except (KeyError, TypeError, ValueError) as error:
        raise SaysError(f"the sealing key is not well formed: {error}") from None
    if named != week:
        raise SaysError(f"this is the sealing key of {str(named)[:20]}, and not of {week}")
    if len(public) != _KEY_BYTES:
        raise SaysError(f"a sealing key has {_KEY_BYTES} bytes")
    return public


def read_policy(data: bytes) -> Policy:
    """Read the witness policy. Raises SaysError."""
    try:
        policy = parse_policy(data.decode())
    except ValueError as error:
        raise SaysError(str(error)) from None
    if policy.logs:
        raise SaysError("which log is ours says log.json: take the lines `log` out of the policy")
    return policy


def check_file(path: str, data: bytes) -> None:
    """See that a file says what its name promises. Raises SaysError."""
    if len(data) > MOST_BYTES:
        raise SaysError(f"{path} has {len(data)} bytes; more than {MOST_BYTES} are not read")
    sealing = _SEALING.fullmatch(path)
    if path == LOG:
        read_logs(data)
    elif path == POLICY:
        read_policy(data)
    elif sealing:
        read_sealing(data, sealing[1])
    elif _MIRRORS.fullmatch(path):
        read_mirrors(data)
    else:
        raise SaysError(f"the trust root has nothing to say under the name {path}")


def _object(data: bytes) -> dict[str, Any]:
    try:
        said = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise SaysError(f"this is no JSON: {error}") from None
    if not isinstance(said, dict) or said.get("v") != 1:
        raise SaysError("this is not version 1 of what we read; take a newer program")
    return said


def _vkey(text: str) -> VerifierKey:
    key = VerifierKey.parse(text)
    if key.kind is not KeyKind.ED25519:
        raise SaysError(f"the key of {key.name} is one of a witness")
    return key


def _write(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"
