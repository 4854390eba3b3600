"""The register as a Django application."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """Name the application; its tables are called register_…"""

    name = "tuidang.register"
    label = "register"
