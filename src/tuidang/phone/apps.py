"""The telephone as a Django application."""

from django.apps import AppConfig


class PhoneConfig(AppConfig):
    """Name the application; its tables are called phone_…"""

    name = "tuidang.phone"
    label = "phone"
