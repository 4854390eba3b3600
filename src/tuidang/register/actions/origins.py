"""Daily totals of origin by province: kept when a day is over, and shown. No address comes here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.db.models import F

from tuidang.register.actions.head import only_writer, options
from tuidang.register.folder.origins import write_origins
from tuidang.register.models import DayOriginCount


def keep_origins(days: Mapping[date, Mapping[str, int]]) -> None:
    """Add the totals of a process, of days that are over, to those of the others."""
    with transaction.atomic():
        for day, counts in days.items():
            for province, count in counts.items():
                row, is_new = DayOriginCount.objects.get_or_create(
                    day=day, province=province, defaults={"statements": count}
                )
                if not is_new:
                    DayOriginCount.objects.filter(pk=row.pk).update(statements=F("statements") + count)
    # A crash before the commit loses these totals, and with them the day: they were in memory alone.


def publish_origins() -> None:
    """Show in the folder what is kept; nothing when there is nothing."""
    days: dict[str, dict[str, int]] = {}
    for day, province, count in DayOriginCount.objects.order_by("day", "province").values_list(
        "day", "province", "statements"
    ):
        days.setdefault(day.isoformat(), {})[province] = count
    if days:
        with only_writer():
            write_origins(options().log, days)
