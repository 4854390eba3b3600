"""The baseline of intake: a bare Django view with one durable INSERT."""

from __future__ import annotations

import json

from django.db import connection, models
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt


class Row(models.Model):
    """One row, about as long as a sealed statement, with one unique value."""

    key = models.CharField(max_length=32, unique=True)
    payload = models.BinaryField()

    class Meta:
        app_label = "bench"


@csrf_exempt
def take(request: HttpRequest) -> JsonResponse:
    """Store what was sent, and answer when it is on the disk."""
    key = json.loads(request.body)["idempotency_key"]
    Row.objects.create(key=key, payload=request.body)
    return JsonResponse({"receipt": key}, status=201)


def make_table() -> None:
    """Make the one table."""
    with connection.schema_editor() as editor:
        editor.create_model(Row)


urlpatterns = [path("api/v1/statements", take)]
