"""What the server shows: the newest signed metadata of each role, and which versions belong together today.

The folder is public (`trust/` in the data folder). Nothing is shown that does not verify from the first root.
"""

from __future__ import annotations

import fcntl
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import cast

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, Targets, Timestamp

from tuidang.tlog.note import SigningKey, generate_key
from tuidang.tlog.store import DirectoryStore, Store
from tuidang.trust.keys import load_plain_key, save_key, tuf_key, tuf_signer
from tuidang.trust.reading import NotTrustedError, read_targets
from tuidang.trust.reading import Targets as Trusted
from tuidang.trust.roles import (
    DELEGATED,
    ONLINE,
    ROOT,
    SEALING,
    SNAPSHOT,
    TARGETS,
    TIMESTAMP,
    AnyMetadata,
    end_of,
    files_of,
    is_due,
    list_files,
    names_of,
    role_of,
)
from tuidang.trust.says import check_file, sealing_path, write_sealing

SERVER = "server"  # the name of the file of the server's key
_FIRST = "1.root.json"


class CannotPublish(Exception):  # noqa: N818 - an outcome, to be shown with its mend
    """What is to be shown is not whole, or does not follow what is shown; nothing was changed."""


@dataclass
class Shown:
    """What a folder shows: the metadata of each role, unverified, and the newest root."""

    roles: dict[str, AnyMetadata] = field(default_factory=dict)

    @property
    def root(self) -> Root:
        return cast(Root, self.roles[ROOT].signed)

    @property
    def targets(self) -> Targets:
        return cast(Targets, self.roles[TARGETS].signed)

    def version(self, role: str) -> int:
        """Return the version of a role that is shown; 0 for none."""
        return self.roles[role].signed.version if role in self.roles else 0

    def has(self, role: str, metadata: AnyMetadata) -> bool:
        """Tell whether just this is shown of a role."""
        return role in self.roles and self.roles[role].to_bytes() == metadata.to_bytes()


def ensure_server_key(keys: Path, name: str) -> SigningKey:
    """Return the key that the server signs with, in a folder that others cannot read; made where missing.

    Raises KeyFileError and OSError.
    """
    path = keys / f"{SERVER}.key"
    keys.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # it may be the first key of all
    if not path.exists():
        save_key(path, generate_key(name)[0].text)
    return load_plain_key(path)


class _Overlay:
    """A folder with some files that are not written yet."""

    def __init__(self, store: Store, files: Mapping[str, bytes]) -> None:
        self._store, self._files = store, files

    def read(self, path: str) -> bytes | None:
        return self._files.get(path) or self._store.read(path)


def load_shown(store: Store) -> Shown:
    """Read what a folder shows. Raises CannotPublish for one that is damaged."""
    shown = Shown()
    try:
        while data := store.read(f"{shown.version(ROOT) + 1}.root.json"):
            shown.roles[ROOT] = Metadata.from_bytes(data)
        if data := store.read("timestamp.json"):
            timestamp = Metadata[Timestamp].from_bytes(data)
            snapshot = Metadata[Snapshot].from_bytes(
                _need(store, f"{timestamp.signed.snapshot_meta.version}.snapshot.json")
            )
            shown.roles |= {
                TIMESTAMP: timestamp,
                SNAPSHOT: snapshot,
            }
            for name, meta in snapshot.signed.meta.items():
                role = name.removesuffix(".json")
                shown.roles[role] = Metadata.from_bytes(_need(store, f"{meta.version}.{name}"))
    except RepositoryError as error:
        raise CannotPublish(f"what is shown is damaged: {error}. Copy the folder from a mirror") from None
    return shown


def publish(
    store: DirectoryStore,
    new: Mapping[str, AnyMetadata],
    files: Mapping[str, bytes],
    online: SigningKey,
    now: datetime,
) -> Trusted:
    """Show new metadata of some roles with the files they list, and say what belongs together from now on.

    With nothing new it says so again, for a longer time. Raises CannotPublish, and OSError.
    """
    with _alone(store.root):
        return _publish(store, new, files, online, now)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a killed holder's lock ends with its process
        yield


def _publish(
    store: DirectoryStore,
    new: Mapping[str, AnyMetadata],
    files: Mapping[str, bytes],
    online: SigningKey,
    now: datetime,
) -> Trusted:
    store.tidy()
    shown = load_shown(store)
    # A crash may have left the new root shown already, with an older timestamp.
    new = {role: one for role, one in new.items() if not shown.has(role, one)}
    for role, metadata in new.items():
        if metadata.signed.version != shown.version(role) + 1:
            raise CannotPublish(
                f"{role} is version {metadata.signed.version}, and {shown.version(role)} is shown: begin "
                "again from the folder that is public now"
            )
    roles = {**shown.roles, **new}
    missing = [role for role in (ROOT, TARGETS, *DELEGATED) if role not in roles]
    if missing:
        raise CannotPublish(
            f"the first publication wants every role; these are missing: {', '.join(missing)}"
        )
    root = cast(Root, roles[ROOT].signed)
    for role in ONLINE:
        if tuf_key(online.verifier).keyid not in names_of(root, role):
            raise CannotPublish(
                f"the key of this server is not the one that the root names for {role}: publish on the "
                "server whose key the root has, or give the root the key of this one"
            )
    written = {_path(role, metadata): metadata.to_bytes() for role, metadata in new.items()}
    listed = [cast(Targets, roles[role].signed) for role in (TARGETS, *DELEGATED)]
    for path, place in files_of(listed).items():
        there = store.read(place)
        if there is None and path not in files:
            raise CannotPublish(f"{path} was signed, and the file is not here")
        if path in files and there != files[path]:  # not there yet, or torn by a power cut
            written[place] = files[path]
    snapshot = _snapshot(shown, roles, online, now)
    timestamp = _timestamp(shown, snapshot, online, now)
    written[_path(SNAPSHOT, snapshot)] = snapshot.to_bytes()
    last = {"timestamp.json": timestamp.to_bytes()}
    trusted = _verify(_Overlay(store, written | last), new, now)
    # The root is written after what it may revoke, and the timestamp, which leads to all, at the very end. A
    # crash before it leaves files that nothing names, and the same publication writes them again.
    for path in sorted(written, key=lambda path: path.endswith(".root.json")):
        store.add(path, written[path])
    store.sync()
    store.write("timestamp.json", last["timestamp.json"])
    return trusted


def refresh(store: DirectoryStore, online: SigningKey, now: datetime) -> bool:
    """Sign again what the server signs, where that is due; tell whether it was. Raises as `publish` does."""
    shown = load_shown(store)
    if TIMESTAMP not in shown.roles:
        return False
    new = {}
    if is_due(SEALING, shown.roles[SEALING].signed.expires, now) and _signs_sealing(shown, online):
        new[SEALING] = _sign_sealing(shown, online, now)
    # Daily, so that what a mirror shows is at most a day older than what we show.
    age = end_of(TIMESTAMP, now) - shown.roles[TIMESTAMP].signed.expires
    if not new and not age and not is_due(SNAPSHOT, shown.roles[SNAPSHOT].signed.expires, now):
        return False
    publish(store, new, {}, online, now)
    return True


def publish_sealing(
    store: DirectoryStore, weeks: Mapping[str, bytes], server: SigningKey, now: datetime
) -> None:
    """Say which sealing keys (X25519, 32 bytes) hold, by week as `2026-W48`: these, and no others any more.

    Does nothing when that is said already and lasts. Raises CannotPublish, also where the root lets somebody
    else sign the sealing keys, SaysError and OSError.
    """
    shown = load_shown(store)
    if SEALING not in shown.roles:
        raise CannotPublish("there is no trust root here that could speak of sealing keys")
    if not _signs_sealing(shown, server):
        raise CannotPublish("the trust root does not let the server alone sign sealing keys")
    files = {sealing_path(week): write_sealing(week, key) for week, key in weeks.items()}
    for path, data in files.items():
        check_file(path, data)
    listed = cast(Targets, shown.roles[SEALING].signed)
    before = dict(listed.targets)
    listed.targets.clear()
    list_files(listed, files)
    if listed.targets == before and not is_due(SEALING, listed.expires, now):
        return
    publish(store, {SEALING: _sign_sealing(shown, server, now)}, files, server, now)


def _signs_sealing(shown: Shown, server: SigningKey) -> bool:
    alone = shown.targets.get_delegated_role(SEALING).threshold == 1
    return alone and tuf_key(server.verifier).keyid in names_of(shown.targets, SEALING)


def _sign_sealing(shown: Shown, server: SigningKey, now: datetime) -> AnyMetadata:
    listed = shown.roles[SEALING].signed
    listed.version += 1
    listed.expires = end_of(SEALING, now)
    new = Metadata(listed)
    new.sign(tuf_signer(server))
    return new


def _verify(source: _Overlay, new: Collection[str], now: datetime) -> Trusted:
    """Read it as everybody will. A role that nobody signed again in time is no reason to keep others back."""
    first = source.read(_FIRST)
    if first is None:
        raise CannotPublish(f"there is no {_FIRST}")
    try:
        trusted = read_targets(source, first, now)
    except NotTrustedError as error:
        raise CannotPublish(f"nobody could believe it: {error}") from None
    for name, why in trusted.faults.items():
        if {name, role_of(name)} & set(new):
            raise CannotPublish(f"{name}: {why}")
    return trusted


def _snapshot(
    shown: Shown, roles: Mapping[str, AnyMetadata], online: SigningKey, now: datetime
) -> Metadata[Snapshot]:
    meta = {}
    for role in (TARGETS, *DELEGATED):
        data = roles[role].to_bytes()
        meta[f"{role}.json"] = MetaFile.from_data(roles[role].signed.version, data, ["sha256"])
    made = Metadata(Snapshot(shown.version(SNAPSHOT) + 1, expires=end_of(SNAPSHOT, now), meta=meta))
    made.sign(tuf_signer(online))
    return made


def _timestamp(
    shown: Shown, snapshot: Metadata[Snapshot], online: SigningKey, now: datetime
) -> Metadata[Timestamp]:
    meta = MetaFile.from_data(snapshot.signed.version, snapshot.to_bytes(), ["sha256"])
    made = Metadata(
        Timestamp(shown.version(TIMESTAMP) + 1, expires=end_of(TIMESTAMP, now), snapshot_meta=meta)
    )
    made.sign(tuf_signer(online))
    return made


def _path(role: str, metadata: AnyMetadata) -> str:
    return f"{metadata.signed.version}.{role}.json"


def _need(store: Store, path: str) -> bytes:
    data = store.read(path)
    if data is None:
        raise CannotPublish(f"{path} is missing from the folder that is shown: copy it from a mirror")
    return data
