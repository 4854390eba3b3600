"""Sites and the offline app that is used there, as a Django application."""

from django.apps import AppConfig


class FieldConfig(AppConfig):
    """Name the application; its tables are called field_…"""

    name = "tuidang.field"
    label = "field"
