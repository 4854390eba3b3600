"""Policies: which logs somebody believes, and which witnesses must have cosigned before he does.

Specification: c2sp.org/tlog-policy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from tuidang.tlog.checkpoint import open_checkpoint
from tuidang.tlog.note import KeyKind, VerifierKey, open_note

NONE = "none"
_BLANK = re.compile(r"[ \t]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_COUNT = re.compile(r"[1-9][0-9]{0,4}")


class PolicyError(ValueError):
    """A policy is not well formed; the message names the line."""


@dataclass(frozen=True)
class Witness:
    """A witness under the name that the policy gives it; the log asks it at its address, if it has one."""

    name: str
    key: VerifierKey
    url: str = ""


@dataclass(frozen=True)
class Group:
    """So many of these witnesses and groups must have cosigned."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """Keys of logs, witnesses and groups by name, and the name of what must have cosigned: the quorum."""

    logs: tuple[VerifierKey, ...]
    witnesses: Mapping[str, Witness]
    groups: Mapping[str, Group]
    quorum: str

    def is_met(self, cosigned: Collection[str]) -> bool:
        """Tell whether the cosignatures of the witnesses of these names are enough."""
        return self.quorum == NONE or self._has(self.quorum, cosigned)

    def counted(self) -> frozenset[str]:
        """Name the witnesses that the quorum is made of."""
        names, found = [self.quorum], set()
        while names:
            name = names.pop()
            names += self.groups[name].members if name in self.groups else ()
            found |= {name} & self.witnesses.keys()
        return frozenset(found)

    def _has(self, name: str, cosigned: Collection[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in cosigned
        return sum(self._has(member, cosigned) for member in group.members) >= group.threshold


def load_policy(path: Path) -> Policy:
    """Read a policy file. Raises PolicyError and OSError."""
    # Names are bytes to the specification; whatever is no UTF-8 comes through as it is.
    return parse_policy(path.read_bytes().decode(errors="surrogateescape"))


def parse_policy(text: str) -> Policy:
    """Read the text of a policy. Raises PolicyError."""
    reader = _Reader()
    for number, line in enumerate(text.split("\n"), 1):
        words = _BLANK.split(line.strip(" \t"))
        try:
            if _CONTROL.search(line):
                raise PolicyError("a control character")
            if words[0] and not words[0].startswith("#"):
                reader.read(*words)
        except ValueError as error:  # of ours, or a name that is no text
            raise PolicyError(f"line {number} of the policy: {error}") from None
    if reader.quorum is None:
        raise PolicyError("the policy has no line `quorum NAME`: `quorum none` asks for no witness")
    return Policy(tuple(reader.logs), reader.witnesses, reader.groups, reader.quorum)


def find_cosignatures(signed: str | bytes, log: VerifierKey, policy: Policy) -> dict[str, int]:
    """Return which witnesses of a policy have cosigned a checkpoint of this log, and when (POSIX seconds).

    Raises CheckpointError, also for a wrong signature of a witness that the policy names.
    """
    keys = [witness.key for witness in policy.witnesses.values()]
    open_checkpoint(signed, log, *keys)
    times = {(s.name, s.key_id): s.timestamp for s in open_note(signed, log, *keys).signatures}
    found = {name: times.get((w.key.name, w.key.key_id)) for name, w in policy.witnesses.items()}
    return {name: time for name, time in found.items() if time is not None}


class _Reader:
    """What the lines so far have said."""

    def __init__(self) -> None:
        self.logs: list[VerifierKey] = []
        self.witnesses: dict[str, Witness] = {}
        self.groups: dict[str, Group] = {}
        self.quorum: str | None = None
        self._public: set[bytes] = set()
        self._members: set[str] = set()

    def read(self, word: str, *rest: str) -> None:
        kinds: dict[str, tuple[Callable[..., None], range, str]] = {
            "log": (self._log, range(1, 3), "log VKEY [URL]"),
            "witness": (self._witness, range(2, 4), "witness NAME VKEY [URL]"),
            "group": (self._group, range(3, 1000), "group NAME all|any|NUMBER NAME…"),
            "quorum": (self._quorum, range(1, 2), "quorum NAME"),
        }
        if word not in kinds:
            raise PolicyError(f"{word!r} is none of log, witness, group and quorum")
        act, lengths, form = kinds[word]
        if len(rest) not in lengths:
            raise PolicyError(f"such a line has the form: {form}")
        act(*rest)

    def _log(self, vkey: str, _url: str = "") -> None:
        self.logs.append(self._key(vkey, KeyKind.ED25519))

    def _witness(self, name: str, vkey: str, url: str = "") -> None:
        self._check_new(name)
        self.witnesses[name] = Witness(name, self._key(vkey, KeyKind.COSIGNATURE), url)

    def _group(self, name: str, count: str, *members: str) -> None:
        self._check_new(name)
        for member in members:
            self._check_known(member)
            if member in self._members:
                raise PolicyError(f"{member!r} is in a group already, and a witness counts in one way only")
            self._members.add(member)
        named = {"all": len(members), "any": 1}.get(count)
        threshold = int(count) if named is None and _COUNT.fullmatch(count) else named
        if threshold is None or threshold > len(members):
            raise PolicyError(f"{count!r} is neither all, nor any, nor a number from 1 to {len(members)}")
        self.groups[name] = Group(threshold, members)

    def _quorum(self, name: str) -> None:
        if self.quorum is not None:
            raise PolicyError("a second quorum")
        if name != NONE:
            self._check_known(name)
        self.quorum = name

    def _key(self, vkey: str, kind: KeyKind) -> VerifierKey:
        key = VerifierKey.parse(vkey)
        if key.kind is not kind:
            raise PolicyError(
                f"the key of {key.name} is of type {key.kind}, and this takes one of type {kind}"
            )
        if key.public in self._public:  # under whatever name
            raise PolicyError(f"the key of {key.name} stands in the policy already")
        self._public.add(key.public)
        return key

    def _check_new(self, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise PolicyError(f"{name!r} has a meaning already")

    def _check_known(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise PolicyError(f"no line before this one defines {name!r}")
