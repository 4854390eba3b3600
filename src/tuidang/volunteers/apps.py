"""The volunteers as a Django application."""

from django.apps import AppConfig


class VolunteersConfig(AppConfig):
    """Name the application; its tables are called volunteers_…"""

    name = "tuidang.volunteers"
    label = "volunteers"
