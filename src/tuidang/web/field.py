"""The field beside register and trust root: keys are said anew in time, and a sample opens what it sealed."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from tuidang.base.clock import CHINA
from tuidang.base.options import Options
from tuidang.field.actions.entries import forget_entries
from tuidang.field.actions.taking import destroy_return_keys
from tuidang.field.keys import public_halves
from tuidang.field.sample import open_sample, sample_keys
from tuidang.privacy.weekly import week_of
from tuidang.register.actions.head import open_log
from tuidang.register.rules.publication import is_sample
from tuidang.tlog.store import DirectoryStore
from tuidang.trust.publishing import load_shown, publish_sealing
from tuidang.web.trust import server_key


def tend_field(now: datetime) -> None:
    """Forget what is over, and let the trust root go on saying which keys phones seal with.

    On a sample, open what came. Raises CannotPublish, where somebody else signs these keys and did not in
    time; IntakeClosed, KeyFileError, NotTrustedError, OSError.
    """
    options: Options = settings.TUIDANG
    today = now.astimezone(CHINA).date()
    destroy_return_keys(today)
    forget_entries(today)
    if is_sample(open_log().key.name):
        say_keys({key.week: key.public for key in sample_keys(options.data, today)}, now)
        open_sample(options.data, today)
    elif load_shown(DirectoryStore(options.trust)).roles and (said := public_halves(options.trust, now)):
        say_keys(said, now)


def add_keys(halves: dict[str, bytes], now: datetime) -> int:
    """Let the trust root say these public halves beside those it says, or in their place; return how many.

    Raises as `say_keys` does, and NotTrustedError.
    """
    options: Options = settings.TUIDANG
    said = public_halves(options.trust, now) if load_shown(DirectoryStore(options.trust)).roles else {}
    return say_keys({**said, **halves}, now)


def say_keys(halves: dict[str, bytes], now: datetime) -> int:
    """Let the trust root say these public halves, less those whose time is over; return how many.

    Raises CannotPublish, KeyFileError, SaysError and OSError.
    """
    options: Options = settings.TUIDANG
    today = now.astimezone(CHINA).date()
    last = {week: key for week, key in halves.items() if week >= week_of(today)}
    publish_sealing(DirectoryStore(options.trust), last, server_key(options), now)
    return len(last)
