"""A mirror list as bytes: canonical JSON, the same for the same list, to be signed by others. Pure.

    {"canary":{"day":"2026-11-28","until":"2026-12-12","words":"…"},"mirrors":[{"code":"m1","onion":false,
     "tests":[{"day":"2026-11-26","network":"cn-mobile","works":true}],"url":"https://…/"}],"set":"e-mail",
     "v":1}

RFC 8785: names in order, no spaces, Chinese as it is; one line feed follows. Without a canary it is null.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tuidang.reach.lists.measured import Measured

VERSION = 1


@dataclass(frozen=True)
class Canary:
    """What a person says of a set, and until which day it is to be believed; only a person renews it."""

    words: str
    day: date
    until: date  # the last day on which it counts


@dataclass(frozen=True)
class Listed:
    """A mirror as a list has it."""

    code: str
    address: str
    tests: tuple[Measured, ...]

    @property
    def onion(self) -> bool:
        """Tell whether it is opened by Tor Browser alone."""
        return is_onion(self.address)


def is_onion(address: str) -> bool:
    """Tell whether an address is an onion's."""
    return address.partition("://")[2].partition("/")[0].partition(":")[0].endswith(".onion")


def write_list(name: str, canary: Canary | None, mirrors: Iterable[Listed]) -> bytes:
    """Write the list of a set."""
    said = canary and {
        "day": canary.day.isoformat(),
        "until": canary.until.isoformat(),
        "words": canary.words,
    }
    listed = [
        {
            "url": one.address,
            "code": one.code,
            "onion": one.onion,
            "tests": [
                {"day": test.day.isoformat(), "network": str(test.network), "works": test.works}
                for test in sorted(one.tests, key=lambda test: test.network)
            ],
        }
        for one in sorted(mirrors, key=lambda one: one.code)
    ]
    document = {"canary": said, "v": VERSION, "mirrors": listed, "set": name}
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode() + b"\n"
