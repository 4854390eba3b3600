"""Gifts as a Django application."""

from django.apps import AppConfig


class GivingConfig(AppConfig):
    """Name the application; its tables are called giving_…"""

    name = "tuidang.giving"
    label = "giving"
