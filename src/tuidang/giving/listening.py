"""The part of the worker that deals with providers: what they told, also in vain, and what we want of them.

It runs beside the rounds, so that a provider who does not answer delays nothing else.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from django.db import close_old_connections

from tuidang.base.clock import china_today
from tuidang.giving.actions.checkouts import forget_checkouts
from tuidang.giving.actions.hearing import forget_notices, keep_notice, tend_notices
from tuidang.giving.actions.orders import carry_out_orders
from tuidang.giving.providers import provider_of, providers_set
from tuidang.giving.rules.checkouts import Refused, Unreachable

PAUSE: Final = 3.0  # seconds from one look at what waits to the next: somebody may look at his page of thanks
EVERY: Final = 1800.0  # seconds between two looks at what may have been told in vain
BACK: Final = timedelta(days=3)  # Stripe tries for so long

logger = logging.getLogger("tuidang.giving")


def listen() -> None:
    """Deal with providers, without end; a kill loses nothing."""
    looked = -EVERY
    while True:
        try:
            tend(china_today())
            if time.monotonic() - looked >= EVERY:
                looked = time.monotonic()
                catch_up(china_today())
        except Exception:
            logger.exception("dealing with providers failed; it is tried again")
        finally:
            close_old_connections()
        time.sleep(PAUSE)


def start_listening() -> None:
    """Deal with providers beside what this process does, if there are any."""
    if providers_set():
        threading.Thread(target=listen, daemon=True).start()


def tend(today: date) -> None:
    """Enter what was told, and do what was ordered."""
    carry_out_orders(provider_of, today)
    tend_notices(provider_of)


def catch_up(today: date, say: Callable[[str], None] = logger.warning) -> None:
    """Ask each provider for what it told while we did not hear; and forget what is old."""
    for name in providers_set():
        try:
            for notice in reversed(provider_of(name).missed(today - BACK)):
                keep_notice(name, notice, today)
        except (Unreachable, Refused) as error:
            say(f"{name} was not asked what we missed: {error}")
    forget_notices(today)
    forget_checkouts(today)
