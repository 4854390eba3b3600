"""What a waiting statement holds, as the bytes that are sealed: what will be public, and its channel."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from enum import StrEnum

HIDDEN_NAME = "某某"


class Channel(StrEnum):
    """How a statement came; counted a day, never attached to a published statement."""

    WEB = "web"
    ONION = "onion"
    MACHINE = "machine-call"  # a call machine, key 9
    VOLUNTEER = "volunteer-call"  # a volunteer's call
    HOTLINE = "hotline"
    FIELD = "field"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Content:
    """Hold one statement as it will be published: identifiers are masked, a rare real name is shortened."""

    name: str
    orgs: tuple[str, ...]  # non-empty, in the order party, league, pioneers
    region: str  # ISO 3166; "" is not said
    place: str
    text: str
    lang: str  # zh-hans, zh-hant or en
    channel: Channel


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_FIELDS = tuple(field.name for field in fields(Content))


def encode_content(content: Content) -> bytes:
    """Give the content as JSON."""
    return _ENCODER.encode({name: getattr(content, name) for name in _FIELDS}).encode()


def decode_content(data: bytes) -> Content:
    """Read what `encode_content` wrote."""
    read = json.loads(data)
    # Written out: a publication does it a hundred thousand times.
    return Content(
        read["name"],
        tuple(read["orgs"]),
        read["region"],
        read["place"],
        read["text"],
        read["lang"],
        Channel(read["channel"]),
    )
