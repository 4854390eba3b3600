"""The trust root of a sample: its keys lie open on the disk, and its metadata says so. It is nobody's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from tuf.api.metadata import Metadata, Targets

from tuidang.tlog.note import SigningKey, generate_key
from tuidang.tlog.store import DirectoryStore
from tuidang.trust.keys import load_plain_key, save_key, tuf_signer
from tuidang.trust.publishing import SERVER, ensure_server_key, load_shown, publish, refresh
from tuidang.trust.reading import root_fingerprint
from tuidang.trust.roles import (
    DELEGATED,
    MIRRORS,
    ONLINE,
    ROOT,
    SEALING,
    TARGETS,
    TIMESTAMP,
    AnyMetadata,
    Holders,
    end_of,
    is_due,
    list_files,
    make_delegated,
    make_root,
    make_targets,
    role_of,
)
from tuidang.trust.says import check_file

_HOLDERS = ("sample-first", "sample-second", "sample-third")
_MIRRORS = "sample-mirrors"


def ensure_sample_trust(folder: Path, keys: Path, files: Mapping[str, bytes], now: datetime) -> str:
    """Make a trust root in the public `folder` where there is none, else let it say these files too.

    Two of three holders sign; all keys lie without a passphrase in the folder `keys`. What ends soon is
    signed again. Files that are listed and not named stay as they are. Returns the fingerprint of the first
    root. Raises as `publish` does, KeyFileError and SaysError.
    """
    held = {name: _key(keys, name) for name in (*_HOLDERS, _MIRRORS)}
    held[SERVER] = ensure_server_key(keys, "sample-server")
    store = DirectoryStore(folder)
    for path, data in files.items():
        check_file(path, data)
    shown = load_shown(store).roles
    new = _renew(shown, files, now) if TIMESTAMP in shown else _begin(held, files, now)
    if TIMESTAMP not in shown and ROOT in shown:  # the first publication was killed on the way
        del new[ROOT]
    for role, metadata in new.items():
        for signer in _signers(held, role):
            metadata.sign(tuf_signer(signer), append=True)
    if new:
        publish(store, new, files, held[SERVER], now)
    else:
        refresh(store, held[SERVER], now)
    return root_fingerprint(store.read("1.root.json") or b"")


def _begin(
    held: Mapping[str, SigningKey], files: Mapping[str, bytes], now: datetime
) -> dict[str, AnyMetadata]:
    three = Holders(tuple(held[name].verifier for name in _HOLDERS), 2)
    server = Holders((held[SERVER].verifier,))
    mirrors = Holders((held[_MIRRORS].verifier,))
    root = make_root({ROOT: three, TARGETS: three} | dict.fromkeys(ONLINE, server), now, is_sample=True)
    listed = {TARGETS: make_targets({MIRRORS: mirrors, SEALING: server}, now)}
    listed |= {role: make_delegated(role, now) for role in DELEGATED}
    for path, data in files.items():
        list_files(listed[role_of(path)].signed, {path: data})
    return {ROOT: root, **listed}


def _renew(
    shown: Mapping[str, AnyMetadata],
    files: Mapping[str, bytes],
    now: datetime,
) -> dict[str, AnyMetadata]:
    """Give the roles that must be signed again: they end soon, or list another file than is wanted."""
    new = {}
    for role in (ROOT, TARGETS, *DELEGATED):
        signed = shown[role].signed
        before = dict(signed.targets) if isinstance(signed, Targets) else None
        if isinstance(signed, Targets):
            list_files(signed, {path: data for path, data in files.items() if role_of(path) == role})
        changed = isinstance(signed, Targets) and signed.targets != before
        if changed or is_due(role, signed.expires, now):
            signed.version += 1
            signed.expires = end_of(role, now)
            new[role] = Metadata(signed)
    return new


def _signers(held: Mapping[str, SigningKey], role: str) -> list[SigningKey]:
    names = {MIRRORS: [_MIRRORS], SEALING: [SERVER]}.get(role, list(_HOLDERS[:2]))
    return [held[name] for name in names]


def _key(folder: Path, name: str) -> SigningKey:
    path = folder / f"{name}.key"
    if not path.exists():
        save_key(path, generate_key(name)[0].text)
    return load_plain_key(path)
