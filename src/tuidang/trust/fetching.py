"""What a trust root consists of today, file by file, for whoever drafts what comes next.

Whoever signs a draft takes over what was there before, so all of it is verified, and each file is read once:
a server that was seized may answer differently the second time. Its own key signs which files belong together
and the sealing keys, so it chooses neither names nor places.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp

from tuidang.base.manifest import is_path
from tuidang.trust.reading import NotTrustedError, Source, check_role, read_targets, root_fingerprint
from tuidang.trust.roles import DELEGATED, ROOT, TARGETS, role_of


class _ReadOnce:
    """A source of which each file is what it was when it was read first."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._read: dict[str, bytes | None] = {}

    def read(self, path: str) -> bytes | None:
        if path not in self._read:
            self._read[path] = self._source.read(path)
        return self._read[path]


def verified_files(source: Source, root: bytes | str, now: datetime) -> dict[str, bytes]:
    """Give the files of the trust root at a source, by path; a role that has only ended is among them.

    Raises NotTrustedError and OSError.
    """
    seen = _ReadOnce(source)
    trusted = read_targets(seen, root, now)
    try:
        roots = dict(_roots(seen))
        newest = [*roots.values()][-1]
        if root_fingerprint(newest) != trusted.root:
            raise NotTrustedError("the newest root that is shown does not follow the one that you trust")
        return roots | dict(_lists(seen))
    except RepositoryError as error:
        raise NotTrustedError(f"what is shown cannot be drafted from: {error}") from None


def _roots(source: Source) -> Iterator[tuple[str, bytes]]:
    version = 1
    while data := source.read(path := f"{version}.{ROOT}.json"):
        if Metadata[Root].from_bytes(data).signed.version != version:
            raise NotTrustedError(f"{path} is another version")
        yield path, data
        version += 1


def _lists(source: Source) -> Iterator[tuple[str, bytes]]:
    timestamp = _need(source, "timestamp.json")
    yield "timestamp.json", timestamp
    version = Metadata[Timestamp].from_bytes(timestamp).signed.snapshot_meta.version
    snapshot = _need(source, path := f"{version}.snapshot.json")
    yield path, snapshot
    meta = Metadata[Snapshot].from_bytes(snapshot).signed.meta
    delegator: Targets | None = None
    for role in (TARGETS, *DELEGATED):
        data = _need(source, path := f"{meta[f'{role}.json'].version}.{role}.json")
        listed = Metadata[Targets].from_bytes(data)
        if delegator:  # the targets themselves were verified, or nothing was believed
            delegator.verify_delegate(role, listed.signed_bytes, listed.signatures)
        delegator = delegator or listed.signed
        check_role(listed.signed, role)
        yield path, data
        yield from _files(source, role, listed.signed)


def _files(source: Source, role: str, listed: Targets) -> Iterator[tuple[str, bytes]]:
    for path, target in listed.targets.items():
        if not is_path(path) or role_of(path) != role:
            raise NotTrustedError(f"{role} names {path!r}, which is not its to name")
        place = f"targets/{target.get_prefixed_paths()[0]}"
        if data := source.read(place):
            target.verify_length_and_hashes(data)
            yield place, data


def _need(source: Source, path: str) -> bytes:
    if data := source.read(path):
        return data
    raise NotTrustedError(f"there is no file {path}: something was left out. Fetch it again from elsewhere")
