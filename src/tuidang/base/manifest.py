"""Manifests: signed lists of files, with which anyone can tell whether the files in his hands are ours. Pure.

A manifest is a signed note (c2sp.org/signed-note). Its text is a line that says what it is, a line that says
of what, and a line a file: SHA-256 in hexadecimal, size in bytes, path. They stand in the
order of their paths, so that equal files give equal bytes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from tuidang.tlog.note import NoteError, SigningKey, VerifierKey, open_note

_FIRST = "tuidang/manifest/v1"
_LINE = re.compile(r"([0-9a-f]{64}) (0|[1-9][0-9]{0,14}) (\S.*)")
_PATH = re.compile(r"[^\x00-\x1f\x7f\\\ud800-\udfff]+")


class ManifestError(ValueError):
    """A manifest is not signed by whom we trust, or not well formed; the message says which."""


@dataclass(frozen=True)
class Entry:
    """What a file must be: how many bytes, and which."""

    size: int
    sha256: str

    @classmethod
    def of(cls, content: bytes) -> Entry:
        """Describe these bytes."""
        return cls(len(content), sha256(content).hexdigest())


def files_signer(origin: str, seed: bytes) -> SigningKey:
    """Return the key that signs the manifests of the log of this name."""
    return SigningKey(f"{origin}/files", seed)


def write_manifest(title: str, files: Mapping[str, Entry], signer: SigningKey) -> str:
    """Write and sign a manifest of the files, by path; raises ValueError where a path is none."""
    if "\n" in title or not title:
        raise ValueError("a manifest says in one line what it is of")
    for path in files:
        if not is_path(path):
            raise ValueError(f"{path!r} is not a path below a folder")
    lines = (f"{file.sha256} {file.size} {path}" for path, file in sorted(files.items()))
    return signer.sign("\n".join((_FIRST, title, *lines, "")))


def read_manifest(text: str, title: str, key: VerifierKey) -> dict[str, Entry]:
    """Return what the manifest of this title lists, by path; raises ManifestError."""
    try:
        note = open_note(text, key)
    except NoteError as error:
        raise ManifestError(f"the manifest is not signed by {key.name}: {error}") from error
    first, named, *lines = note.text.removesuffix("\n").split("\n") if note.text.count("\n") > 1 else ("", "")
    if (first, named) != (_FIRST, title):
        raise ManifestError(f"this is not a manifest of {title}")
    found: dict[str, Entry] = {}
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is None or not is_path(match[3]) or match[3] in found:
            raise ManifestError(f"a line of the manifest is not well formed: {line[:100]!r}")
        found[match[3]] = Entry(int(match[2]), match[1])
    return found


def is_path(path: str) -> bool:
    """Tell whether this names something below a folder, wherever the folder lies."""
    return bool(_PATH.fullmatch(path)) and all(step not in {"", ".", ".."} for step in path.split("/"))
