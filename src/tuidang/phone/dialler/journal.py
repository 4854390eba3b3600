"""Choices that somebody confirmed and the database has not taken yet: sealed, on the disk before we try.

A choice lies here from the moment it was confirmed until it is stored, usually some milliseconds. So a
dialler that is killed while the database is away loses none: the next start carries them out. Storing the
same choice twice stores it once.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from tuidang.base.disk import sync
from tuidang.privacy.erasing import erase_file
from tuidang.privacy.sealing import CannotOpenError, open_sealed, seal

Kind = Literal["withdraw", "never", "call-back", "pin"]


@dataclass(frozen=True)
class Pending:
    """A confirmed choice, with all that is needed to store it."""

    call: bytes  # sixteen random bytes that name the call
    kind: Kind
    words: Any = field(
        repr=False
    )  # by kind: people, region, round · number · number, region, hours · nothing

    @property
    def name(self) -> str:
        """Name the choice: the same one has the same name, however often it is asked for."""
        turn = f"-{self.words['round']}" if self.kind == "withdraw" else ""
        return f"{self.call.hex()}-{self.kind}{turn}"


class Journal:
    """The folder of choices that wait, each a file under a random name, sealed with `key`."""

    def __init__(self, folder: Path, key: bytes) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._key = key

    def write(self, pending: Pending, path: Path | None = None) -> Path:
        """Put a choice on the disk, durably; in the place of `path`, the same one with other words."""
        content = {
            "call": pending.call.hex(),
            "kind": pending.kind,
            "words": pending.words,
        }
        path = path or self._folder / f"{secrets.token_hex(8)}.choice"
        draft = path.with_suffix(".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(seal(self._key, json.dumps(content, ensure_ascii=False).encode()))
            file.flush()
            os.fsync(file.fileno())
        # A crash here leaves a draft; the called has been told nothing yet, and hears that it failed.
        draft.rename(path)
        sync(self._folder)
        return path

    def remove(self, path: Path) -> None:
        """Erase a choice that is stored. A crash before this stores it again, which changes nothing."""
        erase_file(path)

    def touch(self) -> None:
        """Give the folder the time of now, always anew: else it would say when somebody last chose."""
        os.utime(self._folder)

    def pending(self) -> Iterator[tuple[Path, Pending]]:
        """Give what an earlier run left; drafts are removed, and what cannot be opened stays for a person."""
        for draft in self._folder.glob("*.new"):
            draft.unlink()
        for path in sorted(self._folder.glob("*.choice")):
            sealed = path.read_bytes()
            if not any(sealed):  # stored, and about to be removed
                path.unlink()
                continue
            try:
                content = json.loads(open_sealed(self._key, sealed))
            except CannotOpenError:
                continue
            yield (
                path,
                Pending(
                    bytes.fromhex(content["call"]),
                    content["kind"],
                    content["words"],
                ),
            )
