"""Who started and stopped calls under the role "campaigns" does so as "operator"."""

from __future__ import annotations

from django.db import migrations


def rename(apps, _schema_editor):  # type: ignore[no-untyped-def]
    """Move the group's members to the group that takes its place."""
    groups = apps.get_model("auth", "Group").objects
    old = groups.filter(name="campaigns").first()
    if old is None:
        return
    new, _ = groups.get_or_create(name="operator")
    for user in apps.get_model("volunteers", "User").objects.filter(groups=old):
        user.groups.add(new)
    old.delete()


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [migrations.RunPython(rename, migrations.RunPython.noop)]
