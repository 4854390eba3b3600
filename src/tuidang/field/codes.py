"""Random codes that people read to each other: of a site, and of a team that sends for it. Pure."""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is taken for something else
SITE_CODE: Final = 6
TEAM_CODE: Final = 24  # 117 bits: nobody tries them out, so a plain hash of one tells nothing
GROUP: Final = 4
_LONGEST = 200


def random_code() -> str:
    """Give the code of a new site."""
    return "".join(secrets.choice(ALPHABET) for _ in range(SITE_CODE))


def random_team_code() -> str:
    """Give the code of a new team."""
    return "".join(secrets.choice(ALPHABET) for _ in range(TEAM_CODE))


def in_groups(code: str) -> str:
    """Give a team's code as it is shown: six groups of four."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read_team_code(typed: str) -> str | None:
    """Return the team's code that somebody typed; None if it cannot be one."""
    if len(typed) > _LONGEST:
        return None
    code = "".join(typed.upper().replace("-", " ").split())
    return code if len(code) == TEAM_CODE and set(code) <= set(ALPHABET) else None


def hash_team_code(code: str) -> bytes:
    """Return what is stored in place of a team's code."""
    return sha256(b"tuidang/field/team/v1\n" + code.encode()).digest()
