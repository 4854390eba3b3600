"""The folder of editions: files, and a signed list of them by which anyone can check them. No Django.

What is new is staged below `.new`, and the signed list last. From then on it is put in place, by the same
code after a kill as without one: files, then what they were made of, then the list; what the list has not
goes.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from tuidang.base.disk import replace, sync
from tuidang.base.manifest import Entry, read_manifest, write_manifest
from tuidang.library.editions.formats import KEY, MANIFEST, TITLE
from tuidang.tlog.note import SigningKey, VerifierKey

_STAGE = ".new"
_MADE = ".made.json"  # of each file, what it was made of; and of the whole, when it was complete


class NoListError(LookupError):
    """There is no list in a folder, or no key; the message says which."""


@dataclass(frozen=True)
class Made:
    """What a folder was made of: a fingerprint for each file, and one of the library as it was then."""

    files: Mapping[str, str]
    mark: str = ""


@dataclass(frozen=True)
class Checked:
    """What a folder has, beside what its list says."""

    files: int
    size: int
    missing: tuple[str, ...]
    altered: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Tell whether everything listed is there, and as it was listed."""
        return not (self.missing or self.altered)


class Folder:
    """A folder of editions, for the one process that writes into it."""

    def __init__(self, path: Path, signer: SigningKey) -> None:
        """Take it as it is left: what was staged whole is put in place, what was not is dropped."""
        self._path = path
        self._signer = signer
        self._stage = path / _STAGE
        _make_public(path)
        if (self._stage / MANIFEST).exists():
            self._apply()
        elif self._stage.exists():
            shutil.rmtree(self._stage)
        self._entries = self._listed()
        self._made = {name: made for name, made in read_made(path).files.items() if self._is_there(name)}
        # What the two do not both know, after some damage, is made anew.
        self._entries = {name: entry for name, entry in self._entries.items() if name in {*self._made, KEY}}

    def made(self) -> Mapping[str, str]:
        """Say what the files were made of that are there, and as long as listed."""
        return self._made

    def stage(self, path: str) -> Path:
        """Give the place where a new file is to be written."""
        place = self._stage / path
        place.parent.mkdir(parents=True, exist_ok=True)
        return place

    def finish(self, gone: Collection[str], mark: str) -> None:
        """Take away what is `gone` or was never listed; note of which library this is the whole."""
        self.commit({}, gone, mark)
        self._sweep()

    def commit(self, new: Mapping[str, str], gone: Collection[str] = (), mark: str = "") -> None:
        """Put what was staged in place, with what it was made of; what is `gone` is listed no more."""
        entries = {path: entry for path, entry in self._entries.items() if path not in gone}
        for path in new:
            staged = self._stage / path
            sync(staged)
            entries[path] = _entry_of(staged)
        key = f"{self._signer.verifier.text}\n".encode()
        self._stage.mkdir(exist_ok=True)
        replace(self._stage / KEY, key)
        entries[KEY] = Entry.of(key)
        made = {path: one for path, one in {**self._made, **new}.items() if path in entries}
        replace(self._stage / _MADE, json.dumps({"files": made, "mark": mark}, sort_keys=True).encode())
        signed = write_manifest(TITLE, entries, self._signer).encode()
        # A crash before this line leaves what was there, and a stage to drop; after it, a stage to apply.
        replace(self._stage / MANIFEST, signed)
        self._apply()
        self._entries, self._made = entries, made

    def _apply(self) -> None:
        """Put staged files in place, the list last. After a crash anywhere in it, it is done again."""
        staged = sorted(path for path in self._stage.rglob("*") if path.is_file())
        last = [self._stage / _MADE, self._stage / MANIFEST]
        for file in [
            *(path for path in staged if path not in last),
            *(path for path in last if path.exists()),
        ]:
            place = self._path / file.relative_to(self._stage)
            for parent in reversed(file.relative_to(self._stage).parents):
                _make_public(self._path / parent)
            file.chmod(0o600 if file.name == _MADE else 0o644)  # whatever mask we run under
            file.replace(place)
            sync(place.parent)
        shutil.rmtree(self._stage)

    def _sweep(self) -> None:
        """Take away what is not listed, and folders that hold nothing."""
        for path in sorted(self._path.rglob("*"), reverse=True):
            name = str(path.relative_to(self._path))
            if path.is_dir() and not path.is_symlink():
                if not any(path.iterdir()):
                    path.rmdir()
            elif name not in self._entries and name not in {MANIFEST, _MADE}:
                path.unlink()

    def _listed(self) -> dict[str, Entry]:
        try:
            text = (self._path / MANIFEST).read_text(encoding="utf-8")
            return read_manifest(text, TITLE, self._signer.verifier)
        except (OSError, ValueError):  # there is none, or another key signed it: everything is made anew
            return {}

    def _is_there(self, path: str) -> bool:
        entry, file = self._entries.get(path), self._path / path
        return entry is not None and file.is_file() and file.stat().st_size == entry.size


def read_made(path: Path) -> Made:
    """Say what a folder was made of; of nothing where that cannot be read."""
    try:
        found = json.loads((path / _MADE).read_bytes())
        return Made(dict(found["files"]), str(found["mark"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Made({})


def read_key(path: Path) -> VerifierKey:
    """Give the key in a folder, which shows that it is whole, not whose it is. Raises NoListError."""
    try:
        return VerifierKey.parse((path / KEY).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NoListError(f"no key is in {path}: {error}") from error


def is_listed_by(path: Path, key: VerifierKey) -> bool:
    """Tell whether the list in a folder is one that this key has signed."""
    try:
        read_manifest((path / MANIFEST).read_text(encoding="utf-8"), TITLE, key)
    except (OSError, ValueError):
        return False
    return True


def check_folder(path: Path, key: VerifierKey) -> Checked:
    """Compare every file with the signed list in the folder. Raises NoListError and ManifestError."""
    try:
        text = (path / MANIFEST).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NoListError(f"no list of files is in {path}: {error}") from error
    entries = read_manifest(text, TITLE, key)
    missing = tuple(name for name in entries if not (path / name).is_file())
    altered = tuple(
        name for name, entry in entries.items() if name not in missing and _entry_of(path / name) != entry
    )
    found = (str(file.relative_to(path)) for file in sorted(path.rglob("*")) if file.is_file())
    unknown = tuple(
        name for name in found if name not in entries and name != MANIFEST and not name.startswith(".")
    )
    return Checked(len(entries), sum(entry.size for entry in entries.values()), missing, altered, unknown)


def _make_public(path: Path) -> None:
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o755)  # whoever serves the files is another user


def _entry_of(path: Path) -> Entry:
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
        return Entry(file.tell(), digest)
