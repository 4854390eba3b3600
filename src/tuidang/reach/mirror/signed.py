"""What a mirror signs: which key lists its files, and the list, in sections. Pure.

Whoever has the log's key needs nothing else: the log's key names the key of the files in a note, that key
signs the manifest, the manifest lists the sections, and these list every file but the tiles of the log, which
the log's checkpoint signs itself.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date

from tuidang.base.manifest import Entry, ManifestError, read_manifest, write_manifest
from tuidang.reach.mirror.layout import ABOUT, FILES_KEY, MANIFEST, OWN, section_path
from tuidang.tlog.note import MAX_NOTE, NoteError, SigningKey, VerifierKey, open_note

_KEY_FIRST = "tuidang/files-key/v1"
_SECTION_BYTES = 900_000  # of a section's lines; a note may have a million
_MOST_SECTIONS = 8_000
_SECTION = re.compile(re.escape(MANIFEST) + r"-([a-z0-9-]{1,60})")


class MirrorError(ValueError):
    """A mirror is not signed by whom we trust, or not well formed; the message says which, with the file."""


@dataclass(frozen=True)
class About:
    """What a mirror says of itself: of which log, how large, on which day, and where the site is."""

    log: str
    size: int
    root: str  # base64
    day: str  # on which it was made
    origin: str
    onion: str

    @property
    def made(self) -> date:
        """Give the day on which it was made."""
        return date.fromisoformat(self.day)

    def encode(self) -> bytes:
        """Write it as a file."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def read_about(data: bytes) -> About:
    """Read the file; raises MirrorError."""
    try:
        about = About(**json.loads(data))
        about.made  # noqa: B018 -- a day that is none raises
    except (ValueError, TypeError) as error:
        raise MirrorError(f"{ABOUT}: it cannot be read: {error}") from error
    if not isinstance(about.size, int):
        raise MirrorError(f"{ABOUT}: the size is no number")
    return about


def name_files_key(log: SigningKey, files: VerifierKey) -> str:
    """Write the note by which the log's key says which key signs lists of files."""
    return log.sign(f"{_KEY_FIRST}\n{files.text}\n")


def read_files_key(note: bytes, log: VerifierKey) -> VerifierKey:
    """Return the key that the log's key names; raises MirrorError."""
    try:
        first, key, *rest = open_note(note, log).text.split("\n")
        if first != _KEY_FIRST or rest != [""]:
            raise MirrorError(f"{FILES_KEY}: this is no note that names a key")
        return VerifierKey.parse(key)
    except (NoteError, ValueError) as error:
        if isinstance(error, MirrorError):
            raise
        raise MirrorError(f"{FILES_KEY}: {error}") from error


def write_lists(log: str, files: Mapping[str, Entry], signer: SigningKey) -> dict[str, bytes]:
    """Write manifest and sections, by path. The same files give the same bytes."""
    written: dict[str, bytes] = {}
    for name, listed in _sections(files):
        written[section_path(name)] = write_manifest(_section_title(log, name), listed, signer).encode()
    listed = {path: Entry.of(data) for path, data in written.items()}
    written[MANIFEST] = write_manifest(_title(log), listed, signer).encode()
    return written


def read_lists(
    read: Callable[[str, int], bytes],
    log: str,
    key: VerifierKey,
    expect: Callable[[Mapping[str, Entry]], None] = lambda _: None,
) -> dict[str, Entry]:
    """Read the manifest and all its sections; return every file, sections among them. Raises MirrorError.

    `read` gives the bytes of a file, of at most so many, and may raise MirrorError. `expect` is told of the
    sections before they are read, once the manifest was found to be signed.
    """
    try:
        sections = read_manifest(read(MANIFEST, MAX_NOTE).decode(errors="replace"), _title(log), key)
    except ManifestError as error:
        raise MirrorError(f"{MANIFEST}: {error}") from error
    if len(sections) > _MOST_SECTIONS:
        raise MirrorError(f"{MANIFEST}: it has more sections than any mirror")
    expect({path: entry for path, entry in sections.items() if _SECTION.fullmatch(path)})
    files = dict(sections)
    for path, entry in sections.items():
        found = _SECTION.fullmatch(path)
        data = read(path, MAX_NOTE) if found else b""
        if found is None or Entry.of(data) != entry:
            raise MirrorError(f"{path}: it is not the section that the manifest lists")
        try:
            listed = read_manifest(data.decode(errors="replace"), _section_title(log, found[1]), key)
        except ManifestError as error:
            raise MirrorError(f"{path}: {error}") from error
        if files.keys() & listed.keys():
            raise MirrorError(f"{path}: it lists a file that stands elsewhere too")
        files |= listed
    return files


def _sections(files: Mapping[str, Entry]) -> list[tuple[str, dict[str, Entry]]]:
    """Cut the files into sections: by the folder at the top, and then by number."""
    tops: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted(files):
        top = path.partition("/")[0] if "/" in path else "top"
        tops["".join(sign if re.fullmatch("[a-z0-9-]", sign) else "-" for sign in top)].append(path)
    found: list[tuple[str, dict[str, Entry]]] = []
    for top, paths in sorted(tops.items()):
        room = number = 0
        for path in paths:
            line = len(path.encode()) + 90  # a hash and a size stand before it
            if line > room:
                found.append((f"{top}-{number}", {}))
                room, number = _SECTION_BYTES, number + 1
            found[-1][1][path] = files[path]
            room -= line
    return found


def _title(log: str) -> str:
    return f"{OWN} of {log}"


def _section_title(log: str, name: str) -> str:
    return f"{OWN} of {log}, section {name}"
