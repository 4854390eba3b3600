"""Who signs what in the trust root, how many of them it takes, and how long it lasts. Pure.

root        the holders: which keys every other role has, and their own. Offline
targets     the holders, or others: log, witness policy, who keeps mirrors and sealing keys. Offline
mirrors     whoever keeps the lists of mirrors
sealing     the server, unless init says otherwise: it makes the weekly keys, and opens what they seal
snapshot    the server: which version of each of the above belongs together
timestamp   the server: that this is what is shown today
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from tuf.api.metadata import DelegatedRole, Delegations, Metadata, Root, TargetFile, Targets

from tuidang.tlog.note import VerifierKey
from tuidang.trust.keys import holder_of, tuf_key
from tuidang.trust.reading import ROLE, SAMPLE

AnyMetadata: TypeAlias = "Metadata[Any]"  # of any role

ROOT, TARGETS, SNAPSHOT, TIMESTAMP = "root", "targets", "snapshot", "timestamp"
MIRRORS, SEALING = "mirrors", "sealing"
OFFLINE = (ROOT, TARGETS)
DELEGATED = (MIRRORS, SEALING)
ONLINE = (SNAPSHOT, TIMESTAMP)
LASTS = {
    ROOT: timedelta(days=365),
    TARGETS: timedelta(days=200),
    MIRRORS: timedelta(days=35),
    SEALING: timedelta(days=35),
    SNAPSHOT: timedelta(days=14),
    TIMESTAMP: timedelta(days=7),
}
WARNED = {
    ROOT: timedelta(days=60),
    TARGETS: timedelta(days=45),
    MIRRORS: timedelta(days=10),
    SEALING: timedelta(days=10),
    SNAPSHOT: timedelta(days=5),
    TIMESTAMP: timedelta(days=4),
}  # before its end, from when on somebody is told


class RoleError(ValueError):
    """A role cannot be made like this; the message says the mend."""


@dataclass(frozen=True)
class Holders:
    """Whose keys a role has, and how many of them must sign."""

    keys: tuple[VerifierKey, ...]
    threshold: int = 1


def role_of(path: str) -> str:
    """Name the role that signs a file."""
    folder = path.partition("/")[0]
    return folder if folder in DELEGATED else TARGETS


def end_of(role: str, now: datetime) -> datetime:
    """Give the moment until which what is signed now lasts; whole days, for nobody needs the second."""
    return (now + LASTS[role]).replace(hour=0, minute=0, second=0, microsecond=0)


def make_root(holders: Mapping[str, Holders], now: datetime, *, is_sample: bool = False) -> Metadata[Root]:
    """Make the first root, unsigned, from the holders of each of the four roles. Raises RoleError."""
    root = Root(expires=end_of(ROOT, now), unrecognized_fields={SAMPLE: True} if is_sample else None)
    for role in (*OFFLINE, *ONLINE):
        set_holders(root, role, holders[role])
    return Metadata(root)


def make_targets(delegated: Mapping[str, Holders], now: datetime) -> Metadata[Targets]:
    """Make the first targets, unsigned and empty, which let others speak of mirrors and sealing keys."""
    delegations = Delegations(
        {}, {role: DelegatedRole(role, [], 1, terminating=True, paths=[f"{role}/*"]) for role in DELEGATED}
    )
    targets = Targets(
        expires=end_of(TARGETS, now), delegations=delegations, unrecognized_fields={ROLE: TARGETS}
    )
    for role in DELEGATED:
        set_holders(targets, role, delegated[role])
    return Metadata(targets)


def make_delegated(role: str, now: datetime) -> Metadata[Targets]:
    """Make the first metadata of a role that others speak for, unsigned and empty."""
    return Metadata(Targets(expires=end_of(role, now), unrecognized_fields={ROLE: role}))


def set_holders(delegator: Root | Targets, role: str, holders: Holders) -> None:
    """Give a role these keys and no others. Raises RoleError."""
    if not 1 <= holders.threshold <= len(set(holders.keys)):
        raise RoleError(
            f"{role}: {holders.threshold} of {len(set(holders.keys))} keys cannot sign; name as many keys "
            "as must sign, or more"
        )
    found = delegator.get_delegated_role(role)
    for keyid in list(found.keyids):
        delegator.revoke_key(keyid, role)
    for key in holders.keys:
        delegator.add_key(tuf_key(key), role)
    found.threshold = holders.threshold


def names_of(delegator: Root | Targets, role: str) -> dict[str, str]:
    """Give who holds each key of a role, by the key's fingerprint."""
    return {keyid: holder_of(delegator.get_key(keyid)) for keyid in delegator.get_delegated_role(role).keyids}


def delegator_of(role: str) -> str:
    """Name the role that says whose keys a role has."""
    return TARGETS if role in DELEGATED else ROOT


def list_files(targets: Targets, files: Mapping[str, bytes]) -> None:
    """Put files on a list, in the place of others of the same names."""
    for path, data in files.items():
        targets.targets[path] = TargetFile.from_data(path, data, ["sha256"])


def is_due(role: str, expires: datetime, now: datetime) -> bool:
    """Tell whether it is time to sign a role again."""
    return expires - now <= WARNED[role]


def files_of(targets: Iterable[Targets]) -> dict[str, str]:
    """Name where each listed file lies in a published folder, by its path."""
    return {
        path: f"targets/{found.get_prefixed_paths()[0]}"
        for one in targets
        for path, found in one.targets.items()
    }


def all_roles() -> Sequence[str]:
    """Name every role, the most trusted first."""
    return (*OFFLINE, *DELEGATED, *ONLINE)
