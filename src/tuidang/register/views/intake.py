"""What the page and the interface for programs share when they take a form: day, channel, and budget."""

from __future__ import annotations

import logging
import time
from datetime import date
from typing import Final

from django.conf import settings
from django.db import Error
from django.http import HttpRequest

from tuidang.base.clock import china_today
from tuidang.base.limits import Budget
from tuidang.base.origins import Origins, load_prefixes
from tuidang.base.visitors import visitor_network
from tuidang.register.actions.intake import Submitted, submit_form
from tuidang.register.actions.origins import keep_origins
from tuidang.register.rules.content import Channel
from tuidang.register.rules.form import Form

# People a network may declare at once, and per hour in the long run: a helper with two full forms fits,
# and many strangers behind one proxy. Beyond it statements are taken all the same, and wait longer.
_BUDGET: Final = Budget(burst=300, per_hour=120)
_ORIGINS: Final = Origins(china_today())  # of this process, which begins now
_log = logging.getLogger(__name__)
RETRY_AFTER: Final = "600"  # seconds; the queue and the disk do not change sooner


_WISHES: Final = Budget(burst=20, per_hour=20)  # requests of one network to hide names


def may_ask_to_hide(request: HttpRequest) -> bool:
    """Tell whether the visitor's network may ask for another name to be hidden now."""
    return _WISHES.spend(visitor_network(request), time.time(), 1)


def take_form(request: HttpRequest, form: Form, key: str) -> Submitted:
    """Take a checked form under the preview's key (32 hexadecimal digits). Raises IntakeClosed."""
    onion = request.get_host().partition(":")[0].endswith(".onion")
    network, today = visitor_network(request), china_today()
    taken = submit_form(
        form,
        bytes.fromhex(key),
        channel=Channel.ONION if onion else Channel.WEB,
        today=today,
        over_budget=not _BUDGET.spend(network, time.time(), len(form.people)),
    )
    if settings.TUIDANG.prefixes and not taken.repeated:
        _count_origin(network, len(form.people), today)
    return taken


def _count_origin(network: str, people: int, today: date) -> None:
    """Add to the totals of provinces in memory, and keep those of days that are over."""
    if finished := _ORIGINS.take_finished(today):
        try:
            keep_origins(finished)
        except Error:
            _log.exception("the totals of provinces could not be kept")
    _ORIGINS.count(load_prefixes(settings.TUIDANG.prefixes).province_of(network), people, today)
