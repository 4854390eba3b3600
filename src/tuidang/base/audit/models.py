"""The private table of the audit chain: pseudonym, act, hour and a keyed hash; no text and no name."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class AuditEntry(models.Model):
    """One act of a volunteer. Rows are only ever added: `actions.write_audit` does it, under a lock."""

    ordinal = models.BigIntegerField(primary_key=True)  # from 0, without a gap
    who = models.CharField(max_length=40)  # a pseudonym
    act = models.CharField(max_length=20)  # of `chain.Act`
    hour = models.DateTimeField()  # whole
    thing = models.BinaryField(max_length=32)
    previous = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        app_label = "base"
        indexes = (
            models.Index(fields=["who", "ordinal"], name="audit_who"),
            models.Index(fields=["thing"], name="audit_thing"),
        )
        constraints = (models.CheckConstraint(name="audit_from_zero", condition=Q(ordinal__gte=0)),)
