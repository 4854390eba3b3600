"""Canaries that came by telephone: they stay in the count, and are known so that nobody reports them twice."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0008_refused_by_two"),
    ]

    operations = [
        migrations.AddField(
            model_name="canaryround",
            name="heard",
            field=models.JSONField(default=list),
        ),
    ]
