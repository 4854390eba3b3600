"""What a canary says: sentences of the register's own, put together anew, under a name as many bear."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from random import Random

from tuidang.privacy.aliases import propose
from tuidang.privacy.regions import PROVINCES
from tuidang.register.canary.file import Canary
from tuidang.register.canary.site import Site

_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?")
_ORGS = (("league", "pioneers"), ("pioneers",), ("party", "league", "pioneers"), ("party",))
_LOOKED_AT = 100


def read_examples(site: Site) -> list[str]:
    """Give the texts of the newest statements, as far as the register's list shows them whole."""
    found = site.ask(f"statements?limit={_LOOKED_AT}").get("statements", [])
    return [str(one["excerpt"]) for one in found if one.get("whole") and one.get("lang") == "zh-hans"]


def compose(texts: Sequence[str], examples: Iterable[str], rng: Random, count: int) -> list[str]:
    """Give so many texts: the auditor's own, each once, and then sentences of two statements put together.

    Raises ValueError when neither reaches.
    """
    own = rng.sample(list(texts), min(count, len(texts)))
    sentences = sorted({part.strip() for text in examples for part in _SENTENCE.findall(text)} - {""})
    if len(own) < count and len(sentences) < 2:
        raise ValueError(f"there are words for {len(own)} canaries only: give a file of texts, one a line")
    return own + ["".join(rng.sample(sentences, 2)) for _ in range(count - len(own))]


def make_canary(channel: str, today: str, text: str, rng: Random) -> Canary:
    """Make a canary that is not sent yet; its name is a common one of its region, or an alias."""
    region = rng.choices([one.code for one in PROVINCES], [one.population or 1 for one in PROVINCES])[0]
    (name,) = propose(region, 1, rng)
    return Canary(channel, today, name, rng.choice(_ORGS), region, text, key=rng.randbytes(16).hex())
