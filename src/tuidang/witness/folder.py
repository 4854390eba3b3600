"""The folder of a witness: its key, the logs it knows, and of each the last checkpoint it has cosigned.

The last is all that keeps a witness honest: a folder that went back to an earlier state might cosign another
history. So it lies on one machine, is never restored from a copy, and what cannot be read in it stops the
witness.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from tuidang.base import disk
from tuidang.tlog.checkpoint import CheckpointError, parse_checkpoint
from tuidang.tlog.note import KeyKind, NoteError, SigningKey, VerifierKey, generate_key, split_note
from tuidang.tlog.tree import EMPTY_TREE, Tree

_KEPT = 100  # contradictions; whoever has stolen a log's key could fill the disk with them


class WitnessError(Exception):
    """The folder of a witness cannot be used; the message says the mend."""


class WitnessFolder:
    """The files of a witness: `key`, `logs`, `seen/`, `contradictions/`, and `lock`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._seen = root / "seen"

    @classmethod
    def init(cls, root: Path, name: str) -> WitnessFolder:
        """Make a folder with a new key. Raises WitnessError, NoteError and OSError."""
        key, _ = generate_key(name, KeyKind.COSIGNATURE)
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(root.iterdir()):
            raise WitnessError(f"{root} is not empty: name another folder")
        for folder in ("seen", "contradictions"):
            (root / folder).mkdir(mode=0o700)
        disk.replace(root / "logs", b"")
        # A crash before this line leaves a folder without a key, which no command takes for a witness.
        disk.replace(root / "key", key.text.encode() + b"\n")
        disk.sync(root.absolute().parent)
        return cls(root)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep every other process out. Raises WitnessError when there is one; locks end with it."""
        self.key()
        with (self.root / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise WitnessError(f"another process serves {self.root} already") from None
            yield

    def key(self) -> SigningKey:
        """Read the witness's key. Raises WitnessError."""
        try:
            return SigningKey.parse((self.root / "key").read_text())
        except (OSError, ValueError) as error:
            raise WitnessError(
                f"{self.root} has no key of a witness ({error}): `tuidang witness init` begins one"
            ) from None

    def logs(self) -> dict[str, list[VerifierKey]]:
        """Read the keys of the logs that are cosigned, by origin. Raises WitnessError."""
        found: dict[str, list[VerifierKey]] = {}
        try:
            for line in (self.root / "logs").read_text().splitlines():
                key = VerifierKey.parse(line)
                found.setdefault(key.name, []).append(key)
        except (OSError, ValueError) as error:
            raise WitnessError(
                f"{self.root / 'logs'} is damaged: {error}. It has one key of a log a line"
            ) from None
        return found

    def add_log(self, key: VerifierKey) -> None:
        """Take a log on, from the next request on. Raises WitnessError and OSError."""
        known = [one for keys in self.logs().values() for one in keys]
        if key.kind is not KeyKind.ED25519:
            raise WitnessError(f"the key of {key.name} is one of a witness, not of a log")
        if key not in known:
            disk.replace(self.root / "logs", "".join(f"{one.text}\n" for one in (*known, key)).encode())

    def last(self, origin: str) -> Tree:
        """Give the tree last cosigned of a log; the empty one before the first. Raises WitnessError."""
        path = self._path(origin)
        try:
            checkpoint = parse_checkpoint(split_note(path.read_bytes())[0])
        except FileNotFoundError:
            if not self._seen.is_dir():
                raise WitnessError(
                    f"{self._seen} is gone, and with it what this witness has cosigned: begin a new one"
                ) from None
            return EMPTY_TREE
        except (NoteError, CheckpointError) as error:
            raise WitnessError(f"{path} is damaged: {error}. Begin a new witness, with a new key") from None
        return checkpoint.tree

    def keep(self, origin: str, signed: str) -> None:
        """Keep a checkpoint as the last of its log, and return when it is durable. Raises OSError."""
        disk.replace(self._path(origin), signed.encode())

    def keep_contradiction(self, origin: str, signed: str) -> Path | None:
        """Keep a checkpoint that contradicts the last of its log, with that one; None if kept before."""
        folder = self.root / "contradictions"
        path = folder / _name(split_note(signed)[0])
        if path.exists() or len(os.listdir(folder)) >= _KEPT:  # noqa: PTH208 - only how many
            return None
        disk.replace(path, f"{signed}\n{self._path(origin).read_text()}".encode())
        return path

    def _path(self, origin: str) -> Path:
        return self._seen / _name(origin)


def _name(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]
