"""Counting complaints: somebody told us, and a volunteer notes which message it was about."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tuidang.phone.actions.campaigns import Mistake, find_campaign
from tuidang.phone.models import Complaint
from tuidang.phone.records.outcomes import shares_text


def note_complaint(name: str, message: str = "") -> None:
    """Count a complaint about a message, or about the campaign for "". Raises Mistake.

    Who complained, of what and when is kept nowhere. The shares of now are written beside it: note it when it
    comes, not weeks later.
    """
    with transaction.atomic():
        plan = _plan(name, message)
        row, _made = Complaint.objects.get_or_create(campaign_id=name, plan=plan, message=message)
        Complaint.objects.filter(pk=row.pk).update(count=F("count") + 1)


def take_back_complaint(name: str, message: str = "") -> None:
    """Take back a complaint that was noted by mistake. Raises Mistake when there is none."""
    with transaction.atomic():
        plan = _plan(name, message)
        noted = Complaint.objects.filter(campaign_id=name, message=message, count__gt=0)
        row = noted.filter(plan=plan).first() or noted.first()
        if row is None or not Complaint.objects.filter(pk=row.pk, count__gt=0).update(count=F("count") - 1):
            raise Mistake("message", _("No complaint is noted there."))


def _plan(name: str, message: str) -> str:
    """Write down the shares of now. Raises Mistake for a message the campaign does not play."""
    shares = dict(find_campaign(name).messages.order_by("id").values_list("name", "share"))
    if message and message not in shares:
        raise Mistake(
            "message",
            _("%(name)s plays no message %(message)s.") % {"name": name, "message": message},
        )
    return shares_text(shares)
