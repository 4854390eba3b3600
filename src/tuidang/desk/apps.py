"""The desk as a Django application."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Name the application; it has no tables."""

    name = "tuidang.desk"
    label = "desk"
