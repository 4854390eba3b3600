"""A key pair a day: many may seal with its public half, one process opens with the private half."""

from __future__ import annotations

import os
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from nacl.public import PrivateKey

from tuidang.privacy.keys import SECRET_BYTES, KeyFolder, KeyMissingError, UnsafeKeysError

_WRITABLE_BY_OTHERS = 0o022


@dataclass(frozen=True)
class DayPairs:
    """The two folders of the pairs, X25519.

    `private`/days/<day>.key  who may read it: the process that places call-backs, and makes the pairs; under
                              a system user of its own nobody else can. Never in a backup
    `public`/<day>.key        who seals reads this alone: the dialler, the web server

    With one system user for all of them, as an installation has at first, the seal still holds against
    whoever has the database without the keys, and against everybody once the private half is destroyed.
    """

    private: Path
    public: Path

    def make_pair(self, day: date) -> bytes:
        """Make a day's pair where it is missing, and return the public half. For today and later only."""
        for folder, mode in ((self.private, 0o700), (self.private / "days", 0o700), (self.public, 0o755)):
            folder.mkdir(mode=mode, parents=True, exist_ok=True)
        private = KeyFolder(self.private).day_key(day, create=True)
        # A crash here leaves a private half that nobody has sealed for; the next start makes its public half.
        public = bytes(PrivateKey(private).public_key)
        self._publish(day, public)
        return public

    def public_key(self, day: date) -> bytes:
        """Return the public half of a day's pair; raises KeyMissingError, UnsafeKeysError."""
        path = self._public_path(day)
        try:
            with path.open("rb", buffering=0) as file:
                mode = os.fstat(file.fileno()).st_mode
                text = file.read()
        except FileNotFoundError:
            raise KeyMissingError(f"there is no key {path}") from None
        if mode & _WRITABLE_BY_OTHERS:
            raise UnsafeKeysError(f"others can write {path}: run chmod 0644 on it, and make the pair anew")
        try:
            key = b64decode(text.strip(), validate=True)
        except ValueError:
            key = b""
        if len(key) != SECRET_BYTES:
            raise UnsafeKeysError(f"{path} does not hold {SECRET_BYTES} bytes in base64: make the pair anew")
        return key

    def private_key(self, day: date) -> bytes:
        """Return the private half of a day's pair; raises KeyMissingError when it is destroyed."""
        return KeyFolder(self.private).day_key(day)

    def days(self) -> tuple[date, ...]:
        """Return the days whose private half is there, in order."""
        return KeyFolder(self.private).days()

    def destroy_before(self, day: date) -> None:
        """Destroy the pairs of earlier days, durably: nobody opens what was sealed with them any more."""
        for old in self.days():
            if old < day:
                self.destroy(old)

    def destroy(self, day: date) -> None:
        """Destroy the pair of a day, durably; without effect if it is gone."""
        # The public half first: a crash between the two leaves nothing that could seal to a lost key.
        self._public_path(day).unlink(missing_ok=True)
        KeyFolder(self.private).destroy_day_key(day)

    def _public_path(self, day: date) -> Path:
        return self.public / f"{day.isoformat()}.key"

    def _publish(self, day: date, key: bytes) -> None:
        path = self._public_path(day)
        if path.exists():
            return
        draft = path.with_name(f".{secrets.token_hex(8)}.new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
        with os.fdopen(descriptor, "wb") as file:
            file.write(b64encode(key) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)  # whoever comes second writes the same bytes
