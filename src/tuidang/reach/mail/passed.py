"""Whether our own mail server says that a letter comes from where it says it does. Pure.

Anybody can write any address into From. Whoever answered all of it would send our files to people who never
asked, and name them to their provider. So only the word of our own server counts: the first field
Authentication-Results (RFC 8601) of the letter, if it bears that server's name. A server of ours puts its own
above whatever came with the letter, and removes those that claim its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_PIECE: Final = re.compile(r"""\\.|[()";]|[^\\()";]+|\\""", re.DOTALL)


def passed(results: str, server: str, sender: str, envelope: str) -> bool:
    """Tell whether `server` says that a letter is `sender`'s: by DMARC, or by SPF of the very same address.

    `results`: the first Authentication-Results of the letter; `envelope`: who the letter was sent back to.
    """
    parts = list(_parts(results))
    if not server or not parts or parts[0].split()[:1] != [server.lower()]:
        return False
    domain = sender.rpartition("@")[2].lower()
    for method, result, properties in map(_method, parts[1:]):
        if method == "dmarc" and result == "pass" and properties.get("header.from") == domain:
            return True
        if method == "spf" and result == "pass" and envelope.lower() == sender.lower():
            whose = properties.get("smtp.mailfrom", "")
            if whose in {domain, sender.lower()}:
                return True
    return False


def _method(part: str) -> tuple[str, str, dict[str, str]]:
    """Read one result: `spf=pass smtp.mailfrom=example.org`."""
    words = part.replace(" =", "=").replace("= ", "=").split()
    pairs = [word.partition("=") for word in words if "=" in word]
    if not pairs:
        return "", "", {}
    properties: dict[str, str] = {}
    for name, _, value in pairs[1:]:
        if name in properties:
            return "", "", {}  # who says two things of one has said nothing
        properties[name] = value
    method = pairs[0][0].partition("/")[0]
    return method, pairs[0][2], properties


def _parts(text: str) -> Iterator[str]:
    """Cut a field at its semicolons, in small letters, without comments; nothing where it is not well formed.

    A quoted string is what a sender may have chosen: nothing in it cuts or counts.
    """
    part, parts, depth, quoted = "", list[str](), 0, False
    for piece in _PIECE.findall(text.lower()):
        if quoted:
            quoted = piece != '"'
        elif piece == '"' and not depth:
            quoted = True
            part += "?"  # stands for whatever was quoted: it equals no address of ours
        elif piece in {"(", ")"}:
            depth += 1 if piece == "(" else -1
            if depth < 0:
                return
        elif not depth and piece == ";":
            parts.append(part)
            part = ""
        elif not depth:
            part += piece
    if not quoted and not depth:
        yield from (*parts, part)
