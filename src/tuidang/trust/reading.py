"""Reading a trust root: from the fingerprint on paper to what is signed today, or a sentence why not.

python-tuf's own client does it: thresholds, expiry, versions that must not fall, and that all files are of
one moment.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol
from urllib.parse import quote

from securesystemslib.exceptions import Error as CryptoFault
from tuf.api import exceptions
from tuf.api.metadata import Metadata, Root, TargetFile
from tuf.api.metadata import Targets as Listed
from tuf.ngclient import FetcherInterface, Updater, UpdaterConfig

from tuidang.tlog.note import VerifierKey
from tuidang.tlog.policy import Policy
from tuidang.tlog.remote import HttpStore
from tuidang.tlog.store import DirectoryStore
from tuidang.trust.keys import fingerprint, in_groups
from tuidang.trust.says import (
    LOG,
    MOST_BYTES,
    POLICY,
    SaysError,
    TrustedLog,
    mirrors_path,
    read_logs,
    read_mirrors,
    read_policy,
    read_sealing,
    sealing_path,
)

SAMPLE = "x-tuidang-sample"  # field of a root: its keys lie open on a disk, it is nobody's
# Field of a list: whose it is. The specification does not say it, so that what one who signs for two roles
# has signed for one could be shown as the other's.
ROLE = "x-tuidang-role"
_ROOTS = 256  # versions of the root that are walked from one to the next
_MOST_FILES = 500  # in one role
_BASE, _FILES = "trust:/", "trust:/targets"
_TOP = ("root", "timestamp", "snapshot", "targets")


class NotTrustedError(Exception):
    """What was found is not what the trusted root says; the message is a sentence for people."""


class Source(Protocol):
    """Where a trust root lies: a folder (`DirectoryStore`), an address (`HttpStore`), or the like."""

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes, or None if there is no such file. Raises OSError."""


@dataclass(frozen=True)
class Targets:
    """What a trusted root says today: files by their names, each as it was signed."""

    root: str  # fingerprint of the newest root
    root_version: int
    is_sample: bool
    expires: Mapping[str, datetime]  # when each role must be signed anew
    files: Mapping[str, bytes]
    faults: Mapping[str, str]  # role or file that is not believed, and why; the others are not touched by it

    def file(self, path: str) -> bytes:
        """Return a signed file; raises NotTrustedError."""
        if path in self.files:
            return self.files[path]
        role = path.partition("/")[0]
        why = self.faults.get(path) or self.faults.get(role)
        raise NotTrustedError(why or f"the trust root says nothing of {path}")

    def logs(self) -> tuple[TrustedLog, ...]:
        """Return the logs that are ours, the one that grows last; raises NotTrustedError."""
        with _believed():
            return read_logs(self.file(LOG))

    def log_key(self) -> VerifierKey:
        """Return the key of the log that grows; raises NotTrustedError."""
        return self.logs()[-1].key

    def files_key(self) -> VerifierKey:
        """Return the key that signs lists of files today; raises NotTrustedError."""
        key = self.logs()[-1].files
        if key is None:
            raise NotTrustedError("the trust root does not say which key signs lists of files")
        return key

    def policy(self) -> Policy:
        """Return the witness policy; raises NotTrustedError."""
        with _believed():
            return read_policy(self.file(POLICY))

    def mirror_sets(self) -> tuple[str, ...]:
        """Name the sets of mirrors."""
        return self._stems("mirrors/")

    def mirrors(self, name: str) -> tuple[str, ...]:
        """Return the addresses of a set of mirrors; raises NotTrustedError."""
        with _believed():
            return read_mirrors(self.file(mirrors_path(name)))

    def sealing_weeks(self) -> tuple[str, ...]:
        """Name the weeks that have a sealing key, as `2026-W48`, in their order."""
        return self._stems("sealing/")

    def sealing(self, week: str) -> bytes:
        """Return the sealing key of a week (X25519, 32 bytes); raises NotTrustedError."""
        with _believed():
            return read_sealing(self.file(sealing_path(week)), week)

    def _stems(self, folder: str) -> tuple[str, ...]:
        return tuple(
            path.removeprefix(folder).removesuffix(".json")
            for path in sorted(self.files)
            if path.startswith(folder)
        )


def open_source(text: str) -> Source:
    """Open the folder or the http:// or https:// address of a trust root. Raises OSError for no folder."""
    if text.startswith(("http://", "https://")):
        return HttpStore(text)
    if not Path(text).is_dir():
        raise OSError(f"{text} is neither a folder nor an address")
    return DirectoryStore(Path(text))


def root_fingerprint(root: bytes) -> str:
    """Return the fingerprint of a root: SHA-256 over what its holders sign. Raises NotTrustedError."""
    try:
        return fingerprint(Metadata[Root].from_bytes(root).signed_bytes)
    except exceptions.RepositoryError as error:
        raise NotTrustedError(f"this is no root of The Update Framework: {error}") from None


def read_targets(source: Source, root: bytes | str, now: datetime, memory: Path | None = None) -> Targets:
    """Return what the trust root at the source says at `now`, if it leads on from a root that is trusted.

    `root` is that root as a file, or its fingerprint; any later one is reached from it, each signed by enough
    of the holders of the one before. `memory` is a folder in which is kept what was seen, so that nobody can
    show something older next time. Raises NotTrustedError, and OSError when the source cannot be read.
    """
    first = root if isinstance(root, bytes) else _find_root(source, root)
    with tempfile.TemporaryDirectory(prefix="tuidang-trust-") as spare:
        folder = memory or Path(spare)
        folder.mkdir(parents=True, exist_ok=True)
        with _sentences():
            updater = Updater(
                str(folder),
                _BASE,
                str(Path(spare)),
                _FILES,
                _Fetcher(source),
                UpdaterConfig(max_root_rotations=_ROOTS, targets_max_length=MOST_BYTES),
                bootstrap=first,
            )
            # The library asks the system for the time; whoever calls us says it.
            updater._trusted_set.reference_time = now  # noqa: SLF001
            updater.refresh()
        return _collect(updater, folder)


class _Fetcher(FetcherInterface):
    """Gives python-tuf the files of a source."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def _fetch(self, url: str) -> Iterator[bytes]:
        path = url.removeprefix(_BASE)
        data = self._source.read(path)
        if data is None:
            raise exceptions.DownloadHTTPError(f"there is no file {path}", 404)
        return iter([data])


def _find_root(source: Source, wanted: str) -> bytes:
    found = ""
    for version in range(1, _ROOTS + 1):
        data = source.read(f"{version}.root.json")
        if data is None:
            break
        if len(data) > MOST_BYTES:
            raise NotTrustedError(f"{version}.root.json has {len(data)} bytes; so many are not read")
        found = root_fingerprint(data)
        if found == wanted:
            return data
    if not found:
        raise NotTrustedError("there is no trust root here: no file 1.root.json")
    raise NotTrustedError(
        "this is another trust root than the one whose fingerprint you have: none of its roots has it. The "
        f"newest one has {' '.join(in_groups(found))}"
    )


def _collect(updater: Updater, folder: Path) -> Targets:
    """Read everything that is signed; a fault in one role or file leaves the others."""
    top = {role: _kept(folder, role) for role in _TOP}
    root, targets = top["root"], top["targets"]
    assert isinstance(root, Root)
    assert isinstance(targets, Listed)
    check_role(targets, "targets")
    expires = {role: signed.expires for role, signed in top.items()}
    files: dict[str, bytes] = {}
    faults: dict[str, str] = {}
    _fetch_files(updater, targets, files, faults)
    roles = (targets.delegations.roles if targets.delegations else None) or {}
    for role in roles.values():
        try:
            with _sentences():
                updater.get_targetinfo((role.paths or [""])[0])  # a pattern fits itself: it loads the role
            listed = _kept(folder, role.name)
            check_role(listed, role.name)
        except NotTrustedError as error:
            faults[role.name] = str(error)
            continue
        expires[role.name] = listed.expires
        _fetch_files(updater, listed, files, faults)
    return Targets(
        fingerprint(Metadata(root).signed_bytes),
        root.version,
        bool(root.unrecognized_fields.get(SAMPLE)),
        MappingProxyType(expires),
        MappingProxyType(files),
        MappingProxyType(faults),
    )


def check_role(listed: Listed, role: str) -> None:
    """See that a list was signed as what it is shown as. Raises NotTrustedError."""
    if listed.unrecognized_fields.get(ROLE) != role:
        raise NotTrustedError(f"what is shown as {role} was signed as something else")


def _fetch_files(updater: Updater, listed: Listed, files: dict[str, bytes], faults: dict[str, str]) -> None:
    for path in sorted(listed.targets)[:_MOST_FILES]:
        try:
            with _sentences():
                found = updater.get_targetinfo(path)  # from whoever may speak of it: perhaps another role
                if found is not None and path not in files:
                    files[path] = _fetch_file(updater, found)
        except NotTrustedError as error:
            faults[path] = f"{path}: {error}"


def _fetch_file(updater: Updater, target: TargetFile) -> bytes:
    if target.length > MOST_BYTES:
        raise NotTrustedError(f"{target.path} is said to have {target.length} bytes; so many are not read")
    return Path(updater.download_target(target)).read_bytes()


def _kept(folder: Path, role: str) -> Any:
    """Read what the client has verified and kept of a role."""
    return Metadata.from_file(str(folder / f"{quote(role, '')}.json")).signed


@contextmanager
def _believed() -> Iterator[None]:
    try:
        yield
    except SaysError as error:
        raise NotTrustedError(f"what the trust root says cannot be used: {error}") from None


@contextmanager
def _sentences() -> Iterator[None]:
    """Say in a sentence what python-tuf found; raise what the source said as it is."""
    try:
        yield
    except exceptions.DownloadHTTPError as error:
        raise NotTrustedError(f"{error}: something was left out. Fetch it again from elsewhere") from None
    except exceptions.DownloadLengthMismatchError as error:
        raise NotTrustedError(f"a file is longer than what was signed: {error}") from None
    except exceptions.DownloadError as error:
        if isinstance(error.__cause__, OSError):
            raise error.__cause__ from None
        raise NotTrustedError(str(error)) from None
    except exceptions.ExpiredMetadataError as error:
        raise NotTrustedError(
            f"what is shown is too old ({error}): somebody keeps newer from you, or its holders did not sign "
            "again in time. Fetch it from elsewhere, and see that your clock is right"
        ) from None
    except exceptions.BadVersionNumberError as error:
        raise NotTrustedError(f"what is shown is older than what was shown before: {error}") from None
    except exceptions.UnsignedMetadataError as error:
        raise NotTrustedError(f"too few of those who hold the keys have signed: {error}") from None
    except exceptions.LengthOrHashMismatchError as error:
        raise NotTrustedError(f"a file is not the one that was signed: {error}") from None
    except (exceptions.RepositoryError, CryptoFault, ValueError) as error:
        raise NotTrustedError(f"what is shown is not well formed: {error}") from None
