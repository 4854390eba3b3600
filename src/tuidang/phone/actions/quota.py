"""How many calls a campaign may still make today, over all machines together."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import F

from tuidang.phone.models import CampaignDay


def reserve_calls(campaign: str, count: int, day: date, limit: int) -> int:
    """Take up to `count` calls from what is left of a day's `limit`; return how many, durably taken."""
    with transaction.atomic():
        CampaignDay.objects.get_or_create(campaign_id=campaign, day=day)
        row = CampaignDay.objects.select_for_update().get(campaign_id=campaign, day=day)
        granted = max(0, min(count, limit - row.reserved))
        if granted:
            row.reserved += granted
            row.save(update_fields=["reserved"])
        if row.reserved == granted:  # the first of the day clears the days before away
            CampaignDay.objects.filter(campaign_id=campaign, day__lt=day).delete()
    return granted


def return_calls(campaign: str, count: int, day: date) -> None:
    """Give calls back that were taken and not made."""
    CampaignDay.objects.filter(campaign_id=campaign, day=day).update(reserved=F("reserved") - count)
