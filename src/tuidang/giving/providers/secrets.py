"""A provider's secrets: a file of lines "name value", which nobody else may read."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

Secrets = Mapping[str, tuple[str, ...]]

MAY_NAME: Final = frozenset({"at", "key", "webhook", "store"})


class SecretsError(ValueError):
    """A file of secrets cannot be used; the message says why, and shows nothing of it."""


def read_secrets(path: Path, needs: Iterable[str]) -> Secrets:
    """Read a file of secrets; a name may stand more than once. Raises SecretsError, OSError."""
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SecretsError(f"others can read {path}: chmod go= {path}")
    found: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        if len(words) != 2 or words[0] not in MAY_NAME or not words[1].isascii():
            raise SecretsError(
                f"line {number} of {path} is not a name ({', '.join(sorted(MAY_NAME))}) and a value"
            )
        found[words[0]] = (*found.get(words[0], ()), words[1])
    if missing := sorted(set(needs) - set(found)):
        raise SecretsError(f"{path} does not say: {', '.join(missing)}")
    for at in found.get("at", ()):
        if not is_safe_address(at):
            raise SecretsError(f"{path}: `at` must begin with https://")
    return found


def is_safe_address(at: str) -> bool:
    """Tell whether what goes to an address is read by nobody on the way: by TLS, or on this machine."""
    try:
        parts = urlsplit(at)
    except ValueError:
        return False
    is_here = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"}
    return bool(parts.hostname) and "@" not in parts.netloc and (parts.scheme == "https" or is_here)
