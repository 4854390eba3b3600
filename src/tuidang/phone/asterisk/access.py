"""Where the Asterisk of a data folder answers, read from the configuration that was written for it."""

from __future__ import annotations

from configparser import ConfigParser, Error
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Access:
    """An address (host:port) and whom to be there."""

    address: str
    user: str
    password: str = field(repr=False)


def read_access(etc: Path) -> Access:
    """Read how to reach Asterisk from its own files in `etc`; raises LookupError if they are not there."""
    files = ConfigParser(interpolation=None, strict=False)
    try:
        if len(files.read([etc / "http.conf", etc / "ari.conf"])) != 2:
            raise LookupError(f"there is no configuration of Asterisk in {etc}")
        user = next(name for name in files.sections() if files.get(name, "type", fallback="") == "user")
        address = f"{files['general']['bindaddr']}:{files['general']['bindport']}"
        return Access(address, user, files[user]["password"])
    except (Error, KeyError, StopIteration):
        raise LookupError(f"the configuration of Asterisk in {etc} cannot be read") from None


def reach(etc: Path) -> Access:
    """Read how to reach Asterisk where it listens; raises LookupError if nobody does, or another user.

    Whoever else has the port would be told the password, and with it may call whomever he likes.
    """
    access = read_access(etc)
    if _listener(int(access.address.rpartition(":")[2])) != (etc / "ari.conf").stat().st_uid:
        raise LookupError(f"Asterisk does not listen at {access.address}")
    return access


def _listener(port: int) -> int | None:
    """Tell which user listens on a port of 127.0.0.1; None if nobody does."""
    here = f"0100007F:{port:04X}"
    for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        _, local, _, state, _, _, _, user, *_ = line.split()
        if (local, state) == (here, "0A"):  # TCP_LISTEN
            return int(user)
    return None
