"""The sample register: invented statements over the last year, in a log of its own that is nobody's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from tuidang.privacy.aliases import propose
from tuidang.privacy.regions import PROVINCES
from tuidang.register.actions.erasure import apply_erasures, log_notices, take_out_of_count
from tuidang.register.actions.head import (
    SAMPLE_ORIGIN,
    append_batch,
    begin_log,
    only_writer,
    open_log,
    options,
)
from tuidang.register.folder.integrity import refresh_integrity
from tuidang.register.folder.records import UncountedReason
from tuidang.register.models import Erasure, Head
from tuidang.register.rules.content import Channel, Content
from tuidang.register.rules.publication import build_batch
from tuidang.register.sampletexts import ENGLISH_NAMES, JOINED, MARKS, PLACES, SINCE, TODAY

DAYS = 365
_NAMES_A_REGION = 24
_ABROAD = {"TW": 5, "US": 4, "HK": 3, "KR": 2, "JP": 2, "CA": 2, "AU": 2, "MY": 1, "SG": 1, "DE": 1, "NZ": 1}
_ORGS = {
    ("party", "league", "pioneers"): 22,
    ("league", "pioneers"): 34,
    ("pioneers",): 24,
    ("league",): 6,
    ("party",): 5,
    ("party", "pioneers"): 5,
    ("party", "league"): 4,
}
_CHANNELS = {
    Channel.WEB: 38,
    Channel.VOLUNTEER: 20,
    Channel.FIELD: 13,
    Channel.MACHINE: 12,
    Channel.HOTLINE: 8,
    Channel.ONION: 6,
    Channel.MAIL: 3,
}
_WEEKDAYS = (10, 9, 9, 10, 11, 14, 15)  # from Monday: people have time on weekends
_FOREIGN_READERS = frozenset({"US", "CA", "AU", "NZ", "SG", "DE"})
_TRADITIONAL = frozenset({"TW", "HK", "MO"})


def make_sample(
    today: date, *, count: int = 3000, seed: int = 1, progress: Callable[[int], None] = lambda _: None
) -> None:
    """Begin a sample log and write `count` invented statements into it, the newest of today.

    A few of them are erased and taken out of the count, so that this can be seen too. Interrupted before its
    statements were staged, it is begun again by the next call. `progress` gets percents.
    Raises ValueError when this data folder holds a register already.
    """
    rng = Random(seed)  # noqa: S311  nothing here is secret
    first = today - timedelta(days=DAYS)
    if not Head.objects.filter(origin=SAMPLE_ORIGIN, size=0).exists():
        begin_log(SAMPLE_ORIGIN, first)
    progress(5)
    statements = invent(rng, first, count)
    progress(20)
    with only_writer():
        log = open_log()
        batch = build_batch(log.tree.size, statements)
        progress(30)
        append_batch(log, batch, lambda: None, published=today)
    progress(80)
    retracted = rng.sample(range(count), min(count, 8))
    Erasure.objects.bulk_create(
        Erasure(leaf=leaf, by=Erasure.By.OWNER, state=Erasure.State.CONSENTED, day=today)
        for leaf in retracted[:5]
    )
    apply_erasures(today)
    log_notices(today)
    take_out_of_count(dict.fromkeys(retracted[5:], UncountedReason.DUPLICATE))
    refresh_integrity(options().log)
    progress(100)


def invent(rng: Random, first: date, count: int) -> list[tuple[date, Content]]:
    """Give `count` statements in the order of their days, from `first` over a year."""
    days = [first + timedelta(days=number) for number in range(DAYS + 1)]
    busy = [_WEEKDAYS[day.weekday()] * (1 + number / DAYS) for number, day in enumerate(days)]
    regions: dict[str, float] = {"": 120.0, "CN": 60.0} | {
        region: 12 * share for region, share in _ABROAD.items()
    }
    regions |= {
        region.code: (region.population or 0) / 1e6 for region in PROVINCES if region.code not in regions
    }
    names: dict[tuple[str, str], tuple[str, ...]] = {}
    invented = []
    for day, region in zip(
        sorted(rng.choices(days, busy, k=count)),
        rng.choices(list(regions), list(regions.values()), k=count),
        strict=True,
    ):
        lang = _language(rng, region)
        if (region, lang) not in names:
            names[region, lang] = _names(rng, region, lang)
        invented.append((day, _statement(rng, rng.choice(names[region, lang]), region, lang)))
    return invented


def _statement(rng: Random, name: str, region: str, lang: str) -> Content:
    orgs = rng.choices(list(_ORGS), list(_ORGS.values()))[0]
    channel = rng.choices(list(_CHANNELS), list(_CHANNELS.values()))[0]
    said = [] if channel == Channel.MACHINE else [rng.choice(TODAY[lang])]  # a machine takes no reasons
    if said and rng.random() < 0.75:  # the others say only that they leave
        said = [rng.choice(JOINED[lang][rng.choice(orgs)]), rng.choice(SINCE[lang]), *said]
    return Content(
        name,
        orgs,
        region,
        rng.choice(PLACES) if region.startswith("CN-") and rng.random() < 0.2 else "",
        (" " if lang == "en" else "").join(filter(None, [MARKS[lang], *said])),
        lang,
        channel,
    )


def _language(rng: Random, region: str) -> str:
    if region in _TRADITIONAL:
        return "zh-hant"
    return "en" if region in _FOREIGN_READERS and rng.random() < 0.4 else "zh-hans"


def _names(rng: Random, region: str, lang: str) -> tuple[str, ...]:
    if lang == "en":
        return ENGLISH_NAMES
    return propose(region, _NAMES_A_REGION, rng, script="hant" if lang == "zh-hant" else "hans")
