"""What travels from holder to holder: drafts of new metadata, to which each adds his signature.

    shown/         what is public today, copied: the trust root as it is before
    draft/         <role>.json, a new version each, and files/, what it lists anew

Nothing in such a folder is secret. Whoever changes a draft takes the signatures off it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, Targets

from tuidang.base import disk
from tuidang.tlog.note import SigningKey, VerifierKey
from tuidang.tlog.store import DirectoryStore
from tuidang.trust.fetching import verified_files
from tuidang.trust.keys import fingerprint, holder_of, tuf_key, tuf_signer
from tuidang.trust.publishing import load_shown
from tuidang.trust.reading import Source
from tuidang.trust.roles import (
    DELEGATED,
    OFFLINE,
    ONLINE,
    ROOT,
    TARGETS,
    AnyMetadata,
    Holders,
    RoleError,
    delegator_of,
    end_of,
    files_of,
    list_files,
    make_delegated,
    make_root,
    make_targets,
    names_of,
    role_of,
    set_holders,
)
from tuidang.trust.says import check_file

SIGNED = (*OFFLINE, *DELEGATED)  # the roles that people sign


class DraftError(ValueError):
    """A draft cannot be made or signed; the message says the mend."""


@dataclass(frozen=True)
class Need:
    """Signatures that a draft still wants of those whose keys count."""

    missing: int
    holders: tuple[str, ...]  # who can give them
    taken_out: tuple[str, ...] = ()  # of these: asked all the same, for without them the old root lacks keys
    is_old: bool = False  # it is the root before this one that asks, by the keys that it names
    by_server: bool = False  # who signs it is the server, when it is published


@dataclass(frozen=True)
class Standing:
    """How a draft stands: what is signed, by whom, and whose signature may still come."""

    role: str
    version: int
    expires: datetime
    digest: str  # fingerprint of what is signed
    signed: tuple[str, ...]  # names of holders
    waiting: tuple[str, ...]
    missing: int  # signatures
    changes: tuple[str, ...]  # in words
    needs: tuple[Need, ...]
    is_shared: bool  # one signature is not enough, so that holders compare what they sign


class Drafts:
    """A folder that travels."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = DirectoryStore(folder / "shown")
        self._draft = folder / "draft"

    def begin(self, holders: Mapping[str, Holders], now: datetime) -> None:
        """Draft the first version of every role. Raises RoleError and DraftError."""
        if self.folder.exists() and any(self.folder.iterdir()):
            raise DraftError(f"{self.folder} is not empty: name another folder")
        self._save(ROOT, make_root(holders, now))
        self._save(TARGETS, make_targets(holders, now))
        for role in DELEGATED:
            self._save(role, make_delegated(role, now))

    def fetch(self, source: Source, root: bytes | str, now: datetime) -> None:
        """Verify what is public as `read_targets` does, and copy it into an empty folder, to draft from it.

        Raises DraftError, NotTrustedError and OSError.
        """
        if self.folder.exists() and any(self.folder.iterdir()):
            raise DraftError(f"{self.folder} is not empty: name another folder")
        for path, data in verified_files(source, root, now).items():
            self.store.add(path, data)
        self.store.sync()

    def drafts(self) -> dict[str, AnyMetadata]:
        """Give the drafts by role. Raises DraftError."""
        found = {}
        for role in SIGNED:
            with suppress(FileNotFoundError):
                found[role] = self._load(role)
        return found

    def files(self) -> dict[str, bytes]:
        """Give the files that drafts list anew, by path."""
        root = self._draft / "files"
        return {
            path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
        }

    def now_and_next(self) -> dict[str, AnyMetadata]:
        """Give every role as it is drafted, or else as it is shown."""
        return {**load_shown(self.store).roles, **self.drafts()}

    def file(self, path: str) -> bytes | None:
        """Give a file as it is drafted, or else as it is shown."""
        drafted = self.files().get(path)
        if drafted is not None:
            return drafted
        listed = [one.signed for role, one in self.now_and_next().items() if role in (TARGETS, *DELEGATED)]
        place = files_of(listed).get(path)
        return self.store.read(place) if place else None

    def say(self, path: str, data: bytes, now: datetime) -> None:
        """Draft that a file says this from now on. Raises SaysError."""
        check_file(path, data)
        place = self._draft / "files" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        disk.replace(place, data, 0o644)
        self._change(role_of(path), now, lambda listed: list_files(listed, {path: data}))

    def unsay(self, path: str, now: datetime) -> None:
        """Draft that a file is named no more. Raises DraftError."""

        def drop(listed: Targets) -> None:
            if listed.targets.pop(path, None) is None:
                raise DraftError(f"{path} is not named")

        self._change(role_of(path), now, drop)
        (self._draft / "files" / path).unlink(missing_ok=True)

    def renew(self, role: str, now: datetime) -> None:
        """Draft that a role says the same for longer."""
        self._change(role, now, lambda _: None)

    def set_keys(
        self,
        role: str,
        change: Callable[[dict[str, VerifierKey]], None],
        threshold: int | None,
        now: datetime,
    ) -> None:
        """Draft other keys for a role; what it says must then be signed again. Raises RoleError.

        `change` gets the keys by their fingerprints.
        """

        def put(delegator: Root | Targets) -> None:
            before = delegator.get_delegated_role(role)
            keys = {keyid: _plain_key(delegator, keyid) for keyid in before.keyids}
            change(keys)
            set_holders(delegator, role, Holders(tuple(keys.values()), threshold or before.threshold))

        self._change(delegator_of(role), now, put)
        if role in (TARGETS, *DELEGATED) and not self._stands(role):
            self.renew(role, now)

    def keys(self) -> dict[str, VerifierKey]:
        """Give the keys that any role has, by their fingerprints."""
        all_of_them = self.now_and_next()
        return {
            keyid: _plain_key(delegator, keyid)
            for role in (*SIGNED, *ONLINE)
            for delegator in [all_of_them[delegator_of(role)].signed]
            for keyid in delegator.get_delegated_role(role).keyids
        }

    def roles_of(self, keyid: str) -> list[str]:
        """Name the roles that have a key."""
        all_of_them = self.now_and_next()
        return [
            role
            for role in (*SIGNED, *ONLINE)
            if keyid in names_of(all_of_them[delegator_of(role)].signed, role)
        ]

    def sign(self, key: SigningKey) -> list[str]:
        """Sign the drafts that this key may sign, and name their roles. Raises DraftError for none."""
        signed = self.for_key(key.verifier)
        for role in signed:
            metadata = self._load(role)
            metadata.sign(tuf_signer(key), append=True)
            self._save(role, metadata)
        if not signed:
            raise DraftError(f"no draft here is for {key.name} to sign")
        return signed

    def for_key(self, key: VerifierKey) -> list[str]:
        """Name the roles whose drafts this key may sign."""
        keyid = tuf_key(key).keyid
        return [
            role
            for role in self.drafts()
            if any(keyid in names_of(one, role) for one in self._delegators(role))
        ]

    def standing(self) -> list[Standing]:
        """Say how each draft stands."""
        return [self._standing(role, metadata) for role, metadata in self.drafts().items()]

    def _standing(self, role: str, metadata: AnyMetadata) -> Standing:
        signed: dict[str, str] = {}
        waiting: dict[str, str] = {}
        missing, needs = 0, []
        newest, *old = self._delegators(role)
        keys_now = set(names_of(newest, role))
        online = {keyid for one in ONLINE for keyid in self._names(one)}
        for delegator in (newest, *old):
            result = delegator.get_verification_result(role, metadata.signed_bytes, metadata.signatures)
            signed |= {keyid: holder_of(key) for keyid, key in result.signed.items()}
            missing = max(missing, result.missing)
            asked = {keyid: holder_of(key) for keyid, key in result.unsigned.items()}
            staying = {keyid: name for keyid, name in asked.items() if keyid in keys_now}
            if len(staying) >= result.missing:
                asked = staying  # whoever is taken out need not be troubled
            waiting |= asked
            if result.missing:
                gone = sorted(name for keyid, name in asked.items() if keyid not in keys_now)
                by_server = set(asked) <= online
                names = tuple(sorted(asked.values()))
                needs.append(Need(result.missing, names, tuple(gone), delegator is not newest, by_server))
        is_shared = any(one.get_delegated_role(role).threshold > 1 for one in (newest, *old))
        return Standing(
            role,
            metadata.signed.version,
            metadata.signed.expires,
            fingerprint(metadata.signed_bytes),
            tuple(sorted(signed.values())),
            tuple(sorted(waiting.values())),
            missing,
            tuple(self._changes(role, metadata)),
            tuple(needs),
            is_shared,
        )

    def _changes(self, role: str, metadata: AnyMetadata) -> Iterator[str]:
        shown = load_shown(self.store).roles.get(role)
        if role in (ROOT, TARGETS):
            governed = (*OFFLINE, *ONLINE) if role == ROOT else DELEGATED
            for one in governed:
                new = keys_in_words(metadata.signed, one)
                if shown is None or keys_in_words(shown.signed, one) != new:
                    yield f"{one} is signed by {new}"
        if isinstance(metadata.signed, Targets):
            old = shown.signed.targets if shown else {}
            for path in sorted(metadata.signed.targets.keys() | old.keys()):
                if path not in metadata.signed.targets:
                    yield f"{path} is named no more"
                elif metadata.signed.targets[path] != old.get(path):
                    yield f"{path} is {'new' if path not in old else 'another'}"

    def _names(self, role: str) -> dict[str, str]:
        return names_of(self.now_and_next()[delegator_of(role)].signed, role)

    def _delegators(self, role: str) -> list[Root | Targets]:
        """Give those whose word counts on a role's keys: for a root, the one before it and itself."""
        newest = self.now_and_next()[delegator_of(role)].signed
        before = load_shown(self.store).roles.get(ROOT) if role == ROOT else None
        return [newest, *([before.signed] if before else [])]

    def _stands(self, role: str) -> bool:
        metadata = self.now_and_next()[role]
        if role in self.drafts():
            return True
        (delegator,) = self._delegators(role)
        return bool(delegator.get_verification_result(role, metadata.signed_bytes, metadata.signatures))

    def _change(self, role: str, now: datetime, change: Callable[..., None]) -> None:
        shown = load_shown(self.store)
        metadata = self.now_and_next().get(role)
        if metadata is None:
            raise DraftError(f"{self.folder} has no {role}: begin with `tuidang trust init` or `fetch`")
        signed = copy.deepcopy(metadata.signed)
        change(signed)
        signed.version = shown.version(role) + 1
        signed.expires = end_of(role, now)
        self._save(role, Metadata(signed))

    def _load(self, role: str) -> AnyMetadata:
        try:
            return Metadata.from_bytes((self._draft / f"{role}.json").read_bytes())
        except RepositoryError as error:
            raise DraftError(
                f"the draft of {role} is damaged: {error}. Take it from another holder"
            ) from None

    def _save(self, role: str, metadata: AnyMetadata) -> None:
        self._draft.mkdir(parents=True, exist_ok=True)
        disk.replace(self._draft / f"{role}.json", metadata.to_bytes(), 0o644)


def find_key(keys: Mapping[str, VerifierKey], wanted: str) -> str:
    """Find the fingerprint of the key with this name, or of which this is the beginning. Raises RoleError."""
    found = [
        keyid
        for keyid, key in keys.items()
        if key.name == wanted or (len(wanted) >= 8 and keyid.startswith(wanted))
    ]
    if len(found) != 1:
        raise RoleError(f"{len(found)} keys here are {wanted!r}: name one by its holder or its fingerprint")
    return found[0]


def _plain_key(delegator: Root | Targets, keyid: str) -> VerifierKey:
    key = delegator.get_key(keyid)
    return VerifierKey(holder_of(key), bytes.fromhex(key.keyval["public"]))


def keys_in_words(delegator: Root | Targets, role: str) -> str:
    """Say whose keys a role has, and how many of them must sign."""
    threshold = delegator.get_delegated_role(role).threshold
    names = sorted(names_of(delegator, role).items(), key=lambda one: one[1])
    listed = ", ".join(f"{name} ({keyid[:8]})" for keyid, name in names)
    return f"{threshold} of {listed}" if len(names) > 1 else listed
