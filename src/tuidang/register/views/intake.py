"""What the page and the interface for programs share when they take a form: day, channel, and budget."""

from __future__ import annotations

import time
from typing import Final

from django.http import HttpRequest

from tuidang.base.clock import china_today
from tuidang.base.limits import Budget
from tuidang.base.visitors import visitor_network
from tuidang.register.actions.intake import Submitted, submit_form
from tuidang.register.rules.content import Channel
from tuidang.register.rules.form import Form

# People a network may declare at once, and per hour in the long run: a helper with two full forms fits,
# and many strangers behind one proxy. Beyond it statements are taken all the same, and wait longer.
_BUDGET: Final = Budget(burst=300, per_hour=120)
RETRY_AFTER: Final = "600"  # seconds; the queue and the disk do not change sooner


_WISHES: Final = Budget(burst=20, per_hour=20)  # requests of one network to hide names


def may_ask_to_hide(request: HttpRequest) -> bool:
    """Tell whether the visitor's network may ask for another name to be hidden now."""
    return _WISHES.spend(visitor_network(request), time.time(), 1)


def take_form(request: HttpRequest, form: Form, key: str) -> Submitted:
    """Take a checked form under the preview's key (32 hexadecimal digits). Raises IntakeClosed."""
    onion = request.get_host().partition(":")[0].endswith(".onion")
    return submit_form(
        form,
        bytes.fromhex(key),
        channel=Channel.ONION if onion else Channel.WEB,
        today=china_today(),
        over_budget=not _BUDGET.spend(visitor_network(request), time.time(), len(form.people)),
    )
