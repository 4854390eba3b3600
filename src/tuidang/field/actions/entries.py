"""Taking in what phones sealed: on the disk before the answer, once however often it comes, and bounded."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import Error, connection

from tuidang.field.batches import SealedEntry, name_of
from tuidang.field.models import Entry, Site
from tuidang.field.rules import is_in_time, oldest_kept_week
from tuidang.register.actions.queue import mix_table
from tuidang.register.actions.together import store_together
from tuidang.register.models import random_key

_SHARE: Final = 4  # a quarter of what may wait in the register may wait sealed
_OF_A_SITE: Final = 2  # and half of that of one site: who has stolen a code stops no other site
_KEPT: Final = 5  # seconds
_INSERT: Final = """INSERT INTO field_entry (id, uuid, site_id, week, day, state, payload)
    VALUES (%s, %s, %s, %s, %s, 'sealed', %s) ON CONFLICT (uuid) DO NOTHING"""
_COUNT: Final = """INSERT INTO field_siteday (id, site_id, day, entries) VALUES (%s, %s, %s, %s)
    ON CONFLICT (site_id, day) DO UPDATE SET entries = field_siteday.entries + excluded.entries"""
_log = logging.getLogger(__name__)
_measured: dict[tuple[Path, str], tuple[float, bool]] = {}


class FieldClosed(Exception):  # noqa: N818  an answer, not a mistake
    """Nothing can be taken now; nothing was, and the same may be sent again as it is."""


def is_field_full(site: Site) -> bool:
    """Tell whether so much waits sealed, in all or of a site, or so little of the disk is free, that no more
    is taken.
    """
    key = settings.TUIDANG.data, site.code
    known = _measured.get(key)
    if known is None or time.monotonic() - known[0] > _KEPT:
        disk = shutil.disk_usage(settings.TUIDANG.data)
        waiting = Entry.objects.filter(state=Entry.State.SEALED)
        most = settings.TUIDANG.queue_bound // _SHARE
        full = waiting.count() >= most or waiting.filter(site=site).count() >= most // _OF_A_SITE
        full = full or 100 * disk.free / disk.total < settings.TUIDANG.free_disk
        known = _measured[key] = (time.monotonic(), full)
    return known[1]


def keep_entries(site: Site, entries: Sequence[SealedEntry], today: date) -> set[SealedEntry]:
    """Keep what phones sealed, and return what comes too late to be opened; the rest is on the disk.

    What was kept before, from this phone or another, is not kept again. Raises FieldClosed.
    """
    late = {entry for entry in entries if not is_in_time(entry.week, today)}
    try:
        if is_field_full(site):
            raise FieldClosed
        # In one order: so two phones that send the same entries wait for each other, never in a circle.
        kept = sorted((entry for entry in entries if entry not in late), key=name_of)
        store_together(partial(_store, site, kept, today))
    except (Error, OSError) as error:
        _log.exception("sealed entries could not be kept")
        raise FieldClosed from error
    return late


def forget_entries(today: date) -> None:
    """Forget settled entries of weeks of which nothing is taken any more, so that none can come again.

    What was never opened stays: as long as somebody has its key it can still become a statement.
    """
    Entry.objects.filter(week__lt=oldest_kept_week(today)).exclude(state=Entry.State.SEALED).delete()


def mix_entries() -> None:
    """Take away what tells in which order entries came, and which statement came out of which."""
    mix_table("field_entry", "week", "200 + length(payload)")


def _store(site: Site, entries: Sequence[SealedEntry], today: date) -> None:
    stored = 0
    with connection.cursor() as cursor:
        for entry in entries:
            name = name_of(entry)
            uuid = name if connection.features.has_native_uuid_field else name.hex
            cursor.execute(_INSERT, (random_key(), uuid, site.pk, entry.week, today, entry.sealed))
            stored += cursor.rowcount
        if stored:
            cursor.execute(_COUNT, (random_key(), site.pk, today, stored))
    # A crash before the commit leaves nothing, and no answer: the phone sends the same again.
