"""What the features stand on, as a Django application: it has one table, the audit chain's."""

from django.apps import AppConfig


class BaseConfig(AppConfig):
    """Name the application; its tables are called base_…"""

    name = "tuidang.base"
    label = "base"
