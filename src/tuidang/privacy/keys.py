"""The folder of keys, outside the database: who copies the database alone gets nothing that opens it."""

import base64
import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from tuidang.privacy.receipts import KeyRing, NumberedKey

SECRET_BYTES = 32
_MOST_BYTES = 4096  # of a key's file; the longest, the log's, has some hundred
_FOR_OTHERS = 0o077


class KeyMissingError(LookupError):
    """A key that is asked for is not there: never made, or destroyed."""


class UnsafeKeysError(Exception):
    """Keys lie where others may read them, or are not keys; the message says which, and the mend."""


@dataclass(frozen=True)
class KeyFolder:
    """The folder `path` (mode 0700) and its files (0600).

    log.key                 the public log's signing key, as the log writes it (here it is only text)
    next-log.key            that of the log that is to go on from this one, until it does;
    next-files.key          and what will sign its lists of files
    retired-log.<n>.key     that of a log that another has gone on from
    trust/                  what the server signs in the trust root; a sample's has all of its keys there
    files.key               what signs lists of files for others to check: editions, mirrors
    mail-password           of the mailbox whose letters a robot answers; an operator puts it there
    receipt-digits.<n>.key  what receipts' digits are made with   } 32 random bytes in base64;
    receipt-lookup.<n>.key  what receipts are hashed with         } n is the key's id, the highest is used
    do-not-call.<n>.key     what numbers never called are hashed with } for new ones
    web.key                 the web framework's secret
    phone-journal.key       what choices made on the telephone are sealed with until they are stored
    audit.key               what the objects of volunteers' acts are hashed with
    sign-in.key             what volunteers' authenticators are sealed with, and their recovery codes hashed
    donors.key              what is known of donors is sealed with
    days/<day>.key          what the statements taken in on that day are sealed with
    drafts/days/<day>.key   what volunteers typed on that day is sealed with, for a day at most
    returns/days/<day>.key  what comes back, opened, of the entries that were carried away on that day

    Nothing is kept in memory, so that a destroyed key is gone. Whoever changes a key's mode or its
    folder's is told.
    """

    path: Path

    def ensure(self) -> None:
        """Make the folder and every key but the log's, where they are missing; raises UnsafeKeysError."""
        for folder in (self.path, self._days):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _check_mode(folder, folder.stat().st_mode)
        for purpose in ("receipt-digits", "receipt-lookup", "do-not-call"):
            if not self._numbered_key_ids(purpose):
                self._add_numbered_key(purpose)
        if not (self.path / "web.key").exists():
            _create(self.path / "web.key", _encode(secrets.token_bytes(SECRET_BYTES)))
        for key in self.path.glob("*.key"):
            _read(key)
        for day in self.days():
            if _is_destroyed(_read(_day_path(self.path, day))):
                self.destroy_day_key(day)

    def log_key(self) -> str:
        """Return the log's signing key in its own text form; raises KeyMissingError."""
        return _read(self.path / "log.key").strip()

    def save_log_key(self, text: str) -> None:
        """Store the log's signing key, once: raises FileExistsError rather than replace one."""
        if not _create(self.path / "log.key", text.strip() + "\n"):
            raise FileExistsError(f"{self.path / 'log.key'} is there already; a log has one key for life")

    def next_log_key(self) -> str:
        """Return the key of the log that is to go on from this one; raises KeyMissingError."""
        return _read(self.path / "next-log.key").strip()

    def save_next_log_key(self, text: str) -> None:
        """Store the key of the log that is to go on from this one, once: raises FileExistsError."""
        if not _create(self.path / "next-log.key", text.strip() + "\n"):
            raise FileExistsError(f"{self.path / 'next-log.key'} is there already")

    def next_files_key(self) -> bytes:
        """Return the seed of what will sign the next log's lists of files, made on demand."""
        return self._one_key("next-files")

    def take_next_log_key(self) -> None:
        """Put the next log's keys in the place of the log's, which is kept; without effect if it was done."""
        if not (self.path / "next-log.key").exists():
            return
        number = max(self._numbered_key_ids("retired-log"), default=0) + 1
        with suppress(FileNotFoundError):  # it may be lost: then there is none to keep
            os.link(self.path / "log.key", self._numbered_key_path("retired-log", number))
        with suppress(FileNotFoundError):  # a crash after it was taken
            (self.path / "next-files.key").replace(self.path / "files.key")
        # A crash before this line leaves a second name of the old key; done again, it gets a third.
        (self.path / "next-log.key").replace(self.path / "log.key")
        _sync_folder(self.path)

    def files_key(self) -> bytes:
        """Return the seed of the key that signs lists of files for others to check, made on demand."""
        return self._one_key("files")

    def web_key(self) -> str:
        """Return the web framework's secret."""
        return _read(self.path / "web.key").strip()

    def journal_key(self) -> bytes:
        """Return the key of a dialler's journal, made on demand: it seals choices not stored yet."""
        return self._one_key("phone-journal")

    def audit_key(self) -> bytes:
        """Return the key that the objects of volunteers' acts are hashed with, made on demand."""
        return self._one_key("audit")

    def sign_in_key(self) -> bytes:
        """Return the key of volunteers' authenticators and recovery codes, made on demand."""
        return self._one_key("sign-in")

    def donors_key(self) -> bytes:
        """Return the key that what is known of donors is sealed with, made on demand."""
        return self._one_key("donors")

    def digits_keys(self) -> KeyRing:
        """Return the keys of receipts' digits, newest first."""
        return self._numbered_keys("receipt-digits")

    def lookup_keys(self) -> KeyRing:
        """Return the keys receipts are hashed with, newest first."""
        return self._numbered_keys("receipt-lookup")

    def never_keys(self) -> KeyRing:
        """Return the keys of the do-not-call list, newest first; none is ever retired."""
        return self._numbered_keys("do-not-call")

    def add_receipt_key(self, purpose: str) -> int:
        """Make a further key for "digits" or "lookup" and return its id; it makes receipts from now on.

        Old ones stay, for look-up. While intake runs, a form sent once before and once after a new digits
        key is taken twice: stop intake first.
        """
        return self._add_numbered_key(f"receipt-{purpose}")

    def add_never_key(self) -> int:
        """Make a further key for the do-not-call list and return its id.

        Where several machines dial, each must have it before the first entry is made with it.
        """
        return self._add_numbered_key("do-not-call")

    def day_key(self, day: date, *, create: bool = False) -> bytes:
        """Return the 32-byte key of an intake day; made on demand if `create`, else KeyMissingError."""
        path = _day_path(self.path, day)
        try:
            text = _read(path)
        except KeyMissingError:
            if not create:
                raise
            _create(path, _encode(secrets.token_bytes(SECRET_BYTES)))
            text = _read(path)
        if _is_destroyed(text):
            raise KeyMissingError(f"the key {path} is destroyed")
        return _decode(path, text)

    def draft_keys(self) -> "KeyFolder":
        """Return the folder of the keys of drafts, made on demand; it has day keys and nothing else."""
        return self._with_days("drafts")

    def return_keys(self) -> "KeyFolder":
        """Return the folder of the keys that entries opened elsewhere come back under, made on demand."""
        return self._with_days("returns")

    def days(self) -> tuple[date, ...]:
        """Return the days that have a key, in order."""
        return tuple(sorted(date.fromisoformat(key.stem) for key in self._days.glob("????-??-??.key")))

    def call_key(self) -> bytes:
        """Return the 32-byte key that calls and PINs are hashed with (calls.key); made on demand."""
        return self._one_key("calls")

    def touch_day_keys(self) -> None:
        """Let the times of the days' keys say now, and not when one of them was first asked for."""
        for day in self.days():
            with suppress(FileNotFoundError):  # it was just destroyed
                os.utime(_day_path(self.path, day))

    def destroy_day_key(self, day: date) -> None:
        """Overwrite and remove a day's key, durably; without effect if it is gone.

        Call it for past days only: a statement sealed meanwhile would be lost. What it cannot reach: a
        solid-state disk writes the new bytes elsewhere and keeps the old cells until it collects them, a
        journaling or copy-on-write file system and its snapshots may keep a copy, and so do backups.
        Hence full-disk encryption, and no backup of `days/`.
        """
        path = _day_path(self.path, day)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW)
        except FileNotFoundError:
            return
        try:
            os.write(descriptor, bytes(os.fstat(descriptor).st_size))
            os.fsync(
                descriptor
            )  # a crash here leaves a file of zeros, which `ensure` removes at the next start
        finally:
            os.close(descriptor)
        path.unlink()
        _sync_folder(self._days)

    @property
    def _days(self) -> Path:
        return self.path / "days"

    def _with_days(self, name: str) -> "KeyFolder":
        folder = KeyFolder(self.path / name)
        folder._days.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def _one_key(self, name: str) -> bytes:
        path = self.path / f"{name}.key"
        if not path.exists():
            _create(path, _encode(secrets.token_bytes(SECRET_BYTES)))
        return _decode(path, _read(path))

    def _numbered_key_path(self, purpose: str, key_id: int) -> Path:
        return self.path / f"{purpose}.{key_id}.key"

    def _numbered_key_ids(self, purpose: str) -> list[int]:
        names = (
            re.fullmatch(rf"{purpose}\.([1-9]\d{{0,2}})\.key", key.name) for key in self.path.glob("*.key")
        )
        return sorted((int(name[1]) for name in names if name), reverse=True)

    def _add_numbered_key(self, purpose: str) -> int:
        key_id = max(self._numbered_key_ids(purpose), default=0) + 1
        _create(self._numbered_key_path(purpose, key_id), _encode(secrets.token_bytes(SECRET_BYTES)))
        return key_id

    def _numbered_keys(self, purpose: str) -> KeyRing:
        paths = {
            key_id: self._numbered_key_path(purpose, key_id) for key_id in self._numbered_key_ids(purpose)
        }
        if not paths:
            raise KeyMissingError(f"there is no {purpose} key in {self.path}")
        return KeyRing(
            tuple(NumberedKey(key_id, _decode(path, _read(path))) for key_id, path in paths.items())
        )


@lru_cache(maxsize=64)
def _day_path(folder: Path, day: date) -> Path:
    return folder / f"days/{day.isoformat()}.key"


def _create(path: Path, text: str) -> bool:
    """Write a new key file whole or not at all; False when there is one already (another was first)."""
    draft = path.with_name(f".{secrets.token_hex(8)}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())  # a crash here leaves a draft that nobody used
        try:
            os.link(draft, path)
        except FileExistsError:
            return False
        # A crash here leaves the draft as a second name of the key; destroying the key overwrites both.
    finally:
        draft.unlink()
    _sync_folder(path.parent)
    return True


def _read(path: Path) -> str:
    # Not through Python's files, which take three times as long: every intake reads its day's key twice.
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        raise KeyMissingError(f"there is no key {path}") from None
    try:
        _check_mode(path, os.fstat(descriptor).st_mode)
        return os.read(descriptor, _MOST_BYTES).decode("ascii")
    finally:
        os.close(descriptor)


def _check_mode(path: Path, mode: int) -> None:
    if mode & _FOR_OTHERS:
        right = "0700" if path.is_dir() else "0600"
        raise UnsafeKeysError(
            f"{path} is open to others (mode {mode & 0o777:04o}): "
            f"run chmod {right} on it, and consider who may have read it"
        )


def _encode(secret: bytes) -> str:
    return base64.b64encode(secret).decode() + "\n"


def _decode(path: Path, text: str) -> bytes:
    try:
        secret = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        secret = b""
    if len(secret) != SECRET_BYTES:
        raise UnsafeKeysError(
            f"{path} does not hold {SECRET_BYTES} bytes in base64: restore it from its backup"
        )
    return secret


def _is_destroyed(text: str) -> bool:
    return not text.strip("\0")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
