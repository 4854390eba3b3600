"""Django's word for this room."""

from django.apps import AppConfig


class ShiftsConfig(AppConfig):
    """Register the room of shifts."""

    name = "tuidang.volunteers.shifts"
    label = "shifts"
    default_auto_field = "django.db.models.BigAutoField"
